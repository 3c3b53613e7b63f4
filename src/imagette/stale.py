"""Hidden folders and files of processes that were killed while they wrote: nobody finishes them.

Each writer holds a lock on what it has hidden. A process number alone would not do: where
several containers write into one folder, the others' numbers mean nothing here.
"""

import os
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path

_PARTIAL = re.compile(r"\..+-(\d{1,9})-[0-9a-f]{8}\.partial")


def partial_name(stem: str) -> str:
    """The name of a new hidden folder, or file, of this process."""
    return f".{stem}-{os.getpid()}-{os.urandom(4).hex()}.partial"


class Lock:
    """Says to other processes that a folder or file is in use; the system drops it with its holder.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path):
        self._descriptor: int | None = None
        if sys.platform != "win32":  # which opens no folders
            self._descriptor = os.open(path, os.O_RDONLY)

    def take(self) -> bool:
        """Take it; False where another has it, or the file system knows no locks."""
        if sys.platform != "win32" and self._descriptor is not None:
            import fcntl

            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            return True
        return False

    def wait(self) -> None:
        """Take it as soon as nobody else has it."""
        if sys.platform != "win32" and self._descriptor is not None:
            import fcntl

            with suppress(OSError):  # the file system knows no locks
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def release(self) -> None:
        """Give it back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def remove_stale(out: Path) -> None:
    """Remove what is hidden in `out` and whose process is dead; whatever fails is left alone."""
    with suppress(OSError):
        for path in list(out.iterdir()):
            if (match := _PARTIAL.fullmatch(path.name)) and _is_dead(int(match[1])):
                _remove_unlocked(path)


def _remove_unlocked(path: Path) -> None:
    with suppress(OSError):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            return
        lock = Lock(path)
        try:
            if not lock.take():
                return
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
        finally:
            lock.release()


def _is_dead(process: int) -> bool:
    if sys.platform == "win32":  # there os.kill would end the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:  # it lives, and is another user's
        pass
    return False
