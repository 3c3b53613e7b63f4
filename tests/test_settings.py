"""Settings: ranges, messages, and what overrides what."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
import torch

from imagette.data.options import data_options
from imagette.errors import SettingsError
from imagette.settings import OPTIMIZERS, Settings
from imagette.training.muon import MOMENTUM, muon_steps
from imagette.training.optimizers import OPTIMIZERS as RULES


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("epochs", 0, "at least 1"),
        ("batch_size", -1, "at least 1"),
        ("learning_rate", 0.0, "more than 0"),
        ("learning_rate", float("nan"), "finite"),
        ("learning_rate", float("inf"), "finite"),
        ("learning_rate", 1e300, "at most 1000000000"),
        ("epochs", 10**400, "at most 1000000000"),
        ("epochs", 2.5, "a whole number"),
        ("epochs", True, "a whole number"),
        ("epochs", "5", "a whole number"),
        ("shift", "far", "a number"),
        ("nesterov", 3, "True or False"),
        ("mirror", "maybe", "one of no, auto, yes"),
        ("optimizer", 5, "text"),
        ("label_smoothing", 1.0, "less than 1"),
        ("shift", 0.6, "at most 0.5"),
        ("optimizer", "adm", "one of sgd, adam, adamw"),
        ("precision", "float16", "one of auto, float32, bfloat16"),
        ("momentum", 1.0, "less than 1"),
        ("seed", -1, "at least 0"),
        ("members", 0, "at least 1"),
        ("members", 101, "at most 100"),
        ("rotation", 0.6, "at most 0.5"),
        ("zoom", 1.0, "less than 1"),
        ("erasing", 1.1, "at most 1"),
        ("small_share", 1.1, "at most 1"),
        ("decay_rate", 1e300, "at most 1000000000"),
        ("final_share", 1e300, "at most 1000000000"),
    ],
)
def test_a_value_outside_its_range_says_the_range(name: str, value: Any, expected: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}=.*expected.*{expected}"):
        Settings(**{name: value})


def test_none_overrides_nothing_and_unknown_names_are_refused() -> None:
    settings = Settings(epochs=3, minimum_steps=10)
    assert settings.override(epochs=None, seed=None) == settings
    assert settings.override(seed=4) == dataclasses.replace(settings, seed=4)
    assert settings.override(epochs=1).minimum_steps == 0
    assert settings.override(epochs=1, minimum_steps=7).minimum_steps == 7
    with pytest.raises(SettingsError, match="no setting 'epoch'"):
        settings.override(epoch=3)


def test_numbers_of_numpy_become_plain_ones() -> None:
    settings = Settings(epochs=np.int64(3), learning_rate=np.float32(0.5), rates=(np.float64(1),))  # type: ignore[arg-type]
    assert json.loads(json.dumps(dataclasses.asdict(settings)))["epochs"] == 3
    assert type(settings.learning_rate) is float


def test_settings_survive_json() -> None:
    settings = Settings(epochs=3, beta_1=0.5)
    assert Settings(**json.loads(json.dumps(dataclasses.asdict(settings)))) == settings


def test_every_setting_says_what_it_is() -> None:
    assert all(field.metadata["help"] for field in dataclasses.fields(Settings))


def test_piecewise_rates_may_end_in_0_and_be_any_numbers_in_a_row() -> None:
    for boundaries in (np.array([1, 5]), [1, 5], range(1, 6, 4)):
        changes: dict[str, Any] = {"boundaries": boundaries, "rates": (1, 0.5, 0.0)}
        settings = Settings().override(schedule="piecewise", **changes)
        assert settings.boundaries == (1, 5)


def test_what_the_optimizer_or_the_schedule_leaves_unused_is_told() -> None:
    settings = Settings(optimizer="adam", schedule="one-cycle", momentum=0.5, decay_rate=0.5)
    assert settings.without_effect(["momentum", "decay_rate", "beta_1", "warmup", "seed"]) == [
        "`momentum` has no effect with `optimizer='adam'`, only with sgd, rmsprop, muon",
        "`decay_rate` has no effect with `schedule='one-cycle'`, only with exponential",
    ]
    assert settings.without_effect([]) == []
    assert Settings(optimizer="adam").without_effect(["nesterov", "boundaries"]) == []
    plain = Settings(optimizer="sgd", nesterov=True)
    assert plain.without_effect(["nesterov"]) == ["`nesterov` has no effect without `momentum`"]
    assert plain.override(momentum=0.9).without_effect(["nesterov"]) == []


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_is_said_to_have_no_effect_has_none(optimizer: str) -> None:
    """Two steps of each optimizer, with each of its constants changed."""
    changes = {"momentum": 0.5, "beta_1": 0.5, "beta_2": 0.5, "rho": 0.5, "epsilon": 1.0}

    def stepped(**constants: float) -> torch.Tensor:
        settings = Settings(optimizer=optimizer, **constants)  # type: ignore[arg-type]
        values, rule = torch.ones(8), RULES[optimizer]
        slots = rule.fresh_slots(values)
        kernel, momentum = torch.ones(2, 4), torch.zeros(2, 4)
        for step in (1, 2):
            gradient = torch.linspace(1, 2, 8) * step
            rule.update(values, gradient, slots, 0.1, step, settings)
            if rule.orthogonal:
                beta = MOMENTUM if settings.momentum is None else settings.momentum
                turned = gradient.view(2, 4) * (1 + torch.eye(2, 4) * (step - 1) * 9)
                muon_steps([kernel], [turned], [momentum], 0.1, beta, torch.float32)
        return torch.cat([values, kernel.flatten()])

    for name, value in changes.items():
        changed = Settings().override(optimizer=optimizer, **{name: value})
        unused = changed.without_effect([name])
        assert torch.equal(stepped(**{name: value}), stepped()) == bool(unused), name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"boundaries": 5}, "`boundaries=5`: expected a list of numbers"),
        ({"rates": (float("nan"), 1.0)}, "`rates=nan`: expected a finite number"),
        ({"nesterov": 1}, "`nesterov=1`: expected True or False"),
        (
            {"boundaries": (9, 5), "rates": (1, 1, 1)},
            "expected steps that rise",
        ),
        (
            {"boundaries": (5,), "rates": (1, -1)},
            "expected steps that rise",
        ),
        ({"optimizer": 1}, "`optimizer=1`: expected text"),
    ],
)
def test_values_of_another_type_are_told(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings().override(schedule="piecewise", **changes)


def test_numbers_may_stand_for_texts_of_data_options() -> None:
    natural = data_options(image_size=28, channels=1, test=0.3)
    assert (natural.image_size, natural.channels, natural.test) == ("28", "1", "0.3")
    assert data_options(image_size=(20, 30)).size() == (20, 30)
    with pytest.raises(SettingsError, match="`channels='2'`: expected one of auto, 1, 3"):
        data_options(channels=2)
    with pytest.raises(SettingsError, match="`image_size=True`: expected text"):
        data_options(image_size=True)
    for name, value in (("test", (1, 2)), ("test", np.ones((2, 2))), ("channels", [1, 3])):
        with pytest.raises(SettingsError, match=f"(?s){name}=.*expected text"):
            data_options(**{name: value})
