"""The answer for one picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.inference.rejection import Rule


@dataclass(frozen=True)
class Prediction:
    """The answer for one picture.

    Attributes:
        label, probability: the likeliest class.
        runner_up, runner_up_probability: the second.
        probabilities: of every class, by its name.
        note: what was done to the picture to make it fit, "" if nothing. Also "" where the ink
            gets no answer because it is no glyph or one of several.
        rejected: whether the answer is "none of these"; `label` is then the best guess.
        reason: why it is rejected; "" if it is not.
        box: top, left, bottom, right of the glyph in a photograph, in pixels; None where it
            was not looked for, or not found.
    """

    label: str
    probability: float
    runner_up: str
    runner_up_probability: float
    probabilities: dict[str, float]
    note: str = ""
    rejected: bool = False
    reason: str = ""
    box: tuple[int, int, int, int] | None = None


def prediction(
    names: tuple[str, ...],
    probabilities: NDArray[np.floating[Any]],
    novelty: float,
    rule: Rule,
    *,
    note: str = "",
    against: str = "",
    box: tuple[int, int, int, int] | None = None,
) -> Prediction:
    """The answer from the probabilities (classes,) and the novelty of an input.

    `against` is what speaks against any answer, such as that there is nothing in the picture.
    """
    first, second = (-probabilities).argsort(kind="stable")[:2].tolist()  # ties: the first
    values = probabilities.tolist()
    best, next_best = (names[first], values[first]), (names[second], values[second])
    reason = rule.reason((best, next_best), novelty, against)
    if box and reason and reason == against:
        note = ""  # it says how the glyph in the box was taken, which the reason denies
    return Prediction(
        *best,
        *next_best,
        probabilities=dict(zip(names, values, strict=True)),
        note=note,
        box=box,
        rejected=bool(reason),
        reason=reason,
    )
