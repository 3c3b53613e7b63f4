"""`evaluation/novelty.py` as ONNX nodes: a second output beside the probabilities."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import TensorProto

from imagette.evaluation.novelty import SMALLEST, Novelty
from imagette.network.layer import NodeWriter

_WIDEST = 4096  # features; larger maps are averaged over small squares first


def write_traces(
    nodes: NodeWriter, maps: str, shape: Sequence[int]
) -> tuple[tuple[str, int], tuple[str, int]]:
    """Features and statistics of the last maps, each with its width.

    `shape` is (height, width, channels), as everywhere; `maps` are channels first.
    """
    height, width, channels = shape
    mean = nodes.node("ReduceMean", [maps], "novelty/channel_mean", axes=[2, 3], keepdims=1)
    centred = nodes.node("Sub", [maps, mean], "novelty/centred")
    square = nodes.node("Mul", [centred, centred], "novelty/square")
    variance = nodes.node("ReduceMean", [square], "novelty/variance", axes=[2, 3], keepdims=1)
    deviation = nodes.node("Sqrt", [variance], "novelty/deviation")
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
    """Write it for features and statistics as above, and logits; returns (batch,)."""
    signs = (
        _cosine(nodes, novelty, features),
        _distance(nodes, novelty, statistics),
        _margin(nodes, logits),
    )
    score = nodes.constant("novelty/offset", np.float32(novelty.offset))
    # As in NumPy, strangers have large signs: those that are large for the known count less.
    names = ("cosine", "distance", "margin")
    for name, sign, weight, side in zip(names, signs, novelty.weights, (-1, 1, -1), strict=True):
        factor = nodes.constant(f"novelty/{name}_weight", np.float32(side * weight))
        part = nodes.node("Mul", [sign, factor], f"novelty/{name}_part")
        score = nodes.node("Add", [score, part], f"novelty/with_{name}")
    return score


def _cosine(nodes: NodeWriter, novelty: Novelty, features: str) -> str:
    projection = _halved(nodes, "novelty/projection", novelty.memory.projection)
    directions = _halved(nodes, "novelty/directions", novelty.memory.directions)
    projected = nodes.node("MatMul", [features, projection], "novelty/projected")
    length = nodes.node("ReduceL2", [projected], "novelty/length", axes=[1], keepdims=1)
    smallest = nodes.constant("novelty/smallest", np.float32(SMALLEST))
    bounded = nodes.node("Max", [length, smallest], "novelty/length_bounded")
    unit = nodes.node("Div", [projected, bounded], "novelty/direction")
    cosines = nodes.node("MatMul", [unit, directions], "novelty/cosines")
    return _reduced(nodes, "ReduceMax", cosines, "novelty/cosine")


def _distance(nodes: NodeWriter, novelty: Novelty, statistics: str) -> str:
    centres = novelty.memory.centres
    whitening = nodes.constant("novelty/whitening", novelty.memory.whitening)
    doubled = nodes.constant("novelty/centres_doubled", 2 * centres)
    lengths = nodes.constant("novelty/centre_squares", (centres**2).sum(axis=0))
    whitened = nodes.node("MatMul", [statistics, whitening], "novelty/whitened")
    own = nodes.node("ReduceSumSquare", [whitened], "novelty/own_square", axes=[1], keepdims=1)
    products = nodes.node("MatMul", [whitened, doubled], "novelty/products")
    sums = nodes.node("Add", [own, lengths], "novelty/squares")
    distances = nodes.node("Sub", [sums, products], "novelty/distances")
    nearest = _reduced(nodes, "ReduceMin", distances, "novelty/nearest_class")
    # Rounding may leave less than nothing.
    positive = nodes.node("Relu", [nearest], "novelty/distance")
    one = nodes.constant("novelty/one", np.float32(1))
    return nodes.node("Log", [nodes.node("Add", [positive, one], "novelty/more")], "novelty/log")


def _margin(nodes: NodeWriter, logits: str) -> str:
    largest = _reduced(nodes, "ReduceMax", logits, "novelty/largest_logit")
    mean = _reduced(nodes, "ReduceMean", logits, "novelty/mean_logit")
    return nodes.node("Sub", [largest, mean], "novelty/margin")


def _halved(nodes: NodeWriter, name: str, array: Any) -> str:
    """A constant that the file holds as float16; ONNX Runtime widens it once, on loading."""
    stored = nodes.constant(name, array.astype(np.float16))
    return nodes.node("Cast", [stored], f"{name}/float", to=TensorProto.FLOAT)


def _reduced(nodes: NodeWriter, op: str, value: str, name: str) -> str:
    return nodes.node(op, [value], name, axes=[1], keepdims=0)
