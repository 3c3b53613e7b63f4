"""What a training reports while it runs. The loop itself prints nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagette.data.progress import DataProgress

if TYPE_CHECKING:
    from imagette.runs.run import Run


@dataclass(frozen=True)
class Plan:
    """The plan of a training. `device` and `precision` are as chosen, never "auto".

    If several `networks` answer together, this is number `network`, from 1.
    """

    title: str
    epochs: int
    steps_per_epoch: int
    images: int
    device: str
    precision: str
    threads: int
    network: int = 1
    networks: int = 1

    @property
    def steps(self) -> int:
        """Steps of the whole training."""
        return self.epochs * self.steps_per_epoch


@dataclass(frozen=True)
class Epoch:
    """One pass over the training images, with Keras's names for its numbers.

    `loss` and `accuracy` are means over the pass, on augmented images and while the weights
    change; those with `val_` are of the weights at its end. `learning_rate` is its last step's.
    `seconds` includes validation, `images_per_second` does not.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float
    seconds: float
    images_per_second: float


class Progress:
    """Listens to a training. This one is silent; override what is of interest."""

    def started(self, plan: Plan) -> None:
        """Training begins."""

    def noted(self, text: str) -> None:
        """There is something that the user should know, `text`, a sentence."""

    def advanced(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        """`step` steps of the epoch are done, with the means so far; epochs count from 1."""

    def finished_epoch(self, epoch: Epoch) -> None:
        """An epoch and its validation are done."""

    def measuring(self) -> DataProgress:
        """The training is over; returns a listener to the measuring of its network."""
        return DataProgress()

    def saved(self, run: Run) -> None:
        """The run is evaluated, and complete in its folder."""
