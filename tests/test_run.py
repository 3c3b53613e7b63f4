"""`run.json`: written, read, and what is said of a folder without it."""

import csv
import functools
import json
import math
import operator
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import imagette
from imagette.errors import ClassifierError, RunError
from imagette.network import from_json
from imagette.runs import checks
from imagette.runs.network_file import read_network
from imagette.runs.run import Run

INTERVALS = {"precision_interval": [0, 1], "recall_interval": [0, 1]}
SCORE = {"name": "0", "precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 3, **INTERVALS}


def test_a_run_folder_holds_all_that_it_should(digits_run: Run) -> None:
    assert sorted(path.name for path in digits_run.path.iterdir()) == [
        "README.md", "history.csv", "judgements.safetensors", "model.onnx", "network.json",
        "report.html", "run.json", "weights.safetensors",
    ]  # fmt: skip
    assert digits_run.path.name == "digits-sprint-1"
    network = from_json((digits_run.path / "network.json").read_text())
    weights = safetensors.numpy.load_file(digits_run.path / "weights.safetensors")
    network.check_weights(weights)
    with (digits_run.path / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(digits_run.history) == 12
    assert float(rows[-1]["val_accuracy"]) == digits_run.history[-1]["val_accuracy"]


def test_it_reads_back_as_it_was(digits_run: Run) -> None:
    again = Run.load(digits_run.path)
    assert again.test == digits_run.test
    assert replace(again, test_readings=1).to_json() == digits_run.to_json()
    assert again.data["source"] == "digits"
    assert again.data["train"]["images"] == 1258
    assert len(again.data["test"]["fingerprint"]) == 64
    assert again.data["mirror"] is False
    named = Run.load(str(digits_run.path))  # as text, as a notebook has it
    assert (named.path, named.test) == (again.path, again.test)
    assert again.settings["epochs"] == 12
    assert again.versions["torch"]
    assert again.machine["cores"] >= 1


def test_it_is_shown_on_one_line_and_so_is_what_it_holds(digits_run: Run) -> None:
    assert repr(digits_run).startswith(f"<Run {digits_run.path}: sprint, test accuracy 9")
    for shown in (repr(digits_run), repr(digits_run.test), repr(imagette.load(digits_run))):
        assert len(shown) < 600 and "\n" not in shown and "matrix" not in shown


def test_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no run folder .*nowhere"):
        Run.load(tmp_path / "nowhere")
    with pytest.raises(RunError, match=r"has no run.json: it is not a run folder, or its training"):
        Run.load(tmp_path)


def test_a_folder_of_runs_is_none(digits_run: Run, tmp_path: Path) -> None:
    shutil.copytree(digits_run.path, tmp_path / "one")
    with pytest.raises(RunError, match=r"holds a run folder, and is none itself\. Give .*one"):
        Run.load(tmp_path)
    shutil.copytree(digits_run.path, tmp_path / "two")
    with pytest.raises(RunError, match=r"holds 2 run folders, and is none itself\. Give .*one"):
        Run.load(tmp_path)


def test_a_damaged_or_later_one_is_told(digits_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(digits_run.path, folder)
    good = json.loads((folder / "run.json").read_text())
    for text in (
        "",
        "{",
        "[]",
        "[" * 100_000,
        json.dumps(good | {"extra": 1}),
        json.dumps(good | {"test": 5}),
    ):
        (folder / "run.json").write_text(text)
        with pytest.raises(RunError, match="run.json is damaged"):
            Run.load(folder)
    for number, message in (
        (99, r"run\.json has the format 99, expected 1: a later version .*\. Update imagette"),
        (0, r"run\.json has the format 0, expected 1: no version .*\. Restore it, or train again"),
    ):
        (folder / "run.json").write_text(json.dumps(good | {"format": number}))
        with pytest.raises(RunError, match=message):
            Run.load(folder)


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{}", "KeyError: 'class_name'"), ("{", "JSONDecodeError: .*"), ('{"class_name": "Lamp"}',
     "a model of class 'Lamp': imagette reads Sequential and Functional models")],
)  # fmt: skip
def test_a_damaged_network_is_named(
    digits_run: Run, tmp_path: Path, content: str, reason: str
) -> None:
    file = tmp_path / "network.json"
    file.write_text(content)
    message = rf"^{file} is damaged \({reason}\). Restore it, or train again$"
    with pytest.raises(RunError, match=message):
        read_network(replace(digits_run, path=tmp_path))


def _truncate(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10**12)


_PIPES = [os.mkfifo] if hasattr(os, "mkfifo") else []


@pytest.mark.parametrize("make", [_truncate, *_PIPES])
def test_what_is_huge_or_no_file_is_not_read(
    digits_run: Run, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    message = r"has 1,000,000,000,000 bytes, expected at most .*\. |is a pipe or a device, expected"
    for name, read in (
        ("network.json", lambda path: read_network(replace(digits_run, path=path.parent))),
        ("model.onnx", imagette.load),
        ("run.json", lambda path: Run.load(path.parent)),
    ):
        make(tmp_path / name)
        with pytest.raises((RunError, ClassifierError), match=f"{name} ({message})"):
            read(tmp_path / name)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("recipe", 5, "recipe is 5, expected text"),
        ("data", [], "data is .., expected an object"),
        ("settings", None, "settings is None, expected an object"),
        ("training", "fast", "training is 'fast', expected an object"),
        ("training.seconds", "two", "training.seconds is 'two', expected a number"),
        ("history", {}, "history is .., expected a list of objects of numbers"),
        ("history", [[1]], "expected a list of objects of numbers"),
        ("history", [{"loss": float("nan")}], "it holds NaN, which is no JSON number"),
        ("versions", 1, "versions is 1, expected an object"),
        ("created", 1, "created is 1, expected text"),
        ("data.source", ["digits"], "data.source is .'digits'., expected text"),
        ("data.options", "0.1", "data.options is '0.1', expected an object"),
        ("data.options.seed", -1, "seed=-1: expected at least 0"),
        ("data.options.validation", "0.1", "validation='0.1': expected a number"),
        ("data.test", None, "data.test is None, expected an object"),
        ("data.test.fingerprint", 7, "data.test.fingerprint is 7, expected text"),
        ("data.class_names", ["a", "a"], "expected a list of two or more different texts"),
        ("test.accuracy", "high", "test.accuracy is 'high', expected a number"),
        ("test.confusion_matrix", [1], "expected lists of counts"),
        ("test.classes", [1], "expected a list of objects"),
        ("test.classes", [{**SCORE, "extra": 1.0}], "TypeError"),
        ("test.classes", [{**SCORE, "recall": 5}], "recall is 5, expected a number from 0 to 1"),
        ("test.classes", [{**SCORE, "support": "x"}], "support is 'x', expected a whole number"),
        ("test.log_loss", 10**400, "test.log_loss is 10+.*, expected a number"),
        ("test.images", 0, "test.images is 0, expected a whole number, 1 or more"),
        ("test.confusion_matrix", [[1], [2]], "has 2 rows of .1., expected 10 of 10"),
        (
            "test.classes",
            [{**SCORE, "recall_interval": [0, "a"]}],
            "test.classes.recall_interval is .*two",
        ),
        ("test.log_loss_interval", [1], "test.log_loss_interval is .1., expected two numbers"),
        ("settings.seed", "0", "settings.seed is '0', expected a whole number"),
        ("format", "1", "format is '1', expected a whole number"),
    ],
)
def test_damaged_contents_are_told_at_once(
    digits_run: Run, tmp_path: Path, place: str, value: Any, message: str
) -> None:
    values = json.loads((digits_run.path / "run.json").read_text())
    *path, last = place.split(".")
    functools.reduce(operator.getitem, path, values)[last] = value
    (tmp_path / "run.json").write_text(json.dumps(values))
    with pytest.raises(RunError, match=f"run.json is damaged .*{message}.* or train again"):
        Run.load(tmp_path)


