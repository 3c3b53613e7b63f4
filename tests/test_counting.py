"""On a terminal what takes long is counted, elsewhere nothing is said; all items come through."""

import io
import re
import sys

import pytest

from imagette.cli import counting as module
from imagette.cli.counting import counting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_of(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, count: int = 2000) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    assert list(counting(iter(range(count)), "picture")) == list(range(count))
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())


def test_what_is_quick_is_not_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_of(Terminal(), monkeypatch) == ""


def test_what_takes_long_is_counted_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_UNTOLD", -1)
    monkeypatch.setattr(module, "_SECONDS_BETWEEN", -1)
    terminal = Terminal()
    assert re.search(r"\d pictures, [\d,]+ a second", shown_of(terminal, monkeypatch))
    assert re.search(r"\b1 picture, [\d,]+ a second", shown_of(Terminal(), monkeypatch, count=1))
    assert terminal.getvalue().endswith("\x1b[2K")  # the line is erased
    assert shown_of(io.StringIO(), monkeypatch) == ""
