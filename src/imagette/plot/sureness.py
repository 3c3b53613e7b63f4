"""How sure a classifier is: reliability, and what leaving out the least sure gains."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from imagette.evaluation import Judgements
from imagette.evaluation.reliability import FEWEST, coverage_risk, reliability
from imagette.plot.canvas import AMBER, BLUE, INK, MUTED
from imagette.plot.frame import framed, legend, shares

Floats = NDArray[np.float64]


def reliability_diagram(judgements: Judgements, *, ax: Axes | None = None) -> Axes:
    """The share right against the confidence, as saved and before the temperature."""
    note = "near the diagonal, probabilities are what they say; 95 % intervals"
    ax = framed("Reliability", note, ax, "confidence", "share right")
    ax.plot([0, 1], [0, 1], "--", color=MUTED, linewidth=1, label="ideal")
    if judgements.uncalibrated is not None:
        x, y, _ = _bins(judgements.uncalibrated, judgements.right)
        ax.plot(x, y, "o", color=AMBER, ms=4, label="before the temperature")
    x, y, spans = _bins(judgements.confidence, judgements.right)
    style: dict[str, Any] = {"color": BLUE, "ms": 4, "linewidth": 1.2}
    ax.errorbar(x, y, spans, fmt="o", label="as saved", **style)
    ax.set(xlim=(0, 1.02), ylim=(0, 1.02))
    shares(ax, "x", "y")
    legend(ax)
    return ax


def coverage_curve(judgements: Judgements, *, ax: Axes | None = None) -> Axes:
    """The share wrong of what is answered, where the least sure are left out; and the rule's."""
    curve = coverage_risk(judgements.confidence, judgements.right)
    note = f"{len(judgements):,} images, the least confident left out first"
    ax = framed("Wrong among the answered", note, ax, "answered", "wrong of those")
    kept = curve.coverage >= min(1.0, FEWEST / len(judgements))
    ax.plot(curve.coverage[kept], curve.risk[kept], color=BLUE, label="by confidence")
    if judgements.rejected is not None and not judgements.rejected.all():
        accepted = ~judgements.rejected
        wrong = 1 - judgements.right[accepted].mean()
        ax.plot(accepted.mean(), wrong, "o", color=INK, ms=5, label="the saved rule")
    ax.set(xlim=(0, 1.02))
    ax.set_ylim(bottom=0)
    shares(ax, "x", "y")
    legend(ax)
    return ax


def _bins(
    confidence: NDArray[np.float32], right: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Means of confidence and accuracy (k,) of the bins with images, and what to either side of
    the latter its interval reaches (2, k).
    """
    bins = [one for one in reliability(confidence, right) if one.images]
    x, y = (np.array([getattr(one, name) for one in bins]) for name in ("confidence", "accuracy"))
    low, high = np.array([one.interval for one in bins]).T
    return x, y, np.stack((y - low, high - y))
