"""Optimizers take the very steps that Keras's take."""

from typing import Any

import keras
import numpy as np
import pytest
import torch

from imagette.settings import Settings
from imagette.training.optimizers import OPTIMIZERS

CASES: dict[str, tuple[Settings, Any]] = {
    "sgd": (Settings(optimizer="sgd", learning_rate=0.1), keras.optimizers.SGD(0.1)),
    "momentum": (
        Settings(optimizer="sgd", learning_rate=0.1, momentum=0.9),
        keras.optimizers.SGD(0.1, momentum=0.9),
    ),
    "nesterov": (
        Settings(optimizer="sgd", learning_rate=0.1, momentum=0.9, nesterov=True),
        keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    ),
    "adam": (Settings(optimizer="adam", learning_rate=1e-3), keras.optimizers.Adam()),
    "adam, other constants": (
        Settings(optimizer="adam", learning_rate=0.02, beta_1=0.7, beta_2=0.9, epsilon=1e-3),
        keras.optimizers.Adam(0.02, beta_1=0.7, beta_2=0.9, epsilon=1e-3),
    ),
    "rmsprop": (Settings(optimizer="rmsprop", learning_rate=1e-3), keras.optimizers.RMSprop()),
    "rmsprop, other constants": (
        Settings(optimizer="rmsprop", learning_rate=0.01, rho=0.5, epsilon=1e-3),
        keras.optimizers.RMSprop(0.01, rho=0.5, epsilon=1e-3),
    ),
    "rmsprop with momentum": (
        Settings(optimizer="rmsprop", learning_rate=0.01, momentum=0.7),
        keras.optimizers.RMSprop(0.01, momentum=0.7),
    ),
    "adamw": (Settings(optimizer="adamw", learning_rate=0.01), keras.optimizers.AdamW(0.01)),
    "adam with weight decay": (
        Settings(optimizer="adam", learning_rate=0.01, weight_decay=0.1),
        keras.optimizers.Adam(0.01, weight_decay=0.1),
    ),
    "nadam": (Settings(optimizer="nadam", learning_rate=0.01), keras.optimizers.Nadam(0.01)),
    "adagrad": (Settings(optimizer="adagrad", learning_rate=0.1), keras.optimizers.Adagrad(0.1)),
    "adadelta": (Settings(optimizer="adadelta", learning_rate=1.0), keras.optimizers.Adadelta(1.0)),
    "adadelta, other constants": (
        Settings(optimizer="adadelta", learning_rate=0.5, rho=0.8, epsilon=1e-4),
        keras.optimizers.Adadelta(0.5, rho=0.8, epsilon=1e-4),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_twenty_steps_agree_with_keras(name: str) -> None:
    settings, reference = CASES[name]
    random = np.random.default_rng(0)
    start = random.normal(size=50).astype(np.float32)
    gradients = random.normal(size=(20, 50)).astype(np.float32) * np.logspace(-6, 1, 50)
    variable = keras.Variable(start)
    reference.build([variable])
    values = torch.from_numpy(start.copy())
    optimizer = OPTIMIZERS[settings.optimizer]
    slots = optimizer.fresh_slots(values)
    for step, gradient in enumerate(gradients.astype(np.float32), start=1):
        reference.apply([torch.from_numpy(gradient)], [variable])
        values.mul_(1 - settings.learning_rate * optimizer.decay(settings))
        optimizer.update(
            values, torch.from_numpy(gradient), slots, settings.learning_rate, step, settings
        )
    np.testing.assert_allclose(
        values.numpy(), variable.value.detach().numpy(), atol=2e-6, rtol=2e-5
    )
    assert not np.allclose(values.numpy(), start)


def test_nadam_goes_on_after_thousands_of_steps() -> None:
    settings = Settings(optimizer="nadam")
    values, slots = torch.ones(3), OPTIMIZERS["nadam"].fresh_slots(torch.ones(3))
    OPTIMIZERS["nadam"].update(values, torch.ones(3), slots, 0.1, 100_000, settings)
    assert torch.isfinite(values).all()


def test_every_optimizer_of_the_settings_is_there() -> None:
    from imagette import settings

    assert set(OPTIMIZERS) == set(settings.OPTIMIZERS)
    covered = {case[0].optimizer for case in CASES.values()}
    assert covered | {"muon"} == set(OPTIMIZERS)  # Keras's is another: tests/test_muon.py
