"""The activation names of `network/activations.py` as PyTorch functions."""

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network.shapes import channel_axis


def _softmax(x: torch.Tensor) -> torch.Tensor:
    return F.softmax(x, dim=channel_axis(x.dim() - 1))


ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "linear": lambda x: x,
    "relu": F.relu,
    "relu6": F.relu6,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": F.hardsigmoid,
    "softplus": F.softplus,
    "softmax": _softmax,
}
