"""The verbs as functions: the one place that joins the parts. Nothing here prints.

PyTorch, ONNX and ONNX Runtime are imported by the verbs that need them, when they do.
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.catalogue import CATALOGUE
from imagette.data.dataset import Dataset, Splits
from imagette.data.download import DownloadProgress
from imagette.data.sources import open_source
from imagette.errors import DatasetError
from imagette.evaluation import Evaluation, evaluate_probabilities
from imagette.images.fit_shape import fit_shape
from imagette.machine import describe
from imagette.network import Network, to_json
from imagette.network.summary import NetworkSummary, summarize
from imagette.recipes import Recipe
from imagette.recipes import recipe as find_recipe
from imagette.settings import Settings

if TYPE_CHECKING:
    from imagette.inference import Classifier
    from imagette.runs.run import Run
    from imagette.runs.run_folder import RunFolder
    from imagette.training.loop import Fit
    from imagette.training.progress import Progress

_PACKAGES = ("imagette", "torch", "numpy", "onnx", "onnxruntime", "scikit-learn")


def open_data(
    source: str | Path,
    *,
    validation: float = 0.1,
    seed: int = 0,
    progress: DownloadProgress | None = None,
) -> Splits:
    """Training, validation and test images of a data set.

    `source` is a name of the catalogue ("digits", "mnist", ...) or the path of an .npz file
    with Keras's names for its arrays. `validation` is the share held out of training.

    Raises:
        SourceError: the source is unknown, cannot be found, read, trusted or downloaded.
        DatasetError: its images or labels cannot be trained on.
    """
    return open_source(source, validation=validation, seed=seed, progress=progress)


def summary(recipe: str, data: str | Path = "mnist") -> NetworkSummary:
    """Layers, shapes and costs of a recipe's network for the images of a data set.

    Raises:
        RecipeError, SourceError, ShapeError: no such recipe or data, or they do not fit.
    """
    chosen = find_recipe(recipe)
    known = [entry for entry in CATALOGUE if entry.name == str(data)]
    if known:  # no need to have the images
        return summarize(chosen.network(known[0].image_shape, len(known[0].class_names)))
    splits = open_data(data)
    return summarize(chosen.network(splits.shape, len(splits.class_names)))


def train(
    source: str | Path = "digits",
    recipe: str = "standard",
    *,
    out: str | Path = "runs",
    validation: float = 0.1,
    progress: Progress | None = None,
    downloads: DownloadProgress | None = None,
    **settings: Any,
) -> Run:
    """Train, evaluate and save a classifier; returns the finished run.

    `settings` are fields of `Settings` (epochs=5, seed=7, ...) that replace the recipe's own.
    The run folder is `out/<data>-<recipe>-<n>`; on failure nothing is left behind.

    Raises:
        ImagetteError: whichever of its kinds says what is wrong.
    """
    chosen = find_recipe(recipe)
    replaced = chosen.settings.override(**settings)
    splits = open_data(source, validation=validation, seed=replaced.seed, progress=downloads)
    network = chosen.network(splits.shape, len(splits.class_names))

    from imagette.runs.run_folder import RunFolder
    from imagette.training.loop import fit

    with RunFolder(Path(out), f"{splits.name}-{chosen.name}") as folder:
        fitted = fit(network, network.initial_weights(replaced.seed), splits, replaced, progress)
        record = _record(source, chosen, replaced, splits, validation, fitted)
        return _save(folder, network, fitted, splits, record)


def load(path: str | Path) -> Classifier:
    """The classifier of a run folder or of a `model.onnx`. Imports neither PyTorch nor Keras.

    Raises:
        RunError, ClassifierError: nothing complete and sound is there.
    """
    from imagette.inference import Classifier

    return Classifier.load(path)


def evaluate(run: str | Path, data: str | Path | None = None) -> Evaluation:
    """Measure a run's classifier on the test images of `data`; by default of its own source.

    Images of another size or number of channels are made to fit, as `predict` does.

    Raises:
        RunError, ClassifierError, SourceError: something is missing or damaged.
        DatasetError: the classes are others, or the run's own data has changed.
    """
    from imagette.runs.run import Run

    record = Run.load(Path(run))
    own = record.data
    splits = open_data(data or own["source"], validation=own["validation_share"], seed=own["seed"])
    if data is None and splits.test.fingerprint != own["test"]["fingerprint"]:
        raise DatasetError(
            f"the test images of {own['source']} are not those of the run any more: fingerprint "
            f"{splits.test.fingerprint[:12]}, expected {own['test']['fingerprint'][:12]}. "
            f"Evaluate on them as other data: --data {own['source']}"
        )
    return _measure(load(run), splits.test)


def _measure(classifier: Classifier, dataset: Dataset) -> Evaluation:
    names = classifier.class_names
    if set(dataset.class_names) != set(names):
        raise DatasetError(
            f"the data has the classes {', '.join(dataset.class_names)}, and the classifier knows "
            f"{', '.join(names)}: expected the same"
        )
    order = np.array([names.index(name) for name in dataset.class_names])
    images = _fitted(dataset.images, classifier.metadata.image_shape)
    return evaluate_probabilities(classifier.probabilities(images), order[dataset.labels], names)


def _fitted(images: NDArray[np.uint8], shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    if images.shape[1:] == shape:
        return images
    return np.stack([fit_shape(image, shape)[0] for image in images])


def _record(
    source: str | Path,
    recipe: Recipe,
    settings: Settings,
    splits: Splits,
    validation: float,
    fitted: Fit,
) -> dict[str, Any]:
    """What `run.json` says, but for the evaluations."""
    data: dict[str, Any] = {
        "source": str(source),
        "validation_share": validation,
        "seed": settings.seed,
        "class_names": splits.class_names,
        "image_shape": splits.shape,
    }
    for side in ("train", "validation", "test"):
        dataset: Dataset = getattr(splits, side)
        data[side] = {"images": len(dataset), "fingerprint": dataset.fingerprint}
    return {
        "recipe": recipe.name,
        "data": data,
        "settings": asdict(settings),
        "training": asdict(fitted.plan) | {"seconds": fitted.seconds},
        "history": tuple(asdict(epoch) for epoch in fitted.history),
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "machine": describe(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _save(
    folder: RunFolder, network: Network, fitted: Fit, splits: Splits, record: dict[str, Any]
) -> Run:
    """Evaluate the classifier as it will be saved, and write everything; `run.json` comes last."""
    from imagette.inference import Classifier
    from imagette.runs.contents import write_contents
    from imagette.runs.metadata import Metadata
    from imagette.runs.model_file import build_model
    from imagette.runs.run import Run

    metadata = Metadata(
        class_names=splits.class_names,
        image_shape=splits.shape,
        preparation={"kind": "resize"},
        rejection_threshold=None,
        evaluation=None,
        provenance={key: value for key, value in record.items() if key != "history"},
    )
    draft = Classifier(build_model(network, fitted.weights, metadata))
    validation, test = _measure(draft, splits.validation), _measure(draft, splits.test)
    metadata = replace(metadata, evaluation=test.to_dict())
    model = build_model(network, fitted.weights, metadata)
    run = Run(path=Path(), validation=validation, test=test, **record)
    write_contents(folder, run, model, to_json(network), fitted.weights)
    return replace(run, path=folder.finish())
