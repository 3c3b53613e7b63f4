"""The verbs on finished runs, as functions; as `api.py`, joining the parts.

What is heavy is imported by the verbs that need it, when they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from imagette.data.progress import DataProgress
from imagette.data.sources import Source
from imagette.evaluation import Evaluation

if TYPE_CHECKING:
    from imagette.inference import Classifier
    from imagette.jobs.comparison import Comparison
    from imagette.runs.group import Group
    from imagette.runs.run import Run


def compare(
    runs: Sequence[str | Path | Run | Group],
    data: Source | None = None,
    *,
    progress: DataProgress | None = None,
) -> Comparison:
    """Compare runs, or groups of runs over seeds, with the first of them.

    On their own test images, which must be the same; or on those of `data`, which they then
    classify.

    Raises:
        RunError: no list, fewer than two, one twice, runs and groups mixed, no complete run, or a
            damaged one.
        DatasetError: other test images or classes, or groups without common seeds.
        ClassifierError, SourceError: with `data`, as for `evaluate`.
    """
    from imagette.jobs import comparison
    from imagette.runs.group import paths_of

    return comparison.compare(paths_of(runs), data, progress)


def write_comparison(
    runs: Sequence[str | Path | Run | Group], figures: str | Path, format: str = "png"
) -> list[Path]:
    """Write the learning curves of runs, or of groups, over one another; returns their paths.

    They go into the folder `figures`, as "png" or "svg".

    Raises:
        RunError: no list, no complete run, a damaged one, or a folder that cannot be written.
        SettingsError: a format that there is not; `figures` is no path.
    """
    from imagette.jobs import figures as job
    from imagette.runs.files import chosen_path
    from imagette.runs.group import paths_of, runs_in
    from imagette.runs.short_names import short_names

    paths, folder = paths_of(runs), chosen_path("figures", figures)
    names = short_names(paths)
    named = {names[str(path)]: runs_in(path) for path in paths}
    return job.write_comparison(named, folder, format)


def export(
    run: str | Path | Run, format: str = "keras", out: str | Path | None = None
) -> list[Path]:
    """Write a run's network and weights as Keras's files; returns their paths.

    "keras" is model.keras; "keras-json" is model.json, the architecture, and
    model.weights.h5. They go into the folder `out`, or into the run folder; "keras" into the file
    `out` where that ends in .keras. Outside the run folder only an earlier export of the same
    network is replaced.

    Raises:
        RunError: no complete run, a damaged file of it, a file of somebody else's in the way, or
            one that cannot be written.
        SettingsError: no such format; the name of one file, where there will be others; no path.
        NetworkError: Keras is not installed.
    """
    from imagette.jobs import exporting
    from imagette.runs.files import chosen_path
    from imagette.runs.run import Run

    place = None if out is None else chosen_path("out", out)
    return exporting.export(Run.load(Path(run)), format, place)


def load(path: str | Path | Run) -> Classifier:
    """The classifier of a run folder or of a `model.onnx`. Imports neither PyTorch nor Keras.

    Raises:
        RunError, ClassifierError: nothing complete and sound is there.
    """
    from imagette.inference import Classifier

    return Classifier.load(path)


def evaluate(
    run: str | Path | Run, data: Source | None = None, *, progress: DataProgress | None = None
) -> Evaluation:
    """Measure a run's classifier on the test images of `data`; by default of its own source.

    Data without a test split are test images as a whole; they may lack classes of the run's.
    Images of another size or number of channels are made to fit, as `predict` does. Where the run
    folder has no sound `judgements.safetensors`, measuring its own data writes it. Each reading of
    the run's own test images is counted in its `run.json`.

    Raises:
        RunError, ClassifierError, SourceError: something is missing or damaged.
        DatasetError: a class that the run does not know, or the run's own data has changed.
    """
    from imagette.jobs.measuring import measure_run
    from imagette.runs.run import Run

    return measure_run(Run.load(Path(run)), data, progress).evaluation


def write_report(
    run: str | Path | Run,
    *,
    figures: str | Path | None = None,
    format: str = "png",
    progress: DataProgress | None = None,
) -> list[Path]:
    """Make a run's `report.html` anew; returns its path, and those of its figures.

    Images come from the run's own source; where that is gone, the page is made without them
    and says so; where it is there, that counts as a reading of the test images. The figures go
    into the folder `figures`, if it is given, as "png" or "svg".

    Raises:
        RunError, ClassifierError: something is missing or damaged, or cannot be written.
        SettingsError: a format that there is not; `figures` is no path.
    """
    from imagette.jobs.reporting import make_page, reopened
    from imagette.runs.files import chosen_path
    from imagette.runs.readings import count_reading
    from imagette.runs.run import Run

    folder = None if figures is None else chosen_path("figures", figures)
    record = Run.load(Path(run))
    opened = reopened(record, progress)
    if opened.splits is not None:  # the page shows its images
        record = count_reading(record.path)
    paths = [make_page(record, opened)]
    if folder is not None:
        from imagette.jobs.figures import write_figures

        paths += write_figures(record, opened, folder, format)
    return paths
