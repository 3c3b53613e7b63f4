"""Random flips, rotations, translations and zooms of whole batches, as Keras draws them."""

import math
from collections.abc import Callable, Sequence

import torch

from imagette.network import layers
from imagette.network.layers.augmentation import RandomAffine
from imagette.network.shapes import Shape
from imagette.training.lowering.step import Operation, Pass
from imagette.training.resampling import Matrices, resample, rotations, translations, zooms
from imagette.training.step_generator import StepGenerator


def random_flip(layer: layers.RandomFlip, shapes: Sequence[Shape]) -> Operation:
    axes = {"horizontal": (3,), "vertical": (2,), "horizontal_and_vertical": (2, 3)}[layer.mode]

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        if step.random is None:
            return x
        flipped = torch.from_numpy(step.random.uniform((0, 1), len(x)) <= 0.5)
        return torch.where(flipped.to(x.device)[:, None, None, None], x.flip(axes), x)

    return run


def random_rotation(layer: layers.RandomRotation, shapes: Sequence[Shape]) -> Operation:
    return _affine(
        layer,
        lambda random, count: rotations(
            2 * math.pi * random.uniform(layer.turns, count), shapes[0]
        ),
    )


def random_translation(layer: layers.RandomTranslation, shapes: Sequence[Shape]) -> Operation:
    vertical, horizontal = layer.shares
    return _affine(
        layer,
        lambda random, count: translations(
            random.uniform(vertical, count), random.uniform(horizontal, count), shapes[0]
        ),
    )


def random_zoom(layer: layers.RandomZoom, shapes: Sequence[Shape]) -> Operation:
    vertical, horizontal = layer.zooms

    def draw(random: StepGenerator, count: int) -> Matrices:
        rows = 1 + random.uniform(vertical, count)
        columns = rows if horizontal is None else 1 + random.uniform(horizontal, count)
        return zooms(rows, columns, shapes[0])

    return _affine(layer, draw)


def _affine(layer: RandomAffine, draw: Callable[[StepGenerator, int], Matrices]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        if step.random is None:
            return x
        filling = layer.fill_mode, layer.interpolation, layer.fill_value
        return resample(x, draw(step.random, len(x)), *filling)

    return run
