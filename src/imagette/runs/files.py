"""Writes a single file: whole under its name, or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from imagette.errors import RunError, SettingsError
from imagette.stale import Lock, partial_name, remove_stale

_SYSTEM = (("dev",), ("proc",))  # folders at the root that hold no ordinary files
_MEMORY = ("dev", "shm")  # an exception: a file system in memory, with ordinary files


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` as `written_whole` does.

    Raises:
        RunError: as `written_whole`.
    """
    with written_whole(path) as file:
        file.write(content)


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that is written aside, synced to disk, and renamed to `path` at the end.

    What killed processes left aside in that folder is removed, at the first file written there.
    Missing folders are made. A link stays, and its target is written. Devices, pipes and everything
    in /dev and /proc cannot be replaced, and are written in place.

    Raises:
        RunError: `path` is a folder, lies in a file or cannot be written, or the disk is full.
    """
    lock: Lock | None = None
    try:
        if path.is_dir():
            raise RunError(f"{path} is a folder, expected a file. Give the name of one in it")
        if is_system(path) or (path.exists() and not path.is_file()):
            aside = target = path
            file = path.open("ab")
        else:
            target = Path(os.path.realpath(path))
            aside = target.with_name(partial_name(target.name))
            target.parent.mkdir(parents=True, exist_ok=True)
            _clear(target.parent)
            file = aside.open("xb")
    except OSError as error:
        raise _cannot(path, error) from error
    try:
        with file:
            if aside != target:
                lock = Lock(aside)
                lock.take()
            yield file
            file.flush()
            if aside != target:
                os.fsync(file.fileno())
        if aside != target:
            aside.replace(target)
    except BaseException as error:  # even an interruption must leave nothing
        if aside != target:
            with suppress(OSError):
                aside.unlink()
        # A file that the caller fails to open has another name, and its error is not this file's.
        if isinstance(error, OSError) and error.filename in (None, str(aside)):
            raise _cannot(path, error) from error
        raise
    finally:
        if lock:
            lock.release()


@cache  # a folder of a thousand strips is not searched a thousand times
def _clear(folder: Path) -> None:
    remove_stale(folder)


def in_the_way(path: Path, what: str, remedy: str) -> RunError:
    """The error for a file that is there and is no `what`, so that nothing is written over it."""
    return RunError(f"{path} is there already and is no {what}: it is left as it is. {remedy}")


def chosen_path(name: str, given: Any) -> Path:
    """The path that the argument `name` gives for something to be written.

    Raises:
        SettingsError: it is no path, or one that no system can have.
        RunError: it is too long, or its links form a circle.
    """
    try:
        path = Path(given)
        path.lstat()
    except (TypeError, ValueError) as error:
        raise SettingsError(f"`{name}={given!r}`: expected the path of a folder or file") from error
    except OSError as error:  # the writing tells more about most others
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise _nothing(path, error, name) from error
    return path


def require_writable(folder: Path) -> None:
    """Raise RunError unless files could be written into `folder`, which need not exist yet."""
    try:
        place = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        if not place.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _nothing(folder, error, "out") from error


def is_system(path: Path) -> bool:
    """Whether a path is in /dev or /proc, except /dev/shm, the only place with ordinary files."""
    parts = path.absolute().parts[1:]
    return parts[:1] in _SYSTEM and parts[:2] != _MEMORY


def _nothing(folder: Path, error: OSError, name: str) -> RunError:
    return RunError(
        f"nothing can be written into {folder}: {error.strerror}. Choose another with `{name}`"
    )


def _cannot(path: Path, error: OSError) -> RunError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        file = next((place for place in path.parents if place.is_file()), None)
        if file is not None:
            return RunError(f"{file} is a file, expected a folder. Give another name")
    return RunError(f"{path} cannot be written: {error.strerror or error}")
