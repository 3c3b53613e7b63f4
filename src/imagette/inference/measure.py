"""Measures a saved classifier on a dataset: each image is answered once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset
from imagette.data.progress import DataProgress
from imagette.errors import DatasetError
from imagette.evaluation import Evaluation, Judgements, evaluate_judgements, judge
from imagette.images.fit_shape import fit_shape
from imagette.inference.classifier import Classifier
from imagette.inference.rejection import Rule
from imagette.runs.metadata import Metadata

_TOLD = 20  # classes that an error names at most
_PART = 1024  # images between two reports of progress


class Measurement(NamedTuple):
    """The numbers of a classifier on a dataset, and the answers from which they come.

    Attributes:
        fingerprint: of the dataset.
    """

    evaluation: Evaluation
    judgements: Judgements
    fingerprint: str


def measure(
    classifier: Classifier, dataset: Dataset, progress: DataProgress | None = None
) -> Measurement:
    """Measure `classifier` on `dataset`, whose images are made to fit if need be.

    Raises:
        DatasetError: the dataset has a class that the classifier does not know.
    """
    names = classifier.class_names
    unknown = [name for name in dataset.class_names if name not in names]
    if unknown:
        raise DatasetError(
            f"the data has the class {unknown[0]!r}, expected only classes that the classifier "
            f"knows: {', '.join(names[:_TOLD])}"
        )
    order = np.array([names.index(name) for name in dataset.class_names])
    metadata = classifier.metadata
    progress = progress or DataProgress()
    answers = [
        classifier.probabilities_and_novelty(_fitted(part, metadata))
        for part in progress.over("measuring on", len(dataset), _parts(dataset))
    ]
    probabilities, novelty = (np.concatenate(parts) for parts in zip(*answers, strict=True))
    rule = Rule.of(metadata.rejection)
    judgements = judge(
        probabilities,
        order[dataset.labels],
        temperature=metadata.temperature,
        rejected=rule.rejects(probabilities, novelty) if metadata.rejection else None,
    )
    return Measurement(evaluate_judgements(judgements, names), judgements, dataset.fingerprint)


def _parts(dataset: Dataset) -> Iterator[NDArray[np.uint8]]:
    for batch in dataset.batches():
        for start in range(0, len(batch), _PART):
            yield batch[start : start + _PART]


def _fitted(images: NDArray[np.uint8], known: Metadata) -> NDArray[np.uint8]:
    if images.shape[1:] == known.image_shape:
        return images
    return np.stack([fit_shape(image, known.image_shape, known.resize)[0] for image in images])
