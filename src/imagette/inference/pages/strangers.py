"""Tells which glyphs of a page the classifier does not know, by the company they keep.

Many of a word's letters look like digits to a classifier of digits, but seldom all: what stands
among things unlike the training images is most probably unlike them as well. A line is taken for a
hidden Markov model with two states, known glyphs and strangers, and its likeliest course is found
(Viterbi 1967). Knows novelty and distances, no picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NOVELTY = (0.0, 0.4, 0.8, 1.0, 1.2, 1.5, 2.0)  # novelty of one glyph, where 1 is the threshold
_FOR = (1.2, 0.6, -0.3, -1.0, -2.0, -3.0, -3.5)  # nats for a known glyph, at each of `_NOVELTY`
_WORDS = 6.0  # nats against a page that has any strangers
_INTO = (6.0, 1.0)  # nats against a stranger after a known glyph, at each of `_GAP`
_BACK = (5.0, 0.0)  # nats against a known glyph after a stranger, at each of `_GAP`
_GAP = (0.3, 0.6)  # heights between two glyphs: close by, and a word's gap away,
_WIDER = 2.0  # which is so many times as wide as usual: glyphs in boxes stand apart, too


@dataclass(frozen=True)
class Row:
    """What is known of the n glyphs of a line, from left to right.

    Attributes:
        novelty: how unlike the training images each is (n,); 1 is the threshold.
        gaps: the distances from one to the next (n - 1,), in heights.
        weight: how much each says, (n,) or one for all.
    """

    novelty: NDArray[np.floating[Any]]
    gaps: NDArray[np.floating[Any]]
    weight: NDArray[np.floating[Any]] | float = 1.0


def strangers(rows: Sequence[Row]) -> list[NDArray[np.bool_]]:
    """Which glyphs of each line are of words or the like, bool (n,).

    A page has words or it has none: badly written digits of a few numbers make none. Where words
    are, each glyph or number between them is told from them by itself.
    """
    courses = [_likeliest(row) for row in rows]
    if sum(gain for _, gain in courses) <= _WORDS:
        return [np.zeros(len(row.novelty), bool) for row in rows]
    return [found for found, _ in courses]


def usual_gap(gaps: NDArray[np.floating[Any]]) -> float:
    """That of neighbours within a word or number; 0 for less than two gaps, which tell nothing."""
    return float(np.percentile(gaps, 40, method="lower")) if len(gaps) > 1 else 0.0


def _likeliest(row: Row) -> tuple[NDArray[np.bool_], float]:
    """Which glyphs of a line are strangers, and by how many nats that is likelier than none."""
    known = row.weight * np.interp(np.nan_to_num(row.novelty, nan=np.inf), _NOVELTY, _FOR)
    gaps = np.where(row.gaps > _WIDER * usual_gap(row.gaps), row.gaps, 0.0)
    into, back = (np.interp(gaps, _GAP, costs) for costs in (_INTO, _BACK))
    costs = np.array([0.0, _INTO[1]])  # of the likeliest course that ends known, and strange
    changed = np.zeros((len(known), 2), bool)  # whether the state before was the other
    for number, gain in enumerate(known):
        if number:
            otherwise = costs[::-1] + np.array([back[number - 1], into[number - 1]])
            changed[number] = otherwise < costs
            costs = np.minimum(costs, otherwise)
        costs += np.array([max(-gain, 0.0), max(gain, 0.0)])
    found = np.zeros(len(known), bool)
    state = int(np.argmin(costs))
    for number in range(len(known))[::-1]:
        found[number] = state
        state ^= int(changed[number, state])
    return found, float(np.maximum(-known, 0).sum() - costs.min())
