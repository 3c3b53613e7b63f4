"""The verbs as functions: the one place that joins the parts. Nothing here prints.

PyTorch, ONNX and ONNX Runtime are imported by the verbs that need them, when they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagette.data.catalogue import CATALOGUE
from imagette.data.checking import check_source
from imagette.data.checks import Findings
from imagette.data.dataset import Splits
from imagette.data.download import DownloadProgress
from imagette.data.options import data_options
from imagette.data.progress import DataProgress
from imagette.data.sources import Source, is_known, open_source
from imagette.errors import ImagetteError, SettingsError
from imagette.evaluation import Evaluation
from imagette.network.summary import NetworkSummary, summarize
from imagette.recipes import recipe as find_recipe

if TYPE_CHECKING:
    from imagette.comparison import Comparison
    from imagette.inference import Classifier
    from imagette.planning import Planned
    from imagette.reproduction import Reproduction
    from imagette.runs.group import Group
    from imagette.runs.run import Run
    from imagette.training.progress import Progress


def open_data(
    source: Source,
    *,
    progress: DataProgress | None = None,
    downloads: DownloadProgress | None = None,
    **options: Any,
) -> Splits:
    """Training, validation and test images of a data set.

    `source` is a name of the catalogue ("digits", "mnist", ...), the path of a file or folder
    that imagette reads, or arrays in memory: (images, labels), ((x_train, y_train), (x_test,
    y_test)) as Keras's load_data gives, or {"x_train": ..., "y_train": ...}; NumPy's, PyTorch's,
    anything with `__array__`. `options` are fields of `DataOptions` (validation=0.1,
    seed=7, ...).

    Raises:
        SourceError: the source is unknown, cannot be found, read, trusted or downloaded.
        DatasetError: its images or labels cannot be trained on.
        SettingsError: an option that does not exist, or outside its range.
    """
    return open_source(source, data_options(**options), downloads, progress)


def check_data(
    source: Source,
    *,
    downloads: DownloadProgress | None = None,
    progress: DataProgress | None = None,
    **options: Any,
) -> Findings:
    """What is wrong with a source, or should be known of it: its images are read, not changed.

    `source` and `options` as for `open_data`. What `train` would refuse is a finding of
    severity "error".

    Raises:
        SourceError: the source is unknown, cannot be found, read, trusted or downloaded.
        SettingsError: an option that does not exist, or outside its range.
    """
    return check_source(source, data_options(**options), downloads, progress)


def summary(recipe: str, data: Source = "mnist") -> NetworkSummary:
    """Layers, shapes and costs of a recipe's network for the images of a data set.

    Raises:
        RecipeError, SourceError, ShapeError: no such recipe or data, or they do not fit.
    """
    chosen = find_recipe(recipe)
    known = [entry for entry in CATALOGUE if is_known(data) and entry.name == str(data)]
    if known:  # no need to have the images
        return summarize(chosen.network(known[0].image_shape, len(known[0].class_names)))
    splits = open_data(data)
    return summarize(chosen.network(splits.shape, len(splits.class_names)))


def train(
    source: Source = "digits",
    recipe: str = "standard",
    *,
    network: str | Path | None = None,
    from_scratch: bool = False,
    raw_pixels: bool = False,
    out: str | Path = "runs",
    report: bool = True,
    track: str | None = None,
    progress: Progress | None = None,
    downloads: DownloadProgress | None = None,
    reading: DataProgress | None = None,
    **settings: Any,
) -> Run:
    """Train, evaluate and save a classifier; returns the finished run.

    `network` is a Keras file (.keras, or .json of model.to_json()) to be trained instead of
    the recipe's network: from its weights if it has them, unless `from_scratch`. A network
    that does not scale its pixels gets a Rescaling(1/255), unless `raw_pixels`.

    `settings` are fields of `Settings` (epochs=5, seed=7, ...) that replace the recipe's own,
    and of `DataOptions` (validation=0.2, ...), as for `open_data`.
    The run folder is `out/<data>-<recipe>-<n>`, with a `report` in it; on failure nothing is
    left behind. A report that cannot be written is told to `progress`, and fails nothing.

    Raises:
        ImagetteError: whichever of its kinds says what is wrong.
    """
    from imagette.planning import plan
    from imagette.tracking import tracked

    with tracked(track, Path(out), progress) as listener:
        planned = plan(
            source, recipe, network, from_scratch, raw_pixels, settings, downloads, reading
        )
        planned.tell(listener)
        run = planned.experiment().run(Path(out), listener)
    if report:
        _report_at_once(run, planned, progress)
    return run


def _report_at_once(run: Run, planned: Planned, progress: Progress | None) -> None:
    """The report of a run that is saved already: whatever becomes of it, the run stays."""
    from imagette.reporting import Opened, make_page
    from imagette.training.progress import Progress

    listener = progress or Progress()
    try:
        make_page(run, Opened(planned.splits, planned.findings))
    except ImagetteError as error:
        listener.noted(f"{run.path} is saved, but its report is not: {error}")
    except KeyboardInterrupt:
        listener.noted(f"{run.path} is saved, but its report is not")
        raise


def train_seeds(
    source: Source = "digits",
    recipe: str = "standard",
    *,
    seeds: int,
    network: str | Path | None = None,
    from_scratch: bool = False,
    raw_pixels: bool = False,
    out: str | Path = "runs",
    report: bool = True,
    track: str | None = None,
    progress: Progress | None = None,
    downloads: DownloadProgress | None = None,
    reading: DataProgress | None = None,
    **settings: Any,
) -> Group:
    """Train the same with several seeds, on the same splits; the rest as for `train`.

    The seeds count up from `seed`, which also divided the data. The run folders go into a group,
    `out/<data>-<recipe>-<seeds>-seeds-<n>`; runs that were finished stay, come what may.

    Raises:
        ImagetteError: whichever of its kinds says what is wrong.
    """
    if seeds < 2:
        raise SettingsError(f"seeds={seeds!r}: expected at least 2; train trains one")
    from imagette.planning import plan
    from imagette.tracking import tracked

    with tracked(track, Path(out), progress) as listener:
        planned = plan(
            source, recipe, network, from_scratch, raw_pixels, settings, downloads, reading
        )
        planned.tell(listener)
        group = planned.train_group(Path(out), seeds, listener)
    for run in group.runs if report else ():
        _report_at_once(run, planned, progress)
    return group


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
        RunError: fewer than two, runs and groups mixed, no complete run, or a damaged one.
        DatasetError: other test images or classes, or groups without common seeds.
        ClassifierError, SourceError: with `data`, as for `evaluate`.
    """
    from imagette import comparison

    return comparison.compare([Path(run) for run in runs], data, progress)


