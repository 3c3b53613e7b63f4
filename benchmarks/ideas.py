"""Published ideas for training in few steps, each added to a recipe, on held-out images.

The ideas are those of CIFAR-10 airbench (Jordan 2024, arXiv:2404.00498), hlb-CIFAR10 and fastai's
courses. Each is alone: the recipe, and it; of a recipe of several networks one is trained. What
the recipe has already is left out in its row ("without ..."). For choosing: the test images are not
read. Log loss is that at the best temperature; it tells small differences sooner than accuracy.

    python -m benchmarks.ideas RECIPE DATA [--seeds 5] [--only IDEA ...] [--set epochs=4 ...]
"""

import argparse
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit
from numpy.typing import NDArray

import imagette
from benchmarks.environment import environment
from benchmarks.held_out import HELD_OUT, setting
from imagette.data.dataset import Splits
from imagette.errors import NetworkError
from imagette.machine import usable_threads
from imagette.network import Network
from imagette.randomness import generator
from imagette.recipes import Recipe
from imagette.training.augmentation import take_batch
from imagette.training.memory import freed_memory_kept
from imagette.training.steps import Training

Weights = dict[str, NDArray[np.float32]]

_PATCHES = 5000  # images whose patches are whitened
_EPSILON = 5e-4  # added to the variances of patches, as airbench does
_TEMPERATURES = np.geomspace(0.4, 2.5, 40)


class Numbers(NamedTuple):
    """Of the held-out images: per cent right and log loss, in 1e-4; and seconds of training."""

    right: float
    log_loss: float
    seconds: float


class Plain(Training):
    """The recipe as it is; the ideas override what they change."""

    network: Network


class BiasRate(Plain):
    """BatchNormalization's biases learn at eight times the rate."""

    def step(self) -> None:
        values = self.state.values
        before = values.clone()
        super().step()
        values[self.biases] += 7 * (values - before)[self.biases]
        self.lowered.parameters.refresh()

    @cached_property
    def biases(self) -> torch.Tensor:
        """Where in the vector of all weights they are, bool."""
        specs = self.network.weight_specs().items()
        parts = [
            torch.full((math.prod(spec.shape),), key.endswith("/beta"))
            for key, spec in specs
            if spec.trainable
        ]
        return torch.cat(parts)


class Averaged(Plain):
    """The answer is that of the mean over weights, which forgets a tenth of the steps."""

    def step(self) -> None:
        super().step()
        self.mean.lerp_(self.state.values, min(1.0, 10 / self.plan.steps))
        if self.finished:
            self.state.values.copy_(self.mean)
            self.lowered.parameters.refresh()

    @cached_property
    def mean(self) -> torch.Tensor:
        return self.state.values.clone()


class Lookahead(Plain):
    """Every five steps weights go back, ever less, towards where they were."""

    def step(self) -> None:
        slow = self.slow
        super().step()
        if self.state.step % 5 == 0 or self.finished:
            share = self.state.step / self.plan.steps
            slow.lerp_(self.state.values, 1 - 0.95**5 * share**3)
            self.state.values.copy_(slow)
            self.lowered.parameters.refresh()

    @cached_property
    def slow(self) -> torch.Tensor:
        return self.state.values.clone()


class Growing(Plain):
    """Batches grow evenly from half of their size to one and a half of it."""

    def batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        step = self.state.step
        chosen = self.order[self.bounds[step] : self.bounds[step + 1]]
        examples = self._train
        random = generator(self.settings.seed, "augmentation", step)
        images = take_batch(examples.stored, examples.located(chosen), random, self._moves)
        return images, examples.labels[chosen]

    @cached_property
    def order(self) -> torch.Tensor:
        """The images of all epochs."""
        seed, count = self.settings.seed, self.plan.images
        epochs = range(self.plan.epochs)
        orders = [generator(seed, "order", epoch).permutation(count) for epoch in epochs]
        return torch.from_numpy(np.concatenate(orders))

    @cached_property
    def bounds(self) -> list[int]:
        ends = np.linspace(0.5, 1.5, self.plan.steps).cumsum()
        return [0, *(ends / ends[-1] * len(self.order)).round().astype(int).tolist()]


