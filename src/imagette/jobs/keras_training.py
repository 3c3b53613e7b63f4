"""The user's own Keras model, trained by imagette's engine.

The model gives network, optimizer, learning rate and loss; the trained weights are put back
into it. Keras itself is there already: the user has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset, Splits
from imagette.data.options import DataOptions
from imagette.data.sources import open_source
from imagette.data.splits import take_out
from imagette.errors import DatasetError
from imagette.network import from_json
from imagette.network.keras_models import from_keras, import_keras, put_weights
from imagette.network.scaling import rescaled
from imagette.recipes.compiled import loss_settings, optimizer_settings
from imagette.settings import Settings
from imagette.training.loop import Fit, fit
from imagette.training.progress import Progress

Data = str | Path | Splits | tuple[Any, Any]
_KEYS = ("accuracy", "loss", "val_accuracy", "val_loss")


def fit_keras(
    model: Any,
    data: Data,
    *,
    epochs: int = 1,
    batch_size: int = 32,
    validation: float = 0.1,
    progress: Progress | None = None,
    **settings: Any,
) -> Any:
    """Train a Keras model, on any backend, and put the weights back into it.

    Optimizer, learning rate and loss are those it was compiled with; Adam if it was not.
    `data` is a source's name, `Splits`, or (images, labels): images uint8, or floats from 0 to
    1, (n, height, width[, channels]); labels integers (n,) or one-hot (n, classes). A share
    `validation` is held out. `settings` are further fields of `Settings`.

    Returns:
        keras.callbacks.History, with the keys loss, accuracy, val_loss and val_accuracy.

    Raises:
        NetworkError: a layer that imagette does not have, or data that does not fit the model.
        SettingsError: an optimizer, schedule or loss that imagette does not have; several members.
        DatasetError: arrays of other types or shapes.
    """
    text, weights = from_keras(model)
    network = from_json(text)
    compiled = _compiled(model, network.gives_probabilities)
    given = compiled | {"epochs": epochs, "batch_size": batch_size} | settings
    chosen = Settings().override(**given)
    chosen.require_one_member()
    splits, scale = _splits(data, validation, chosen.seed)
    network.require_fit(splits.shape, len(splits.class_names))
    trained = network if scale == 1 else rescaled(network, scale)
    result = fit(trained, weights, splits, chosen, progress, f"{splits.name}-{model.name}")
    put_weights(model, result.weights)
    return _history(model, result)


def _compiled(model: Any, gives_probabilities: bool) -> dict[str, Any]:
    """Settings from `model.compile`; none if that was not called."""
    if not getattr(model, "compiled", False):
        return {}
    config = model.get_compile_config()
    optimizer = config["optimizer"]
    if isinstance(optimizer, str):
        keras, _ = import_keras()
        optimizer = keras.optimizers.serialize(keras.optimizers.get(optimizer))
    return optimizer_settings(optimizer["class_name"], optimizer["config"]) | loss_settings(
        config["loss"], gives_probabilities
    )


def _splits(data: Data, validation: float, seed: int) -> tuple[Splits, float]:
    """Images as uint8, and what a pixel's unit is worth to the model: 1, or 1/255."""
    if isinstance(data, Splits):
        return data, 1.0
    if isinstance(data, str | Path):
        return open_source(data, DataOptions(validation=validation, seed=seed)), 1.0
    images, scale = _pixels(np.asarray(data[0]))
    labels = _labels(np.asarray(data[1]))
    names = tuple(map(str, range(int(labels.max(initial=0)) + 1)))
    train, held_out = take_out(Dataset(images, labels, names), validation, seed, "validation")
    return Splits("arrays", train, held_out, held_out), scale


def _pixels(images: NDArray[Any]) -> tuple[NDArray[np.uint8], float]:
    images = images[..., np.newaxis] if images.ndim == 3 else images
    if images.dtype == np.uint8:
        return images, 1.0
    if not np.issubdtype(images.dtype, np.floating) or images.min() < 0 or images.max() > 1:
        raise DatasetError(
            f"images are {images.dtype} from {images.min()} to {images.max()}, "
            "expected uint8, or floats from 0 to 1"
        )
    return np.rint(images * 255).astype(np.uint8), 1 / 255


def _labels(labels: NDArray[Any]) -> NDArray[np.int64]:
    if labels.ndim == 2 and labels.shape[1] > 1:  # one-hot
        largest: NDArray[np.int64] = np.argmax(labels, axis=1)
        return largest
    flat = labels.reshape(-1)
    if not np.issubdtype(flat.dtype, np.integer):
        raise DatasetError(f"labels are {labels.dtype} {labels.shape}, expected integers")
    return flat.astype(np.int64)


def _history(model: Any, result: Fit) -> Any:
    keras, _ = import_keras()
    history = keras.callbacks.History()
    history.set_model(model)
    history.params = {"epochs": result.plan.epochs, "steps": result.plan.steps_per_epoch}
    history.epoch = list(range(len(result.history)))
    epochs: Sequence[dict[str, float]] = [asdict(epoch) for epoch in result.history]
    history.history = {key: [epoch[key] for epoch in epochs] for key in _KEYS}
    return history
