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

_LEFT = 0.05  # share of their start that moving statistics may still hold


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
    asked: Mapping[str, Any],
    *,
    network: Any = None,
    from_scratch: bool = False,
    raw_pixels: bool = False,
    downloads: DownloadProgress | None = None,
    reading: DataProgress | None = None,
) -> Planned:
    """What `train` was asked for, its data opened and its network built.

    `asked` are settings and options of the data, where not None; the rest is as for `train`.

    Raises:
        ImagetteError: whichever of its kinds says what is wrong.
    """
    chosen = find_recipe(recipe)
    of_data = {name: asked[name] for name in DATA_OPTIONS & asked.keys()}
    of_training = {name: value for name, value in asked.items() if name not in DATA_OPTIONS}
    is_own = network is not None
    if not is_own:
        _require_unasked(from_scratch=from_scratch, raw_pixels=raw_pixels)
    settings = _with_asked(chosen.settings, of_training, is_own)
    options = data_options(**of_data, seed=settings.seed).anchored()
    own = OwnNetwork.of(network, from_scratch, raw_pixels) if is_own else None
    splits, findings = open_checked(source, options, downloads, reading)
    chosen = chosen.suited(splits.mirror, of_training.get("mirror"))
    settings = _with_asked(chosen.settings, of_training, is_own)
    shape, classes = splits.shape, len(splits.class_names)
    built = own.network if own else chosen.network(shape, classes)
    built.require_fit(shape, classes)
    weights = own.weights if own else None
    return Planned(
        name=own.name if own else chosen.name,
        network=built,
        splits=splits,
        settings=settings,
        source=where(source),
        options=options,
        weights=weights,
        notes=(
            *splits.notes,
            *_warnings(findings, source),
            *(own.notes if own else ()),
            *_without_effect(of_training, settings, splits),
            *(_few_steps(built, settings, splits) if weights is None else ()),
        ),
        findings=findings,
    )


def _require_unasked(**arguments: bool) -> None:
    """Raise SettingsError if one is asked for that only a network of the user's own has."""
    for name, asked in arguments.items():
        if asked:
            raise SettingsError(f"`{name}` is for a network of your own. Give one, or leave it out")


def _with_asked(of_recipe: Settings, asked: Mapping[str, Any], is_own: bool) -> Settings:
    """A recipe's settings with those that were asked for; `is_own`: of the user's own network."""
    if not is_own:
        return of_recipe.override(**asked)
    # These two are for the recipe's own network.
    settings = replace(of_recipe, members=None, small_share=None).override(**asked)
    settings.require_one_member()
    return settings


def _warnings(findings: Findings, source: Source) -> list[str]:
    """What the checks warn of, and what names the images, where a command line can open them."""
    warnings = findings.of("warning")
    texts = [warning.text for warning in warnings]
    if any(warning.images for warning in warnings) and not is_given(source):
        texts.append(f"imagette data check {shlex.quote(str(source))} names these images")
    return texts


def _without_effect(asked: Mapping[str, Any], settings: Settings, splits: Splits) -> list[str]:
    """What to tell of settings that were asked for and have no effect, or less than meant."""
    notes = settings.without_effect([name for name, value in asked.items() if value is not None])
    if asked.get("mirror_average") and not settings.mirrors(splits.mirror):
        notes.append(
            "`mirror_average` has no effect where training does not mirror: `mirror='yes'` does"
        )
    if short := cut_short(asked, settings, splits):
        notes.append(short)
    return notes


def _few_steps(network: Network, settings: Settings, splits: Splits) -> list[str]:
    """What to tell where moving statistics will hardly have left where they start."""
    images = len(splits.train)
    steps = settings.epochs_for(images) * settings.steps_per_epoch(images)
    moving = [node.layer for node in network.nodes if isinstance(node.layer, BatchNormalization)]
    slowest = max((layer.momentum for layer in moving if layer.trainable), default=0.0)
    if slowest**steps <= _LEFT or slowest == 1:  # which says that they shall not move
        return []
    enough = math.ceil(math.log(_LEFT) / math.log(slowest))
    return [
        f"{counted(steps, 'step')} of training, fewer than the {enough:,} that the moving "
        f"statistics of BatchNormalization (momentum {slowest:g}) need: answers will be worse than "
        "the accuracy in training. Train for more epochs, or in smaller batches"
    ]
