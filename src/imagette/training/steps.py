"""One training, a step at a time.

All randomness comes from generators named after the seed and the step, and all that changes is one
`TrainingState`. So a training can be stopped after any step and resumed, to the same bits on the
same machine with the same number of threads.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit
from numpy.typing import NDArray

from imagette.data.dataset import Splits
from imagette.errors import NetworkError, TrainingError
from imagette.network import Network
from imagette.randomness import generator
from imagette.settings import Settings
from imagette.training.augmentation import take_batch
from imagette.training.device import choose_device, choose_precision
from imagette.training.examples import Examples
from imagette.training.lowered import LoweredNetwork
from imagette.training.moves import allowed_moves
from imagette.training.muon import MOMENTUM, muon_steps
from imagette.training.optimizers import OPTIMIZERS, Slots
from imagette.training.progress import Epoch, Plan
from imagette.training.progressive import Small
from imagette.training.schedules import learning_rate
from imagette.training.step_generator import StepGenerator

_VALIDATION_BATCH = 512  # images: enough to be fast, few enough for memory


@dataclass
class TrainingState:
    """All that changes in a training; a deep copy of it is a checkpoint."""

    values: torch.Tensor  # trainable weights, one float32 vector
    statistics: dict[str, torch.Tensor]  # BatchNormalization's
    slots: Slots  # the optimizer's vectors
    totals: torch.Tensor  # of this epoch so far: loss, right answers, images
    step: int = 0  # steps done since the start
    history: list[Epoch] = field(default_factory=list)


class Training:
    """A network, data and settings, ready to take steps."""

    def __init__(
        self,
        network: Network,
        weights: Mapping[str, NDArray[np.float32]],
        splits: Splits,
        settings: Settings,
        title: str = "",
    ):
        self.settings = settings
        device = choose_device(settings.device)
        dtype = choose_precision(settings.precision, device)
        self.lowered = LoweredNetwork(network, weights, device, dtype)
        self._parameters = self.lowered.parameters
        self._penalties = network.penalties()
        if not self._parameters.values.numel():
            raise NetworkError(
                f"network {network.name!r} has no trainable weights: there is nothing to train"
            )
        self._small = Small(self.lowered, network.input_shape, settings)
        self._optimizer = OPTIMIZERS[settings.optimizer]
        self._moves = allowed_moves(settings, splits)
        self._train = Examples(splits.train, device)
        self._validation = Examples(splits.validation, device)
        self._order: tuple[int, torch.Tensor] = (-1, torch.empty(0))
        images = len(splits.train)
        self.plan = Plan(
            title=title,
            epochs=settings.epochs_for(images),
            steps_per_epoch=settings.steps_per_epoch(images),
            images=images,
            device=device.type,
            precision=str(dtype).removeprefix("torch."),
            threads=torch.get_num_threads(),
        )
        self.state = TrainingState(
            values=self._parameters.values,
            statistics=self._parameters.statistics,
            slots=self._optimizer.fresh_slots(self._parameters.values),
            totals=torch.zeros(3, device=device),
        )

    @property
    def finished(self) -> bool:
        return self.state.step >= self.plan.steps

    def learning_rate(self, step: int) -> float:
        """The rate of step `step`, counted from 0."""
        return learning_rate(self.settings, step, self.plan.steps)

    def resume(self, state: TrainingState) -> None:
        """Go on from the state of another training, which is copied, to the same bits.

        That training must have had the same network, data and settings. This is for programs that
        take the steps themselves, and for tests that nothing else changes in a training: `fit`, and
        so `imagette train`, saves no state and always starts at the first step.
        """
        mine = self.state
        mine.values.copy_(state.values)
        mine.totals.copy_(state.totals)
        for key, tensor in mine.statistics.items():
            tensor.copy_(state.statistics[key])
        for key, tensor in mine.slots.items():
            tensor.copy_(state.slots[key])
        mine.step, mine.history = state.step, list(state.history)
        self._parameters.refresh()

    def step(self) -> None:
        """Train on one batch: forward, backward, update."""
        settings, state, parameters = self.settings, self.state, self._parameters
        learning = slice(parameters.freeze_first(self._freezes(state.step)), None)
        images, labels = self.batch()
        logits = self.current.logits(images, StepGenerator(settings.seed, state.step))
        loss = F.cross_entropy(logits, labels, label_smoothing=settings.label_smoothing)
        parameters.differentiate(loss)
        if self._penalties:
            loss = loss.detach() + parameters.penalise(self._penalties)
        rate = self.learning_rate(state.step)
        state.step += 1
        if decay := self._optimizer.decay(settings):
            state.values[learning].mul_(1 - rate * decay)
        if self._optimizer.orthogonal:
            self._move_kernels(rate)
        slots = {name: slot[learning] for name, slot in state.slots.items()}
        self._optimizer.update(
            state.values[learning], parameters.gradient[learning], slots, rate, state.step, settings
        )
        parameters.refresh()
        self._count(loss.detach(), logits.detach(), labels)

    @property
    def current(self) -> LoweredNetwork:
        """The network of the next step: if asked for, at first that of small images."""
        return self._small.lowered if self._is_small else self.lowered

    @property
    def _is_small(self) -> bool:
        """Whether the next step sees small images."""
        return self.state.step < self._steps_of(self.settings.small_share)

    def _freezes(self, step: int) -> bool:
        """Whether step `step` leaves the first layer unchanged."""
        return self.plan.steps - step <= self._steps_of(self.settings.frozen_share)

    def _steps_of(self, share: float | None) -> int:
        """The number of steps in a share of all of them."""
        return round((share or 0.0) * self.plan.steps)

    def _move_kernels(self, rate: float) -> None:
        """Muon's part of a step; Adam's update then leaves the kernels alone."""
        kernels, gradients, momenta = map(
            self._parameters.kernels,
            (self.state.values, self._parameters.gradient, self.state.slots["kernels"]),
        )
        settings = self.settings
        muon_steps(
            kernels,
            gradients,
            momenta,
            settings.muon_rate * rate / settings.learning_rate,
            MOMENTUM if settings.momentum is None else settings.momentum,
            self.lowered.dtype,
        )

    def means(self) -> tuple[float, float]:
        """Loss and accuracy over this epoch's steps so far.

        Raises:
            TrainingError: the loss is not finite.
        """
        loss, right, count = self.state.totals.tolist()
        if not math.isfinite(loss):
            raise self._diverged(f"the loss became {loss}")
        return loss / count, right / count

    def end_epoch(self, seconds: float) -> Epoch:
        """Validate, and add the epoch to the history; `seconds` are those of its steps."""
        start = time.perf_counter()
        loss, accuracy = self.means()
        val_loss, val_accuracy = self.validate()
        if not math.isfinite(val_loss):
            raise self._diverged(f"the loss became {val_loss}")
        if not self.state.values.isfinite().all():
            raise self._diverged("a weight became infinite")
        self.state.totals.zero_()
        epoch = Epoch(
            epoch=len(self.state.history) + 1,
            loss=loss,
            accuracy=accuracy,
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            learning_rate=self.learning_rate(self.state.step - 1),
            seconds=seconds + time.perf_counter() - start,
            images_per_second=self.plan.images / seconds,
        )
        self.state.history.append(epoch)
        return epoch

    def _diverged(self, what: str) -> TrainingError:
        return TrainingError(
            f"{what} within {self.state.step} steps: training diverged. "
            f"Lower the learning rate (it is {self.settings.learning_rate:g})"
        )

    def validate(self) -> tuple[float, float]:
        """Loss and accuracy on the validation images."""
        count = len(self._validation)
        loss = right = 0.0
        smoothing = self.settings.label_smoothing
        with torch.inference_mode():
            for start in range(0, count, _VALIDATION_BATCH):
                images, labels = self._validation.part(start, start + _VALIDATION_BATCH)
                logits = self.lowered.logits(images)
                loss += F.cross_entropy(
                    logits, labels, reduction="sum", label_smoothing=smoothing
                ).item()
                right += (logits.argmax(1) == labels).sum().item()
        # As in Keras, label smoothing and penalties on weights are part of every loss.
        penalty = self._parameters.penalty(self._penalties)
        return loss / count + penalty, right / count

    def batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Images uint8 (batch, height, width, channels) and labels of the next step.

        They are small where `current` is the network of small images.
        """
        examples, labels = self._train, self._train.labels
        settings, step = self.settings, self.state.step
        epoch, within = divmod(step, self.plan.steps_per_epoch)
        if self._order[0] != epoch:
            order = generator(settings.seed, "order", epoch).permutation(len(labels))
            self._order = (epoch, torch.from_numpy(order).to(labels.device))
        first = within * settings.batch_size
        chosen = self._order[1][first : first + settings.batch_size]
        random = generator(settings.seed, "augmentation", step)
        images = take_batch(examples.stored, examples.located(chosen), random, self._moves)
        images = images.to(labels.device)
        return self._small.shrunk(images) if self._is_small else images, labels[chosen]

    def _count(self, loss: torch.Tensor, logits: torch.Tensor, labels: torch.Tensor) -> None:
        right = (logits.argmax(1) == labels).sum()
        self.state.totals += torch.stack(
            (loss * len(labels), right.float(), torch.full_like(loss, len(labels)))
        )
