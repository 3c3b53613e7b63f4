"""A network made ready to train: its weights as one flat vector, and the forward pass.

Knows the rows of `lowering/` and nothing of the loop, the optimizer or the data.
"""

import copy
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.errors import ShapeError
from imagette.network import InputLayer, Network
from imagette.network.shapes import Shape
from imagette.training.lowering import Operation, Pass, lower
from imagette.training.parameters import Parameters
from imagette.training.rewrites import prepare
from imagette.training.step_generator import StepGenerator


class LoweredNetwork:
    """A network in PyTorch, on a device and in a precision; `logits` is its forward pass."""

    def __init__(
        self,
        network: Network,
        weights: Mapping[str, NDArray[np.float32]],
        device: torch.device,
        dtype: torch.dtype,
    ):
        if len(network.output_shape) != 1:
            raise ShapeError(
                f"network {network.name!r} ends in the shape {network.output_shape}, expected "
                "one number for each class. End it with Flatten or GlobalAveragePooling2D, and "
                "Dense(classes)"
            )
        self.device, self.dtype = device, dtype
        self.parameters = Parameters(network, weights, device, dtype)
        self._network = network
        self._operations = _operations(network)

    def resized(self, shape: Shape) -> "LoweredNetwork":
        """This network with the same weights, for images of another (height, width, channels).

        Raises:
            ShapeError: some weights depend on the size of the images.
        """
        other = copy.copy(self)
        other._network = self._network.resized(shape)
        other._operations = _operations(other._network)
        return other

    def logits(self, images: torch.Tensor, random: StepGenerator | None = None) -> torch.Tensor:
        """Logits, float32 (batch, classes), for uint8 images (batch, height, width, channels).

        With `random` it is a training pass: dropout and batch statistics are active.
        """
        return self.values(images, random)[-1].float()

    def values(
        self, images: torch.Tensor, random: StepGenerator | None = None, count: int | None = None
    ) -> list[torch.Tensor]:
        """The outputs of the first `count` operations, or of all; the images come first."""
        step = Pass(self.parameters.computed, self.parameters.statistics, self.dtype, random)
        values: list[torch.Tensor] = []
        for operation, inputs in self._operations[:count]:
            if operation is None:
                values.append(images.permute(0, 3, 1, 2).float())
            else:
                values.append(operation([values[index] for index in inputs], step))
        return values

    def probabilities(self, images: torch.Tensor, batch_size: int = 512) -> torch.Tensor:
        """Probabilities, float32 (n, classes), outside training; the images go in batches."""
        with torch.inference_mode():
            parts = [self.logits(part.to(self.device)) for part in torch.split(images, batch_size)]
            return torch.cat(parts).softmax(1).cpu()


def _operations(network: Network) -> list[tuple[Operation | None, tuple[int, ...]]]:
    """The operations in order, and the positions of their inputs; None stands for the images."""
    return [
        (
            None if isinstance(node.layer, InputLayer) else lower(node.layer, node.input_shapes),
            node.inputs,
        )
        for node in prepare(network).nodes
    ]
