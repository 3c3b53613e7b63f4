"""Trackers get the numbers of a training, and none of their failures stops it."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import imagette
from imagette.cli.main import run as imagette_command
from imagette.data.progress import DataProgress
from imagette.errors import SettingsError, TrackingError
from imagette.runs.run import Run
from imagette.tracking import TRACKERS, tracked
from imagette.tracking.mlflow import MLflow
from imagette.tracking.numbers import EPOCH, of_settings, of_test
from imagette.tracking.tensorboard import TensorBoard
from imagette.training.progress import Epoch, Plan, Progress

PLAN = Plan("corners, seed 0", 2, 5, 100, "cpu", "float32", 1)
EPOCHS = [Epoch(n, 1.0 / n, 0.5, 2.0 / n, 0.25 * n, 1e-3, 0.1, 1000.0) for n in (1, 2)]


class Recorder:
    """A tracker that remembers what it was told, or fails at one method."""

    def __init__(self, fails: str = "") -> None:
        self.told: list[Any] = []
        self.fails = fails

    def _remember(self, name: str, value: Any) -> None:
        self.told.append((name, value))
        if name == self.fails:
            raise ValueError("the disk is full.\nand more")

    def begin(self, plan: Plan) -> None:
        self._remember("begin", plan)

    def log(self, epoch: Epoch) -> None:
        self._remember("log", epoch.epoch)

    def finish(self, run: Run) -> None:
        self._remember("finish", run.recipe)

    def end(self, failed: bool) -> None:
        self._remember("end", failed)


class Listener(Progress):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def started(self, plan: Plan) -> None:
        self.told.append("started")

    def noted(self, text: str) -> None:
        self.told.append(text)

    def advanced(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        self.told.append(("advanced", epoch))

    def finished_epoch(self, epoch: Epoch) -> None:
        self.told.append(("finished", epoch.epoch))

    def measuring(self) -> DataProgress:
        self.told.append("measuring")
        return DataProgress()

    def saved(self, run: Run) -> None:
        self.told.append("saved")


def recorded(monkeypatch: pytest.MonkeyPatch, fails: str = "") -> Recorder:
    recorder = Recorder(fails)
    monkeypatch.setattr("imagette.tracking.listening._tracker", lambda name, out: recorder)
    return recorder


def test_a_training_is_told_to_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, listener = recorded(monkeypatch), Listener()
    imagette.train(
        "digits", "sprint", epochs=2, out=tmp_path, report=False, track="mlflow", progress=listener
    )
    names = [name for name, _ in recorder.told]
    assert names == ["begin", "log", "log", "finish", "end"]
    assert recorder.told[-2:] == [("finish", "sprint"), ("end", False)]
    assert [told for told in listener.told if told[0] != "advanced"] == [
        "started", ("finished", 1), ("finished", 2), "measuring", "saved",
    ]  # fmt: skip
    assert ("advanced", 1) in listener.told


@pytest.mark.parametrize("fails", ["log", "finish", "end"])
def test_a_failure_is_noted_once_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str, digits_run: Run
) -> None:
    recorder, listener = recorded(monkeypatch, fails), Listener()
    with tracked("mlflow", tmp_path, listener) as progress:
        assert progress
        progress.started(PLAN)
        for epoch in EPOCHS:
            progress.finished_epoch(epoch)
        progress.saved(digits_run)
    note = "mlflow failed and is left alone: ValueError: the disk is full"
    assert listener.told.count(note) == 1
    names = [name for name, _ in recorder.told]
    assert names[names.index(fails) + 1 :] == [] if fails == "end" else ["end"]
    assert "saved" in listener.told


def test_networks_that_answer_together_are_one_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = recorded(monkeypatch)
    imagette.train(
        "digits", "sprint", epochs=2, members=3, out=tmp_path, report=False, track="mlflow"
    )
    names = [name for name, _ in recorder.told]
    assert names == ["begin", *["log"] * 6, "finish", "end"]
    assert [value for name, value in recorder.told if name == "log"] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("fails", ["begin", "log"])
def test_what_fails_after_the_first_training_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str, digits_run: Run
) -> None:
    recorder, listener = recorded(monkeypatch), Listener()
    with tracked("mlflow", tmp_path, listener) as progress:
        assert progress
        for seed in range(3):
            progress.started(PLAN)
            recorder.fails = fails
            for epoch in EPOCHS:
                progress.finished_epoch(epoch)
            progress.saved(digits_run)
            assert seed or fails == "log" or ("finish", "sprint") in recorder.told
    note = "mlflow failed and is left alone: ValueError: the disk is full"
    assert listener.told.count(note) == 1
    assert listener.told.count("saved") == 3
    assert recorder.told[-1] == ("end", True)
    assert [name for name, _ in recorder.told].count("begin") == (2 if fails == "begin" else 1)


def test_one_that_does_not_begin_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = recorded(monkeypatch, "begin")
    message = "mlflow does not begin: ValueError: the disk is full. Mend that, or leave out `track`"
    with pytest.raises(TrackingError, match=message):
        imagette.train("digits", "sprint", epochs=1, out=tmp_path / "runs", track="mlflow")
    assert recorder.told[-1] == ("end", True)
    assert not (tmp_path / "runs").exists()


def test_without_a_tracker_nothing_is_between() -> None:
    listener = Listener()
    with tracked(None, Path(), listener) as progress:
        assert progress is listener


@pytest.mark.parametrize("name", TRACKERS)
def test_a_missing_package_is_named(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if importlib.util.find_spec(name):
        pytest.skip(f"{name} is installed")
    assert imagette_command(["train", "digits", "--track", name, "--out", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert f"tracking with {name} was asked for, and {name} is not installed" in told
    assert f"pip install 'imagette[{name}]'" in told


def test_an_unknown_tracker_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="`track='x'`: expected one of tensorboard, mlflow"):
        imagette.train("digits", track="x", out=tmp_path)


def test_the_numbers(digits_run: Run) -> None:
    numbers = of_test(digits_run.test)
    assert numbers["test_accuracy_low"] < numbers["test_accuracy"] < numbers["test_accuracy_high"]
    assert len(numbers) == 12
    settings = of_settings(digits_run)
    assert (settings["recipe"], settings["epochs"]) == ("sprint", "12")
    assert "None" not in settings.values()


class Client:
    """As MLflow's client, but in memory."""

    def __init__(self) -> None:
        self.metrics: list[tuple[str, int | None]] = []
        self.params: dict[str, str] = {}
        self.ended: list[tuple[str, str]] = []
        self.experiments: list[str] = []

    def get_experiment_by_name(self, name: str) -> Any:
        return SimpleNamespace(experiment_id="7") if name in self.experiments else None

    def create_experiment(self, name: str) -> str:
        self.experiments.append(name)
        return "7"

    def create_run(self, identity: str, run_name: str) -> Any:
        assert identity == "7"
        return SimpleNamespace(info=SimpleNamespace(run_id=run_name))

    def log_metric(self, run: str, name: str, value: float, step: int | None = None) -> None:
        assert isinstance(value, float)
        self.metrics.append((name, step))

    def log_param(self, run: str, name: str, value: str) -> None:
        assert len(value) <= 500
        self.params[name] = value

    def set_terminated(self, run: str, status: str) -> None:
        self.ended.append((run, status))


