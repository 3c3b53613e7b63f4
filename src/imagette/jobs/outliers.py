"""What a trained network makes of pseudo-outliers, and what tells it from the known images."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset
from imagette.data.progress import DataProgress
from imagette.evaluation.discriminant import Discriminant, fit_discriminant
from imagette.evaluation.novelty import Novelty, Traces
from imagette.evaluation.pseudo_outliers import are_outliers, pseudo_outliers
from imagette.jobs.traces import traces_left

_MOST_MADE = 4000  # pseudo-outliers
_MOST_COMPARED = 6000  # known images
_LEAST_KEPT = 100  # pseudo-outliers, to learn from


def outlier_discriminant(
    session: Any,
    novelty: Novelty,
    known: NDArray[np.float32],
    looked_at: Dataset,
    random: np.random.Generator,
    mirror: bool,
    progress: DataProgress,
) -> Discriminant | None:
    """What tells the features (n, d) `known`, of the n images `looked_at`, from outliers'.

    Outliers are made of some of these images; `mirror`: they mean the same mirrored. None where
    `novelty`, as it is without this, finds too few of them strange.
    """
    chosen = random.permutation(len(looked_at))[:_MOST_MADE]
    features = _outliers(session, novelty, looked_at.select(chosen), random, mirror, progress)
    if len(features) < _LEAST_KEPT:
        return None
    compared = np.sort(random.permutation(len(known))[:_MOST_COMPARED])
    return fit_discriminant(known[compared], features)


def _outliers(
    session: Any,
    novelty: Novelty,
    images: Dataset,
    random: np.random.Generator,
    mirror: bool,
    progress: DataProgress,
) -> NDArray[np.float32]:
    """The features (m, d) of those pseudo-outliers whose kind is found strange."""
    features, strange, kinds = [], [], []

    def answered() -> Iterator[Traces]:
        start = 0
        for part in images.batches():
            labels = images.labels[start : start + len(part)]
            start += len(part)
            made, of = pseudo_outliers(part, labels, random, mirror)
            kinds.append(of)
            yield from traces_left(session, made)

    for traces in progress.over("learning what is strange from", len(images), answered()):
        features.append(traces.features)
        strange.append(novelty.score(traces) > 1)
    return np.concatenate(features)[are_outliers(np.concatenate(kinds), np.concatenate(strange))]
