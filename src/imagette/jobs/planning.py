"""From what the user asks for to a training that can begin: data, network and settings.

PyTorch is imported only when an `Experiment` is asked for: what is wrong is told before.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.given import is_given
from imagette.data.checking import open_checked
from imagette.data.checks import Findings
from imagette.data.dataset import Splits
from imagette.data.download import DownloadProgress
from imagette.data.options import DATA_OPTIONS, DataOptions, data_options
from imagette.data.progress import DataProgress
from imagette.data.sources import Source, where
from imagette.errors import ImagetteError, SettingsError
from imagette.jobs.own_network import OwnNetwork
from imagette.network import BatchNormalization, Network
from imagette.numerals import counted
from imagette.recipes import recipe as find_recipe
from imagette.runs.group import Group, PartlySaved, group_folder
from imagette.settings import Settings
from imagette.training.moves import cut_short

if TYPE_CHECKING:
    from imagette.jobs.experiment import Experiment
    from imagette.runs.run import Run
    from imagette.training.progress import Progress

_LEFT = 0.05  # of where moving statistics start, that may be left in them


@dataclass(frozen=True)
class Planned:
    """Everything that a training needs, and what the user should know of it.

    `name` is what it is called in the run folder's name, `source` what `run.json` says.
    """

    name: str
    network: Network
    splits: Splits
    settings: Settings
    source: str
    options: DataOptions
    weights: Mapping[str, NDArray[np.float32]] | None
    notes: tuple[str, ...]
    findings: Findings

    def tell(self, progress: Progress | None) -> None:
        """Tell the notes."""
        if progress:
            for note in self.notes:
                progress.noted(note)

    def experiment(self, seed: int | None = None) -> Experiment:
        """The training; with another seed on the same splits."""
        from imagette.jobs.experiment import Experiment

        settings = self.settings if seed is None else replace(self.settings, seed=seed)
        return Experiment(
            self.name,
            self.network,
            self.splits,
            settings,
            self.source,
            self.options,
            self.weights,
        )

    def train_group(self, out: Path, seeds: int, progress: Progress | None) -> Group:
        """Train with so many seeds, into a new group folder in `out`.

        Raises:
            PartlySaved: interrupted after the first run.
            ImagetteError: whichever of its kinds says what is wrong; `progress` is told of the
                runs before.
        """
        first = self.settings.seed
        replace(self.settings, seed=first + seeds - 1)  # refused now, if it is too large
        runs: list[Run] = []
        with group_folder(out, f"{self.splits.name}-{self.name}-{seeds}-seeds") as path:
            try:
                for seed in range(first, first + seeds):
                    runs.append(self.experiment(seed).run(path, progress))
            except (KeyboardInterrupt, ImagetteError) as error:
                saved = f"{len(runs)} of {seeds} runs are in {path}"
                if runs and isinstance(error, KeyboardInterrupt):
                    raise PartlySaved(f", {saved}") from error
                if runs and progress:
                    progress.noted(saved)
                raise
        return Group(path, tuple(runs))


def plan(
    source: Source,
    recipe: str,
    network: Any,
    from_scratch: bool,
    raw_pixels: bool,
    settings: Mapping[str, Any],
    downloads: DownloadProgress | None,
    reading: DataProgress | None,
) -> Planned:
    """What `train` was asked for, its data opened and its network built.

    Raises:
        ImagetteError: whichever of its kinds says what is wrong.
    """
    chosen = find_recipe(recipe)
    of_data = {name: settings[name] for name in DATA_OPTIONS & settings.keys()}
    of_training = {key: value for key, value in settings.items() if key not in DATA_OPTIONS}
    given = network is not None
    if not given and (from_scratch or raw_pixels):
        asked = "from_scratch" if from_scratch else "raw_pixels"
        raise SettingsError(f"`{asked}` is for a network of your own. Give one, or leave it out")

    def with_asked(of_recipe: Settings) -> Settings:
        # These two are for the recipe's own network.
        own = replace(of_recipe, members=None, small_share=None) if given else of_recipe
        return own.override(**of_training)

    replaced = with_asked(chosen.settings)
    if given:
        replaced.require_one_member()
    options = data_options(**of_data, seed=replaced.seed).anchored()
    own = OwnNetwork.of(network, from_scratch, raw_pixels) if given else None
    splits, findings = open_checked(source, options, downloads, reading)
    chosen = chosen.suited(splits.mirror, of_training.get("mirror"))
    replaced = with_asked(chosen.settings)
    shape, classes = splits.shape, len(splits.class_names)
    built = own.network if own else chosen.network(shape, classes)
    weights, notes = (own.weights, list(own.notes)) if own else (None, [])
    built.require_fit(shape, classes)
    found = findings.of("warning")
    warnings = [warning.text for warning in found]
    if any(warning.images for warning in found) and not is_given(source):
        warnings.append(f"imagette data check {shlex.quote(str(source))} names these images")
    asked_for = [key for key, value in of_training.items() if value is not None]
    notes += replaced.without_effect(asked_for)
    if of_training.get("mirror_average") and not replaced.mirrors(splits.mirror):
        notes.append(
            "`mirror_average` has no effect where training does not mirror: `mirror='yes'` does"
        )
    if short := cut_short(of_training, replaced, splits):
        notes.append(short)
    if weights is None and (few := _few_steps(built, replaced, splits)):
        notes.append(few)
    return Planned(
        name=own.name if own else chosen.name,
        network=built,
        splits=splits,
        settings=replaced,
        source=where(source),
        options=options,
        weights=weights,
        notes=(*splits.notes, *warnings, *notes),
        findings=findings,
    )


def _few_steps(network: Network, settings: Settings, splits: Splits) -> str:
    """What to tell where moving statistics will hardly have left where they start, else ""."""
    images = len(splits.train)
    steps = settings.epochs_for(images) * settings.steps_per_epoch(images)
    moving = [node.layer for node in network.nodes if isinstance(node.layer, BatchNormalization)]
    slowest = max((layer.momentum for layer in moving if layer.trainable), default=0.0)
    if slowest**steps <= _LEFT or slowest == 1:  # which says that they shall not move
        return ""
    enough = math.ceil(math.log(_LEFT) / math.log(slowest))
    return (
        f"{counted(steps, 'step')} of training, fewer than the {enough:,} that the moving "
        f"statistics of BatchNormalization (momentum {slowest:g}) need: answers will be worse than "
        "the accuracy in training. Train for more epochs, or in smaller batches"
    )
