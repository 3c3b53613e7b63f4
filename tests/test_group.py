"""Several seeds in one folder: trained, read back, and what is said of what is no group."""

import json
import shutil
import statistics
from dataclasses import replace
from pathlib import Path

import pytest

import imagette
from imagette.cli.main import run as imagette_command
from imagette.errors import RunError, SettingsError, TrainingError
from imagette.runs.group import Group, group_folder, is_group, runs_in
from imagette.runs.run import Run
from imagette.training.progress import Plan, Progress


def copied(run: Run, folder: Path, seed: int, **changes: object) -> None:
    """A copy of a run as if of another seed."""
    shutil.copytree(run.path, folder, dirs_exist_ok=True)
    settings = dict(run.settings) | {"seed": seed} | changes
    (folder / "run.json").write_text(replace(run, settings=settings).to_json())


def test_seeds_are_trained_on_the_same_splits_into_one_folder(tmp_path: Path) -> None:
    group = imagette.train_seeds("digits", "sprint", seeds=2, seed=5, epochs=1, out=tmp_path)
    assert group.path.name == "digits-sprint-2-seeds-1"
    assert sorted(path.name for path in group.path.iterdir()) == [
        "digits-sprint-1", "digits-sprint-2",
    ]  # fmt: skip
    first, second = group.runs
    assert group.seeds == (5, 6)
    assert first.data == second.data
    assert first.data["options"]["seed"] == 5
    assert first.history != second.history
    read = Group.load(group.path)
    assert [run.to_json() for run in read.runs] == [run.to_json() for run in group.runs]
    assert group.accuracy == statistics.mean([first.test.accuracy, second.test.accuracy])
    assert group.spread == statistics.stdev([first.test.accuracy, second.test.accuracy])
    assert imagette.evaluate(second) == second.test  # opened with the seed of the splits


