"""A finished run on test images: its own, or other data's. Readings of its own are counted."""

from __future__ import annotations

from dataclasses import replace

from imagette.data.arrays.given import ARRAYS
from imagette.data.contents import Split
from imagette.data.dataset import Dataset
from imagette.data.divide import divide, test_or_all
from imagette.data.options import data_options
from imagette.data.progress import DataProgress
from imagette.data.sources import Source, open_contents, open_test, source_name, where
from imagette.errors import DatasetError, ImagetteError, RunError, SourceError
from imagette.inference import Classifier
from imagette.inference.measure import Measurement, measure
from imagette.jobs.own_data import own_splits, require_as_trained
from imagette.runs.judgements_file import judgements_of, write_judgements
from imagette.runs.readings import count_reading
from imagette.runs.run import Run


def measure_run(
    run: Run, data: Source | None = None, progress: DataProgress | None = None
) -> Measurement:
    """The run's classifier on the test images of `data`; by default of its own source.

    Data without a test split are test images as a whole. Where the run folder has no sound
    `judgements.safetensors`, measuring its own data writes it.

    Raises:
        ClassifierError, SourceError: something is missing or damaged.
        RunError: the reading cannot be counted, since the run folder cannot be written.
        DatasetError: a class that the run does not know, or the run's own data has changed.
    """
    test = _own_test(run, progress) if data is None else _other_test(run, data, progress)
    classifier = Classifier.load(run.path)
    measured = measure(classifier, test, progress)
    if data is None and not _has_sound_judgements(run):
        splits, _ = own_splits(run, progress)
        validation = measure(classifier, splits.validation, progress)
        write_judgements(run.path, validation.judgements, measured.judgements)
    if test.fingerprint == run.data["test"]["fingerprint"]:  # whatever it was called
        count_reading(run.path)
    return measured


def _other_test(run: Run, data: Source, progress: DataProgress | None) -> Dataset:
    """The test split of other data, or all of them where they have none.

    Unless they are what the run itself learned from, which may lie elsewhere by now.
    """
    if where(data) == run.data["source"] != ARRAYS:
        return _own_test(run, progress)
    # Opened in the classifier's shape, so that pictures are resized once.
    own = data_options(**run.data["options"]).for_shape(run.data["image_shape"])
    plain = replace(own, test=None, groups=None, limit=None, relabel=None)
    contents = open_contents(data, plain, progress=progress)
    if progress:
        for note in contents.notes:
            progress.noted(note)
    has_test = bool((contents.splits == Split.TEST).any())
    if not has_test or own != plain:  # else its test split is the same, whosever it is
        try:
            as_own = contents if own == plain else open_contents(data, own, progress=progress)
            divided = divide(source_name(data), as_own, own)
        except ImagetteError:  # it cannot be divided as the run's own was, so it is not that
            pass
        else:
            if divided.train.fingerprint == run.fingerprint("train"):
                return divided.test
    test = test_or_all(contents)
    if progress and not has_test:
        name = source_name(data)
        progress.noted(f"{name} has no test split: all of its {len(test):,} images are test images")
    return test


def _own_test(run: Run, progress: DataProgress | None) -> Dataset:
    own = run.data
    if own["source"] == ARRAYS:
        raise DatasetError(
            f"{run.path} was trained on arrays in memory, which are not kept with it. Give its "
            "data again, or others, as `data`"
        )
    try:
        test = open_test(own["source"], data_options(**own["options"]), progress)
    except SourceError as error:
        reason = str(error).rstrip(".")
        raise SourceError(
            f"the data of {run.path}, {own['source']}, cannot be opened again: {reason}. "
            "Restore it, or measure on other data with `data`"
        ) from error
    require_as_trained(run, "test", test)
    return test


def _has_sound_judgements(run: Run) -> bool:
    try:
        judgements_of(run)
    except RunError:
        return False
    return True
