"""Makes a run folder: complete under its name, or not there at all.

Files go into a hidden folder beside it, which gets its name, with the next free number, when all is
on disk. `run.json` is written last.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from imagette.errors import RunError
from imagette.stale import Lock, partial_name, remove_stale


class NothingSaved(KeyboardInterrupt):
    """The training was interrupted before the run folder got its name: nothing was kept."""


class RunFolder:
    """A run folder in the making, for use in a `with` statement.

    Entering reserves a place, so that an unwritable `out`, or a disk without `room` for so many
    bytes, is found before any training, and removes what killed trainings left there. Leaving
    without `finish` removes every trace.

    Raises:
        RunError: `out` cannot be written.
        NothingSaved: it was interrupted before `finish` was done.
    """

    def __init__(self, out: Path, stem: str, room: int = 0):
        self._out, self._stem, self._room = out, stem, room
        self._partial = out / partial_name(stem)
        self._made: list[Path] = []
        self._lock: Lock | None = None

    def __enter__(self) -> RunFolder:
        try:
            remove_stale(self._out)
            self._reserve()
        except BaseException as error:
            self._remove()
            if isinstance(error, OSError):
                raise RunError(
                    f"cannot write to {self._out}: {error.strerror}. "
                    "Choose another folder with `out`"
                ) from error
            if isinstance(error, KeyboardInterrupt):
                raise NothingSaved from error
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._partial.exists():  # it has its name
            self._unlock()
            return
        self._remove()
        if isinstance(error, KeyboardInterrupt):
            raise NothingSaved from error

    def write(self, name: str, content: bytes) -> None:
        """Write a file and sync it to disk.

        Raises:
            RunError: the file cannot be written.
        """
        with self._failures_told():
            self._write(name, content)

    def finish(self) -> Path:
        """Give the folder its name: `stem-1`, or the next free number.

        Raises:
            RunError: the folder cannot be renamed.
        """
        with self._failures_told():
            _sync_folder(self._partial)
            number = 1
            while not (path := self._named(number)):
                number += 1
            return path

    def _named(self, number: int) -> Path | None:
        """The folder, renamed to have this number; None if the number is taken."""
        path = self._out / f"{self._stem}-{number}"
        if os.path.lexists(path):  # even a broken link takes the name
            return None
        try:
            self._partial.rename(path)
        except OSError:
            if os.path.lexists(path):  # another training just took the number
                return None
            raise
        _sync_folder(self._out)
        return path

    def _reserve(self) -> None:
        """Make missing folders, and check that files can be written there."""
        for folder in [*reversed(self._out.parents), self._out]:
            if not folder.exists():
                self._make(folder)
        self._partial.mkdir()
        self._lock = Lock(self._partial)
        self._lock.take()
        self._write("probe", b"imagette")
        with (self._partial / "probe").open("wb") as file:
            _require_room(file.fileno(), self._room)
        (self._partial / "probe").unlink()

    def _make(self, folder: Path) -> None:
        """Make a folder, which is ours to remove unless another process just made it."""
        self._made.append(folder)  # first: an interruption may come right after mkdir
        try:
            folder.mkdir()
        except FileExistsError:
            self._made.remove(folder)

    def _write(self, name: str, content: bytes) -> None:
        with (self._partial / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RunError(
                f"writing the run into {self._out} failed: {error.strerror}. "
                "Nothing of it was kept. Make room, or choose another folder with `out`"
            ) from error

    def _remove(self) -> None:
        self._unlock()
        shutil.rmtree(self._partial, ignore_errors=True)
        for folder in reversed(self._made):
            with suppress(OSError):  # only if it is empty
                folder.rmdir()

    def _unlock(self) -> None:
        if self._lock:
            self._lock.release()


def _require_room(descriptor: int, size: int) -> None:
    """Have so many bytes set aside for a file, which takes no time; not every system can."""
    try:
        if size and hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise


def _sync_folder(path: Path) -> None:
    """Sync renames within `path` to disk; not every system can."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
