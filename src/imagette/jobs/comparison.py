"""Runs against one another, on the same test images: is one of them better?

The first is what the others are compared with. Knows what is on disk, and prints nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from imagette.bounded import real_path
from imagette.data.progress import DataProgress
from imagette.data.sources import Source
from imagette.errors import DatasetError, RunError
from imagette.evaluation import Evaluation, Judgements
from imagette.evaluation.paired import SIGNIFICANT, compare_pairs, compare_seeds, holm
from imagette.numerals import Interval
from imagette.runs.group import is_group, runs_in
from imagette.runs.judgements_file import judgements_of
from imagette.runs.run import Run

NONE_SHOWN = "no difference shown"


@dataclass(frozen=True)
class Compared:
    """A run, or a group of runs that differ in the seed, on the test images.

    Attributes:
        path, recipe: where it is, and what was trained.
        seeds: one for a run.
        accuracy: of a group the mean, as all other numbers but the seconds, the median.
        accuracy_interval: Wilson's; None for a group, whose accuracies have a `spread`.
        spread: standard deviation of the accuracies; None for a run.
        seconds: of training.
        test_readings: how often the test images were read; the most of a group.
    """

    path: str
    recipe: str
    seeds: tuple[int, ...]
    accuracy: float
    accuracy_interval: Interval | None
    spread: float | None
    macro_f1: float
    log_loss: float
    calibration_error: float
    seconds: float
    test_readings: int


@dataclass(frozen=True)
class Difference:
    """One of them against the first.

    Attributes:
        test: "McNemar, exact" for runs, "paired t over seeds" for groups.
        pairs: images, or seeds that both have.
        only_this, only_first: images that only one of them has right; None for groups.
        difference: of the accuracies, this one less the first, with its 95 % interval.
        p_value: of the test by itself.
        adjusted_p_value: with Holm's correction for as many tests as there are.
        verdict: "better", "worse" or "no difference shown", by the adjusted p-value at 0.05.
    """

    path: str
    first: str
    test: str
    pairs: int
    only_this: int | None
    only_first: int | None
    difference: float
    interval: Interval
    p_value: float
    adjusted_p_value: float
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """`images` are the test images; `judged` of them the tests looked at."""

    images: int
    judged: int
    rows: tuple[Compared, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class _Side:
    """What is compared: its runs, and what each said of which test images (by fingerprint)."""

    path: Path
    runs: tuple[Run, ...]
    evaluations: tuple[Evaluation, ...]
    judgements: tuple[Judgements, ...]
    images: frozenset[str | None]
    grouped: bool


def compare(
    paths: Sequence[Path], data: Source | None = None, progress: DataProgress | None = None
) -> Comparison:
    """Compare runs, or groups of runs, with the first of them.

    On their own test images, which must be the same, from what was said of them then; or on the
    test images of `data`.

    Raises:
        RunError: fewer than two, one twice, runs and groups mixed, no complete run, or a damaged
            one.
        DatasetError: other test images or classes, or groups without common seeds.
    """
    _require_several(paths)
    groups = [is_group(path) for path in paths]
    found = [runs_in(path) for path in paths]
    if any(groups) and not all(groups):
        raise RunError(
            f"{paths[groups.index(True)]} is a group of runs, {paths[groups.index(False)]} is "
            "none: expected runs alone, or groups alone. Give the runs of the group one by one"
        )
    if data is None:
        _require_same_images([runs[0] for runs in found])
    sides = [
        _side(path, runs, groups[0], data, progress)
        for path, runs in zip(paths, found, strict=True)
    ]
    for side in sides:
        if len(side.images | sides[0].images) > 1:
            raise DatasetError(
                f"{side.path} and {sides[0].path} would be measured on different images: of a "
                "source that a run has learned from it gets the test images alone. Compare on "
                "images that none of them has seen"
            )
    return Comparison(
        images=sides[0].evaluations[0].images,
        # Groups are compared by the accuracies of their runs, which are of all images.
        judged=sides[0].evaluations[0].images if groups[0] else len(sides[0].judgements[0]),
        rows=tuple(map(_row, sides)),
        differences=_differences(sides),
    )


def _require_several(paths: Sequence[Path]) -> None:
    if len(paths) < 2:
        raise RunError(
            f"{len(paths)} run to compare, expected two or more. Give their folders, the one that "
            "the others are compared with first"
        )
    places = [real_path(path) for path in paths]
    twice = [path for path, place in zip(paths, places, strict=True) if places.count(place) > 1]
    if twice:
        raise RunError(f"{twice[0]} is given twice, expected different runs. Give each once")


def _require_same_images(runs: Sequence[Run]) -> None:
    first = runs[0]
    for run in runs[1:]:
        if set(run.data["class_names"]) != set(first.data["class_names"]):
            raise DatasetError(
                f"{run.path} and {first.path} know different classes: expected the same. They "
                "cannot be compared"
            )
        one, other = (each.data["test"]["fingerprint"] for each in (first, run))
        if one != other:
            raise DatasetError(
                f"{run.path} was tested on other images than {first.path}: fingerprint "
                f"{other[:12]}, expected {one[:12]}. Compare runs with one source, split with one "
                "seed; or give `data`, a source whose test images both then classify"
            )


def _side(
    path: Path,
    runs: tuple[Run, ...],
    grouped: bool,
    data: Source | None,
    progress: DataProgress | None,
) -> _Side:
    if data is None:
        evaluations = tuple(run.test for run in runs)
        judgements = tuple(judgements_of(run)["test"] for run in runs)
        images = frozenset(run.fingerprint("test") for run in runs)
    else:
        from imagette.jobs.measuring import measure_run  # imports ONNX Runtime

        measured = [measure_run(run, data, progress) for run in runs]
        evaluations = tuple(each.evaluation for each in measured)
        judgements = tuple(each.judgements for each in measured)
        images = frozenset(each.fingerprint for each in measured)
    return _Side(path, runs, evaluations, judgements, images, grouped)


def _row(side: _Side) -> Compared:
    evaluations, runs = side.evaluations, side.runs

    def mean(name: str) -> float:
        return statistics.fmean(getattr(evaluation, name) for evaluation in evaluations)

    accuracies = [evaluation.accuracy for evaluation in evaluations]
    return Compared(
        path=str(side.path),
        recipe=runs[0].recipe,
        seeds=tuple(int(run.settings.get("seed", 0)) for run in runs),
        accuracy=mean("accuracy"),
        accuracy_interval=None if side.grouped else evaluations[0].accuracy_interval,
        spread=statistics.stdev(accuracies) if len(accuracies) > 1 else None,
        macro_f1=mean("macro_f1"),
        log_loss=mean("log_loss"),
        calibration_error=mean("calibration_error"),
        seconds=statistics.median(run.training["seconds"] for run in runs),
        test_readings=max(run.test_readings for run in runs),
    )


def _differences(sides: Sequence[_Side]) -> tuple[Difference, ...]:
    first = sides[0]
    between = _between_groups if first.grouped else _between_runs
    tests = [between(side, first) for side in sides[1:]]
    adjusted = holm([test["p_value"] for test in tests])
    return tuple(
        Difference(
            path=str(side.path),
            first=str(first.path),
            adjusted_p_value=probability,
            verdict=_verdict(test["difference"], probability),
            **test,
        )
        for side, test, probability in zip(sides[1:], tests, adjusted, strict=True)
    )


def _verdict(difference: float, probability: float) -> str:
    if probability >= SIGNIFICANT:
        return NONE_SHOWN
    return "better" if difference > 0 else "worse"


def _between_runs(side: _Side, first: _Side) -> dict[str, Any]:
    this, other = side.judgements[0], first.judgements[0]
    if len(this) != len(other):
        raise DatasetError(
            f"{side.path} judged {len(this):,} test images, {first.path} {len(other):,}: "
            "expected the same. imagette evaluate RUN makes the judgements anew"
        )
    pairs = compare_pairs(np.asarray(this.right), np.asarray(other.right))
    return {
        "test": "McNemar, exact",
        "pairs": pairs.images,
        "only_this": pairs.only_first,
        "only_first": pairs.only_second,
        "difference": pairs.difference,
        "interval": pairs.interval,
        "p_value": pairs.p_value,
    }


def _between_groups(side: _Side, first: _Side) -> dict[str, Any]:
    of_both = [_by_seed(side), _by_seed(first)]
    common = sorted(of_both[0].keys() & of_both[1].keys())
    if len(common) < 2:
        raise DatasetError(
            f"{side.path} has the seeds {sorted(of_both[0])}, {first.path} {sorted(of_both[1])}: "
            "expected two or more that both have. Train both with `seeds` and one `seed`"
        )
    this, other = ([one[seed] for seed in common] for one in of_both)
    over_seeds = compare_seeds(this, other, side.evaluations[0].images)
    return {
        "test": "paired t over seeds",
        "pairs": over_seeds.seeds,
        "only_this": None,
        "only_first": None,
        "difference": over_seeds.difference,
        "interval": over_seeds.interval,
        "p_value": over_seeds.p_value,
    }


def _by_seed(side: _Side) -> dict[int, float]:
    """The accuracy of each seed."""
    pairs = zip(side.runs, side.evaluations, strict=True)
    return {int(run.settings["seed"]): evaluation.accuracy for run, evaluation in pairs}