@pytest.mark.parametrize(
    "place",
    ["data.source", "data.options", "data.test.fingerprint", "created", "test.log_loss_interval"],
)
def test_missing_contents_are_told_at_once(digits_run: Run, tmp_path: Path, place: str) -> None:
    values = json.loads((digits_run.path / "run.json").read_text())
    *path, last = place.split(".")
    del functools.reduce(operator.getitem, path, values)[last]
    (tmp_path / "run.json").write_text(json.dumps(values))
    version, day = values["versions"]["imagette"], digits_run.created[:10]
    known = version if place == "created" else f"{version}, on {day}"
    expected = (
        rf"run.json was written by an older version of imagette \({known}\), or altered since"
    )
    with pytest.raises(RunError, match=rf"{expected} \({place} is missing, .*\). Train again"):
        Run.load(tmp_path)


@pytest.mark.parametrize("text", ["{}", '{"format": 1, "versions": 5, "created": []}'])
def test_of_a_very_old_one_nothing_is_known(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RunError, match="by an older version of imagette, or altered since"):
        Run.load(tmp_path)


def test_no_number_that_json_lacks_is_written(digits_run: Run) -> None:
    for number in (math.nan, math.inf):
        broken = replace(digits_run, history=({"val_loss": number},))
        with pytest.raises(RunError, match="a number that is not finite .* Lower `learning_rate`"):
            broken.to_json()


def test_files_in_place_of_a_folder_are_told(digits_run: Run, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is a classifier by itself, expected its run folder"):
        Run.load(digits_run.model)
    with pytest.raises(RunError, match=f"is a file, expected a run folder. Give {digits_run.path}"):
        Run.load(digits_run.path / "run.json")
    (tmp_path / "x").touch()
    with pytest.raises(RunError, match="x is a file, expected a run folder. Give one"):
        Run.load(tmp_path / "x")
    with pytest.raises(RunError, match="cannot be read: File name too long"):
        Run.load(tmp_path / ("x" * 5000))


def test_the_evaluation_is_that_of_the_saved_classifier(digits_run: Run) -> None:
    import imagette

    assert imagette.evaluate(digits_run.path) == digits_run.test
    assert digits_run.test.accuracy > 0.9
    assert np.sum(digits_run.test.confusion_matrix) == digits_run.test.images == 359


def test_a_confusion_matrix_has_a_line_a_row(digits_run: Run) -> None:
    """Of 1,000 classes it has a million numbers: two million lines, else."""
    written = (digits_run.path / "run.json").read_text()
    matrix = digits_run.test.confusion_matrix
    rows = ",\n".join(f"      {list(row)}" for row in matrix)
    assert f'"confusion_matrix": [\n{rows}\n    ]' in written
    assert json.loads(written)["test"] == json.loads(json.dumps(asdict(digits_run.test)))


@pytest.mark.parametrize("row", [[1, True], [1, -1], [1, 1.0], ["1"], [None], 1, "11"])
def test_what_is_no_count_is_no_part_of_a_matrix(row: Any) -> None:
    assert checks.MATRIX.holds([[1, 2], [0, 10**12], []])
    assert not checks.MATRIX.holds([[1, 2], row])
