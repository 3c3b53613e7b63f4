"""Which glyphs of a line are no glyphs that the classifier knows, by the company they keep.

Of a word's letters many look like digits to a classifier of digits, but seldom all: what stands
among what is unlike the training images is most probably unlike them, too. A line is in turn of
known glyphs and of strangers, a hidden Markov model of two states, whose likeliest course is taken
(Viterbi 1967). Knows novelty and distances, no picture.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_NOVELTY = (0.0, 0.4, 0.8, 1.0, 1.2, 1.5, 2.0)  # of one glyph, where 1 is the threshold, and
_FOR = (1.2, 0.6, -0.3, -1.0, -2.0, -3.0, -3.5)  # nats, so much likelier of a known one
_INTO = 4.0  # nats against strangers, at the beginning or after known glyphs: more than one glyph's
_BACK = 4.0  # and against known glyphs after strangers,
_BACK_APART = 2.0  # and across a gap between words:
_APART = 0.6  # of the height


def strangers(
    novelty: NDArray[np.floating[Any]], gaps: NDArray[np.floating[Any]]
) -> NDArray[np.bool_]:
    """Which of the n glyphs of a line, from left to right, are of words or the like.

    `novelty` (n,) is how unlike the training images each is; `gaps` (n - 1,) are the distances from
    one to the next, in heights. A single strange glyph is none: it may be badly written.
    """
    known = np.interp(np.nan_to_num(novelty, nan=np.inf), _NOVELTY, _FOR)
    back = np.where(np.asarray(gaps) > _APART, _BACK_APART, _BACK)
    costs = np.array([0.0, _INTO])  # of the likeliest course that ends as known, or strange
    changed = np.zeros((len(known), 2), bool)  # whether it was the other before
    for number, gain in enumerate(known):
        if number:
            otherwise = costs[::-1] + np.array([back[number - 1], _INTO])
            changed[number] = otherwise < costs
            costs = np.minimum(costs, otherwise)
        costs += np.array([max(-gain, 0.0), max(gain, 0.0)])
    found = np.zeros(len(known), bool)
    state = int(np.argmin(costs))
    for number in range(len(known))[::-1]:
        found[number] = state
        state ^= int(changed[number, state])
    return found
