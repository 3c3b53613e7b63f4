"""Normalisation by the statistics of batches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imagette.network.layer import Layer, NodeWriter, Weights, WeightSpec
from imagette.network.shapes import Shape


@dataclass(frozen=True, eq=False)
class BatchNormalization(Layer):
    """Keras's BatchNormalization over the last axis (Ioffe and Szegedy 2015).

    As in Keras the moving variance is the biased one, and `momentum` is the share kept.
    """

    axis: int = -1
    momentum: float = 0.99
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True

    def output_shape(self, *inputs: Shape) -> Shape:
        self._require(self.axis in (-1, len(inputs[0])), "axis", "-1, the channels")
        return inputs[0]

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        channels = inputs[0][-1:]
        specs = {}
        if self.scale:
            specs["gamma"] = WeightSpec(channels, "ones")
        if self.center:
            specs["beta"] = WeightSpec(channels, "zeros")
        specs["moving_mean"] = WeightSpec(channels, "zeros", trainable=False)
        specs["moving_variance"] = WeightSpec(channels, "ones", trainable=False)
        return specs

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        channels = shapes[0][-1]
        arrays = {
            "gamma": weights.get("gamma", np.ones(channels, np.float32)),
            "beta": weights.get("beta", np.zeros(channels, np.float32)),
            "moving_mean": weights["moving_mean"],
            "moving_variance": weights["moving_variance"],
        }
        constants = [nodes.constant(f"{self.name}/{key}", array) for key, array in arrays.items()]
        return nodes.node(
            "BatchNormalization", [inputs[0], *constants], self.name, epsilon=self.epsilon
        )
