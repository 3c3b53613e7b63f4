"""Trains the members of an ensemble, one after another, each from a start of its own."""

import dataclasses
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Splits
from imagette.network import Network
from imagette.network.ensemble import ensemble, ensemble_weights
from imagette.randomness import generator
from imagette.settings import LARGEST, Settings
from imagette.training.loop import Fit, fit
from imagette.training.progress import Epoch, Progress


def fit_members(
    network: Network,
    weights: Mapping[str, NDArray[np.float32]] | None,
    splits: Splits,
    settings: Settings,
    progress: Progress | None = None,
    title: str = "",
) -> tuple[Network, Fit]:
    """Train as many networks as `settings` ask for; returns their joint network, and its fit.

    Each starts from `weights`, or if None from fresh ones of its own. The history holds the means
    over the members, and the sums of their seconds.

    Raises:
        DeviceError: the device asked for is not available.
        TrainingError: the loss is not finite.
    """
    count = settings.members or 1
    whole = ensemble(network, count)
    fits: list[Fit] = []
    for number in range(1, count + 1):
        own = dataclasses.replace(settings, seed=_seed(settings.seed, number))
        start = weights or network.initial_weights(own.seed)
        fits.append(fit(network, start, splits, own, progress, title, (number, count)))
    if count == 1:
        return whole, fits[0]
    joined = ensemble_weights(network, [fitted.weights for fitted in fits])
    epochs = zip(*(fitted.history for fitted in fits), strict=True)
    return whole, Fit(
        weights=joined,
        history=tuple(map(_mean, epochs)),
        plan=fits[0].plan,
        seconds=sum(fitted.seconds for fitted in fits),
    )


def _seed(seed: int, number: int) -> int:
    """The seed of member `number`, from 1: the first has the training's, the others their own."""
    return seed if number == 1 else int(generator(seed, "member", number).integers(LARGEST))


def _mean(epochs: Sequence[Epoch]) -> Epoch:
    """The mean of the same epoch of all members, with the sum of their seconds."""
    values = [dataclasses.asdict(epoch) for epoch in epochs]
    means: dict[str, Any] = {
        key: statistics.fmean(value[key] for value in values) for key in values[0]
    }
    seconds = sum(epoch.seconds for epoch in epochs)
    return dataclasses.replace(epochs[0], **means | {"epoch": epochs[0].epoch, "seconds": seconds})