def whitened(weights: Weights, images: NDArray[np.uint8]) -> Weights:
    """The first kernel: the leading directions of the patches, whitened, and their opposites."""
    key = _kernels(weights)[0]
    kernel = weights[key].copy()
    rows, columns, channels, filters = kernel.shape
    scaled = images[:_PATCHES].astype(np.float32) / 255
    windows = np.lib.stride_tricks.sliding_window_view(scaled, (rows, columns), (1, 2))
    patches = windows[:, ::2, ::2].transpose(0, 1, 2, 4, 5, 3).reshape(-1, kernel[..., 0].size)
    variances, directions = np.linalg.eigh(np.cov(patches, rowvar=False))
    white = (directions / np.sqrt(variances + _EPSILON))[:, ::-1]  # the leading ones first
    pairs = min(filters // 2, white.shape[1])
    chosen = white[:, :pairs].reshape(rows, columns, channels, pairs)
    kernel[..., : 2 * pairs] = np.concatenate([chosen, -chosen], axis=3)
    return weights | {key: kernel}


def identities(weights: Weights, _: NDArray[np.uint8]) -> Weights:
    """Each kernel but the first hands on its input, as far as it has filters."""
    changed = {key: weights[key].copy() for key in _kernels(weights)[1:]}
    for kernel in changed.values():
        rows, columns, *channels = kernel.shape
        handed_on = np.arange(min(channels))
        kernel[:, :, :, handed_on] = 0
        kernel[rows // 2, columns // 2, handed_on, handed_on] = 1
    return weights | changed


def _kernels(weights: Weights) -> list[str]:
    return [key for key, value in weights.items() if value.ndim == 4]


@dataclass(frozen=True)
class Idea:
    """What trains, from which weights, and what is changed in the recipe's settings."""

    training: type[Plain] = Plain
    begin: Callable[[Weights, NDArray[np.uint8]], Weights] = lambda weights, _: weights
    changes: dict[str, Any] = field(default_factory=dict)


IDEAS = {
    "the recipe": Idea(),
    "first layer whitened": Idea(begin=whitened),
    "first layer whitened and frozen": Idea(begin=whitened, changes={"frozen_share": 1.0}),
    "kernels begin as identities": Idea(begin=identities),
    "biases of BatchNormalization faster": Idea(BiasRate),
    "mean of the weights": Idea(Averaged),
    "lookahead": Idea(Lookahead),
    "growing batches": Idea(Growing, changes={"small_share": 0.0}),
    "smaller images at first": Idea(changes={"small_share": 0.4}),
    "whole images throughout": Idea(changes={"small_share": 0.0}),
    "weight decay 0.1": Idea(changes={"weight_decay": 0.1}),
    "half of the images erased": Idea(changes={"erasing": 0.5}),
    "cosine in place of straight lines": Idea(changes={"schedule": "cosine"}),
    "without early freezing": Idea(changes={"frozen_share": 0.0}),
    "without label smoothing": Idea(changes={"label_smoothing": 0.0}),
    "without Muon": Idea(changes={"optimizer": "adam"}),
}


def trial(idea: Idea, chosen: Recipe, splits: Splits, changes: dict[str, Any]) -> Numbers:
    """One training, from the first step to the last."""
    settings = chosen.settings.override(**changes | idea.changes)
    network = chosen.network(splits.shape, len(splits.class_names))
    weights = idea.begin(network.initial_weights(settings.seed), splits.train.images)
    with freed_memory_kept():
        training = idea.training(network, weights, splits, settings)
        training.network = network
        start = time.perf_counter()
        while not training.finished:
            training.step()
        seconds = time.perf_counter() - start
    images = torch.from_numpy(splits.validation.images)
    p = training.lowered.probabilities(images)
    if settings.mirror_average and settings.mirrors(splits.mirror):
        p = (p * training.lowered.probabilities(images.flip(2))).sqrt()
    logits, labels = p.clamp(min=1e-30).log(), torch.from_numpy(splits.validation.labels)
    loss = min(F.cross_entropy(logits / t, labels).item() for t in _TEMPERATURES)
    return Numbers(100 * (p.argmax(1) == labels).float().mean().item(), 1e4 * loss, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Published ideas, one by one, on held-out images")
    parser.add_argument("recipe")
    parser.add_argument("data")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=list(IDEAS), choices=IDEAS, metavar="IDEA")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", dest="changes")
    options = parser.parse_args()
    changes = dict(map(setting, options.changes))
    torch.set_num_threads(usable_threads())
    print(environment())
    print(f"\n{' '.join([options.recipe, *options.changes])} on {options.data}, held out;", end=" ")
    print(f"one network each; n = {options.seeds}, standard deviation; log loss in 1e-4\n")
    print("| | % | log loss | s |\n|---|---|---|---|")
    recipe = imagette.recipes.recipe(options.recipe)
    for name in options.only:
        found = []
        try:
            for seed in range(options.seeds):
                splits = imagette.open_data(options.data, validation=HELD_OUT, seed=seed)
                chosen = recipe.suited(splits.mirror, changes.get("mirror"))
                found.append(trial(IDEAS[name], chosen, splits, changes | {"seed": seed}))
        except NetworkError as error:  # its weights depend on the size of its images
            print(f"| {name:38} | not to be had: {error} |", flush=True)
            continue
        columns = [f"{name:38}"]
        for values, digits in zip(zip(*found, strict=True), (2, 0, 1), strict=True):
            spread = statistics.stdev(values) if len(values) > 1 else 0.0
            columns.append(f"{statistics.mean(values):.{digits}f} ({spread:.{digits}f})")
        print(f"| {' | '.join(columns)} |", flush=True)


if __name__ == "__main__":
    main()
