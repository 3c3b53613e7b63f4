"""What a training is told to be short of is told before it begins."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imagette.errors import SettingsError
from imagette.jobs.planning import plan
from imagette.network import Dense, Flatten, Input, Sequential
from imagette.recipes import recipe


def notes(name: str, **asked: object) -> list[str]:
    planned = plan("digits", name, asked)
    return [note for note in planned.notes if "BatchNormalization" in note]


def test_too_few_steps_for_moving_statistics_are_told() -> None:
    assert notes("standard", epochs=2, batch_size=128) == [
        "20 steps of training, fewer than the 29 that the moving statistics of "
        "BatchNormalization (momentum 0.9) need: answers will be worse than the accuracy in "
        "training. Train for more epochs, or in smaller batches"
    ]


@pytest.mark.parametrize(
    ("name", "asked"),
    [("standard", {}), ("standard", {"epochs": 9}), ("wide-dense", {"epochs": 1})],
)
def test_who_trains_long_enough_or_without_such_statistics_is_told_nothing(
    name: str, asked: dict[str, object]
) -> None:
    assert not notes(name, **asked)


def test_settings_without_an_effect_are_told() -> None:
    planned = plan("digits", "sprint", {"momentum": 0.5})
    note = "`momentum` has no effect with `optimizer='adam'`, only with sgd, rmsprop, muon"
    assert note in planned.notes


@pytest.mark.parametrize("name", ["from_scratch", "raw_pixels"])
def test_what_is_for_a_network_of_the_users_own_is_refused_without_one(name: str) -> None:
    asked: Any = {name: True}
    with pytest.raises(SettingsError, match=f"`{name}` is for a network of your own. Give one"):
        plan("digits", "sprint", {}, **asked)


def test_where_images_are_named_that_a_warning_is_about_is_told(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 255, (60, 8, 8), np.uint8)
    images[1] = images[0]
    source = tmp_path / "two labels.npz"
    np.savez(source, x_train=images, y_train=np.arange(60) % 2)
    planned = plan(source, "sprint", {})
    assert f"imagette data check '{source}' names these images" in planned.notes
    assert not plan("digits", "sprint", {}).notes


def test_a_network_of_the_users_own_is_trained_as_one_and_on_whole_images() -> None:
    network = Sequential([Input((8, 8, 1)), Flatten(), Dense(10, activation="softmax")])
    planned = plan("digits", "best", {"mirror": "yes"}, network=network)
    assert recipe("best").suited(True).settings.small_share
    assert planned.settings.small_share is None
    assert planned.settings.members is None
    asked = {"small_share": 0.2}
    assert plan("digits", "best", asked, network=network).settings.small_share
