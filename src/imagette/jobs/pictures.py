"""The pictures of a source, as files: computed by others, drawn by `plot`, written here.

A file of the same name is replaced only if imagette has made it. Imports Matplotlib and PyTorch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from imagette import plot
from imagette.data.dataset import Splits
from imagette.data.overview import Overview, class_means, overview
from imagette.errors import RunError, SettingsError
from imagette.images.own import is_own
from imagette.jobs.label_errors import LabelErrors
from imagette.plot.class_means import MOST_CLASSES
from imagette.plot.files import FORMATS, encoded
from imagette.plot.label_errors import MOST
from imagette.plot.letters import captions, codes_in
from imagette.recipes import Recipe
from imagette.runs.files import in_the_way, require_writable, write_atomically
from imagette.settings import a_number
from imagette.training.seen import first_batch

Drawings = Mapping[str, Callable[[], Axes]]  # the name of each file, and what draws it

_BATCH = 48  # images of a batch that are shown
_MOST_COLUMNS = 40


@dataclass(frozen=True)
class Shown:
    """What was found in a source, and the pictures of it that were written.

    `coded` are the classes in whose names letters became codes, or that are called by their number
    ("class 2"): no font here has them.
    """

    overview: Overview
    pictures: tuple[Path, ...]
    coded: tuple[str, ...] = ()


def show(
    splits: Splits, recipe: Recipe, folder: Path, *, format: str, columns: int, seed: int
) -> Shown:
    """Write samples, counts and means of the classes, and a batch as `recipe` trains with it.

    Raises:
        SettingsError: a format or a number of columns that there is not.
        RunError: somebody else's file is in the way, or the folder cannot be written.
        ShapeError: the recipe's network is too deep for these images.
    """
    if not 1 <= a_number("columns", columns, int) <= _MOST_COLUMNS:
        raise SettingsError(f"`columns={columns}`: expected 1 to {_MOST_COLUMNS}")
    recipe = recipe.suited(splits.mirror)
    recipe.network(splits.shape, len(splits.class_names))  # refuses early
    found, name = overview(splits), splits.name
    names = captions(found.class_names)
    train = replace(splits.train, class_names=names)
    drawings: Drawings = {
        "samples": lambda: plot.samples(
            train, columns=columns, seed=seed, title=f"{name}: samples of each class"
        ),
        "class-counts": lambda: plot.class_counts(
            found.counts, names, title=f"{name}: images of each class"
        ),
        "class-means": lambda: plot.class_means(
            class_means(train, MOST_CLASSES),
            names,
            counts=train.counts(),
            title=f"{name}: mean image of each class",
        ),
        "batch": lambda: _batch(splits, names, recipe, seed),
    }
    paths = tuple(write_drawings(drawings, folder, format))
    return Shown(found, paths, tuple(filter(codes_in, found.class_names)))


def show_label_errors(found: LabelErrors, folder: Path) -> tuple[Path, ...]:
    """Write a table of labels expected to be wrong, and a page of the most suspicious images.

    Raises:
        RunError: as of `label_error_files`, or the folder cannot be written.
    """
    table, page = label_error_files(folder)
    write_atomically(table, found.to_csv().encode())
    rows = list(found.rows(MOST))
    if not rows:
        return (table,)
    files, given, suggested, _ = zip(*rows, strict=True)
    ax = plot.label_errors(
        found.dataset.images[found.positions[: len(rows)]],
        given,
        suggested,
        files,
        title=f"{found.name}: labels that look wrong",
        note=f"{len(found):,} of {len(found.dataset):,} labels, worst first; about "
        f"{found.expected:,} of them wrong",
    )
    write_atomically(page, encoded(ax, "png"))
    return table, page


def label_error_files(folder: Path) -> tuple[Path, Path]:
    """Where the table and the page of label errors go.

    Raises:
        RunError: there is a table already, which may hold somebody's corrections, or a page
            that imagette has not made; or nothing can be written there.
    """
    require_writable(folder)
    table = folder / "label-errors.csv"
    if table.exists():
        raise RunError(
            f"{table} is there already, perhaps with corrections: it is left as it is. Move it "
            "away, or choose another folder with `out`"
        )
    return table, writable(folder, ["label-errors"], "png")[0]


def write_drawings(drawings: Drawings, folder: Path, format: str) -> list[Path]:
    """Draw and write each into `folder`, as "png" or "svg"; returns the paths.

    Raises:
        SettingsError: a format that there is not.
        RunError: somebody else's file is in the way, or the folder cannot be written.
    """
    paths = writable(folder, list(drawings), format)
    for path, draw in zip(paths, drawings.values(), strict=True):
        write_atomically(path, encoded(draw(), format))
    return paths


def writable(folder: Path, names: Sequence[str], format: str) -> list[Path]:
    """The paths of pictures in `folder`, none of which is somebody else's.

    Raises:
        SettingsError: a format that there is not.
        RunError: a file, or a folder, that imagette has not made.
    """
    if format not in FORMATS:
        raise SettingsError(f"`format={format!r}`: expected one of {', '.join(FORMATS)}")
    paths = [folder / f"{name}.{format}" for name in names]
    for path in paths:
        if path.exists() and not is_own(path):
            raise in_the_way(path, "picture of imagette's", "Choose another folder with `out`")
    return paths


def _batch(splits: Splits, names: Sequence[str], recipe: Recipe, seed: int) -> Axes:
    settings = recipe.settings.override(seed=seed)
    network = recipe.network(splits.shape, len(splits.class_names))
    seen = first_batch(network, splits, settings)
    stored, shown = seen.stored[:_BATCH], seen.shown[:_BATCH]
    titles = [names[label] for label in seen.labels[:_BATCH]]
    note = f"recipe {recipe.name}, seed {seed}, first step"
    title = f"{splits.name}: what the network sees in training"
    if np.array_equal(stored, shown):
        return plot.batch(shown, titles, title=title, note=f"{note}: as stored")
    note = f"{note}; left as stored, right as it is trained on"
    height, width = shown.shape[1:3]
    if shown.shape != stored.shape:
        note = f"{note}, in {height}x{width} pixels at first"
        rows, columns = (
            np.arange(whole) * small // whole
            for whole, small in zip(stored.shape[1:3], (height, width), strict=True)
        )
        shown = shown[:, rows[:, None], columns]
    return plot.batch(shown, titles, before=stored, title=title, note=note)