def test_mlflow_gets_a_run_a_training(digits_run: Run) -> None:
    client = Client()
    tracker = MLflow(lambda: client, "mine")
    tracker.begin(PLAN)
    for epoch in EPOCHS:
        tracker.log(epoch)
    tracker.finish(digits_run)
    tracker.begin(PLAN)
    tracker.end(failed=True)
    tracker.end(failed=True)
    assert client.experiments == ["mine"]
    assert client.ended == [("corners, seed 0", "FINISHED"), ("corners, seed 0", "FAILED")]
    assert client.metrics[: 2 * len(EPOCH)] == [(name, n) for n in (1, 2) for name in EPOCH]
    assert client.params["learning_rate"] == str(digits_run.settings["learning_rate"])


def test_mlflow_takes_no_text_longer_than_it_may(digits_run: Run) -> None:
    from dataclasses import replace

    client = Client()
    tracker = MLflow(lambda: client, "mine")
    tracker.begin(PLAN)
    tracker.finish(replace(digits_run, data=dict(digits_run.data) | {"source": "x" * 9000}))
    assert client.params["data"] == "x" * 500


class Writer:
    """As TensorBoard's writer, but in memory."""

    def __init__(self, folder: str) -> None:
        self.folder, self.scalars, self.texts, self.closed = folder, [], {}, 0  # type: ignore[var-annotated]

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.scalars.append((name, step))

    def add_text(self, name: str, text: str) -> None:
        self.texts[name] = text

    def flush(self) -> None: ...

    def close(self) -> None:
        self.closed += 1


def test_tensorboard_gets_a_folder_a_training(digits_run: Run) -> None:
    made: list[Writer] = []

    def make(folder: str) -> Writer:
        made.append(Writer(folder))
        return made[-1]

    tracker = TensorBoard(Path("runs/tensorboard"), make)
    tracker.begin(PLAN)
    for epoch in EPOCHS:
        tracker.log(epoch)
    tracker.finish(digits_run)
    tracker.begin(PLAN)
    tracker.end(failed=True)
    assert [writer.closed for writer in made] == [1, 1]
    assert made[0].folder.startswith("runs/tensorboard/corners-seed-0-")
    assert made[0].scalars[: 2 * len(EPOCH)] == [(name, n) for n in (1, 2) for name in EPOCH]
    assert ("test_accuracy", 12) in made[0].scalars
    assert "    recipe: sprint\n" in made[0].texts["settings"]
