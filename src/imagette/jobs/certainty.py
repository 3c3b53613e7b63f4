"""How sure a trained network is of its answers, fitted on validation images before it is saved.

A temperature goes into the weights, so that it is in every file of a run; a novelty goes into
`model.onnx`, and so does the mean over mirror images, where it is asked for. Knows how to get
features out of a network, and nothing of what is fitted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset, Splits
from imagette.evaluation.novelty import COVERAGE, LOOKED_AT, Novelty, Traces, fit_novelty, remember
from imagette.evaluation.temperature import fit_temperature, softmax
from imagette.inference.session import open_session
from imagette.network import Network
from imagette.network.head import head, with_logits_divided
from imagette.randomness import generator
from imagette.runs.model_file import TRACES, build_traces_model

METHOD = "cosine to the nearest training image, Mahalanobis distance, margin of the logits"
_BATCH = 256  # images at a time

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
    parts = [asdict(traces) for traces in _traces(session, looked_at)]
    together = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    memory = remember(Traces(**together), looked_at.labels, seed)
    seen = [(memory.signs(t), t.logits) for t in _traces(session, splits.validation)]
    logits = np.concatenate([part for _, part in seen])
    temperature = fit_temperature(softmax(logits), splits.validation.labels)
    signs = np.concatenate([part for part, _ in seen], axis=1)
    signs[-1] /= temperature  # the sign that the logits give
    novelty = fit_novelty(memory, signs)
    divided = with_logits_divided(network, weights, temperature)
    return Certainty(divided, temperature, novelty, () if novelty else (_too_few(splits),))


def _traces(session: Any, dataset: Dataset) -> Iterator[Traces]:
    """What the images leave in the network, a batch at a time."""
    for images in dataset.batches():
        for start in range(0, len(images), _BATCH):
            part = np.ascontiguousarray(images[start : start + _BATCH])
            yield Traces(*session.run(TRACES, {"images": part}))


def _too_few(splits: Splits) -> str:
    return (
        f"{len(splits.validation)} validation images are too few to reject what is unlike the "
        f"training images: expected {round(COVERAGE / (1 - COVERAGE))}, to answer "
        f"{COVERAGE:.0%} of those that are like them"
    )
