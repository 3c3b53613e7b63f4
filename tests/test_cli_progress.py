"""What is told of reading a source: nothing of what is quick, a line or a bar of what is not."""

import io
import re
from typing import cast

import pytest

from imagette.cli import progress
from imagette.cli.progress import DataBar, DataLines, data_progress
from imagette.cli.streams import Quiet


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
