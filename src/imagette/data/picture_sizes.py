"""The one size that pictures of a source get, where nobody asked for another."""

from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import Listing
from imagette.data.parallel import Encoded, encoded_batches, in_order
from imagette.data.progress import DataProgress
from imagette.errors import PictureError
from imagette.images.decode import size_quietly

Size = tuple[int, int]  # height and width

# A common size is kept up to this; nothing here trains on larger images in reasonable time.
LARGEST_COMMON = 256
LARGEST_MEDIAN = 64

_BATCH = 256  # pictures whose headers a thread reads at a time


def first_size(listing: Listing) -> Size | None:
    """The size of the first picture that can be read."""
    for name, content in zip(listing.names, listing.read(), strict=False):
        size = _size((name, content))
        if size is not None:
            return size
    return None


def all_sizes(listing: Listing, progress: DataProgress) -> NDArray[np.int64]:
    """Height and width (n, 2) of those that can be read, by their headers."""
    sizes: list[Size | None] = []
    batches = encoded_batches(listing, _BATCH)
    with progress.step("measuring", len(listing)), closing(in_order(_sizes, batches)) as results:
        for batch in results:
            sizes += batch
            progress.advanced(len(sizes))
    return np.array([size for size in sizes if size is not None], np.int64).reshape(-1, 2)


def chosen_size(sizes: NDArray[np.int64], resize: str) -> tuple[Size, str]:
    """What pictures of `sizes` (n, 2), n > 0, are resized to, and a sentence that says so.

    The median of heights and that of widths; if the longer is more than `LARGEST_MEDIAN`,
    both are scaled down to that.
    """
    height, width = np.median(sizes, axis=0)
    scale = min(1.0, LARGEST_MEDIAN / max(height, width))
    size = max(1, round(scale * height)), max(1, round(scale * width))
    (least, lowest), (most, widest) = sizes.min(axis=0), sizes.max(axis=0)
    if (least, lowest) == (most, widest):
        received = f"pictures are {most} x {widest} pixels"
    else:
        received = (
            f"pictures are {_from_to(least, most)} pixels high and {_from_to(lowest, widest)} wide"
        )
    return size, (
        f"{received}: all become {size[0]} x {size[1]} (height x width; {resize}). "
        "`image_size` (HEIGHTxWIDTH) and `resize` change that"
    )


def _sizes(batch: list[Encoded]) -> list[Size | None]:
    return [_size(encoded) for encoded in batch]


def _size(encoded: Encoded) -> Size | None:
    name, content = encoded
    try:
        return None if isinstance(content, PictureError) else size_quietly(content, name)
    except PictureError:
        return None


def _from_to(least: int, most: int) -> str:
    return f"{least} to {most}" if least < most else f"{most}"
