"""How sure a trained network is of its answers, fitted on validation images before it is saved.

A temperature goes into the weights, so that it is in every file of a run; a novelty goes into
`model.onnx`, and so does the mean over mirror images, where it is asked for. Knows how to get
features out of a network, and nothing of what is fitted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset, Splits
from imagette.evaluation.discriminant import fit_discriminant
from imagette.evaluation.novelty import (
    COVERAGE,
    LOOKED_AT,
    MARGIN,
    Memory,
    Novelty,
    Traces,
    fit_novelty,
    remember,
)
from imagette.evaluation.pseudo_outliers import are_outliers, pseudo_outliers
from imagette.evaluation.temperature import fit_temperature, softmax
from imagette.inference.session import open_session
from imagette.network import Network
from imagette.network.head import head, with_logits_divided
from imagette.randomness import generator
from imagette.runs.model_file import TRACES, build_traces_model

METHOD = (
    "cosine to the nearest training image, Mahalanobis distance, margin of the logits, linear "
    "discriminant of pseudo-outliers"
)
_BATCH = 256  # images at a time
_FEW = 2000  # validation images suffice to find pseudo-outliers strange,
_MADE = 4000  # of those, at most,
_COMPARED = 6000  # training images that they are told from, at most,
_FEWEST = 100  # and so many of them at least, to learn from

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Certainty:
    """Weights with the temperature in them, what was fitted, and what the user should know.

    `temperature` and `novelty` are None where they could not be fitted.
    """

    weights: Weights
    temperature: float | None
    novelty: Novelty | None
    notes: tuple[str, ...] = ()

    @property
    def rejection(self) -> dict[str, Any] | None:
        """The rule as metadata hold it."""
        if self.novelty is None:
            return None
        return {"method": METHOD, "coverage": self.novelty.coverage, "novelty_threshold": 1.0}


def fit_certainty(
    network: Network, weights: Weights, splits: Splits, seed: int, mirrored: bool = False
) -> Certainty:
    """Fit temperature and novelty of a trained network.

    `mirrored`: its logits will be the means over an image and its mirror image.
    """
    node = head(network)
    if node is None:
        note = (
            f"the network ends in {network.nodes[-1].layer.label}, not in Dense and a softmax: "
            "its probabilities are not calibrated, and it rejects nothing"
        )
        return Certainty(weights, None, None, (note,))
    session = open_session(build_traces_model(network, weights, mirrored), "the trained network")
    drawn = generator(seed, "remembered images").permutation(len(splits.train))[:LOOKED_AT]
    looked_at = splits.train.select(np.sort(drawn))
    known = _joined(_traces(session, looked_at))
    memory = remember(known, looked_at.labels, seed)
    outliers = _outliers(session, memory, looked_at, splits.validation, seed)
    if outliers is not None:
        features = known.features[_spread(len(looked_at), _COMPARED)]
        memory = replace(memory, discriminant=fit_discriminant(features, outliers))
    seen = [(memory.signs(t), t.logits) for t in _traces(session, splits.validation)]
    logits = np.concatenate([part for _, part in seen])
    temperature = fit_temperature(softmax(logits), splits.validation.labels)
    signs = np.concatenate([part for part, _ in seen], axis=1)
    signs[MARGIN] /= temperature  # the sign that the logits give
    novelty = fit_novelty(memory, signs)
    divided = with_logits_divided(network, weights, temperature)
    return Certainty(divided, temperature, novelty, () if novelty else (_too_few(splits),))


def _outliers(
    session: Any, memory: Memory, looked_at: Dataset, validation: Dataset, seed: int
) -> NDArray[np.float32] | None:
    """The features of pseudo-outliers made of the images that are `looked_at`.

    None where too few are found strange by what `memory` holds, to learn from.
    """
    some = validation.select(np.arange(min(_FEW, len(validation))))
    novelty = fit_novelty(memory, np.hstack([memory.signs(t) for t in _traces(session, some)]))
    if novelty is None:
        return None
    random = generator(seed, "pseudo-outliers")
    looked_at = looked_at.select(_spread(len(looked_at), _MADE))
    labels = iter(looked_at.labels)
    features, strange, kinds = [], [], []
    for images in looked_at.batches():
        own = np.fromiter(labels, np.int64, len(images))
        made, of = pseudo_outliers(images, own, random)
        for traces in _left(session, made):
            features.append(traces.features)
            strange.append(novelty.score(traces) > 1)
        kinds.append(of)
    kept = are_outliers(np.concatenate(kinds), np.concatenate(strange))
    return np.concatenate(features)[kept] if np.count_nonzero(kept) >= _FEWEST else None


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """Positions among `count`, evenly apart, at most so many."""
    return np.arange(0, count, -(-count // most))


def _traces(session: Any, dataset: Dataset) -> Iterator[Traces]:
    """What the images leave in the network, a batch at a time."""
    for images in dataset.batches():
        yield from _left(session, images)


def _left(session: Any, images: NDArray[np.uint8]) -> Iterator[Traces]:
    for start in range(0, len(images), _BATCH):
        part = np.ascontiguousarray(images[start : start + _BATCH])
        yield Traces(*session.run(TRACES, {"images": part}))


def _joined(parts: Iterable[Traces]) -> Traces:
    found = [asdict(part) for part in parts]
    return Traces(**{key: np.concatenate([one[key] for one in found]) for key in found[0]})


def _too_few(splits: Splits) -> str:
    return (
        f"{len(splits.validation)} validation images are too few to reject what is unlike the "
        f"training images: expected {round(COVERAGE / (1 - COVERAGE))}, to answer "
        f"{COVERAGE:.0%} of those that are like them"
    )
