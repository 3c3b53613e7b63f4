"""The figures of a run, or of several, as files: computed by others, drawn by `plot`, written here.

A file of the same name is replaced only if imagette has made it. Imports Matplotlib.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from imagette import plot
from imagette.evaluation.notable import notable
from imagette.jobs.pictures import writable
from imagette.jobs.reporting import Opened
from imagette.plot.files import encoded
from imagette.runs.files import write_atomically
from imagette.runs.judgements_file import has_judgements, read_judgements
from imagette.runs.run import Run

_SHOWN = 24  # images of a page


def write_figures(run: Run, opened: Opened, folder: Path, format: str) -> list[Path]:
    """Write what can be drawn of a run and its data as "png" or "svg"; returns the paths.

    Raises:
        SettingsError: a format that there is not.
        RunError: somebody else's file is in the way, or the folder cannot be written.
    """
    name = run.path.resolve().name
    drawings: dict[str, Callable[[], Axes]] = {
        "learning-loss": lambda: plot.learning_curves(run, metric="loss"),
        "learning-accuracy": lambda: plot.learning_curves(run, metric="accuracy"),
        "confusion-matrix": lambda: plot.confusion_matrix(
            run.test, title=f"{name}: confusion matrix"
        ),
    } | _of_answers(run, opened)
    paths = writable(folder, list(drawings), format)
    for path, draw in zip(paths, drawings.values(), strict=True):
        write_atomically(path, encoded(draw(), format))
    return paths


def write_comparison(runs: Mapping[str, Sequence[Run]], folder: Path, format: str) -> list[Path]:
    """Write the curves of runs over one another as "png" or "svg"; returns the paths.

    Raises:
        SettingsError: a format that there is not.
        RunError: somebody else's file is in the way, or the folder cannot be written.
    """
    metrics = ("loss", "accuracy")
    paths = writable(folder, [f"compared-{metric}" for metric in metrics], format)
    for path, metric in zip(paths, metrics, strict=True):
        write_atomically(path, encoded(plot.compared_curves(runs, metric=metric), format))
    return paths


def _of_answers(run: Run, opened: Opened) -> dict[str, Callable[[], Axes]]:
    """What needs the single answers, and of it what needs the images."""
    names = tuple(run.data["class_names"])
    if not has_judgements(run.path):
        return {}
    judged = read_judgements(run.path, len(names))["test"]
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
