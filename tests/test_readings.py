"""Each reading of a run's own test images is counted in its `run.json`, and others are not."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import imagette
from imagette.cli.main import run as imagette_command
from imagette.errors import RunError
from imagette.runs import readings
from imagette.runs.readings import count_reading
from imagette.runs.run import Run


@pytest.fixture
def folder(digits_run: Run, tmp_path: Path) -> Path:
    """A copy of a run, its test images read once."""
    shutil.copytree(digits_run.path, tmp_path / "run")
    values = json.loads((tmp_path / "run" / "run.json").read_text())
    values["test_readings"] = 1  # other tests may have read them, too
    (tmp_path / "run" / "run.json").write_text(json.dumps(values))
    return tmp_path / "run"


def test_evaluating_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Run.load(folder)
    assert before.test_readings == 1
    imagette.evaluate(folder)
    assert Run.load(folder).test_readings == 2
    imagette.evaluate(folder, "digits")  # the same images under a name
    assert Run.load(folder).test_readings == 3
    assert imagette_command(["evaluate", str(folder)]) == 0
    assert "test set read      4 times, the first by the training" in capsys.readouterr().out
    assert imagette_command(["evaluate", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["test_readings"] == 5
    after = Run.load(folder)
    assert (after.test, after.history, after.data) == (before.test, before.history, before.data)


def test_other_images_do_not_count(folder: Path, tmp_path: Path) -> None:
    digits = imagette.open_data("digits").train
    images, labels = np.asarray(digits.images)[:200], digits.labels[:200]
    np.savez(tmp_path / "other.npz", x_test=images, y_test=labels, x_train=images, y_train=labels)
    imagette.evaluate(folder, tmp_path / "other.npz")
    assert Run.load(folder).test_readings == 1


def test_none_is_lost_where_several_count_at_once(folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_reading, [folder] * 20))
    assert Run.load(folder).test_readings == 21


def test_a_folder_that_cannot_be_written_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise RunError(f"{path} cannot be written: No space left on device")

    monkeypatch.setattr(readings, "write_atomically", full)
    message = "cannot be written: No space.*A reading of the test images is counted there.*copy the"
    with pytest.raises(RunError, match=message):
        imagette.evaluate(folder)
    with pytest.raises(RunError, match="nowhere cannot be read: No such file"):
        count_reading(folder / "nowhere")


def test_a_damaged_count_is_told(folder: Path) -> None:
    values = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(values | {"test_readings": -1}))
    with pytest.raises(RunError, match="test_readings is -1, expected a whole number, 0 or more"):
        Run.load(folder)
