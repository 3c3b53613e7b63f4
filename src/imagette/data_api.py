"""The verbs of `imagette data` that draw and judge, as functions; as `api.py`, joining the parts.

PyTorch and Matplotlib are imported when a verb is called.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagette.data.divide import with_limit
from imagette.data.download import DownloadProgress
from imagette.data.options import data_options
from imagette.data.progress import DataProgress
from imagette.data.sources import Source, open_contents, open_source, source_name
from imagette.recipes import recipe as find_recipe
from imagette.runs.files import chosen_path

if TYPE_CHECKING:
    from imagette.jobs.label_errors import LabelErrors
    from imagette.jobs.pictures import Shown
    from imagette.training.progress import Progress


def show_data(
    source: Source,
    out: str | Path | None = None,
    *,
    format: str = "png",
    columns: int = 10,
    recipe: str = "standard",
    progress: DataProgress | None = None,
    downloads: DownloadProgress | None = None,
    **options: Any,
) -> Shown:
    """Write pictures of a data set; returns what was found, and their paths.

    Samples, counts and means of its classes, and the first batch as `recipe` would train on
    it, as "png" or "svg" into `out`, by default `<source>-pictures`. `options` as for
    `open_data`; the seed also chooses what is shown.

    Raises:
        SettingsError, RecipeError, SourceError, DatasetError, ShapeError: as `train` does.
        RunError: a file that imagette has not made is in the way, or a folder not writable.
    """
    chosen, opening = find_recipe(recipe), data_options(**options)
    folder = None if out is None else chosen_path("out", out)
    splits = open_source(source, opening, downloads, progress)

    from imagette.jobs import pictures

    folder = folder or Path(f"{splits.name}-pictures")
    return pictures.show(splits, chosen, folder, format=format, columns=columns, seed=opening.seed)


def find_label_errors(
    source: Source,
    out: str | Path | None = None,
    *,
    recipe: str = "sprint",
    folds: int = 5,
    progress: Progress | None = None,
    downloads: DownloadProgress | None = None,
    reading: DataProgress | None = None,
    **options: Any,
) -> LabelErrors:
    """Images of a data set whose labels look wrong, the most suspicious first.

    Each image is judged by a network that `recipe` has trained on the other `folds`, none of
    which holds a duplicate of it. With `out`, a page of the worst and label-errors.csv go into
    that folder; the table, gone through, can be given back: `open_data(..., relabel=...)`.
    `options` as for `open_data`.

    Raises:
        SettingsError, RecipeError, SourceError, DatasetError, ShapeError: as `train` does.
        RunError: there is such a table already, or a file that imagette has not made.
    """
    chosen, opening = find_recipe(recipe), data_options(**options)
    folder = None if out is None else chosen_path("out", out)

    from imagette.jobs import label_errors, pictures

    if folder is not None:
        pictures.label_error_files(folder)  # refuses before the long work
    name = source_name(source)
    contents = open_contents(source, opening, downloads, reading).labelled()
    contents, _ = with_limit(name, contents, opening)  # those that the checks look at, too
    found = label_errors.find_label_errors(
        name, contents, chosen, folds=folds, seed=opening.seed, progress=progress
    )
    if folder is None:
        return found
    return replace(found, files=pictures.show_label_errors(found, folder))
