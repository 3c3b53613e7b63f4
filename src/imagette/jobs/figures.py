"""The figures of a run, or of several, as files: computed by others, drawn by `plot`, written here.

A file of the same name is replaced only if imagette has made it. Imports Matplotlib.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from matplotlib.axes import Axes

from imagette import plot
from imagette.evaluation.notable import notable
from imagette.jobs.pictures import Drawings, write_drawings
from imagette.jobs.reporting import Opened
from imagette.runs.judgements_file import has_judgements, judgements_of
from imagette.runs.run import Run

_SHOWN = 24  # images of a page


def write_figures(run: Run, opened: Opened, folder: Path, format: str) -> list[Path]:
    """Write what can be drawn of a run and its data as "png" or "svg"; returns the paths.

    Raises:
        SettingsError: a format that there is not.
        RunError: somebody else's file is in the way, or the folder cannot be written.
    """
    name = run.path.resolve().name
    drawings: Drawings = {
        "learning-loss": lambda: plot.learning_curves(run, metric="loss"),
        "learning-accuracy": lambda: plot.learning_curves(run, metric="accuracy"),
        "confusion-matrix": lambda: plot.confusion_matrix(
            run.test, title=f"{name}: confusion matrix"
        ),
    }
    return write_drawings({**drawings, **_of_answers(run, opened)}, folder, format)


def write_comparison(runs: Mapping[str, Sequence[Run]], folder: Path, format: str) -> list[Path]:
    """Write the curves of runs over one another as "png" or "svg"; returns the paths.

    Raises:
        SettingsError: a format that there is not.
        RunError: somebody else's file is in the way, or the folder cannot be written.
    """
    drawings = {
        f"compared-{metric}": partial(plot.compared_curves, runs, metric=metric)
        for metric in ("loss", "accuracy")
    }
    return write_drawings(drawings, folder, format)


def _of_answers(run: Run, opened: Opened) -> Drawings:
    """What needs the single answers, and of it what needs the images."""
    names = tuple(run.data["class_names"])
    if not has_judgements(run.path):
        return {}
    judged = judgements_of(run)["test"]
    drawings: dict[str, Callable[[], Axes]] = {
        "reliability": lambda: plot.reliability_diagram(judged),
        "coverage": lambda: plot.coverage_curve(judged),
    }
    if opened.splits is None:
        return drawings
    images = opened.splits.test.images
    chosen = notable(judged, wrong=_SHOWN, unsure=_SHOWN)
    if len(chosen.confidently_wrong):
        drawings["confidently-wrong"] = lambda: plot.answers(
            images, judged, chosen.confidently_wrong, names, title="Most confidently wrong",
            note="the label, what it was taken for, and how surely",
        )  # fmt: skip
    drawings["least-sure"] = lambda: plot.answers(
        images, judged, chosen.least_sure, names, title="Least sure",
        note="the label, what it was taken for, and how surely",
    )  # fmt: skip
    return drawings
