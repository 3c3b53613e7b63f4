"""The steps of a preparation as pictures, made only for who looks at them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.ink import Ink


class Steps(Mapping[str, NDArray[np.uint8]]):
    """Pictures of the work by their names, uint8 (height, width[, channels]), in its order."""

    def __init__(
        self,
        picture: NDArray[np.uint8] | NDArray[np.float32],
        gray: NDArray[np.float32],
        ink: Ink,
        kept: NDArray[np.float32],
        image: NDArray[np.uint8],
    ):
        """What was looked at; the glyph and what is around it, ink bright; and its ink.

        `kept` is the glyph alone, 0 to 1, and `image` what was made of it.
        """
        # No views: what they are parts of is far larger. Copies of pictures are whole numbers.
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
