"""Keras as the reference: networks built by our JSON, weights put in by name."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import torch
from numpy.typing import NDArray

from imagette.network import Network, from_json, to_json
from imagette.network.keras_reader import inner_name
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


def keras_weights(model: Any, outer: str = "") -> dict[str, NDArray[np.float32]]:
    """The weights of a Keras model under our names, also those of the models within it."""
    weights: dict[str, NDArray[np.float32]] = {}
    for layer in model.layers:
        name = inner_name(outer, layer.name)
        if hasattr(layer, "layers"):
            weights |= keras_weights(layer, name)
        else:
            weights |= {f"{name}/{w.name}": np.array(w.numpy()) for w in layer.weights}
    return weights


def disturb(model: Any, seed: int = 0) -> None:
    """Give a Keras model weights without zeros and ones, so that each of them matters."""
    random = np.random.default_rng(seed)
    model.set_weights([0.2 + 0.3 * random.random(w.shape) for w in model.get_weights()])


def agrees_with_keras(model: Any) -> Network:
    """The network read from a Keras model, after a check that it computes the same.

    Images of a channels_first model go in as (height, width, channels).
    """
    network = from_json(model.to_json())
    disturb(model)
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (3, *network.input_shape), dtype=np.uint8)
    transposed = model.input_shape[1:] != network.input_shape
    expected = keras_output(model, images.transpose(0, 3, 1, 2) if transposed else images)
    with torch.inference_mode():
        received = lowered(network, keras_weights(model)).logits(torch.from_numpy(images)).numpy()
    scale = np.abs(expected).max()
    np.testing.assert_allclose(received / scale, expected / scale, atol=2e-6)
    return network
