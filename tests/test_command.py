"""The command that trains a run again asks for exactly the settings that it had."""

import shlex
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from imagette import api
from imagette.cli.main import run as imagette_command
from imagette.data.options import DATA_OPTIONS, DataOptions, data_options
from imagette.errors import ImagetteError
from imagette.recipes import recipe
from imagette.runs.command import train_command
from imagette.runs.run import Run


class AskedError(ImagetteError):
    """Ends the command once it has asked."""


def asked(command: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command asks the api for."""
    received: dict[str, Any] = {}

    def record(source: str, recipe: str, **options: Any) -> Run:
        given = {key: value for key, value in options.items() if value is not None}
        received.update(given | {"source": source, "recipe": recipe})
        raise AskedError("asked")

    monkeypatch.setattr(api, "train", record)
    monkeypatch.setattr(api, "train_seeds", record)
    name, *words = shlex.split(command)
    assert name == "imagette"
    assert imagette_command(words) == 1
    return received


def with_settings(run: Run, options: dict[str, Any], source: str, **settings: Any) -> Run:
    chosen = recipe("sprint").settings.override(**settings)
    data = dict(run.data) | {"source": source, "options": asdict(DataOptions(**options))}
    return replace(run, settings=asdict(chosen), data=data)


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({}, {}),
        ({"epochs": 3}, {}),
        ({"epochs": 3, "minimum_steps": 70}, {"limit": 100}),
        ({"nesterov": True, "optimizer": "sgd", "momentum": 0.9}, {"validation": 0.2}),
        ({"learning_rate": 1e-5, "seed": 7, "mirror": "yes"}, {"seed": 7, "test": "a b/$c.npz"}),
    ],
)
def test_it_asks_for_the_settings_of_the_run(
    digits_run: Run, monkeypatch: pytest.MonkeyPatch, settings: Any, options: Any
) -> None:
    run = with_settings(digits_run, options, "/some where/it's.csv", **settings)
    received = asked(train_command(run), monkeypatch)
    assert (received["source"], received["recipe"]) == ("/some where/it's.csv", "sprint")
    known = asdict(recipe("sprint").settings)
    of_training = {key: received[key] for key in known.keys() & received.keys()}
    assert asdict(recipe("sprint").settings.override(**of_training)) == run.settings
    of_data = {key: received[key] for key in DATA_OPTIONS & received.keys()}
    assert asdict(data_options(**of_data, seed=received["seed"])) == run.data["options"]


def test_one_of_a_group_is_trained_with_its_group(
    digits_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = with_settings(digits_run, {"seed": 3}, "digits", seed=5)
    received = asked(train_command(run), monkeypatch)
    assert (received["seed"], received["seeds"]) == (3, 3)


def test_an_own_network_is_the_one_kept_and_arrays_have_no_command(digits_run: Run) -> None:
    run = replace(digits_run, recipe="mine")
    words = shlex.split(train_command(run))
    assert words[:5] == ["imagette", "train", "digits", "--network", f"{run.path}/network.json"]
    assert "--network network.json" in train_command(run, public=True)
    assert train_command(with_settings(digits_run, {}, "arrays")) == ""


def test_an_own_network_that_is_called_as_a_recipe_is_none(digits_run: Run, tmp_path: Path) -> None:
    shutil.copy(digits_run.path / "network.json", tmp_path / "sprint.json")
    run = api.train(
        "digits", network=tmp_path / "sprint.json", epochs=1, out=tmp_path, report=False
    )
    assert run.path.name == "digits-sprint-network-1"
    assert "--network" in train_command(run)


def test_a_reproduction_is_reproduced(digits_run: Run) -> None:
    data = {**digits_run.data, "protocol": "last tenth"}
    chosen = recipe("lenet").settings
    run = replace(digits_run, recipe="lenet", data=data, settings=asdict(chosen))
    assert train_command(run) == "imagette reproduce lenet"
    run = replace(run, settings=asdict(chosen.override(epochs=1, seed=2)))
    assert train_command(run) == "imagette reproduce lenet --epochs 1 --seeds 3"


def test_in_public_paths_are_names(digits_run: Run) -> None:
    run = with_settings(digits_run, {"test": "/home/me/t.csv"}, "/home/me/data.csv")
    assert train_command(run, public=True) == (
        "imagette train data.csv --recipe sprint --test t.csv --seed 0"
    )


@pytest.mark.slow
def test_it_gives_the_same_bits(digits_run: Run, tmp_path: Path) -> None:
    words = shlex.split(train_command(digits_run))[1:]
    assert imagette_command([*words, "--out", str(tmp_path), "--no-report"]) == 0
    again = Run.load(tmp_path / "digits-sprint-1")
    assert again.settings == Run.load(digits_run.path).settings
    assert (again.path / "weights.safetensors").read_bytes() == (
        digits_run.path / "weights.safetensors"
    ).read_bytes()
