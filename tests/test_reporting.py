"""The report of a run is written whatever is missing, and what is damaged is told."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import imagette
from imagette.cli.main import run as command_line
from imagette.data.arrays.given import ARRAYS
from imagette.errors import RunError
from imagette.jobs.reporting import Opened, report_at_once
from imagette.runs.run import Run
from imagette.training.progress import Progress
from tests.html_page import Page, check_sound

Captured = pytest.CaptureFixture[str]


def copied(run: Run, folder: Path, **changes: object) -> Path:
    """The run folder, copied, with other data in its `run.json`."""
    path = folder / "copy"
    shutil.copytree(run.path, path)
    values = json.loads((path / "run.json").read_text())
    values["data"] |= changes
    values["test_readings"] = 1  # whatever other tests have done
    (path / "run.json").write_text(json.dumps(values))
    return path


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("/nowhere/at/all", "could not be opened again"),
        ("arrays in memory", "arrays in memory, which are not kept"),
    ],
)
def test_without_its_data_the_page_is_made_and_says_so(
    source: str, reason: str, digits_run: Run, tmp_path: Path
) -> None:
    path = copied(digits_run, tmp_path, source=ARRAYS if "memory" in source else source)
    assert imagette.write_report(path) == [path / "report.html"]
    page = Page((path / "report.html").read_text(encoding="utf-8"))
    check_sound(page)
    assert reason in page.text
    assert page.all("img") == []
    assert imagette.Run.load(path).test_readings == digits_run.test_readings


def test_data_that_has_changed_is_not_shown(digits_run: Run, tmp_path: Path) -> None:
    path = copied(digits_run, tmp_path, test={"images": 359, "fingerprint": "0" * 64})
    imagette.write_report(path)
    page = Page((path / "report.html").read_text(encoding="utf-8"))
    assert "the test images of digits are not those of the run any more" in page.text
    assert page.all("img") == []


def test_a_run_of_an_earlier_version_is_asked_again(digits_run: Run, tmp_path: Path) -> None:
    path = copied(digits_run, tmp_path)
    (path / "judgements.safetensors").unlink()
    imagette.write_report(path)
    assert (path / "judgements.safetensors").is_file()
    page = Page((path / "report.html").read_text(encoding="utf-8"))
    assert page.all("img")
    assert "The test set was read 2 times" in page.text


def test_the_command_writes_the_page_and_the_figures(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    path, figures = copied(digits_run, tmp_path), tmp_path / "figures"
    (path / "report.html").unlink()
    arguments = ["report", str(path), "--figures", str(figures), "--format", "svg"]
    assert command_line(arguments) == 0
    printed = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert printed[0] == path / "report.html"
    assert sorted(printed[1:]) == sorted(figures.iterdir())
    assert {one.stem for one in printed[1:]} >= {
        "learning-loss", "learning-accuracy", "confusion-matrix", "reliability", "coverage",
        "least-sure",
    }  # fmt: skip
    assert all(one.read_text().startswith("<?xml") for one in printed[1:])


def test_open_starts_a_browser_or_says_that_it_cannot(
    digits_run: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(digits_run, tmp_path, source="/nowhere")
    opened: list[str] = []

    def refuse(address: str) -> bool:
        opened.append(address)
        return False

    monkeypatch.setattr("webbrowser.open", refuse)
    assert command_line(["report", str(path), "--open"]) == 0
    assert opened == [(path / "report.html").resolve().as_uri()]
    assert "no browser could be started: open" in capsys.readouterr().err


def test_train_writes_no_report_where_it_is_not_wanted(tmp_path: Path, capsys: Captured) -> None:
    arguments = ["train", "digits", "--recipe", "sprint", "--epochs", "1", "--out", str(tmp_path)]
    assert command_line([*arguments, "--no-report"]) == 0
    assert "report: " not in capsys.readouterr().out
    assert not list(tmp_path.rglob("report.html"))


class Noting(Progress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def noted(self, text: str) -> None:
        self.notes.append(text)


def test_a_report_that_fails_fails_no_training(
    digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = replace(digits_run, path=copied(digits_run, tmp_path))
    (run.path / "network.json").unlink()
    listener = Noting()
    report_at_once(run, Opened(None, None), listener)
    (note,) = listener.notes
    assert note.startswith(f"{run.path} is saved, but its report is not: {run.path}/network.json ")

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("imagette.jobs.reporting.make_page", interrupted)
    with pytest.raises(KeyboardInterrupt):
        report_at_once(run, Opened(None, None), listener)
    assert listener.notes[1:] == [f"{run.path} is saved, but its report is not"]


def test_a_run_without_its_network_says_so(digits_run: Run, tmp_path: Path) -> None:
    path = copied(digits_run, tmp_path, source="/nowhere")
    (path / "network.json").unlink()
    with pytest.raises(RunError, match=r"network\.json cannot be read: .*Restore it"):
        imagette.write_report(path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"data": {"train": {}}}, "data.train.images is missing, expected a whole number"),
        ({"data": {"validation": 7}}, "data.validation is 7, expected an object"),
        ({"history": [{"epoch": 1}]}, "history.loss is missing, expected a number"),
        ({"history": []}, "history is empty, expected an entry an epoch"),
        ({"settings": {"epochs": 1}}, "settings.mirror is missing, expected text"),
        ({"certainty": {"temperature": "x"}}, "temperature is 'x', expected a number above 0"),
        (
            {"training": {"seconds": 1, "threads": "x"}},
            "training.threads is 'x', expected a whole number",
        ),
    ],
)
def test_a_damaged_run_says_where(
    damage: dict[str, Any], message: str, digits_run: Run, tmp_path: Path
) -> None:
    path = copied(digits_run, tmp_path, source="/nowhere", **damage.pop("data", {}))
    values = json.loads((path / "run.json").read_text()) | damage
    (path / "run.json").write_text(json.dumps(values))
    with pytest.raises(
        RunError, match=r"run\.json is damaged .*Restore it, or train again"
    ) as told:
        imagette.write_report(path)
    assert message in str(told.value)
