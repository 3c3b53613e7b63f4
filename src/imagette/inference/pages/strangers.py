"""Tells which glyphs of a line the classifier does not know, by the company they keep.

Many of a word's letters look like digits to a classifier of digits, but seldom all: what stands
among things unlike the training images is most probably unlike them as well. A line is taken for a
hidden Markov model with two states, known glyphs and strangers, and its likeliest course is found
(Viterbi 1967). Knows novelty and distances, no picture.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_NOVELTY = (0.0, 0.4, 0.8, 1.0, 1.2, 1.5, 2.0)  # novelty of one glyph, where 1 is the threshold
_FOR = (1.2, 0.6, -0.3, -1.0, -2.0, -3.0, -3.5)  # nats for a known glyph, at each of `_NOVELTY`
_INTO = (6.0, 3.6)  # nats against a stranger after a known glyph, at each of `_GAP`
_BACK = (5.0, 1.0)  # nats against a known glyph after a stranger, at each of `_GAP`
_GAP = (0.3, 0.6)  # heights between two glyphs: close by, and a word's gap away


def strangers(
    novelty: NDArray[np.floating[Any]],
    gaps: NDArray[np.floating[Any]],
    weight: NDArray[np.floating[Any]] | float = 1.0,
) -> NDArray[np.bool_]:
    """Which of the n glyphs of a line, from left to right, are of words or the like, bool (n,).

    `novelty` (n,) is how unlike the training images each is; `gaps` (n - 1,) are the distances from
    one to the next, in heights; `weight` (n,) or 1 is how much each says. A single strange glyph
    does not count: it may be badly written.
    """
    known = weight * np.interp(np.nan_to_num(novelty, nan=np.inf), _NOVELTY, _FOR)
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
    return found
