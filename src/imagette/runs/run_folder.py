"""Making a run folder: complete under its name, or not there at all.

Files go into a hidden folder beside it, which gets its name, the next free number, when
everything is on disk. `run.json` is written last.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from imagette.errors import RunError


class RunFolder:
    """A run folder in the making, for use in a `with` statement.

    Entering reserves a place, so that an unwritable `out` is found before anything is
    trained. Leaving without `finish` removes every trace.

    Raises:
        RunError: `out` cannot be written.
    """

    def __init__(self, out: Path, stem: str):
        self._out, self._stem = out, stem
        self._partial = out / f".{stem}-{os.getpid()}-{os.urandom(4).hex()}.partial"
        self._made: list[Path] = []

    def __enter__(self) -> RunFolder:
        try:
            for folder in [*reversed(self._out.parents), self._out, self._partial]:
                if not folder.exists():
                    folder.mkdir()
                    self._made.append(folder)
            self.write("probe", b"imagette")
            (self._partial / "probe").unlink()
        except OSError as error:
            self._remove()
            raise RunError(
                f"cannot write to {self._out}: {error.strerror}. Choose another folder with --out"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._partial.exists():
            self._remove()
            if isinstance(error, OSError):
                raise RunError(
                    f"writing the run into {self._out} failed: {error.strerror}. "
                    "Nothing of it was kept. Make room, or choose another folder with --out"
                ) from error

    def write(self, name: str, content: bytes) -> None:
        """Write a file and see it onto the disk."""
        with (self._partial / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def finish(self) -> Path:
        """Give the folder its name: `stem-1`, or the next number that is free."""
        _sync_folder(self._partial)
        number = 1
        while True:
            path = self._out / f"{self._stem}-{number}"
            if not path.exists():
                try:
                    self._partial.rename(path)
                    _sync_folder(self._out)
                    return path
                except FileExistsError:
                    pass  # another training took the number in this moment
                except OSError as error:
                    if not path.exists():
                        raise error
            number += 1

    def _remove(self) -> None:
        shutil.rmtree(self._partial, ignore_errors=True)
        for folder in reversed(self._made):
            with suppress(OSError):  # only as long as nothing else is in it
                folder.rmdir()


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
