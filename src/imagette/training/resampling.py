"""Rotates, moves and zooms whole batches of images, each by a matrix of its own.

An output pixel (x, y) is read from (a x + b y + c, d x + e y + f); `grid_sample` does the
reading, for the whole batch at once.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit
from numpy.typing import NDArray

from imagette.network.shapes import Shape

# (images, 2, 3): two rows (a, b, c) and (d, e, f) for each image.
Matrices = NDArray[np.float64]


def rotations(angles: NDArray[np.float64], shape: Shape) -> Matrices:
    """Matrices that rotate images about their middle by `angles` (n,), in radians.

    `shape` is that of the images, (height, width, channels), here and below.
    """
    sine, cosine = np.sin(angles), np.cos(angles)
    return _about_the_middle([[cosine, -sine], [sine, cosine]], shape)


def translations(down: NDArray[np.float64], right: NDArray[np.float64], shape: Shape) -> Matrices:
    """Matrices that move images by shares of their height and of their width, each (n,)."""
    matrices = np.zeros((len(down), 2, 3))
    matrices[:, 0, 0] = matrices[:, 1, 1] = 1
    matrices[:, 0, 2], matrices[:, 1, 2] = -right * shape[1], -down * shape[0]
    return matrices


def zooms(rows: NDArray[np.float64], columns: NDArray[np.float64], shape: Shape) -> Matrices:
    """Matrices that shrink images about their middle by factors (n,); those below 1 enlarge."""
    zero = np.zeros_like(rows)
    return _about_the_middle([[columns, zero], [zero, rows]], shape)


def one_after_another(first: Matrices, second: Matrices) -> Matrices:
    """Matrices that apply `first` to images, and `second` to the result."""
    linear, offset = first[:, :, :2], first[:, :, 2:]
    both = linear @ second
    both[:, :, 2:] += offset
    return both


def resample(
    x: torch.Tensor,
    matrices: Matrices,
    fill_mode: str = "nearest",
    interpolation: str = "bilinear",
    fill_value: float = 0.0,
) -> torch.Tensor:
    """Resample images (batch, channels, height, width), each by its matrix; the dtype stays.

    Pixels from beyond the edge are filled as in keras.ops.image.affine_transform.
    """
    height, width = x.shape[2:]
    columns, rows = _positions(matrices, height, width, x.device)
    images = x.float() - fill_value if fill_mode == "constant" else x.float()
    if fill_mode == "wrap":  # repeat the first row and column, to interpolate with
        columns, rows = columns.remainder(width), rows.remainder(height)
        images = F.pad(images, (0, 1, 0, 1), mode="circular")
        height, width = height + 1, width + 1
    # grid_sample counts from -1 to 1, edge to edge.
    grid = torch.stack(((2 * columns + 1) / width - 1, (2 * rows + 1) / height - 1), -1)
    beyond = {"reflect": "reflection", "constant": "zeros"}.get(fill_mode, "border")
    moved = F.grid_sample(images, grid, interpolation, beyond, align_corners=False)
    if fill_mode == "constant":
        moved = moved + fill_value
    return moved.to(x.dtype, memory_format=torch.channels_last)


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
