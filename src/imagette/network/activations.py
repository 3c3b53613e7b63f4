"""The activation names that Keras accepts, and each as ONNX nodes.

Knows nothing of PyTorch: `training/activations.py` holds the same names as PyTorch functions.
"""

from collections.abc import Callable

import numpy as np

from imagette.errors import NetworkError, nearest_names
from imagette.network.layer import NodeWriter
from imagette.network.shapes import channel_axis

# Takes the writer, the value's name, the output's name, and the value's rank without the batch.
OnnxActivation = Callable[[NodeWriter, str, str, int], str]


def _plain(op: str, **attributes: float) -> OnnxActivation:
    def write(nodes: NodeWriter, value: str, name: str, rank: int) -> str:
        return nodes.node(op, [value], name, **attributes)

    return write


def _linear(nodes: NodeWriter, value: str, name: str, rank: int) -> str:
    return value


def _relu6(nodes: NodeWriter, value: str, name: str, rank: int) -> str:
    low = nodes.constant(f"{name}/low", np.float32(0))
    high = nodes.constant(f"{name}/high", np.float32(6))
    return nodes.node("Clip", [value, low, high], name)


def _gelu(nodes: NodeWriter, value: str, name: str, rank: int) -> str:
    """X * (1 + erf(x / sqrt 2)) / 2: written out, since ONNX has Gelu only from opset 20."""
    scaled = nodes.node(
        "Mul", [value, nodes.constant(f"{name}/scale", np.float32(0.5**0.5))], f"{name}/scaled"
    )
    erf = nodes.node("Erf", [scaled], f"{name}/erf")
    one = nodes.constant(f"{name}/one", np.float32(1))
    half = nodes.constant(f"{name}/half", np.float32(0.5))
    gate = nodes.node("Add", [erf, one], f"{name}/gate")
    return nodes.node("Mul", [nodes.node("Mul", [value, gate], f"{name}/twice"), half], name)


def _silu(nodes: NodeWriter, value: str, name: str, rank: int) -> str:
    return nodes.node("Mul", [value, nodes.node("Sigmoid", [value], f"{name}/gate")], name)


def _softmax(nodes: NodeWriter, value: str, name: str, rank: int) -> str:
    return nodes.node("Softmax", [value], name, axis=channel_axis(rank))


ACTIVATIONS: dict[str, OnnxActivation] = {
    "linear": _linear,
    "relu": _plain("Relu"),
    "relu6": _relu6,
    "leaky_relu": _plain("LeakyRelu", alpha=0.2),
    "elu": _plain("Elu", alpha=1.0),
    "selu": _plain("Selu"),
    "gelu": _gelu,
    "silu": _silu,
    "tanh": _plain("Tanh"),
    "sigmoid": _plain("Sigmoid"),
    "hard_sigmoid": _plain("HardSigmoid", alpha=1 / 6, beta=0.5),
    "softplus": _plain("Softplus"),
    "softmax": _softmax,
}
_ALIASES = {"swish": "silu"}


def check_activation(name: str | None) -> str:
    """The canonical name of an activation, as "linear" for None; NetworkError if there is none."""
    known = _ALIASES.get(name or "linear", name or "linear")
    if known not in ACTIVATIONS:
        raise NetworkError(
            f"no activation {name!r}; there are {', '.join(ACTIVATIONS)}"
            + nearest_names(known, ACTIVATIONS)
        )
    return known
