"""Compiled Keras models: their optimizer, schedule and loss as settings."""

from typing import Any

import keras
import pytest

from imagette.errors import SettingsError
from imagette.recipes.compiled import loss_settings, optimizer_settings
from imagette.settings import Settings

K, S = keras.optimizers, keras.optimizers.schedules


def settings_of(optimizer: Any) -> Settings:
    serialized = K.serialize(optimizer)
    return Settings().override(**optimizer_settings(serialized["class_name"], serialized["config"]))


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (K.SGD(0.1, momentum=0.5, nesterov=True),
         {"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.5, "nesterov": True}),
        (K.Adam(beta_1=0.7), {"optimizer": "adam", "learning_rate": 1e-3, "beta_1": 0.7}),
        (K.AdamW(weight_decay=0.1), {"optimizer": "adamw", "weight_decay": 0.1}),
        (K.Nadam(), {"optimizer": "nadam"}),
        (K.RMSprop(rho=0.8), {"optimizer": "rmsprop", "rho": 0.8}),
        (K.Adadelta(1.0), {"optimizer": "adadelta", "learning_rate": 1.0}),
        (K.Adagrad(), {"optimizer": "adagrad"}),
        (K.Adam(S.ExponentialDecay(0.1, 5, 0.9, staircase=True)),
         {"schedule": "exponential", "learning_rate": 0.1, "decay_steps": 5, "staircase": True}),
        (K.Adam(S.CosineDecay(0.1, 50, alpha=0.2)),
         {"schedule": "cosine", "decay_steps": 50, "final_share": 0.2}),
        (K.Adam(S.PiecewiseConstantDecay([5], [0.1, 0.01])),
         {"schedule": "piecewise", "boundaries": (5,), "rates": (0.1, 0.01)}),
    ],
)  # fmt: skip
def test_optimizers_become_settings(optimizer: Any, expected: dict[str, Any]) -> None:
    settings = settings_of(optimizer)
    for key, value in expected.items():
        received = getattr(settings, key)
        assert received == (pytest.approx(value) if isinstance(value, float) else value), key


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (K.Ftrl(), "optimizer Ftrl: expected one of SGD"),
        (K.Adam(clipnorm=1.0), "Adam: imagette does not have clipnorm=1.0"),
        (K.Adam(amsgrad=True), "amsgrad=True"),
        (K.SGD(use_ema=True), "use_ema=True"),
        (K.RMSprop(centered=True), "centered=True"),
        (
            K.Adam(S.PolynomialDecay(0.1, 5)),
            r"learning rate schedule PolynomialDecay \({'initial_learning_rate': 0.1, .*}\): "
            "expected ExponentialDecay, CosineDecay without warm-up, or PiecewiseConstantDecay",
        ),
        (K.Adam(S.CosineDecay(0.1, 5, warmup_target=1.0, warmup_steps=2)), "without warm-up"),
    ],
)
def test_what_imagette_does_not_do_is_refused(optimizer: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        settings_of(optimizer)


def test_losses() -> None:
    assert loss_settings("sparse_categorical_crossentropy", True) == {"label_smoothing": 0.0}
    smooth = keras.losses.serialize(
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    )
    assert loss_settings(smooth, False) == {"label_smoothing": 0.2}
    with pytest.raises(SettingsError, match="loss 'mse': expected cross-entropy"):
        loss_settings("mse", True)
    with pytest.raises(
        SettingsError, match="from_logits=True, and the network ends with a softmax"
    ):
        loss_settings(smooth, True)
    with pytest.raises(SettingsError, match=r"loss \['mse'\]: expected cross-entropy"):
        loss_settings(["mse"], True)
    for loss, told in (
        (keras.losses.SparseCategoricalCrossentropy(ignore_class=0), "ignore_class=0, expected"),
        (keras.losses.SparseCategoricalCrossentropy(reduction="sum"), "reduction='sum', expected"),
        (keras.losses.CategoricalCrossentropy(axis=1), "axis=1, expected -1"),
    ):
        with pytest.raises(SettingsError, match=f"has {told}"):
            loss_settings(keras.losses.serialize(loss), True)
    with pytest.raises(SettingsError, match="ends with no softmax"):
        loss_settings("categorical_crossentropy", False)
