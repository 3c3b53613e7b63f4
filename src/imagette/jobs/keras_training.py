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

from imagette.data.arrays.given import ARRAYS, given_contents
from imagette.data.arrays.pixels import ROUNDING
from imagette.data.dataset import Dataset, Splits
from imagette.data.options import DataOptions
from imagette.data.sources import open_source
from imagette.data.splits import take_out
from imagette.errors import SettingsError, SourceError
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
    `data` is a source's name, `Splits`, or (images, labels): images from 0 to 255, or floats from
    0 to 1, (n, height, width[, channels]); labels integers (n,) or one-hot (n, classes). A share
    `validation` is held out, but of `Splits`, which have theirs. The model sees floats from 0 to 1
    as such, and of everything else pixels from 0 to 255. `settings` are further fields of
    `Settings`.

    Returns:
        keras.callbacks.History, with the keys loss, accuracy, val_loss and val_accuracy.

    Raises:
        NetworkError: a layer that imagette does not have, or data that does not fit the model.
        SettingsError: an optimizer, schedule or loss that imagette does not have; several members,
            or a mean over mirror images.
        SourceError: other forms of arrays.
        DatasetError: arrays of other types or shapes, or a label beyond the model's outputs.
    """
    text, weights = from_keras(model)
    network = from_json(text)
    compiled = _compiled(model, network.gives_probabilities)
    given = compiled | {"epochs": epochs, "batch_size": batch_size} | settings
    chosen = Settings().override(**given)
    chosen.require_one_member()
    if chosen.mirror_average:
        raise SettingsError(
            "`mirror_average=True`: expected False, since a Keras model answers by itself. "
            "Leave it out"
        )
    splits, scale = _splits(data, validation, chosen.seed, network.output_shape[-1])
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


def _splits(data: Data, validation: float, seed: int, classes: int) -> tuple[Splits, float]:
    """Images as uint8, and what a pixel's unit is worth to the model: 1, or 1/255."""
    if isinstance(data, Splits):
        return data, 1.0
    if isinstance(data, str | Path):
        return open_source(data, DataOptions(validation=validation, seed=seed)), 1.0
    if not isinstance(data, tuple | list) or any(isinstance(pair, tuple) for pair in data):
        raise SourceError(
            f"data is {type(data).__name__}: expected a source's name, Splits or (images, labels). "
            "Of pairs, such as Keras's load_data gives, give the one to train on"
        )
    # As in Keras, a label is the number of an output.
    contents = given_contents(data, class_names=tuple(map(str, range(classes))))
    everything = Dataset(contents.images, contents.labels, contents.class_names)
    train, held_out = take_out(everything, validation, seed, "validation")
    floats = np.asarray(data[0])
    of_one = floats.dtype.kind == "f" and floats.max() <= 1 + ROUNDING
    return Splits(ARRAYS, train, held_out, held_out), 1 / 255 if of_one else 1.0


def _history(model: Any, result: Fit) -> Any:
    keras, _ = import_keras()
    history = keras.callbacks.History()
    history.set_model(model)
    history.params = {"epochs": result.plan.epochs, "steps": result.plan.steps_per_epoch}
    history.epoch = list(range(len(result.history)))
    epochs: Sequence[dict[str, float]] = [asdict(epoch) for epoch in result.history]
    history.history = {key: [epoch[key] for epoch in epochs] for key in _KEYS}
    return history
