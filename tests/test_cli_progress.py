"""What is told of reading a source: nothing of what is quick, a line or a bar of what is not."""

import io
import re
import sys
from typing import cast

import numpy as np
import pytest
from rich.console import Console
from rich.progress import Progress as RichProgress

from imagette.cli import progress
from imagette.cli.progress import Bar, DataBar, DataLines, Lines, data_progress, training_progress
from imagette.cli.streams import Quiet
from imagette.training.progress import Epoch, Plan


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def read(listener: DataLines) -> None:
    for what in ("measuring", "decoding"):
        listener.started(what, 70_000)
        for done in (256, 35_000, 70_000):
            listener.advanced(done)
        listener.finished()


@pytest.mark.parametrize("kind", [DataLines, DataBar])
def test_what_is_quick_is_not_spoken_of(kind: type[DataLines]) -> None:
    stream = Terminal()
    read(kind(cast(Quiet, stream)))
    assert stream.getvalue() == ""


def test_what_takes_long_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_UNTOLD", -1)
    stream = io.StringIO()
    read(DataLines(cast(Quiet, stream)))
    assert stream.getvalue() == "measuring 70,000 images\ndecoding 70,000 images\n"


def test_a_terminal_gets_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_UNTOLD", -1)
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    listener = DataBar(cast(Quiet, stream))
    listener.started("decoding", 70_000)
    listener.advanced(35_000)
    assert listener._bars is not None
    assert listener._bars.tasks[0].completed == 35_000
    listener.finished()
    listener.finished()
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    assert "decoding 70,000 images" in shown
    assert stream.getvalue().endswith("\x1b[1A\x1b[2K")  # the bar's line is erased


def test_where_there_is_no_terminal_there_are_lines() -> None:
    with data_progress() as listener:
        assert type(listener) is DataLines


def test_each_training_shows_its_first_and_its_last_epoch() -> None:
    """Those between only now and then: these are over at once."""
    stream = io.StringIO()
    listener = Lines(cast(Quiet, stream))
    for seed in range(2):
        listener.started(Plan(f"corners, seed {seed}", 3, 5, 100, "cpu", "float32", 1))
        for number in (1, 2, 3):
            listener.finished_epoch(Epoch(number, 1.0, 0.5, 1.0, 0.5, 1e-3, 0.1, 1000.0))
    words = [line.split()[:2] for line in stream.getvalue().splitlines()]
    training = [["epoch", "1/3"], ["epoch", "3/3"]]
    assert words == [["corners,", "seed"], *training, ["corners,", "seed"], *training]


def told_on_a_terminal(columns: int, losses: list[float]) -> list[str]:
    """The lines that stay on a terminal after epochs with these validation losses."""
    stream = Terminal()
    console = Console(file=stream, width=columns, force_terminal=False)
    bar = Bar(cast(Quiet, stream), RichProgress(console=console, transient=True, disable=True))
    bar.started(Plan("corners, seed 0", len(losses), 5, 100, "cpu", "float32", 1))
    for number, loss in enumerate(losses, 1):
        bar.finished_epoch(Epoch(number, 1.0, 0.5, loss, 1 - loss / 4, 1e-3, 0.1, 1000.0))
    return stream.getvalue().splitlines()


def test_the_curves_of_validation_stay_in_the_end() -> None:
    lines = told_on_a_terminal(120, [2.0, 1.0, 0.5, 0.25])
    assert lines[-1].startswith(
        "val_loss █▄▂▁ 2.0000 to 0.2500  val_accuracy ▁▅▇█ 0.5000 to 0.9375"
    )
    assert len(told_on_a_terminal(120, [2.0])) == 2  # of one epoch there is no curve


@pytest.mark.parametrize("columns", [62, 80, 120])
def test_the_curves_fit_the_terminal(columns: int) -> None:
    line = told_on_a_terminal(columns, [2 - n / 100 for n in range(100)])[-1]
    assert line.startswith("val_loss ")
    assert len(line) <= columns


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (40, "epoch 12/100 loss 0.1234  acc 0.9876"),
        (60, "epoch 12/100 loss 0.1234  accuracy 0.9876 [time] left"),
        (80, "epoch 12/100 [bar] loss 0.1234  accuracy 0.9876 [time] left"),
        (120, "epoch 12/100 [bar] [speed] images/s  loss 0.1234  accuracy 0.9876 [time] left"),
    ],
)
def test_a_narrow_terminal_shows_the_epoch_loss_and_accuracy_first(
    columns: int, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    with training_progress() as bar:
        assert isinstance(bar, Bar)
        bar.started(Plan("corners, seed 0", 100, 5, 100, "cpu", "float32", 1))
        bar.advanced(12, 5, 0.1234, 0.9876)
        bar._bars.refresh()
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue()).replace("\r", "\n")
    line = next(line for line in text.splitlines() if "epoch 12/100" in line)
    assert len(line) <= columns
    line = re.sub(r"[\d:-]+ left", "[time] left", line)
    line = re.sub(r"[━╸╺ ]*[━╸╺][━╸╺ ]*", " [bar] ", line)
    assert re.sub(r"[\d,]+ images", "[speed] images", line).rstrip() == shown


def test_another_training_has_the_bar_of_the_one_before() -> None:
    bars = RichProgress(console=Console(file=Terminal(), width=80), disable=True)
    bar = Bar(cast(Quiet, Terminal()), bars)
    for number in (1, 2, 3):
        bar.started(Plan(f"corners, network {number} of 3", 1, 5, 100, "cpu", "float32", 1))
        bar.advanced(1, 5, 1.0, 0.5)
    assert len(bars.tasks) == 1


def test_after_a_training_it_is_told_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_UNTOLD", -1)
    stream = io.StringIO()
    lines = Lines(cast(Quiet, stream))
    images = [np.zeros((256, 8, 8, 1), np.uint8)] * 2
    assert list(lines.measuring().over("measuring on", 512, images)) == images
    assert stream.getvalue() == "measuring on 512 images\n"


def test_the_bar_of_a_training_makes_room_for_those_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "_SECONDS_UNTOLD", -1)
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    console = Console(file=stream, width=80, force_terminal=True)
    bar = Bar(cast(Quiet, stream), RichProgress(console=console, transient=True))
    bar.started(Plan("corners, seed 0", 1, 5, 100, "cpu", "float32", 1))
    measuring = bar.measuring()
    part = iter(measuring.over("calibrating on", 2, [[0], [0]]))
    assert [next(part), next(part)] == [[0], [0]]  # and now something fails
    assert "calibrating on 2 images" in stream.getvalue()
    bar.stop()
    assert stream.getvalue().endswith("\x1b[2K")
    assert stream.getvalue().endswith("\x1b[2K")  # the bar of the training is erased
    assert list(measuring.over("measuring on", 1, [[0]])) == [[0]]
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    assert "measuring on 1 image" in shown
