"""When a classifier gives no answer, and why.

Knows probabilities and the novelty that `model.onnx` gives beside them, no picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import SettingsError

UNLIKE = "unlike the training images"  # why a glyph gets no answer
SEVERAL = "several glyphs"  # why a picture gets no answer, where one glyph is asked for
IN_A_WORD = f"among what is {UNLIKE}"  # why a glyph of a page gets no answer

_TORN = 0.25  # of the best guess's probability: a runner-up with at least this share is named
_FAR = 2.0  # times the threshold: an image of more novelty is no border case


@dataclass(frozen=True)
class Rule:
    """When to give no answer: if the label's probability is below `least_probability` or the
    novelty above `novelty_threshold`.
    """

    least_probability: float = 0.0
    novelty_threshold: float = np.inf
    always: bool = False  # answer, come what may

    @classmethod
    def of(
        cls,
        rejection: Mapping[str, Any] | None,
        threshold: float | None = None,
        never_reject: bool = False,
    ) -> Rule:
        """The rule of a classifier's metadata, and the user's `threshold` for the probability.

        Raises:
            SettingsError: the threshold is no probability, or given together with `never_reject`.
        """
        if threshold is not None and never_reject:
            raise SettingsError(
                f"`threshold={threshold!r}` and `never_reject=True`: expected one of them"
            )
        if threshold is not None and not _is_probability(threshold):
            raise SettingsError(
                f"`threshold={threshold!r}`: expected the least probability for an answer, "
                "from 0 to 1"
            )
        if never_reject:
            return cls(always=True)
        strangest = rejection["novelty_threshold"] if rejection else np.inf
        return cls(float(threshold or 0), float(strangest))

    def rejects(
        self, probabilities: NDArray[np.floating[Any]], novelty: NDArray[np.floating[Any]]
    ) -> NDArray[np.bool_]:
        """Which of the images with `probabilities` (n, classes), `novelty` (n,) get no answer."""
        if self.always:
            return np.zeros(len(probabilities), bool)
        unsure = probabilities.max(axis=1) < self.least_probability
        return np.asarray(unsure | ~(novelty <= self.novelty_threshold))

    def reason(
        self,
        ranked: tuple[tuple[str, float], tuple[str, float]],
        novelty: float,
        against: str = "",
    ) -> str:
        """Why there is no answer, "" where there is one; `ranked` are the two likeliest labels.

        `against` is what speaks against any answer, such as that there is nothing in the picture.
        """
        (label, probability), (runner_up, second) = ranked
        if self.always:
            return ""
        if against:
            return against
        # NaN counts as unlike the training images.
        strange = not novelty <= self.novelty_threshold
        unsure = probability < self.least_probability
        torn = second >= _TORN * probability
        if strange and not (torn and novelty <= _FAR * self.novelty_threshold):
            return UNLIKE
        if (strange or unsure) and torn:
            return f"torn between {label} and {runner_up}"
        return f"less sure than {self.least_probability:g}" if unsure else ""


def _is_probability(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= float(value) <= 1
