"""The command on the page trains the same again."""

import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from imagette.cli.main import run as command_line
from imagette.recipes import recipe
from imagette.runs.command import command
from imagette.runs.run import Run


def with_settings(run: Run, **changes: Any) -> Run:
    return replace(run, settings={**run.settings, **changes})


def test_it_names_what_differs_from_the_recipe(digits_run: Run) -> None:
    words = shlex.split(command(digits_run))
    assert words[:5] == ["imagette", "train", "digits", "--recipe", "sprint"]
    assert words[5:] == ["--epochs", "12", "--minimum-steps", "0", "--seed", "0"]


@pytest.mark.slow
def test_it_gives_the_same_bits(digits_run: Run, tmp_path: Path) -> None:
    arguments = shlex.split(command(digits_run))[1:]
    assert command_line([*arguments, "--out", str(tmp_path), "--no-report"]) == 0
    again = Run.load(tmp_path / "digits-sprint-1")
    assert again.settings == Run.load(digits_run.path).settings
    assert (again.path / "weights.safetensors").read_bytes() == (
        digits_run.path / "weights.safetensors"
    ).read_bytes()


def test_paths_are_quoted_and_options_of_the_data_named(digits_run: Run) -> None:
    data = digits_run.data | {"source": "/my data/$x", "options": {"validation": 0.3, "seed": 0}}
    words = shlex.split(command(replace(digits_run, data=data)))
    assert words[2] == "/my data/$x"
    assert words[-2:] == ["--validation", "0.3"]


def test_switches_are_switched(digits_run: Run) -> None:
    words = shlex.split(command(with_settings(digits_run, nesterov=True)))
    assert "--nesterov" in words
    chosen = recipe("sprint").settings
    assert chosen.nesterov is False
    standard = asdict(recipe("standard").settings)
    assert "--recipe standard" in command(replace(digits_run, recipe="standard", settings=standard))


def test_a_network_of_the_users_own_is_named_by_its_file(digits_run: Run) -> None:
    words = shlex.split(command(replace(digits_run, recipe="mine")))
    assert words[3:5] == ["--network", str(digits_run.path / "network.json")]
