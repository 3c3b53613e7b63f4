"""Normalisation: by the statistics of batches, of pixels, of groups of channels."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.network.layer import Layer, NodeWriter, Weights, WeightSpec
from imagette.network.layers.order import channels_first, channels_last, reshape
from imagette.network.layers.preprocessing import per_channel
from imagette.network.regularizers import L1L2, check_regularizer
from imagette.network.shapes import Shape, last_axis


class Normalizing(Layer):
    """The base of all three: one gamma and one beta for each channel, and the shape is kept."""

    axis: int
    epsilon: float
    center: bool
    scale: bool
    beta_regularizer: L1L2 | str | None
    gamma_regularizer: L1L2 | str | None

    def __post_init__(self) -> None:
        if isinstance(self.axis, tuple) and len(self.axis) == 1:  # as Keras writes it
            self._normalise(axis=self.axis[0])
        self._normalise(
            beta_regularizer=check_regularizer(self.beta_regularizer),
            gamma_regularizer=check_regularizer(self.gamma_regularizer),
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        self._require(last_axis(self.axis, len(inputs[0])), "axis", "-1, the channels")
        return inputs[0]

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        channels = inputs[0][-1:]
        specs = {}
        if self.scale:
            penalty = check_regularizer(self.gamma_regularizer)
            specs["gamma"] = WeightSpec(channels, "ones", regularizer=penalty)
        if self.center:
            penalty = check_regularizer(self.beta_regularizer)
            specs["beta"] = WeightSpec(channels, "zeros", regularizer=penalty)
        return specs

    def _affine(self, nodes: NodeWriter, value: str, weights: Weights, rank: int) -> str:
        """Apply gamma and beta, where the layer has them."""
        for key, op in (("gamma", "Mul"), ("beta", "Add")):
            if key in weights:
                factor = nodes.constant(f"{self.name}/{key}", per_channel(weights[key], rank))
                value = nodes.node(op, [value, factor], f"{self.name}/{op.lower()}")
        return value


@dataclass(frozen=True, eq=False)
class BatchNormalization(Normalizing):
    """Keras's BatchNormalization over the last axis (Ioffe and Szegedy 2015).

    As in Keras the moving variance is the biased one, and `momentum` is the share kept.
    """

    axis: int = -1
    momentum: float = 0.99
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    _: KW_ONLY
    beta_regularizer: L1L2 | str | None = None
    gamma_regularizer: L1L2 | str | None = None

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        channels = inputs[0][-1:]
        return super().weight_specs(*inputs) | {
            "moving_mean": WeightSpec(channels, "zeros", trainable=False),
            "moving_variance": WeightSpec(channels, "ones", trainable=False),
        }

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        rank = len(shapes[0])
        if rank not in (1, 3):  # ONNX's own node has the channels first
            return self._written_out(nodes, inputs[0], weights)
        arrays = _batch_statistics(weights)
        constants = [nodes.constant(f"{self.name}/{key}", array) for key, array in arrays.items()]
        return nodes.node(
            "BatchNormalization", [inputs[0], *constants], self.name, epsilon=self.epsilon
        )

    def _written_out(self, nodes: NodeWriter, value: str, weights: Weights) -> str:
        gamma, beta, mean, variance = _batch_statistics(weights).values()
        slope = (gamma / np.sqrt(variance + self.epsilon)).astype(np.float32)
        scale = nodes.constant(f"{self.name}/slope", slope)
        shift = nodes.constant(f"{self.name}/shift", beta - mean * slope)
        scaled = nodes.node("Mul", [value, scale], self.name)
        return nodes.node("Add", [scaled, shift], f"{self.name}/shifted")


@dataclass(frozen=True, eq=False)
class LayerNormalization(Normalizing):
    """Keras's LayerNormalization of each pixel, or vector, by itself (Ba et al. 2016)."""

    axis: int = -1
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    _: KW_ONLY
    beta_regularizer: L1L2 | str | None = None
    gamma_regularizer: L1L2 | str | None = None

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        (shape,) = shapes
        pixels = channels_last(nodes, inputs[0], shape, f"{self.name}/channels_last")
        arrays = {"gamma": np.ones(shape[-1], np.float32), **weights}
        constants = [nodes.constant(f"{self.name}/{key}", array) for key, array in arrays.items()]
        normal = nodes.node(
            "LayerNormalization", [pixels, *constants], self.name, axis=-1, epsilon=self.epsilon
        )
        return channels_first(nodes, normal, shape, f"{self.name}/channels_first")


@dataclass(frozen=True, eq=False)
class GroupNormalization(Normalizing):
    """Keras's GroupNormalization of neighbouring channels (Wu and He 2018, arXiv:1803.08494).

    `groups` = -1 makes each channel a group.
    """

    groups: int = 32
    axis: int = -1
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    _: KW_ONLY
    beta_regularizer: L1L2 | str | None = None
    gamma_regularizer: L1L2 | str | None = None

    def groups_of(self, shape: Shape) -> int:
        """The number of groups for an input of `shape`."""
        return shape[-1] if self.groups == -1 else self.groups

    def output_shape(self, *inputs: Shape) -> Shape:
        channels, groups = inputs[0][-1], self.groups_of(inputs[0])
        fits = groups >= 1 and channels % groups == 0
        self._require(fits, "groups", f"a divisor of {channels} channels, or -1")
        return super().output_shape(*inputs)

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        """Write it by InstanceNormalization, which averages over all except the first two axes."""
        (shape,) = shapes
        value, rank = inputs[0], len(shape)
        inner = (shape[2], *shape[:2]) if rank == 3 else shape
        first = (rank, *range(1, rank))
        if rank not in (1, 3):
            value = nodes.node("Transpose", [value], f"{self.name}/first", perm=[0, *first])
            inner = (shape[-1], *shape[:-1])
        groups = self.groups_of(shape)
        grouped = reshape(nodes, value, (groups, -1), f"{self.name}/groups")
        ones = nodes.constant(f"{self.name}/ones", np.ones(groups, np.float32))
        zeros = nodes.constant(f"{self.name}/zeros", np.zeros(groups, np.float32))
        normal = nodes.node(
            "InstanceNormalization", [grouped, ones, zeros], self.name, epsilon=self.epsilon
        )
        value = reshape(nodes, normal, inner, f"{self.name}/channels")
        if rank not in (1, 3):
            last = [0, *range(2, rank + 1), 1]
            value = nodes.node("Transpose", [value], f"{self.name}/last", perm=last)
        return self._affine(nodes, value, weights, rank)


def _batch_statistics(weights: Weights) -> dict[str, NDArray[np.float32]]:
    """Gamma, beta, mean and variance, in the order of ONNX's inputs."""
    mean = weights["moving_mean"]
    return {
        "gamma": weights.get("gamma", np.ones_like(mean)),
        "beta": weights.get("beta", np.zeros_like(mean)),
        "moving_mean": mean,
        "moving_variance": weights["moving_variance"],
    }
