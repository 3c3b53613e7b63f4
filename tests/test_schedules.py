"""The learning rate over a run."""

import pytest

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


@pytest.mark.parametrize("warmup", [0.0, 1.0])
def test_one_cycle_may_only_fall_or_only_rise(warmup: float) -> None:
    settings = Settings(learning_rate=0.1, schedule="one-cycle", warmup=warmup)
    rates = [learning_rate(settings, step, 10) for step in range(10)]
    assert rates == sorted(rates, reverse=not warmup)
