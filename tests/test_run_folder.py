"""A run folder is complete under its name, or not there at all."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imagette.errors import RunError
from imagette.runs.files import write_atomically
from imagette.runs.run_folder import NothingSaved, RunFolder


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
    with pytest.raises(RunError, match="cannot write to .*file.* another folder with `out`"):
        RunFolder(tmp_path / "file", "x").__enter__()
    with pytest.raises(RunError, match="Not a directory"):
        RunFolder(tmp_path / "file" / "runs", "x").__enter__()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_errors_of_others_are_not_called_writing_failures(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), RunFolder(tmp_path / "runs", "x"):
        raise BrokenPipeError
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_says_whether_anything_was_saved(tmp_path: Path) -> None:
    with pytest.raises(NothingSaved), RunFolder(tmp_path, "x"):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt) as caught, RunFolder(tmp_path, "x") as folder:
        folder.finish()
        raise KeyboardInterrupt
    assert caught.type is KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["x-1"]


def test_an_interruption_while_entering_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(NothingSaved), RunFolder(tmp_path / "a" / "b", "x"):
        pass
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []


def test_links_that_lead_nowhere_take_their_number(tmp_path: Path) -> None:
    (tmp_path / "x-1").symlink_to("nowhere")
    with RunFolder(tmp_path, "x") as folder:
        assert folder.finish() == tmp_path / "x-2"


def test_a_folder_that_another_process_just_made_is_used_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, exists = tmp_path / "runs", Path.exists

    def made_meanwhile(path: Path) -> bool:
        found = exists(path)
        if path == out:
            out.mkdir(exist_ok=True)
        return found

    with pytest.raises(ValueError), RunFolder(out, "x") as folder:
        folder.write("file", b"content")
        raise ValueError
    assert not out.exists()
    monkeypatch.setattr(Path, "exists", made_meanwhile)
    with pytest.raises(ValueError), RunFolder(out, "x") as folder:
        folder.write("file", b"content")
        raise ValueError
    assert list(out.iterdir()) == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from imagette.runs.run_folder import RunFolder
with RunFolder(Path(sys.argv[1]), "x") as folder:
    folder.write("file", b"content")
    {end}
"""


def test_what_a_killed_training_left_is_removed(tmp_path: Path) -> None:
    program = _KILLED.format(end="os.kill(os.getpid(), signal.SIGKILL)")
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)]).returncode == -9
    (left,) = tmp_path.iterdir()
    (tmp_path / f"{left.name}-mine").mkdir()
    (tmp_path / ".mine-1.partial").mkdir()
    with RunFolder(tmp_path, "y") as folder:
        assert not left.exists()
        folder.finish()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted([f"{left.name}-mine", ".mine-1.partial", "y-1"])


_KILLED_FILE = """
import os, signal, sys
from pathlib import Path
from imagette.runs.files import written_whole
with written_whole(Path(sys.argv[1], "a.csv")) as file:
    {end}
"""


def test_the_file_that_a_killed_process_left_is_removed_with_the_next(tmp_path: Path) -> None:
    program = _KILLED_FILE.format(end="os.kill(os.getpid(), signal.SIGKILL)")
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)]).returncode == -9
    (left,) = tmp_path.iterdir()
    (tmp_path / f"{left.name}-mine").touch()
    link = tmp_path / ".x-999999999-00000000.partial"
    link.symlink_to(f"{left.name}-mine")
    write_atomically(tmp_path / "b.csv", b"content")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted([f"{left.name}-mine", link.name, "b.csv"])


@contextmanager
def _being_written(program: str, folder: Path) -> Iterator[Path]:
    """What a living process is writing aside in `folder`, named as if no such process were here.

    In another container its number may be nobody's: then its lock speaks for it.
    """
    program = program.format(end="print('here', flush=True); sys.stdin.read()")
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as living:
        assert living.stdout is not None
        assert living.stdout.readline() == b"here\n"
        (theirs,) = folder.iterdir()
        hidden = theirs.rename(folder / ".x-999999999-00000000.partial")
        yield hidden
        hidden.rename(theirs)
        living.communicate()
    assert living.returncode == 0


def test_the_file_that_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    with _being_written(_KILLED_FILE, tmp_path) as hidden, RunFolder(tmp_path, "y"):
        assert hidden.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_what_cannot_be_locked_may_be_another_machine_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_locks(*_: object) -> None:
        raise OSError(errno.ENOSYS, "no locks")

    left = tmp_path / ".x-999999999-00000000.partial"
    left.mkdir()
    monkeypatch.setattr("fcntl.flock", without_locks)
    with RunFolder(tmp_path, "y") as folder:
        folder.finish()
    assert left.exists()
    monkeypatch.undo()
    with RunFolder(tmp_path, "y") as folder:
        folder.finish()
    assert not left.exists()


def test_memory_is_a_file_system_like_others() -> None:
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        pytest.skip("there is no /dev/shm")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        for content in (b"first", b"second"):
            write_atomically(Path(folder, "file"), content)
        assert Path(folder, "file").read_bytes() == b"second"


def test_what_a_living_training_writes_is_left_alone(tmp_path: Path) -> None:
    with _being_written(_KILLED, tmp_path) as hidden, RunFolder(tmp_path, "y"):
        assert (hidden / "file").read_bytes() == b"content"
    assert list(tmp_path.iterdir()) == []
