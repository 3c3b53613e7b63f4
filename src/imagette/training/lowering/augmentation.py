"""Random flips, rotations, translations and zooms of whole batches, in PyTorch.

An output pixel (x, y) is read from (a x + b y + c, d x + e y + f), with the matrices that
Keras draws; `grid_sample` does the reading, for the whole batch at once.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit
from numpy.typing import NDArray

from imagette.network import layers
from imagette.network.layers.augmentation import RandomAffine
from imagette.network.shapes import Shape
from imagette.training.dropout import MaskSource
from imagette.training.lowering.step import Operation, Pass

# (images, 2, 3): two rows (a, b, c) and (d, e, f) for each image.
Matrices = NDArray[np.float64]


def random_flip(layer: layers.RandomFlip, shapes: Sequence[Shape]) -> Operation:
    axes = {"horizontal": (3,), "vertical": (2,), "horizontal_and_vertical": (2, 3)}[layer.mode]

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        if step.masks is None:
            return x
        flipped = torch.from_numpy(step.masks.uniform((0, 1), len(x)) <= 0.5)
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

    def draw(random: MaskSource, count: int) -> Matrices:
        rows = 1 + random.uniform(vertical, count)
        columns = rows if horizontal is None else 1 + random.uniform(horizontal, count)
        return zooms(rows, columns, shapes[0])

    return _affine(layer, draw)


def rotations(angles: NDArray[np.float64], shape: Shape) -> Matrices:
    """Matrices that turn images of `shape` about their middle; angles in radians."""
    sine, cosine = np.sin(angles), np.cos(angles)
    return _about_the_middle([[cosine, -sine], [sine, cosine]], shape)


def translations(down: NDArray[np.float64], right: NDArray[np.float64], shape: Shape) -> Matrices:
    """Matrices that move images of `shape` by shares of their height and of their width."""
    matrices = np.zeros((len(down), 2, 3))
    matrices[:, 0, 0] = matrices[:, 1, 1] = 1
    matrices[:, 0, 2], matrices[:, 1, 2] = -right * shape[1], -down * shape[0]
    return matrices


def zooms(rows: NDArray[np.float64], columns: NDArray[np.float64], shape: Shape) -> Matrices:
    """Matrices that shrink images of `shape` about their middle, by factors above 1."""
    zero = np.zeros_like(rows)
    return _about_the_middle([[columns, zero], [zero, rows]], shape)


def resample(x: torch.Tensor, matrices: Matrices, layer: RandomAffine) -> torch.Tensor:
    """Images (batch, channels, height, width), each read where its matrix says.

    Pixels from beyond the edge are as in keras.ops.image.affine_transform.
    """
    height, width = x.shape[2:]
    columns, rows = _positions(matrices, height, width, x.device)
    images = x.float() - layer.fill_value if layer.fill_mode == "constant" else x.float()
    if layer.fill_mode == "wrap":  # the first row and column again, to interpolate with
        columns, rows = columns.remainder(width), rows.remainder(height)
        images = F.pad(images, (0, 1, 0, 1), mode="circular")
        height, width = height + 1, width + 1
    # grid_sample counts from -1 to 1, edge to edge.
    grid = torch.stack(((2 * columns + 1) / width - 1, (2 * rows + 1) / height - 1), -1)
    beyond = {"reflect": "reflection", "constant": "zeros"}.get(layer.fill_mode, "border")
    moved = F.grid_sample(images, grid, layer.interpolation, beyond, align_corners=False)
    if layer.fill_mode == "constant":
        moved = moved + layer.fill_value
    return moved.to(x.dtype, memory_format=torch.channels_last)


def _affine(layer: RandomAffine, draw: Callable[[MaskSource, int], Matrices]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        return x if step.masks is None else resample(x, draw(step.masks, len(x)), layer)

    return run


def _about_the_middle(linear: Sequence[Sequence[NDArray[np.float64]]], shape: Shape) -> Matrices:
    """Matrices with the linear part [[a, b], [d, e]] that leave the middle of an image in place."""
    (a, b), (d, e) = linear
    x, y = (shape[1] - 1) / 2, (shape[0] - 1) / 2
    offsets = x - a * x - b * y, y - d * x - e * y
    return np.stack((a, b, offsets[0], d, e, offsets[1]), -1).reshape(-1, 2, 3)


def _positions(
    matrices: Matrices, height: int, width: int, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """The column and the row that each pixel is read from, float32 (batch, height, width)."""
    parts = torch.from_numpy(matrices.astype(np.float32)).to(device)[:, :, :, None, None]
    x = torch.arange(width, device=device)
    y = torch.arange(height, device=device)[:, None]
    both = parts[:, :, 0] * x + parts[:, :, 1] * y + parts[:, :, 2]
    return both[:, 0], both[:, 1]
