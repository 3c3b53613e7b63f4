"""Labels that look wrong: train out of fold, quickly, and rank what the networks disagree with.

Each image is judged by a network that has seen neither it nor a duplicate of it; what its
probabilities say of the labels is `evaluation.confident_learning`'s.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.data.contents import Contents
from imagette.data.dataset import Dataset, Splits
from imagette.data.duplicates import joined, numbered
from imagette.data.folds import assign_folds
from imagette.data.relabel import COLUMNS
from imagette.data.splits import require_trainable
from imagette.evaluation.confident_learning import suspicions
from imagette.recipes import Recipe
from imagette.settings import Settings
from imagette.training.device import choose_device, choose_precision
from imagette.training.lowered import LoweredNetwork
from imagette.training.members import fit_members
from imagette.training.progress import Progress


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """Images for which another class is likelier than the label, the most suspicious first.

    Attributes:
        name: what the source is called.
        dataset: all images that were looked at.
        positions: in `dataset`, int64 (suspicious,).
        suggested: the class that each looks like, int64 (suspicious,).
        confidence: the probability of that class, out of fold, float64 (suspicious,).
        expected: about how many labels are wrong, by the confident joint.
        unjudged: images of which no other of their class was there to learn from.
        files: what was written of it.
        columns: what `rows` gives, by their names in a table.
    """

    columns: ClassVar = COLUMNS

    name: str
    dataset: Dataset
    positions: NDArray[np.int64]
    suggested: NDArray[np.int64]
    confidence: NDArray[np.float64]
    expected: int
    unjudged: int = 0
    files: tuple[Path, ...] = ()

    def __len__(self) -> int:
        return len(self.positions)

    def rows(self, count: int | None = None) -> Iterator[tuple[str, str, str, float]]:
        """File, label, suggested label and confidence of the first; by default of `expected`."""
        names, classes = self.dataset.names, self.dataset.class_names
        first = self.positions[: self.expected if count is None else count]
        for rank, position in enumerate(first.tolist()):
            label, suggested = self.dataset.labels[position], self.suggested[rank]
            yield names[position], classes[label], classes[suggested], float(self.confidence[rank])

    def to_csv(self) -> str:
        """Those expected to be wrong, as a table that `open_data(..., relabel=...)` takes back."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows((*names, f"{confidence:.4f}") for *names, confidence in self.rows())
        return text.getvalue()


def find_label_errors(
    name: str,
    contents: Contents,
    recipe: Recipe,
    *,
    folds: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> LabelErrors:
    """Images whose label looks wrong to networks that were trained on the other folds.

    Duplicates lie in one fold, and so do images of one group; images without a label are left
    out.

    Raises:
        SettingsError: a number of folds that there cannot be.
        DatasetError: fewer than two classes; too few images or groups for so many folds.
        ShapeError: the recipe's network is too deep for these images.
    """
    contents = contents.labelled()
    dataset = Dataset(contents.images, contents.labels, contents.class_names, contents.names)
    require_trainable(dataset)
    units = numbered(contents.hashes)
    units = units if contents.groups is None else joined(units, contents.groups)
    fold_of = assign_folds(dataset.labels, units, folds, seed)
    judged = np.zeros(len(dataset), bool)
    chosen = recipe.suited(contents.mirror)
    settings = chosen.settings.override(seed=seed)
    probabilities = np.empty((len(dataset), len(dataset.class_names)), np.float32)
    for fold in range(folds):
        held_out = np.flatnonzero(fold_of == fold)
        others = dataset.select(np.flatnonzero(fold_of != fold))
        judged[held_out] = others.counts()[dataset.labels[held_out]] > 0
        part = dataset.select(held_out)
        splits = Splits(name, others, part, part, contents.mirror)
        title = f"{name}, fold {fold + 1} of {folds}"
        probabilities[held_out] = _probabilities(chosen, splits, settings, progress, title)
    places = np.flatnonzero(judged)
    found = suspicions(probabilities[places], dataset.labels[places])
    positions = places[found.positions]
    confidence = probabilities[positions, found.suggested].astype(np.float64)
    return LabelErrors(
        name=name,
        dataset=dataset,
        positions=positions,
        suggested=found.suggested,
        confidence=confidence,
        expected=found.expected,
        unjudged=len(dataset) - len(places),
    )


def _probabilities(
    recipe: Recipe, splits: Splits, settings: Settings, progress: Progress | None, title: str
) -> NDArray[np.float32]:
    """Probabilities (n, classes) of the validation images, by what was trained on the others."""
    network = recipe.network(splits.shape, len(splits.class_names))
    network, fitted = fit_members(network, None, splits, settings, progress, title)
    device = choose_device(settings.device)
    lowered = LoweredNetwork(
        network, fitted.weights, device, choose_precision(settings.precision, device)
    )
    parts = [
        lowered.probabilities(torch.from_numpy(batch)).numpy()
        for batch in splits.validation.batches()
    ]
    return np.concatenate(parts)
