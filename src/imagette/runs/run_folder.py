"""Making a run folder: complete under its name, or not there at all.

Files go into a hidden folder beside it, which gets its name, the next free number, when
everything is on disk. `run.json` is written last.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from imagette.errors import RunError
from imagette.stale import Lock, partial_name, remove_stale


class NothingSaved(KeyboardInterrupt):
    """An interruption before the run folder got its name: nothing of the run was kept."""


class RunFolder:
    """A run folder in the making, for use in a `with` statement.

    Entering reserves a place, so that an unwritable `out` is found before anything is
    trained, and removes what killed trainings left there. Leaving without `finish` removes
    every trace.

    Raises:
        RunError: `out` cannot be written.
        NothingSaved: interrupted before `finish` was done.
    """

    def __init__(self, out: Path, stem: str):
        self._out, self._stem = out, stem
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
                    "Choose another folder with --out"
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
        """Write a file and see it onto the disk.

        Raises:
            RunError: it cannot be written.
        """
        with self._failures_told():
            self._write(name, content)

    def finish(self) -> Path:
        """Give the folder its name: `stem-1`, or the next number that is free.

        Raises:
            RunError: it cannot be renamed.
        """
        with self._failures_told():
            _sync_folder(self._partial)
            number = 1
            while not (path := self._named(number)):
                number += 1
            return path

    def _named(self, number: int) -> Path | None:
        """The folder under this number, or None where the number is taken."""
        path = self._out / f"{self._stem}-{number}"
        if os.path.lexists(path):  # a link that leads nowhere takes its name, too
            return None
        try:
            self._partial.rename(path)
        except OSError:
            if os.path.lexists(path):  # another training took the number in this moment
                return None
            raise
        _sync_folder(self._out)
        return path

    def _reserve(self) -> None:
        """Make the folders that are missing, and see that files can be written there."""
        for folder in [*reversed(self._out.parents), self._out]:
            if not folder.exists():
                self._make(folder)
        self._partial.mkdir()
        self._lock = Lock(self._partial)
        self._lock.take()
        self._write("probe", b"imagette")
        (self._partial / "probe").unlink()

    def _make(self, folder: Path) -> None:
        """Make a folder, unless another process just did: then it is not ours to remove."""
        self._made.append(folder)  # before: an interruption may come right after the making
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
                "Nothing of it was kept. Make room, or choose another folder with --out"
            ) from error

    def _remove(self) -> None:
        self._unlock()
        shutil.rmtree(self._partial, ignore_errors=True)
        for folder in reversed(self._made):
            with suppress(OSError):  # only as long as nothing else is in it
                folder.rmdir()

    def _unlock(self) -> None:
        if self._lock:
            self._lock.release()


def _sync_folder(path: Path) -> None:
    """See renames within `path` onto the disk; not every system can."""
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
