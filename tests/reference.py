"""Keras as the reference: networks built by our JSON, weights put in by name."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import torch
from numpy.typing import NDArray

from imagette.network import Network, to_json
from imagette.training.lowered import LoweredNetwork

Weights = Mapping[str, NDArray[np.float32]]


def keras_model(network: Network, weights: Weights) -> Any:
    """Keras's model of `network`, made by Keras itself from our JSON, with `weights`."""
    model = keras.models.model_from_json(to_json(network))
    for layer in model.layers:
        names = [key for key in weights if key.rpartition("/")[0] == layer.name]
        if names:
            layer.set_weights([weights[key] for key in names])
    return model


def random_weights(network: Network, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Weights without zeros and ones, so that each of them matters to the output."""
    random = np.random.default_rng(seed)
    return {
        key: (0.5 + random.random(spec.shape)).astype(np.float32)
        if key.endswith(("variance", "gamma"))
        else random.normal(0, 0.3, spec.shape).astype(np.float32)
        for key, spec in network.weight_specs().items()
    }


def lowered(network: Network, weights: Weights) -> LoweredNetwork:
    """`network` in PyTorch, on the CPU in float32."""
    return LoweredNetwork(network, weights, torch.device("cpu"), torch.float32)


def keras_output(model: Any, images: NDArray[Any]) -> NDArray[np.float32]:
    """The output of a Keras model outside training."""
    with torch.inference_mode():
        output: torch.Tensor = model(torch.from_numpy(images).float(), training=False)
    return output.numpy()
