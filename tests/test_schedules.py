"""The learning rate over a run."""

from typing import Any

import keras
import pytest

from imagette.errors import SettingsError
from imagette.settings import Settings
from imagette.training.schedules import learning_rate


def test_constant_is_constant() -> None:
    settings = Settings(learning_rate=0.3, schedule="constant")
    assert {learning_rate(settings, step, 10) for step in range(10)} == {0.3}


def test_one_cycle_rises_to_its_peak_and_falls_to_nearly_nothing() -> None:
    settings = Settings(learning_rate=0.1, schedule="one-cycle", warmup=0.25)
    rates = [learning_rate(settings, step, 100) for step in range(100)]
    assert rates.index(max(rates)) in (24, 25)
    assert max(rates) == pytest.approx(0.1, rel=0.03)
    assert rates[:24] == sorted(rates[:24])
    assert rates[25:] == sorted(rates[25:], reverse=True)
    assert 0 < rates[0] < 0.003
    assert 0 < rates[-1] < 0.001


def test_a_rate_beyond_all_numbers_is_infinite() -> None:
    settings = Settings(schedule="exponential", decay_rate=1e9, decay_steps=1)
    assert learning_rate(settings, 100, 200) == float("inf")


@pytest.mark.parametrize("warmup", [0.0, 1.0])
def test_one_cycle_may_only_fall_or_only_rise(warmup: float) -> None:
    settings = Settings(learning_rate=0.1, schedule="one-cycle", warmup=warmup)
    rates = [learning_rate(settings, step, 10) for step in range(10)]
    assert rates == sorted(rates, reverse=not warmup)


SCHEDULES = keras.optimizers.schedules
KERAS: list[tuple[dict[str, Any], Any]] = [
    (
        {"schedule": "exponential", "decay_steps": 7, "decay_rate": 0.5},
        SCHEDULES.ExponentialDecay(0.1, 7, 0.5),
    ),
    (
        {"schedule": "exponential", "decay_steps": 7, "decay_rate": 0.5, "staircase": True},
        SCHEDULES.ExponentialDecay(0.1, 7, 0.5, staircase=True),
    ),
    (
        {"schedule": "cosine", "decay_steps": 20, "final_share": 0.1},
        SCHEDULES.CosineDecay(0.1, 20, alpha=0.1),
    ),
    (
        {"schedule": "piecewise", "boundaries": (5, 12), "rates": (0.1, 0.05, 0.01)},
        SCHEDULES.PiecewiseConstantDecay([5, 12], [0.1, 0.05, 0.01]),
    ),
]


@pytest.mark.parametrize(("values", "reference"), KERAS)
def test_schedules_are_those_of_keras(values: dict[str, Any], reference: Any) -> None:
    settings = Settings(learning_rate=0.1, **values)
    for step in range(30):
        assert learning_rate(settings, step, 30) == pytest.approx(float(reference(step)), rel=1e-5)


def test_piecewise_needs_one_rate_more_than_boundaries() -> None:
    with pytest.raises(SettingsError, match="expected 2, one more than there are boundaries"):
        Settings(schedule="piecewise", boundaries=(5,), rates=(0.1,))
