"""How sure: whether probabilities mean what they say, and what rejecting the unsure gains."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.evaluation import Judgements, wilson_interval
from imagette.evaluation.reliability import FEWEST, coverage_risk, reliability
from imagette.numerals import Interval
from imagette.report.chart import Chart, Dot, Line, as_percent, axis
from imagette.report.material import Material
from imagette.report.words import between, percent

_LEAST = 0.001  # share wrong at the end of the axis, at least
_POINTS = 200  # of a curve
Keys = tuple[tuple[str, str], ...]
_COVERAGES = (1.0, 0.99, 0.95, 0.9, 0.8, 0.5)


def sureness(material: Material) -> dict[str, Any]:
    """Two diagrams and their numbers; the numbers alone where the answers were not kept."""
    test, judged = material.run.test, material.judgements
    found: dict[str, Any] = {
        "error": percent(test.calibration_error, test.calibration_error_interval),
        "interval": _interval(test.calibration_error_interval),
        "before": test.uncalibrated_error,
        "temperature": material.run.certainty.get("temperature"),
        "accepted": test.accepted,
        "accepted_accuracy": test.accepted_accuracy,
        "charts": [],
        "table": [],
        "left_out": judged.images - len(judged) if judged else 0,
        "kept": len(judged) if judged else 0,
    }
    if judged is None:
        return found
    return found | {"charts": [_reliability(judged), _risk(judged)], "table": _table(judged)}


def _interval(interval: Interval) -> str:
    return f" (95\xa0% interval {between(interval)})"


def _reliability(judged: Judgements) -> Chart:
    scale = axis([0.0, 1.0], "confidence", as_percent)
    after = _bins(judged.confidence, judged.right, "after")
    before = [] if judged.uncalibrated is None else _bins(
        judged.uncalibrated, judged.right, "before"
    )  # fmt: skip
    legend: Keys = (("after", "as saved"), ("ideal", "ideal"))
    if before:
        legend = (("before", "before the temperature"), *legend)
    return Chart(
        title="Reliability: share right against confidence",
        description="Points near the diagonal mean that probabilities are what they say. "
        + "; ".join(dot.text for dot in after),
        x=scale,
        y=axis([0.0, 1.0], "", as_percent),
        lines=(Line("ideal", "ideal", [0, 1], [0, 1]),),
        dots=(*before, *after),
        legend=legend,
    )


def _bins(confidence: NDArray[np.floating[Any]], right: NDArray[np.bool_], kind: str) -> list[Dot]:
    """A dot for each bin of confidence that has images; those as saved with their intervals."""
    dots = []
    for one in reliability(confidence, right):
        if one.confidence is None or one.accuracy is None:
            continue
        share = percent(one.accuracy, one.interval)
        text = f"{one.images:,} images said {percent(one.confidence)}: {share} right"
        low, high = one.interval if kind == "after" else (None, None)
        radius = 3.5 if one.images > FEWEST else 2.5
        dots.append(Dot(one.confidence, one.accuracy, kind, text, low, high, radius))
    return dots


def _risk(judged: Judgements) -> Chart:
    curve = coverage_risk(judged.confidence, judged.right)
    steps = np.unique(np.linspace(0, len(judged) - 1, _POINTS).astype(int))
    steps = steps[curve.coverage[steps] >= min(1.0, FEWEST / len(judged))]
    x, y = curve.coverage[steps].tolist(), curve.risk[steps].tolist()
    dots = []
    if judged.rejected is not None and not judged.rejected.all():
        accepted = ~judged.rejected
        share, wrong = float(accepted.mean()), float(1 - judged.right[accepted].mean())
        text = f"the saved rule answers {percent(share)}, {percent(wrong)} of them wrong"
        dots.append(Dot(share, wrong, "saved", text, radius=4.5))
    return Chart(
        title="Wrong answers when the least sure are left out",
        description=f"With all answered {percent(y[-1])} are wrong. "
        + "".join(f"{dot.text}." for dot in dots),
        x=axis([0.0, 1.0], "answered", as_percent),
        y=axis([0.0, _LEAST, *y, *(dot.y for dot in dots)], "", as_percent),
        lines=(Line("by confidence", "training", x, y),),
        dots=tuple(dots),
        legend=(
            ("training", "wrong among the answered"),
            *((("saved", "the saved rule"),) if dots else ()),
        ),
    )


def _table(judged: Judgements) -> list[tuple[str, str, str]]:
    """Coverage, the confidence that gives it, and the share right."""
    curve = coverage_risk(judged.confidence, judged.right)
    rows = []
    for share in _COVERAGES:
        count = max(1, round(share * len(judged)))
        hits = round(count * (1 - curve.risk[count - 1]))
        least = f"{curve.confidence[count - 1]:.3f}"
        interval = wilson_interval(hits, count)
        rows.append((f"{100 * share:g} %", least, percent(hits / count, interval)))
    return rows
