"""ONNX nodes for the novelty of `evaluation/novelty.py`, a second output of the model."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import TensorProto

from imagette.evaluation.discriminant import Discriminant
from imagette.evaluation.novelty import COSINE, MARGIN, Novelty
from imagette.network.layer import NodeWriter

_WIDEST = 4096  # features: larger maps are first averaged over small squares


def write_traces(
    nodes: NodeWriter, maps: str, shape: Sequence[int]
) -> tuple[tuple[str, int], tuple[str, int]]:
    """Write features and statistics of the last maps; returns each with its width.

    `shape` is (height, width, channels), as everywhere, but `maps` have channels first.
    """
    height, width, channels = shape
    mean = nodes.node("ReduceMean", [maps], "novelty/channel_mean", axes=[2, 3], keepdims=1)
    centred = nodes.node("Sub", [maps, mean], "novelty/centred")
    length = nodes.node("ReduceL2", [centred], "novelty/centred_length", axes=[2, 3], keepdims=1)
    share = nodes.constant("novelty/root_share", np.float32((height * width) ** -0.5))
    deviation = nodes.node("Mul", [length, share], "novelty/deviation")
    both = nodes.node("Concat", [mean, deviation], "novelty/statistics", axis=1)
    statistics = nodes.node("Flatten", [both], "novelty/flat_statistics", axis=1)
    side = next(
        side
        for side in range(1, min(height, width) + 1)
        if (height // side) * (width // side) * channels <= _WIDEST or side == min(height, width)
    )
    if side > 1:
        window = {"kernel_shape": [side, side], "strides": [side, side]}
        maps = nodes.node("AveragePool", [maps], "novelty/pooled", **window)
    features = nodes.node("Flatten", [maps], "novelty/features", axis=1)
    return (features, (height // side) * (width // side) * channels), (statistics, 2 * channels)


def write_novelty(
    nodes: NodeWriter, novelty: Novelty, features: str, statistics: str, logits: str
) -> str:
    """Write the novelty (batch,) from features and statistics of `write_traces`, and logits."""
    signs = [
        _cosine(nodes, novelty, features),
        _distance(nodes, novelty, statistics),
        _margin(nodes, logits),
    ]
    if novelty.memory.discriminant is not None:
        signs.append(_discriminant(nodes, novelty.memory.discriminant, features))
    # As in NumPy, strangers score high, so signs that are large for known images are negated.
    weights = np.array(novelty.weights, np.float32)[:, np.newaxis]
    weights[[COSINE, MARGIN]] *= -1
    score = nodes.node(
        "Gemm",
        [
            nodes.node("Concat", signs, "novelty/signs", axis=1),
            nodes.constant("novelty/weights", weights),
            nodes.constant("novelty/offset", np.array([novelty.offset], np.float32)),
        ],
        "novelty/score",
    )
    axes = nodes.constant("novelty/axes", np.array([1]))
    return nodes.node("Squeeze", [score, axes], "novelty/one_number")


def _cosine(nodes: NodeWriter, novelty: Novelty, features: str) -> str:
    projection = _halved(nodes, "novelty/projection", novelty.memory.projection)
    directions = _halved(nodes, "novelty/directions", novelty.memory.directions)
    projected = nodes.node("MatMul", [features, projection], "novelty/projected")
    unit = nodes.node("LpNormalization", [projected], "novelty/direction", axis=1)
    cosines = nodes.node("MatMul", [unit, directions], "novelty/cosines")
    return _reduced(nodes, "ReduceMax", cosines, "novelty/cosine")


def _distance(nodes: NodeWriter, novelty: Novelty, statistics: str) -> str:
    centres = novelty.memory.centres
    whitening = nodes.constant("novelty/whitening", novelty.memory.whitening)
    # Per class: 1 plus the squared distance less `own`; the logarithm is taken of 1 plus that.
    factors = nodes.constant("novelty/centre_factors", -2 * centres)
    squares = nodes.constant("novelty/centre_squares", 1 + (centres**2).sum(axis=0))
    whitened = nodes.node("MatMul", [statistics, whitening], "novelty/whitened")
    own = nodes.node("ReduceSumSquare", [whitened], "novelty/own_square", axes=[1], keepdims=1)
    by_class = nodes.node("Gemm", [whitened, factors, squares], "novelty/by_class")
    nearest = _reduced(nodes, "ReduceMin", by_class, "novelty/nearest_class")
    more = nodes.node("Add", [nearest, own], "novelty/one_and_distance")
    one = nodes.constant("novelty/one", np.float32(1))  # rounding may leave less
    return nodes.node("Log", [nodes.node("Max", [more, one], "novelty/more")], "novelty/log")


def _margin(nodes: NodeWriter, logits: str) -> str:
    largest = _reduced(nodes, "ReduceMax", logits, "novelty/largest_logit")
    mean = _reduced(nodes, "ReduceMean", logits, "novelty/mean_logit")
    return nodes.node("Sub", [largest, mean], "novelty/margin")


def _discriminant(nodes: NodeWriter, discriminant: Discriminant, features: str) -> str:
    unit = nodes.node("LpNormalization", [features], "novelty/unit_features", axis=1)
    weights = nodes.constant("novelty/discriminant", discriminant.weights[:, np.newaxis])
    bias = nodes.constant("novelty/discriminant_bias", np.array([discriminant.bias], np.float32))
    return nodes.node("Gemm", [unit, weights, bias], "novelty/outlier_logit")


def _halved(nodes: NodeWriter, name: str, array: Any) -> str:
    """A constant stored in the file as float16; ONNX Runtime widens it once, on loading."""
    stored = nodes.constant(name, array.astype(np.float16))
    return nodes.node("Cast", [stored], f"{name}/float", to=TensorProto.FLOAT)


def _reduced(nodes: NodeWriter, op: str, value: str, name: str) -> str:
    return nodes.node(op, [value], name, axes=[1], keepdims=1)
