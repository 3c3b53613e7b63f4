"""The steps of a preparation as pictures, made only when they are looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.separation.ink import Ink


class Steps(Mapping[str, NDArray[np.uint8]]):
    """Pictures of the steps by name, uint8 (height, width[, channels]), in their order."""

    def __init__(
        self,
        picture: NDArray[np.uint8] | NDArray[np.float32],
        gray: NDArray[np.float32],
        ink: Ink,
        kept: NDArray[np.float32],
        image: NDArray[np.uint8],
    ):
        """`picture` was looked at; `gray` is the glyph and its surroundings, ink bright.

        `ink` is what was found there, `kept` the glyph alone, 0 to 1, `image` what was made of it.
        """
        # Copies: views would keep far larger arrays. Scaled pictures hold whole numbers.
        cut = replace(ink, strength=ink.strength.copy(), mask=ink.mask.copy())
        self._values = picture.astype(np.uint8, copy=False), gray.copy(), cut, kept, image

    @cached_property
    def _made(self) -> dict[str, NDArray[np.uint8]]:
        picture, gray, ink, kept, image = self._values
        return {
            "picture": picture,
            "gray": _as_gray(gray),
            "ground removed": _as_gray(np.clip(ink.strength, 0, ink.level)),
            "ink": ink.mask.view(np.uint8) * np.uint8(255),
            "kept": np.rint(kept * 255).astype(np.uint8),
            "input": image,
        }

    def __getitem__(self, name: str) -> NDArray[np.uint8]:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def _as_gray(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    low, high = float(values.min()), float(values.max())
    scaled = (values - np.float32(low)) * np.float32(255 / max(high - low, 1e-6))
    grays: NDArray[np.uint8] = np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)
    return grays
