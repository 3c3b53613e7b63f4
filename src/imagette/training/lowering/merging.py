"""Layers that make one tensor of several, in PyTorch."""

from collections.abc import Callable, Sequence
from functools import reduce

import torch

from imagette.network import layers
from imagette.network.layers.merging import Merging
from imagette.network.shapes import Shape
from imagette.training.lowering.step import Lowering, Operation, Pass

Pairwise = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def merging(combine: Pairwise) -> Lowering:
    """The lowering of a layer that combines its inputs pair by pair, from the left."""

    def lowering(layer: Merging, shapes: Sequence[Shape]) -> Operation:
        rank = max(map(len, shapes))
        return lambda inputs, step: reduce(combine, [_spread(x, rank) for x in inputs])

    return lowering


def average(layer: layers.Average, shapes: Sequence[Shape]) -> Operation:
    total = merging(torch.add)(layer, shapes)
    return lambda inputs, step: total(inputs, step) / len(inputs)


def concatenate(layer: layers.Concatenate, shapes: Sequence[Shape]) -> Operation:
    position = layer.position(shapes[0])
    axis = (2, 3, 1)[position] if len(shapes[0]) == 3 else position + 1

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        return torch.cat(tuple(inputs), dim=axis)

    return run


def _spread(x: torch.Tensor, rank: int) -> torch.Tensor:
    """A vector shaped to meet the channels of inputs of a higher rank."""
    if x.dim() - 1 == rank:
        return x
    return x[:, :, None, None] if rank == 3 else x.view(len(x), *(1,) * (rank - 1), -1)