def export(
    run: str | Path | Run, format: str = "keras", out: str | Path | None = None
) -> list[Path]:
    """Write a run's network and weights as Keras's files; returns their paths.

    "keras" is model.keras; "keras-json" is model.json, the architecture, and
    model.weights.h5. They go into `out`, or into the run folder.

    Raises:
        RunError: no complete run, or a folder that cannot be written.
        NetworkError: Keras is not installed.
    """
    import safetensors.numpy

    from imagette.network.keras_models import keras_files
    from imagette.runs.files import write_atomically
    from imagette.runs.run import Run

    record = Run.load(Path(run))
    text = (record.path / "network.json").read_text(encoding="utf-8")
    weights = safetensors.numpy.load_file(record.path / "weights.safetensors")
    folder = Path(out) if out is not None else record.path
    paths = []
    for name, content in keras_files(text, weights, format).items():
        write_atomically(folder / name, content)
        paths.append(folder / name)
    return paths


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

    Images of another size or number of channels are made to fit, as `predict` does. Where the
    run folder has no sound `judgements.safetensors`, measuring its own data writes it. Each
    reading of the run's own test images is counted in its `run.json`.

    Raises:
        RunError, ClassifierError, SourceError: something is missing or damaged.
        DatasetError: the classes are others, or the run's own data has changed.
    """
    from imagette.measuring import measure_run
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
        SettingsError: a format that there is not.
    """
    from imagette.reporting import make_page, reopened
    from imagette.runs.readings import count_reading
    from imagette.runs.run import Run

    record = Run.load(Path(run))
    opened = reopened(record, progress)
    if opened.splits is not None:  # the page shows its images
        record = count_reading(record.path)
    paths = [make_page(record, opened)]
    if figures is not None:
        from imagette.figures import write_figures

        paths += write_figures(record, opened, Path(figures), format)
    return paths


def reproduce(
    names: Sequence[str] = (),
    *,
    seeds: int = 1,
    epochs: int | None = None,
    out: str | Path = "runs",
    progress: Progress | None = None,
    downloads: DownloadProgress | None = None,
) -> list[Reproduction]:
    """Train published systems as published, and compare with what was claimed.

    `names` are recipes that reproduce a text, or "all"; `epochs` replaces the published
    number. A run folder a training, and the table as reproduction.json and reproduction.md,
    go into `out`.

    Raises:
        RecipeError: no such recipe, or one that reproduces nothing.
        ImagetteError: whichever of its kinds says what else is wrong.
    """
    from imagette import reproduction
    from imagette.runs.files import write_atomically

    chosen = reproduction.published_recipes(names)
    rows = [
        reproduction.reproduce(
            one, Path(out), seeds=seeds, epochs=epochs, progress=progress, downloads=downloads
        )
        for one in chosen
    ]
    write_atomically(Path(out) / "reproduction.json", reproduction.to_json(rows).encode())
    write_atomically(Path(out) / "reproduction.md", reproduction.to_markdown(rows).encode())
    return rows
