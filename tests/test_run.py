"""`run.json`: written, read, and what is said of a folder without it."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from imagette.errors import RunError
from imagette.network import from_json
from imagette.runs.run import Run


def test_a_run_folder_holds_all_that_it_should(digits_run: Run) -> None:
    assert sorted(path.name for path in digits_run.path.iterdir()) == [
        "history.csv", "model.onnx", "network.json", "run.json", "weights.safetensors",
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
    assert again.to_json() == digits_run.to_json()
    assert again.data["source"] == "digits"
    assert again.data["train"]["images"] == 1258
    assert len(again.data["test"]["fingerprint"]) == 64
    assert again.settings["epochs"] == 12
    assert again.versions["torch"]
    assert again.machine["cores"] >= 1


def test_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no run folder .*nowhere"):
        Run.load(tmp_path / "nowhere")
    with pytest.raises(RunError, match=r"has no run.json: it is not a run folder, or its training"):
        Run.load(tmp_path)


def test_a_damaged_or_later_one_is_told(digits_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(digits_run.path, folder)
    good = json.loads((folder / "run.json").read_text())
    for text in (
        "",
        "{",
        "[]",
        "{}",
        json.dumps(good | {"extra": 1}),
        json.dumps(good | {"test": 5}),
    ):
        (folder / "run.json").write_text(text)
        with pytest.raises(RunError, match="run.json is damaged"):
            Run.load(folder)
    (folder / "run.json").write_text(json.dumps(good | {"format": 99}))
    with pytest.raises(RunError, match="later version"):
        Run.load(folder)


def test_the_evaluation_is_that_of_the_saved_classifier(digits_run: Run) -> None:
    import imagette

    assert imagette.evaluate(digits_run.path) == digits_run.test
    assert digits_run.test.accuracy > 0.9
    assert np.sum(digits_run.test.confusion_matrix) == digits_run.test.images == 359
