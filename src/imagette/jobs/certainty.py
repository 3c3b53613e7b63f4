"""How sure a trained network is of its answers, fitted on validation images before it is saved.

A temperature goes into the weights, so that it is in every file of a run; a novelty goes into
`model.onnx`, and so does the mean over mirror images, where it is asked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset, Splits
from imagette.data.progress import DataProgress
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
from imagette.evaluation.temperature import bound_of_certainty, fit_temperature, softmax
from imagette.inference.session import open_session
from imagette.jobs.outliers import outlier_discriminant
from imagette.jobs.traces import joined, traces_of
from imagette.network import Network
from imagette.network.head import head, with_logits_divided
from imagette.randomness import generator
from imagette.runs.model_file import build_traces_model

METHOD = "cosine to the nearest training image, Mahalanobis distance, margin of the logits"
_MORE = ", linear discriminant of pseudo-outliers"
_FEW = 2000  # validation images suffice to find pseudo-outliers strange

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
        method = METHOD + (_MORE if self.novelty.memory.discriminant else "")
        return {"method": method, "coverage": self.novelty.coverage, "novelty_threshold": 1.0}


def fit_certainty(
    network: Network,
    weights: Weights,
    splits: Splits,
    seed: int,
    *,
    mirrored: bool = False,
    averaged: bool = False,
    progress: DataProgress | None = None,
) -> Certainty:
    """Fit temperature and novelty of a trained network.

    `mirrored`: half of its training images were, so that mirrored ones are as well known;
    `averaged`: its logits will be the means over an image and its mirror image.
    """
    node = head(network)
    if node is None:
        note = (
            f"the network ends in {network.nodes[-1].layer.label}, not in Dense and a softmax: "
            "its probabilities are not calibrated, and it rejects nothing"
        )
        return Certainty(weights, None, None, (note,))
    session = open_session(build_traces_model(network, weights, averaged), "the trained network")
    flips = generator(seed, "mirrored for novelty") if mirrored else None
    progress = progress or DataProgress()

    def traces(what: str, dataset: Dataset) -> Iterator[Traces]:
        return progress.over(what, len(dataset), traces_of(session, dataset, flips))

    drawn = generator(seed, "remembered images").permutation(len(splits.train))[:LOOKED_AT]
    looked_at = splits.train.select(np.sort(drawn))
    known = joined(traces("learning what is known from", looked_at))
    memory = remember(known, looked_at.labels, seed)
    random = generator(seed, "pseudo-outliers")
    some = splits.validation.select(random.permutation(len(splits.validation))[:_FEW])
    first = fit_novelty(memory, _signs(memory, traces("calibrating on", some)))
    if first is not None:
        discriminant = outlier_discriminant(
            session, first, known.features, looked_at, random, splits.mirror, progress
        )
        memory = replace(memory, discriminant=discriminant)
    seen = [(memory.signs(t), t.logits) for t in traces("calibrating on", splits.validation)]
    logits = np.concatenate([part for _, part in seen])
    temperature = fit_temperature(softmax(logits), splits.validation.labels)
    signs = np.concatenate([part for part, _ in seen], axis=1)
    signs[MARGIN] /= temperature  # the sign that the logits give
    novelty = fit_novelty(memory, signs)
    divided = with_logits_divided(network, weights, temperature)
    few = (_too_few(splits), bound_of_certainty(len(splits.validation)))
    return Certainty(divided, temperature, novelty, () if novelty else few)


def _signs(memory: Memory, parts: Iterable[Traces]) -> NDArray[np.float64]:
    return np.concatenate([memory.signs(traces) for traces in parts], axis=1)


def _too_few(splits: Splits) -> str:
    return (
        f"{len(splits.validation)} validation images are too few to reject what is unlike the "
        f"training images: expected {round(COVERAGE / (1 - COVERAGE))}, to answer "
        f"{100 * COVERAGE:.0f} % of those that are like them"
    )
