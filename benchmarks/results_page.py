"""`RESULTS.md` from the lines of `time_to_accuracy.py`: goals, and a table a data set.

Computes from lines of JSON alone; measures nothing and reads no file.
"""

import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OURS, KERAS, TORCH = "imagette", "Keras on TensorFlow", "PyTorch"

Line = dict[str, Any]
Current = Mapping[tuple[str, str], str]  # keys of jobs by their labels and data


@dataclass(frozen=True)
class Goal:
    """Mean test accuracy in percent, within so many seconds of training, over n runs."""

    data: str
    accuracy: float
    seconds: float
    runs: int


GOALS = (
    Goal("mnist", 99.04, 1.5, 30),
    Goal("mnist", 99.50, 30, 10),
    Goal("mnist", 99.70, 480, 5),
    Goal("fashion-mnist", 93.0, 40, 10),
    Goal("fashion-mnist", 94.5, 480, 5),
    Goal("fashion-mnist", 95.5, 3000, 1),
)
_ONE_EPOCH = f"{TORCH}: one-epoch, precision bfloat16"
_SHARE = 0.5  # of its seconds, at most


class Measured:
    """All runs of one job; accuracies in percent."""

    def __init__(self, lines: list[Line]):
        self.label: str = lines[0]["label"]
        self.engine: str = lines[0]["engine"]
        self.data: str = lines[0]["data"]
        self.runs = len(lines)
        self.accuracies = [100 * line["accuracy"] for line in lines]
        self.accuracy = statistics.mean(self.accuracies)
        self.seconds = [line["seconds"] for line in lines]
        self.median_seconds = statistics.median(self.seconds)
        self.peak_mb = max(line["peak_mb"] for line in lines)
        self.warm_up = statistics.median(line["warm_up"] for line in lines)
        self.epochs: int = lines[0]["epochs"]
        self._curves = [line["curve"] for line in lines if "curve" in line]

    @property
    def spread(self) -> str:
        if self.runs == 1:
            return f"{self.accuracy:.2f}"
        return f"{self.accuracy:.2f} ± {statistics.stdev(self.accuracies):.2f}"

    @property
    def time(self) -> str:
        """Median, and the range where there is one."""
        low, high = min(self.seconds), max(self.seconds)
        span = f" ({_seconds(low)} to {_seconds(high)})" if self.runs > 1 else ""
        return _seconds(self.median_seconds) + span

    @property
    def curve(self) -> list[tuple[float, float]]:
        """Of peers: median seconds and mean accuracy after each epoch."""
        return [
            (statistics.median(at for at, _ in points), 100 * statistics.mean(a for _, a in points))
            for points in zip(*self._curves, strict=True)
        ]

    def reaching(self, accuracy: float) -> float | None:
        """Seconds to the end, or to the first epoch whose mean accuracy is as high.

        Epochs before the last are looked at for peers only, in their favour.
        """
        reached = [self.median_seconds] if self.accuracy >= accuracy else []
        reached += [seconds for seconds, value in self.curve if value >= accuracy]
        return min(reached, default=None)


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def measured(lines: Iterable[Line], current: Current | None = None) -> list[Measured]:
    """A value a job: of the recipe as it is now, else of its newest form, which is said.

    `current` are the keys of jobs as they are now; what is none of them is left out. Without it
    the newest form counts.
    """
    groups: dict[tuple[str, str], dict[str, list[Line]]] = {}
    for line in lines:
        forms = groups.setdefault((line["label"], line["data"]), {})
        forms[line["key"]] = [*forms.pop(line["key"], []), line]  # the newest form comes last
    found = []
    for job, forms in groups.items():
        newest = list(forms)[-1]
        if current is None:
            found.append(Measured(forms[newest]))
        elif job in current:
            key = current[job] if current[job] in forms else newest
            older = ", an older form" if key != current[job] else ""
            found.append(Measured([line | {"label": job[0] + older} for line in forms[key]]))
    return found


def fastest(found: list[Measured], data: str, accuracy: float, ours: bool) -> Measured | None:
    """Who gets to a mean accuracy first: imagette, or somebody else."""
    able = [
        one
        for one in found
        if one.data == data and (one.engine == OURS) == ours and one.reaching(accuracy)
    ]
    return min(able, key=lambda one: one.reaching(accuracy) or 0, default=None)


def _verdict(goal: Goal, ours: Measured | None, measured_here: bool) -> str:
    if ours is None:
        return "not reached by what was measured" if measured_here else "not measured"
    if ours.median_seconds > goal.seconds:
        return f"missed: {ours.median_seconds / goal.seconds:.2f} times the seconds"
    return "reached" if ours.runs >= goal.runs else f"reached, but n < {goal.runs}"


