"""The verbs as functions: the one place that joins the parts. Nothing here prints.

PyTorch, ONNX and ONNX Runtime are imported by the verbs that need them, when they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.given import ARRAYS, is_given
from imagette.data.catalogue import CATALOGUE
from imagette.data.checking import check_source, open_checked
from imagette.data.checks import Findings
from imagette.data.dataset import Splits
from imagette.data.download import DownloadProgress
from imagette.data.options import DATA_OPTIONS, data_options
from imagette.data.progress import DataProgress
from imagette.data.sources import Source, is_known, open_source, open_test
from imagette.errors import DatasetError, RunError
from imagette.evaluation import Evaluation
from imagette.network import Network, from_json
from imagette.network.summary import NetworkSummary, summarize
from imagette.recipes import recipe as find_recipe

if TYPE_CHECKING:
    from imagette.inference import Classifier
    from imagette.reproduction import Reproduction
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
    The run folder is `out/<data>-<recipe>-<n>`; on failure nothing is left behind.

    Raises:
        ImagetteError: whichever of its kinds says what is wrong.
    """
    chosen = find_recipe(recipe)
    of_data = {name: settings.pop(name) for name in DATA_OPTIONS & settings.keys()}
    replaced = chosen.settings.override(**settings)
    options = data_options(**of_data, seed=replaced.seed).anchored()
    read = _read_network(Path(network), from_scratch, raw_pixels) if network else None
    splits, findings = open_checked(source, options, downloads, reading)
    shape, classes = splits.shape, len(splits.class_names)
    built, weights, notes = read or (chosen.network(shape, classes), None, [])
    built.require_fit(shape, classes)

    from imagette.experiment import Experiment

    if progress:
        warnings = [warning.text for warning in findings.of("warning")]
        for note in (*splits.notes, *warnings, *notes):
            progress.noted(note)
    where = _where(source)
    name = Path(network).stem if network else chosen.name
    experiment = Experiment(name, built, splits, replaced, where, options, weights)
    return experiment.run(Path(out), progress)


def _where(source: Source) -> str:
    """What `run.json` says of a source, so that it can be opened again."""
    if is_given(source):
        return ARRAYS
    return str(source) if is_known(source) else str(Path(source).resolve())


def _read_network(
    path: Path, from_scratch: bool, raw_pixels: bool
) -> tuple[Network, dict[str, NDArray[np.float32]] | None, list[str]]:
    """A network from a Keras file, its weights if there are any, and what the user should know."""
    from imagette.network.keras_models import read_file
    from imagette.network.scaling import rescaled, scales_pixels

    text, weights, notes = read_file(path, with_weights=not from_scratch)
    network = from_json(text)
    if weights is None:
        notes.append(f"{path.name}: training starts from fresh weights")
    if not raw_pixels and not scales_pixels(network):
        network = rescaled(network)
        notes.append(
            f"{path.name} does not scale its pixels: Rescaling(1/255) was put before it "
            "(--raw-pixels leaves that out)"
        )
    return network, weights, notes


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
    run folder has no sound `judgements.safetensors`, measuring its own data writes it.

    Raises:
        RunError, ClassifierError, SourceError: something is missing or damaged.
        DatasetError: the classes are others, or the run's own data has changed.
    """
    from imagette.inference.measure import measure
    from imagette.runs.judgements_file import write_judgements
    from imagette.runs.run import Run

    record = Run.load(Path(run))
    own = record.data
    options = data_options(**own["options"])
    if data is None and own["source"] == ARRAYS:
        raise DatasetError(
            f"{record.path} was trained on arrays in memory, which are not kept with it. Give its "
            "data again, or others: evaluate(run, data), or --data with a file"
        )
    if data is not None:  # at once in the classifier's shape, not by way of a size of their own
        options = options.for_shape(own["image_shape"])
    test = open_test(own["source"] if data is None else data, options, progress)
    if data is None and test.fingerprint != own["test"]["fingerprint"]:
        raise DatasetError(
            f"the test images of {own['source']} are not those of the run any more: fingerprint "
            f"{test.fingerprint[:12]}, expected {own['test']['fingerprint'][:12]}. "
            "Restore the data, or train again"
        )
    classifier = load(run)
    measured = measure(classifier, test)
    if data is None and not _has_sound_judgements(record):
        splits = open_source(own["source"], options, progress=progress)
        validation = measure(classifier, splits.validation)
        write_judgements(record.path, validation.judgements, measured.judgements)
    return measured.evaluation


def _has_sound_judgements(run: Run) -> bool:
    from imagette.runs.judgements_file import read_judgements

    try:
        read_judgements(run.path, len(run.data["class_names"]))
    except RunError:
        return False
    return True


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
