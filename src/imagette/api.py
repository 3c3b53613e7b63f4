"""The verbs that train and look at data, as functions; they join the parts. Nothing here prints.

PyTorch, ONNX and ONNX Runtime are imported by the verbs that need them, when they do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from imagette.bounded import exists
from imagette.data.catalogue import CATALOGUE
from imagette.data.checking import check_source
from imagette.data.checks import Findings
from imagette.data.dataset import Splits
from imagette.data.download import DownloadProgress
from imagette.data.options import data_options
from imagette.data.progress import DataProgress
from imagette.data.sources import Source, is_known, open_source
from imagette.errors import RecipeError, SettingsError
from imagette.network.summary import NetworkSummary, summarize
from imagette.recipes import RECIPES
from imagette.recipes import recipe as find_recipe
from imagette.runs.files import chosen_path

if TYPE_CHECKING:
    from imagette.jobs.planning import Planned
    from imagette.jobs.reproduction import Reproduction
    from imagette.runs.group import Group
    from imagette.runs.run import Run
    from imagette.training.progress import Progress

Trained = TypeVar("Trained", "Run", "Group")


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
    anything with `__array__`; or what this function gave, `Splits` or one of them. `options` are
    fields of `DataOptions` (validation=0.1, seed=7, ...).

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
        SourceError: the source is unknown, cannot be found, downloaded, or read by the system.
        SettingsError: an option that does not exist, or outside its range.
    """
    return check_source(source, data_options(**options), downloads, progress)


def summary(recipe: str | Path | Run, data: Source | None = None) -> NetworkSummary:
    """Layers, shapes and costs of a recipe's network for the images of a data set; or of a run's.

    `data` is MNIST where a recipe is given alone.

    Raises:
        RecipeError, SourceError, ShapeError: no such recipe or data, or they do not fit.
        RunError: the folder is no complete run.
        SettingsError: data for a run, whose network is for its own.
    """
    if recipe not in [known.name for known in RECIPES] and _may_be_a_run(recipe):
        from imagette.runs.network_file import read_network
        from imagette.runs.run import Run

        if data is not None:
            raise SettingsError("`data` is for a recipe, and a run was given. Leave it out")
        return summarize(read_network(Run.load(Path(recipe))))
    try:
        chosen = find_recipe(str(recipe))
    except RecipeError as error:
        raise RecipeError(f"{error}; and there is no run folder {recipe}") from error
    data = "mnist" if data is None else data
    known = [entry for entry in CATALOGUE if is_known(data) and entry.name == str(data)]
    if known:  # no need to have the images
        shape, names, mirror = known[0].image_shape, known[0].class_names, known[0].mirror
    else:
        splits = open_data(data)
        shape, names, mirror = splits.shape, splits.class_names, splits.mirror
    return summarize(chosen.suited(mirror).saved_network(shape, len(names)))


def _may_be_a_run(recipe: str | Path | Run) -> bool:
    """Whether a path is meant, and no recipe's name."""
    return not isinstance(recipe, str) or exists(recipe) or bool({"/", os.sep} & set(recipe))


def train(
    source: Source = "digits",
    recipe: str = "standard",
    *,
    network: Any = None,
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

    `network` is to be trained instead of the recipe's: an `imagette.network.Network`, a built
    Keras model, or the path of a Keras file (.keras, or .json of model.to_json()); from its
    weights if it has them, unless `from_scratch`. A network that does not scale its pixels gets a
    Rescaling(1/255), unless `raw_pixels`.

    `settings` are fields of `Settings` (epochs=5, seed=7, ...) that replace the recipe's own,
    and of `DataOptions` (validation=0.2, ...), as for `open_data`.
    The run folder is `out/<data>-<recipe>-<n>`, with a `report` in it; on failure nothing is
    left behind. A report that cannot be written is told to `progress`, and fails nothing.

    Raises:
        ImagetteError: whichever of its kinds says what is wrong.
    """
    from imagette.jobs.planning import plan

    folder = chosen_path("out", out)
    asked = partial(
        plan,
        source,
        recipe,
        settings,
        network=network,
        from_scratch=from_scratch,
        raw_pixels=raw_pixels,
        downloads=downloads,
        reading=reading,
    )

    def once(planned: Planned, listener: Progress | None) -> Run:
        return planned.experiment().run(folder, listener)

    return _trained(asked, once, folder, report, track, progress)


def train_seeds(
    source: Source = "digits",
    recipe: str = "standard",
    *,
    seeds: int,
    network: Any = None,
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

    There are two `seeds` or more; they count up from `seed`, which also divided the data. The run
    folders go into a group, `out/<data>-<recipe>-<seeds>-seeds-<n>`; runs that were finished stay,
    come what may.

    Raises:
        SettingsError: fewer than two seeds, before anything is read; or another wrong setting.
        ImagetteError: whichever of its other kinds says what is wrong.
    """
    from imagette.runs.group import require_seeds

    require_seeds(seeds, least=2, remedy="; train() trains one")
    from imagette.jobs.planning import plan

    folder = chosen_path("out", out)
    asked = partial(
        plan,
        source,
        recipe,
        settings,
        network=network,
        from_scratch=from_scratch,
        raw_pixels=raw_pixels,
        downloads=downloads,
        reading=reading,
    )

    def several_times(planned: Planned, listener: Progress | None) -> Group:
        return planned.train_group(folder, seeds, listener)

    return _trained(asked, several_times, folder, report, track, progress)


def _trained(
    asked: Callable[[], Planned],
    training: Callable[[Planned, Progress | None], Trained],
    out: Path,
    report: bool,
    track: str | None,
    progress: Progress | None,
) -> Trained:
    """What `training` makes of the plan that was asked for, with a report of each run."""
    from imagette.runs.group import Group
    from imagette.tracking import tracked

    with tracked(track, out, progress) as listener:
        planned = asked()
        planned.tell(listener)
        trained = training(planned, listener)
    if report:
        from imagette.jobs.reporting import Opened, report_at_once

        opened = Opened(planned.splits, planned.findings)
        for run in trained.runs if isinstance(trained, Group) else (trained,):
            report_at_once(run, opened, progress)
    return trained


def reproduce(
    names: Sequence[str],
    *,
    seeds: int = 1,
    epochs: int | None = None,
    out: str | Path = "runs",
    progress: Progress | None = None,
    downloads: DownloadProgress | None = None,
) -> list[Reproduction]:
    """Train published systems as published, and compare with what was claimed.

    `names` are recipes that reproduce a text, or ["all"]; `epochs` replaces the published
    number. A run folder a training, and the table as reproduction.json and reproduction.md,
    written anew after each recipe, go into `out`.

    Raises:
        RecipeError: no such recipe, or one that reproduces nothing.
        SettingsError: less than one seed, or no such number of epochs.
        RunError: a file in the place of a table that imagette has not made.
        ImagetteError: whichever of its kinds says what else is wrong.
    """
    from imagette.jobs import reproduction

    return reproduction.reproduce_all(
        reproduction.published_recipes(names), chosen_path("out", out),
        seeds=seeds, epochs=epochs, progress=progress, downloads=downloads,
    )  # fmt: skip
