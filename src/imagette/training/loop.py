"""The training loop: a network and splits in, weights and a history out. It never prints."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.data.dataset import Splits
from imagette.machine import usable_threads
from imagette.network import Network
from imagette.settings import Settings
from imagette.training.memory import freed_memory_kept, shortage_told
from imagette.training.progress import Epoch, Plan, Progress
from imagette.training.steps import Training

_REPORT_EVERY = 10  # steps between two reports to the Progress object


@dataclass(frozen=True)
class Fit:
    """A training's result: weights in Keras's layouts, a history entry per epoch, how it ran."""

    weights: Mapping[str, NDArray[np.float32]]
    history: tuple[Epoch, ...]
    plan: Plan
    seconds: float


def fit(
    network: Network,
    weights: Mapping[str, NDArray[np.float32]],
    splits: Splits,
    settings: Settings,
    progress: Progress | None = None,
    title: str = "",
    network_of: tuple[int, int] = (1, 1),
) -> Fit:
    """Train `network`, from `weights`, on the training images; validation is only watched.

    `progress` is told the `title` of this training and, in `network_of`, which of how many networks
    this is.

    Raises:
        DeviceError: the device asked for is not available.
        NetworkError: there is nothing to train, or the network cannot take small images asked for.
        TrainingError: the loss is not finite, or there is too little memory.
    """
    progress = progress or Progress()
    told = shortage_told(sum(network.parameters()), settings.batch_size)
    with _threads(usable_threads()), freed_memory_kept(), told:
        training = Training(network, weights, splits, settings, title)
        plan = replace(training.plan, network=network_of[0], networks=network_of[1])
        progress.started(plan)
        start = time.perf_counter()
        while not training.finished:
            epoch_start = time.perf_counter()
            for step in range(1, plan.steps_per_epoch + 1):
                training.step()
                if step % _REPORT_EVERY == 0 or step == plan.steps_per_epoch:
                    progress.advanced(len(training.state.history) + 1, step, *training.means())
            progress.finished_epoch(training.end_epoch(time.perf_counter() - epoch_start))
        seconds = time.perf_counter() - start
    keras_weights = training.lowered.parameters.to_keras()
    return Fit(keras_weights, tuple(training.state.history), plan, seconds)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Within the block, PyTorch runs on `count` threads; afterwards on as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
