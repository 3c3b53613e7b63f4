"""Which images of a test set are worth a look: answers that were wrong, unsure, or alike.

Knows judgements alone, and gives positions among them; no image and no name.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.evaluation.judgements import Judgements

Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Confusion:
    """Images of one class that were taken for another.

    Attributes:
        label, prediction: the two classes.
        count: how many images of the first were taken for the second.
        positions: some of them, those of the greatest confidence first.
    """

    label: int
    prediction: int
    count: int
    positions: Positions


@dataclass(frozen=True, eq=False)
class Notable:
    """Positions of images, those that stand for the most first."""

    confidently_wrong: Positions
    least_sure: Positions
    confusions: tuple[Confusion, ...]

    def positions(self) -> Positions:
        """All of them, each once: in turn the first of each kind, then the second, and so on."""
        kinds = [self.confidently_wrong, self.least_sure, *(c.positions for c in self.confusions)]
        longest = max(map(len, kinds), default=0)
        in_turn = [int(kind[i]) for i in range(longest) for kind in kinds if i < len(kind)]
        return np.array(list(dict.fromkeys(in_turn)), np.int64)


def notable(
    judgements: Judgements, *, wrong: int = 12, unsure: int = 12, pairs: int = 6, each: int = 4
) -> Notable:
    """At most so many images that were confidently `wrong`, the least sure (`unsure`), and `each`
    of so many `pairs` of classes.

    The least sure do not repeat the confidently wrong; of a pair it is told which was which.
    """
    mistaken = confidently_wrong(judgements, wrong)
    order = np.argsort(judgements.confidence, kind="stable")
    least = order[~np.isin(order, mistaken)][:unsure].astype(np.int64)
    return Notable(mistaken, least, confusions(judgements, pairs, each))


def confidently_wrong(judgements: Judgements, most: int) -> Positions:
    """Positions of wrong answers, those of the greatest confidence first."""
    wrong = np.flatnonzero(~judgements.right)
    return wrong[_descending(judgements.confidence[wrong])][:most]


def confusions(judgements: Judgements, most: int, each: int) -> tuple[Confusion, ...]:
    """The pairs of label and prediction that differ, those with the most images first."""
    wrong = np.flatnonzero(~judgements.right)
    width = int(max(judgements.labels.max(), judgements.predictions.max())) + 1
    codes = judgements.labels[wrong].astype(np.int64) * width + judgements.predictions[wrong]
    pairs, counts = np.unique(codes, return_counts=True)
    found = []
    for index in _descending(counts)[:most]:
        members = wrong[codes == pairs[index]]
        members = members[_descending(judgements.confidence[members])]
        label, prediction = divmod(int(pairs[index]), width)
        found.append(Confusion(label, prediction, int(counts[index]), members[:each]))
    return tuple(found)


def _descending(values: NDArray[Any]) -> Positions:
    return np.argsort(-values.astype(np.float64), kind="stable").astype(np.int64)
