"""What an operation is, and what it is given at each step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from imagette.network.shapes import Shape
from imagette.training.step_generator import StepGenerator


@dataclass
class Pass:
    """What one forward pass needs besides the images.

    `weights` are in the precision that is computed in, in PyTorch's layouts; `statistics`
    are BatchNormalization's moving ones, float32, changed in place in training.
    """

    weights: Mapping[str, torch.Tensor]
    statistics: Mapping[str, torch.Tensor]
    dtype: torch.dtype
    random: StepGenerator | None = None  # None: not training

    @property
    def training(self) -> bool:
        return self.random is not None


Operation = Callable[[Sequence[torch.Tensor], Pass], torch.Tensor]
Lowering = Callable[[Any, Sequence[Shape]], Operation]


@dataclass(frozen=True)
class Layout:
    """How a Keras array lies in memory here, and how PyTorch's functions view that memory.

    `stored` and `viewed` are permutations of axes; `precise` weights are computed with in
    float32 always.
    """

    stored: tuple[int, ...]
    viewed: tuple[int, ...]
    precise: bool = False


def channels_last(x: torch.Tensor) -> torch.Tensor:
    """A view in Keras's order of axes: images (batch, height, width, channels)."""
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def channels_first(x: torch.Tensor) -> torch.Tensor:
    """The way back: images as (batch, channels, height, width)."""
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x
