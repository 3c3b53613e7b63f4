"""Files of strangers are read up to a limit, and only if they are files."""

import os
from pathlib import Path

import pytest

from imagette.bounded import exists, read_bounded
from imagette.data.options import DataOptions
from imagette.data.sources import open_source
from imagette.errors import RunError, SourceError


def read(path: Path | str, most: int = 10) -> bytes:
    return read_bounded(path, most, RunError, "Restore it")


@pytest.mark.parametrize("size", [0, 1, 10])
def test_a_file_is_read_up_to_the_limit(tmp_path: Path, size: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x" * size)
    assert read(path) == read(str(path)) == b"x" * size


def test_a_larger_one_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.truncate(10**12)  # a hole: it takes no space
    message = r"x has 1,000,000,000,000 bytes, expected at most 10\. Restore it"
    with pytest.raises(RunError, match=message):
        read(tmp_path / "x")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_pipes_and_devices_are_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(RunError, match="is a pipe or a device, expected a file. Save it"):
            read(path)


def test_what_the_system_says_goes_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none")
    with pytest.raises(IsADirectoryError):
        read(tmp_path)
    with pytest.raises(ValueError, match="null byte"):
        read(tmp_path / "a\0b")


def test_a_name_that_is_too_long_is_not_there(tmp_path: Path) -> None:
    assert exists(tmp_path)
    assert not exists(tmp_path / "file")
    assert not exists(tmp_path / ("x" * 300))
    with pytest.raises(SourceError, match="no source 'xxx"):
        open_source("x" * 300)
    with pytest.raises(SourceError, match="no source 'yyy"):
        open_source("digits", DataOptions(test="y" * 300).anchored())
