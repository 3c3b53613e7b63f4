"""What images leave in a trained network, a batch at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset
from imagette.evaluation.novelty import Traces
from imagette.runs.model_file import TRACES

_BATCH = 256  # images at a time


def traces_of(
    session: Any, dataset: Dataset, mirrored: np.random.Generator | None = None
) -> Iterator[Traces]:
    """The traces of all images in their order; with `mirrored`, half of them mirrored at random."""
    for images in dataset.batches():
        if mirrored is not None:
            flipped = mirrored.random(len(images)) < 0.5
            images = np.where(flipped[:, None, None, None], images[:, :, ::-1], images)
        yield from traces_left(session, images)


def traces_left(session: Any, images: NDArray[np.uint8]) -> Iterator[Traces]:
    """The traces of uint8 images (n, height, width, channels)."""
    for start in range(0, len(images), _BATCH):
        part = np.ascontiguousarray(images[start : start + _BATCH])
        yield Traces(*session.run(TRACES, {"images": part}))


def joined(parts: Iterable[Traces]) -> Traces:
    """All of them in one."""
    found = [asdict(part) for part in parts]
    return Traces(**{key: np.concatenate([one[key] for one in found]) for key in found[0]})
