"""Images that are arrays already, brought to the size and channels that were asked for."""

import hashlib
from contextlib import closing
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from imagette.data.cache import key_of, mapped
from imagette.data.contents import Contents
from imagette.data.options import DataOptions
from imagette.data.parallel import in_order
from imagette.data.progress import DataProgress
from imagette.data.selection import Images, Selection
from imagette.images.fit_shape import fit_shape

_BATCH = 256  # images that a thread resizes at a time


def conformed(
    contents: Contents, options: DataOptions, progress: DataProgress | None = None
) -> Contents:
    """`contents` with images of the size and channels of `options`, as pictures are resized.

    Images that are mapped from a file are mapped from another afterwards.

    Raises:
        SourceError: neither disk nor memory has room for them.
    """
    images = contents.images
    channels = images.shape[3] if options.channels == "auto" else int(options.channels)
    shape = (*(options.size() or images.shape[1:3]), channels)
    if images.shape[1:] == shape:
        return contents

    def fill(array: NDArray[np.uint8]) -> None:
        _fill(array, images, options.resize, progress or DataProgress())

    whole = (len(images), *shape)
    if isinstance(images, np.memmap | Selection):
        array = mapped(_key(images, whole, options.resize), whole, fill)
    else:
        array = np.empty(whole, np.uint8)
        fill(array)
    return replace(contents, images=array)


def _fill(array: NDArray[np.uint8], images: Images, resize: str, progress: DataProgress) -> None:
    def fit(start: int) -> None:
        stop = start + _BATCH
        for position, image in enumerate(np.asarray(images[start:stop]), start):
            array[position] = fit_shape(image, array.shape[1:], resize)[0]

    starts = range(0, len(array), _BATCH)
    with progress.step("resizing", len(array)), closing(in_order(fit, starts)) as results:
        for number, _ in enumerate(results, 1):
            progress.advanced(min(number * _BATCH, len(array)))


def _key(images: Images, shape: tuple[int, ...], resize: str) -> str:
    digest = hashlib.sha256()
    for start in range(0, len(images), _BATCH):
        digest.update(images[start : start + _BATCH].tobytes())
    return key_of("resized", digest.hexdigest(), images.shape, shape, resize)