def test_the_command_prints_mean_and_spread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["digits", "--recipe", "sprint", "--epochs", "1", "--out", str(tmp_path)]
    assert imagette_command(["train", *options, "--seeds", "2"]) == 0
    printed = capsys.readouterr().out
    assert "(mean and standard deviation, 2 seeds, 359 images)" in printed
    assert f"saved in {tmp_path / 'digits-sprint-2-seeds-1'}" in printed
    assert imagette_command(["train", *options, "--seeds", "2", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [run["seed"] for run in result["runs"]] == [0, 1]
    assert result["path"].endswith("digits-sprint-2-seeds-2")
    assert imagette_command(["train", *options, "--seeds", "0"]) == 2
    assert "0 is not in the range x>=1" in capsys.readouterr().err


def test_one_seed_is_no_group() -> None:
    message = r"expected a whole number, 2 or more, of trainings; train\(\) trains one"
    for seeds in (1, 0, 2.5, "3", True):
        with pytest.raises(SettingsError, match=message):
            imagette.train_seeds("digits", "sprint", seeds=seeds)  # type: ignore[arg-type]


def test_more_seeds_than_a_group_holds_or_there_are_are_refused_before_training(
    tmp_path: Path,
) -> None:
    with pytest.raises(SettingsError, match="`seeds=1001`: expected at most 1,000 trainings"):
        imagette.train_seeds("digits", "sprint", seeds=1001, out=tmp_path)
    with pytest.raises(SettingsError, match="`seed=1000000001`: expected at most 1000000000"):
        imagette.train_seeds("digits", "sprint", seeds=2, seed=10**9, out=tmp_path)
    assert not list(tmp_path.iterdir())


class Interrupting(Progress):
    """Interrupts the training of a seed."""

    def __init__(self, title: str):
        self._title = title

    def started(self, plan: Plan) -> None:
        if plan.title.endswith(self._title):
            raise KeyboardInterrupt


def test_interrupted_runs_that_were_finished_stay(tmp_path: Path) -> None:
    options = {"seeds": 3, "epochs": 1, "out": tmp_path}
    with pytest.raises(KeyboardInterrupt, match=", 1 of 3 runs are in .*digits-sprint-3-seeds-1"):
        imagette.train_seeds("digits", "sprint", progress=Interrupting("seed 1"), **options)  # type: ignore[arg-type]
    assert len(Group.load(tmp_path / "digits-sprint-3-seeds-1").runs) == 1
    with pytest.raises(KeyboardInterrupt):
        imagette.train_seeds("digits", "sprint", progress=Interrupting("seed 0"), **options)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["digits-sprint-3-seeds-1"]
    options["out"] = tmp_path / "not" / "there"
    with pytest.raises(KeyboardInterrupt):
        imagette.train_seeds("digits", "sprint", progress=Interrupting("seed 0"), **options)  # type: ignore[arg-type]
    assert not (tmp_path / "not").exists()


def test_runs_before_a_failure_are_told(tmp_path: Path) -> None:
    class Failing(Progress):
        notes: list[str] = []  # noqa: RUF012 - one training

        def started(self, plan: Plan) -> None:
            if plan.title.endswith("seed 1"):
                raise TrainingError("diverged")

        def noted(self, note: str) -> None:
            self.notes.append(note)

    failing = Failing()
    with pytest.raises(TrainingError, match="diverged"):
        imagette.train_seeds("digits", "sprint", seeds=3, epochs=1, out=tmp_path, progress=failing)
    folder = tmp_path / "digits-sprint-3-seeds-1"
    assert f"1 of 3 runs are in {folder}" in failing.notes
    assert len(Group.load(folder).runs) == 1


def test_what_was_made_for_a_group_that_cannot_be_goes_again(tmp_path: Path) -> None:
    with (
        pytest.raises(RunError, match="cannot write to"),
        group_folder(tmp_path / "new" / "deeper" / ("x" * 300), "stem"),
    ):
        raise AssertionError("there is a folder of 300 letters")
    assert not (tmp_path / "new").exists()


def test_a_group_is_told_from_a_run(digits_run: Run, tmp_path: Path) -> None:
    copied(digits_run, tmp_path / "one", 3)
    assert is_group(tmp_path)
    assert not is_group(digits_run.path)
    assert not is_group(tmp_path / "nowhere")
    assert Group.load(tmp_path).seeds == (3,)
    assert [run.path for run in runs_in(tmp_path)] == [tmp_path / "one"]
    assert [run.path for run in runs_in(digits_run.path)] == [digits_run.path]
    assert Group.load(tmp_path).spread is None


def test_what_is_no_group_is_told(digits_run: Run, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is neither a run folder nor holds any: expected one, or a"):
        Group.load(tmp_path)
    copied(digits_run, tmp_path / "one", 0)
    copied(digits_run, tmp_path / "two", 1, epochs=99)
    with pytest.raises(
        RunError,
        match="holds runs with different settings: one and two. Expected runs that differ in the "
        "seed alone; give the run folders one by one",
    ):
        Group.load(tmp_path)
    copied(digits_run, tmp_path / "two", 0)
    with pytest.raises(RunError, match=r"the seeds \[0, 0\], expected a different one each"):
        Group.load(tmp_path)
    other = replace(digits_run, recipe="lenet")
    (tmp_path / "two" / "run.json").write_text(other.to_json())
    with pytest.raises(RunError, match="different recipes: one and two"):
        Group.load(tmp_path)
    for key, value, what in (
        ("options", dict(digits_run.options) | {"limit": 5}, "options of the data"),
        ("test", {"images": 5, "fingerprint": "0" * 64}, "test images"),
    ):
        data = dict(digits_run.data) | {key: value}
        other = replace(digits_run, data=data, settings=dict(digits_run.settings) | {"seed": 1})
        (tmp_path / "two" / "run.json").write_text(other.to_json())
        with pytest.raises(RunError, match=f"different {what}: one and two"):
            Group.load(tmp_path)


def test_hidden_folders_are_no_runs(digits_run: Run, tmp_path: Path) -> None:
    copied(digits_run, tmp_path / ".one", 0)
    assert not is_group(tmp_path)


def test_folders_get_the_next_number(tmp_path: Path) -> None:
    with group_folder(tmp_path / "out", "x") as path:
        assert path.name == "x-1"
        (tmp_path / "out" / "x-2").symlink_to("nowhere")
        with group_folder(tmp_path / "out", "x") as other:
            assert other.name == "x-3"
            (other / "run").touch()
    left = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert left == ["x-2", "x-3"]  # what stayed empty is gone
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot write to .*file.* another folder with `out`"):
        group_folder(tmp_path / "file", "x").__enter__()
    with pytest.raises(RunError, match="File name too long"):
        group_folder(tmp_path / "new", "x" * 300).__enter__()
    assert not (tmp_path / "new").exists()