def _goals(found: list[Measured]) -> Iterator[str]:
    yield "| data, mean test accuracy | goal | imagette | accuracy, n | seconds | | fastest peer |"
    yield "|---|---|---|---|---|---|---|"
    here = {one.data for one in found if one.engine == OURS}
    for goal in GOALS:
        ours = fastest(found, goal.data, goal.accuracy, True)
        peer = fastest(found, goal.data, goal.accuracy, False)
        theirs = f"{_seconds(peer.reaching(goal.accuracy) or 0)} s, {peer.label}" if peer else "–"
        mine = f"{ours.label} | {ours.spread} %, {ours.runs} | {ours.time}" if ours else "– | – | –"
        yield (
            f"| {goal.data} {goal.accuracy:.2f} % | {goal.seconds:g} s | {mine} | "
            f"{_verdict(goal, ours, goal.data in here)} | {theirs} |"
        )
    yield from _against_one_epoch(found)


def _against_one_epoch(found: list[Measured]) -> Iterator[str]:
    """The goal that is a ratio: seconds of the same task by the fastest published network."""
    ours = fastest(found, "mnist", GOALS[0].accuracy, True)
    theirs = next((one for one in found if one.label == _ONE_EPOCH), None)
    if ours and theirs:
        share = ours.median_seconds / theirs.median_seconds
        yield (
            f"\nSeconds of {ours.label} by those of {theirs.label}: {share:.2f}; goal: at most "
            f"{_SHARE:g}, {'reached' if share <= _SHARE else 'missed'}."
        )


def _table(found: list[Measured], data: str) -> Iterator[str]:
    yield (
        "| | test accuracy, % | n | epochs | seconds of training: median (range) "
        "| before: tracing | peak MB | imagette at that accuracy |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    rows = [one for one in found if one.data == data]
    for one in sorted(rows, key=lambda one: (one.engine != OURS, one.median_seconds)):
        ours = fastest(found, data, one.accuracy, True)
        compared = ""
        if one.engine != OURS:
            compared = "none yet"
        if one.engine != OURS and ours:
            ratio = one.median_seconds / ours.median_seconds
            compared = f"{ours.label.removeprefix(OURS + ': ')}, {ratio:.1f} times as fast"
        warm_up = f"{_seconds(one.warm_up)} s" if one.warm_up else ""
        yield (
            f"| {one.label} | {one.spread} | {one.runs} | {one.epochs} | {one.time} | {warm_up} "
            f"| {one.peak_mb:,.0f} | {compared} |"
        )


def _versions(lines: list[Line]) -> str:
    found: dict[str, set[str]] = {}
    for line in lines:
        for package, version in line["versions"].items():
            found.setdefault(package, set()).add(version)
    return ", ".join(f"{name} {' and '.join(sorted(found[name]))}" for name in sorted(found))


_INTRODUCTION = """\
# Results

Written by `python -m benchmarks.time_to_accuracy` from `results/time_to_accuracy.jsonl`; do not
edit. Each training is a process of its own; peers take turns. Seconds are those of training, the
validation of each epoch included where the protocol has one; imports, reading and tracing are
not. Accuracy is that of the last epoch on the test images, ± the standard deviation over n runs;
imagette's is measured on the saved classifier. The goals compare the fastest peer at the first
epoch whose mean test accuracy is as high, which is in its favour: imagette's time is always that
of the whole training. A part for each machine, the newest figures first; a recipe that has changed
since is called an older form. imagette holds a tenth of the training images out (it trains on
54,000 of MNIST's 60,000), which PyTorch's peers do not. It trains in bfloat16 where that is faster;
Keras as it comes, in float32. Peers that were measured on different days did not take turns.
"""


def page(lines: list[Line], current: Current | None = None) -> str:
    """The whole of RESULTS.md; `current` as for `measured`."""
    parts = [_INTRODUCTION]
    for machine in dict.fromkeys(line["machine"] for line in reversed(lines)):
        here = [line for line in lines if line["machine"] == machine]
        found = measured(here, current)
        dates = sorted({line["date"] for line in here})
        when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
        parts.append(f"## {machine}\n\n{_versions(here)}; {when}.\n")
        parts.append("\n".join(_goals(found)) + "\n")
        for data in dict.fromkeys(one.data for one in found):
            parts.append(f"### {data}\n\n" + "\n".join(_table(found, data)) + "\n")
    return "\n".join(parts)
