"""The report of a run: gathers what it is made from, has it rendered, and writes it.

Images come from the run's own source, opened again, unless whoever trained hands them over.
Where they are gone, the page is made without them and says so. Imports ONNX Runtime.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks import Findings
from imagette.data.dataset import SPLITS, Splits
from imagette.data.progress import DataProgress
from imagette.errors import ImagetteError, RunError
from imagette.evaluation import Judgements
from imagette.evaluation.notable import Notable, notable
from imagette.inference import Classifier
from imagette.inference.measure import measure
from imagette.inference.occlusion import COARSE, occlusion_map, patches
from imagette.jobs.own_data import own_splits
from imagette.randomness import generator
from imagette.report import Material, Pictures, render
from imagette.report.material import Speed
from imagette.runs import checks
from imagette.runs.files import write_atomically
from imagette.runs.judgements_file import has_judgements, judgements_of, write_judgements
from imagette.runs.network_file import read_network
from imagette.runs.run import RUN_JSON, Run
from imagette.training.progress import Progress

REPORT = "report.html"
_OF_AN_EPOCH = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
_EPOCH = dict.fromkeys((*_OF_AN_EPOCH, "images_per_second"), checks.NUMBER)
_SETTINGS = {"mirror": checks.TEXT, "epochs": checks.ONE_OR_MORE}
_TRAINING = {"threads": checks.ONE_OR_MORE, "peak_memory": checks.NUMBER_OR_NULL}
_TRAINING_UNKNOWN = {"threads": 1, "peak_memory": None}
_CERTAINTY = {"temperature": checks.ABOVE_0_OR_NULL}
_WORK = 3e10  # multiply-adds that occlusion maps may take; a second or two on two cores
_SINGLE = 15  # answers to a single image; their median time is told
_BATCH, _BATCHES = 256, 3


@dataclass(frozen=True, eq=False)
class Opened:
    """A run's data and what was found in it, or why it is not there."""

    splits: Splits | None
    findings: Findings | None
    missing: str = ""


def make_page(run: Run, opened: Opened, classifier: Classifier | None = None) -> Path:
    """Write `report.html` into the run folder, in place of the one that is there.

    Raises:
        RunError, ClassifierError: the run is damaged, or its folder cannot be written.
    """
    path = run.path / REPORT
    _require_contents(run)
    page = render(gathered(run, opened, classifier or Classifier.load(run)))
    write_atomically(path, page.encode())
    return path


def report_at_once(run: Run, opened: Opened, progress: Progress | None = None) -> None:
    """The report of a run that is saved already: whatever becomes of it, the run stays."""
    listener = progress or Progress()
    try:
        make_page(run, opened)
    except ImagetteError as error:
        listener.noted(f"{run.path} is saved, but its report is not: {error}")
    except KeyboardInterrupt:
        listener.noted(f"{run.path} is saved, but its report is not")
        raise


def reopened(run: Run, progress: DataProgress | None = None) -> Opened:
    """The data of a run from its own source, as it was in training."""
    try:
        splits, findings = own_splits(run, progress)
    except ImagetteError as error:
        reason = str(error).rstrip(".")
        return Opened(None, None, f"The data of this run could not be opened again: {reason}.")
    return Opened(splits, findings)


def gathered(run: Run, opened: Opened, classifier: Classifier) -> Material:
    """All that the page is made from; answers some images, and covered ones, for that."""
    network = read_network(run)
    judgements = _judgements(run, opened.splits, classifier)
    pictures = None
    if opened.splits is not None and judgements is not None:
        pictures = _pictures(opened.splits, judgements, classifier, network.multiply_adds())
    return Material(
        run=run,
        network=network,
        judgements=judgements,
        splits=opened.splits,
        findings=opened.findings,
        pictures=pictures,
        speed=measured_speed(classifier),
        missing=opened.missing,
    )


def _require_contents(run: Run) -> None:
    """What the page asks of a `run.json` beside what every reader does."""
    try:
        for split in SPLITS:
            checks.require(run.data, {split: checks.OBJECT}, "data")
            checks.require(run.data[split], {"images": checks.COUNT}, f"data.{split}")
        checks.require(run.settings, _SETTINGS, "settings")
        checks.require({**_TRAINING_UNKNOWN, **run.training}, _TRAINING, "training")
        checks.require({"temperature": None, **run.certainty}, _CERTAINTY, "certainty")
        if not run.history:
            raise ValueError("history is empty, expected an entry an epoch")
        for epoch in run.history:
            checks.require(epoch, _EPOCH, "history")
    except ValueError as error:
        raise RunError(
            f"{run.path / RUN_JSON} is damaged ({error}). Restore it, or train again"
        ) from error


def _judgements(run: Run, splits: Splits | None, classifier: Classifier) -> Judgements | None:
    """What was said of the test images; where its file is gone, the run is asked again."""
    if has_judgements(run.path):
        return judgements_of(run)["test"]
    if splits is None:
        return None
    validation, test = (measure(classifier, split) for split in (splits.validation, splits.test))
    write_judgements(run.path, validation.judgements, test.judgements)
    return test.judgements


def _pictures(
    splits: Splits, judgements: Judgements, classifier: Classifier, multiply_adds: int
) -> Pictures:
    chosen = notable(judgements)
    images = {i: np.asarray(splits.test.images[i]) for i in chosen.positions().tolist()}
    names = {i: splits.test.names[i] for i in images}
    return Pictures(chosen, images, names, _maps(chosen, images, classifier, multiply_adds))


def _maps(
    chosen: Notable,
    images: Mapping[int, NDArray[np.uint8]],
    classifier: Classifier,
    multiply_adds: int,
) -> dict[int, NDArray[np.float32]]:
    """What decided, of as many images as may be had in a second or two."""
    height, width, _ = classifier.metadata.image_shape
    each = max(1, multiply_adds) * len(patches(height, width, COARSE))
    affordable = chosen.positions()[: int(_WORK // each)].tolist()
    return {i: occlusion_map(classifier, images[i], COARSE) for i in affordable}


def measured_speed(classifier: Classifier) -> Speed:
    """How fast it answers here and now: one image by itself, and batches."""
    random = generator(0, "speed")
    shape = (_BATCH, *classifier.metadata.image_shape)
    images = random.integers(0, 256, shape, dtype=np.uint8)
    seconds = [_timed(classifier, images[:1]) for _ in range(_SINGLE)]
    batches = [_timed(classifier, images) for _ in range(_BATCHES)]
    return Speed(statistics.median(seconds), _BATCH / statistics.median(batches))


def _timed(classifier: Classifier, images: NDArray[np.uint8]) -> float:
    start = time.perf_counter()
    classifier.probabilities(images)
    return time.perf_counter() - start
