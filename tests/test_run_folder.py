"""A run folder is complete under its name, or not there at all."""

import errno
import os
from pathlib import Path

import pytest

from imagette.errors import RunError
from imagette.runs.run_folder import RunFolder


def test_it_gets_the_next_free_number_and_nothing_is_overwritten(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        with RunFolder(tmp_path / "new" / "runs", "data-recipe") as folder:
            folder.write("file", bytes([number]))
            assert folder.finish() == tmp_path / "new" / "runs" / f"data-recipe-{number}"
    written = sorted((tmp_path / "new" / "runs").rglob("*"))
    assert [path.name for path in written] == [
        "data-recipe-1", "file", "data-recipe-2", "file", "data-recipe-3", "file",
    ]  # fmt: skip
    assert (tmp_path / "new/runs/data-recipe-1/file").read_bytes() == b"\1"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_failure_leaves_no_trace(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), RunFolder(tmp_path / "a" / "b", "x") as folder:
        folder.write("file", b"content")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_failure_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(ValueError), RunFolder(tmp_path, "x"):
        raise ValueError
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_full_disk_is_told_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with (
        pytest.raises(RunError, match="failed: No space left on device. Nothing of it was kept"),
        RunFolder(tmp_path / "runs", "x") as folder,
    ):
        monkeypatch.setattr(os, "fsync", no_space)
        folder.write("file", b"content")
    assert list(tmp_path.iterdir()) == []


def test_out_that_is_a_file_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot write to .*file.*--out"):
        RunFolder(tmp_path / "file", "x").__enter__()
    with pytest.raises(RunError, match="Not a directory"):
        RunFolder(tmp_path / "file" / "runs", "x").__enter__()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
