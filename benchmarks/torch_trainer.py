"""A whole training in plain PyTorch, as its authors publish it; knows nothing of imagette.

    python torch_trainer.py PEER DATA.npz SEED [float32|bfloat16]

Prints one line of JSON. Images are made float32 and normalised before the clock starts and stay
in memory, which is faster than torchvision's loader that `example` is published with. float32 is
as published; bfloat16 is autocast with the channels last, what a user could switch on.
"""

import json
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR, StepLR

MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's pixels, as both peers scale them


@dataclass(frozen=True)
class Peer:
    """A network and how it is trained; a schedule says whether it steps after every batch."""

    network: Callable[[], nn.Module]
    batch_size: int
    epochs: int
    optimizer: Callable[..., torch.optim.Optimizer]
    schedule: Callable[[torch.optim.Optimizer, int], tuple[LRScheduler, bool]]


def example() -> nn.Module:
    """pytorch/examples, mnist/main.py."""
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Dropout(0.25), nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5)),
        nn.Linear(128, 10),
    )


def one_epoch() -> nn.Module:
    """tuomaso/train_mnist_fast, its last step: the pooling stands before the ReLU."""
    return nn.Sequential(
        *(nn.Conv2d(1, 24, 5), nn.MaxPool2d(2), nn.ReLU()),
        *(nn.Conv2d(24, 32, 3), nn.MaxPool2d(2), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(800, 256), nn.ReLU(), nn.Linear(256, 10)),
    )


PEERS = {
    "example": Peer(
        example,
        64,
        14,
        lambda parameters: torch.optim.Adadelta(parameters, lr=1.0),
        lambda optimizer, steps: (StepLR(optimizer, 1, 0.7), False),
    ),
    "one-epoch": Peer(
        one_epoch,
        256,
        1,
        lambda parameters: torch.optim.Adam(parameters, lr=0.01, betas=(0.7, 0.9)),
        lambda optimizer, steps: (
            OneCycleLR(optimizer, max_lr=0.01, total_steps=steps, cycle_momentum=False),
            True,
        ),
    ),
}


class Run:
    """One training of a peer, epoch by epoch."""

    def __init__(self, peer: Peer, images: torch.Tensor, labels: torch.Tensor, bfloat16: bool):
        self._images, self._labels = images, labels
        self._bfloat16, self._batch_size = bfloat16, peer.batch_size
        self.model = peer.network()
        if bfloat16:
            self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._optimizer = peer.optimizer(self.model.parameters())
        steps = peer.epochs * -(-len(labels) // peer.batch_size)
        self._scheduler, self._every_batch = peer.schedule(self._optimizer, steps)

    def epoch(self) -> None:
        """Through the images in the order they have, as both peers go on a CPU."""
        self.model.train()
        for start in range(0, len(self._labels), self._batch_size):
            images = self._images[start : start + self._batch_size]
            self._optimizer.zero_grad()
            loss = F.cross_entropy(
                self.logits(images), self._labels[start : start + self._batch_size]
            )
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            if self._every_batch:
                self._scheduler.step()
        if not self._every_batch:
            self._scheduler.step()

    def logits(self, images: torch.Tensor) -> torch.Tensor:
        if not self._bfloat16:
            result: torch.Tensor = self.model(images)
            return result
        images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            result = self.model(images)
        return result.float()

    def accuracy(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        self.model.eval()
        with torch.inference_mode():
            right = sum(
                int((self.logits(images[part]).argmax(1) == labels[part]).sum())
                for part in _slices(len(labels), 1000)
            )
        return right / len(labels)


def _slices(count: int, size: int) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, count, size))


def main() -> None:
    name, file, seed, *precision = sys.argv[1:]
    torch.manual_seed(int(seed))
    with np.load(file) as data:
        sides = {key: torch.from_numpy(data[key]) for key in data.files}
    for side in ("x_train", "x_test"):
        scaled = sides[side].permute(0, 3, 1, 2).float().div(255)
        sides[side] = scaled.sub(MEAN).div(DEVIATION)
    # On a CPU both peers go in one order in every epoch: MNIST's own, or one drawn beforehand.
    order = torch.randperm(len(sides["y_train"]))
    peer, labels = PEERS[name], sides["y_train"].long()
    run = Run(peer, sides["x_train"][order], labels[order], precision == ["bfloat16"])
    curve, seconds = [], 0.0
    for _ in range(peer.epochs):
        start = time.perf_counter()
        run.epoch()
        seconds += time.perf_counter() - start
        curve.append((seconds, run.accuracy(sides["x_test"], sides["y_test"])))
    result = {
        "accuracy": curve[-1][1],
        "seconds": seconds,
        "warm_up": 0.0,
        "curve": curve,
        "epochs": peer.epochs,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
