"""Arrays of numbers become uint8 images; from which range, is detected and said."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.blocks import LARGE, Blocks
from imagette.data.arrays.layout import Layout, layout_of
from imagette.data.cache import Allocate, in_memory, mapped
from imagette.data.progress import DataProgress
from imagette.data.selection import Images
from imagette.errors import DatasetError

ROUNDING = 1e-3  # how far computed values may lie outside their range


@dataclass(frozen=True)
class Scale:
    """What makes the numbers of an array 0 to 255, and what was detected."""

    factor: int = 1
    note: str = ""


def pixels(
    arrays: Mapping[str, Blocks],
    where: str,
    names: Sequence[str],
    key: str | None = None,
    allocate: Allocate = in_memory,
    progress: DataProgress | None = None,
) -> tuple[Images, tuple[str, ...]]:
    """All rows of `arrays`, one a split, as uint8 images (n, height, width, channels); and notes.

    uint8 that need no change stay where they are. Others, and several splits, become one
    array: one of `allocate`, or if they are large and have a `key`, mapped from the cache.
    `names` are those of the images, for messages.

    Raises:
        DatasetError: no images, of several sizes, or with numbers that are no pixels.
    """
    parts, progress = list(arrays.values()), progress or DataProgress()
    layouts = _layouts(arrays, where)
    shape = layouts[0].shape
    scale = _scale(parts, where, names, progress)
    notes = tuple(filter(None, (layouts[0].note, scale.note)))
    whole = parts[0].whole
    if len(parts) == 1 and whole is not None and whole.dtype == np.uint8:
        return layouts[0].arranged(whole), notes

    def fill(images: NDArray[np.uint8]) -> None:
        start = 0
        with progress.step("reading", len(images)):
            for block in _converted(parts, layouts, scale):
                images[start : start + len(block)] = block
                start += len(block)
                progress.advanced(start)

    size = (sum(map(len, parts)), *shape)
    if key is not None and math.prod(size) >= LARGE:
        return mapped(key, size, fill), notes
    images = allocate(size)
    fill(images)
    return images, notes


def _layouts(arrays: Mapping[str, Blocks], where: str) -> list[Layout]:
    """How each is stored; raises DatasetError where their images are of several sizes."""
    (first, blocks), *others = arrays.items()
    layouts = [layout_of(blocks, where)]
    for split, other in others:
        alike = other.shape[1:] == blocks.shape[1:]
        layouts.append(layouts[0] if alike else layout_of(other, where))
        if layouts[-1].shape != layouts[0].shape:
            raise DatasetError(
                f"{where}: {split} images are {layouts[-1].shape}, expected {layouts[0].shape} as "
                f"in {first}"
            )
    return layouts


def _converted(
    parts: Sequence[Blocks], layouts: Sequence[Layout], scale: Scale
) -> Iterator[NDArray[np.uint8]]:
    for part, layout in zip(parts, layouts, strict=True):
        for block in part.read():
            if block.dtype.kind == "f":
                numbers = block.astype(np.float32) * scale.factor
                block = np.clip(np.rint(numbers), 0, 255).astype(np.uint8)
            elif block.dtype != np.uint8:
                block = block.astype(np.uint8) * np.uint8(scale.factor)
            yield layout.arranged(block)


def _scale(
    parts: Sequence[Blocks], where: str, names: Sequence[str], progress: DataProgress
) -> Scale:
    kinds = {part.dtype.kind for part in parts}
    types = " and ".join(sorted({str(part.dtype) for part in parts}))
    if kinds == {"b"}:
        return Scale(255, "images are bool: false became 0, true 255")
    if not kinds <= {"u", "i", "f"} or (len(kinds) > 1 and "f" in kinds):
        raise DatasetError(
            f"{where}: images are {types}, expected numbers of one kind, uint8 best of all"
        )
    if all(part.dtype == np.uint8 for part in parts):
        return Scale()
    with progress.step("looking for the range of", sum(map(len, parts))):
        (low, lowest), (high, highest) = _range(parts, where, names, progress)
    rounding = ROUNDING if kinds == {"f"} else 0
    expected = "expected 0 to 255, or floats from 0 to 1"
    if low < -rounding:
        raise DatasetError(
            f"{where}: images are {types} from {low:g} ({lowest}) to {high:g}, {expected}. "
            "Of -1 to 1 make (images + 1) * 127.5"
        )
    if high > 255 + rounding:
        raise DatasetError(
            f"{where}: images are {types} from {low:g} to {high:g} ({highest}), {expected}. "
            "Of 16 bits make (images // 257).astype(np.uint8)"
        )
    if kinds == {"f"} and high <= 1 + ROUNDING:
        return Scale(255, f"images are {types} from {low:g} to {high:g}: multiplied by 255")
    return Scale(1, f"images are {types} from {low:g} to {high:g}: taken as of 0 to 255")


_Extreme = tuple[float, str]  # a number, and the image that has it


def _range(
    parts: Sequence[Blocks], where: str, names: Sequence[str], progress: DataProgress
) -> tuple[_Extreme, _Extreme]:
    """The smallest and the largest number; raises DatasetError where one is none."""
    low, high, start = (math.inf, ""), (-math.inf, ""), 0
    for block in (block for part in parts for block in part.read() if block.size):
        least, most = float(block.min()), float(block.max())
        rows = block.reshape(len(block), -1)
        if not math.isfinite(least) or not math.isfinite(most):  # NaN spreads to both
            wrong = int(np.argmin(np.isfinite(rows).all(axis=1)))
            raise DatasetError(
                f"{where}: {names[start + wrong]} has pixels that are not finite numbers (NaN or "
                "infinite). Fill them in, or drop the image"
            )
        if least < low[0]:
            low = (least, names[start + int(np.argmin(rows)) // rows.shape[1]])
        if most > high[0]:
            high = (most, names[start + int(np.argmax(rows)) // rows.shape[1]])
        start += len(block)
        progress.advanced(start)
    return low, high
