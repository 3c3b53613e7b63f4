"""Writing a single file: whole under its name, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from imagette.errors import RunError


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` as `written_whole` does.

    Raises:
        RunError: as there.
    """
    with written_whole(path) as file:
        file.write(content)


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that is written aside, seen onto the disk, and renamed to `path` at the end.

    Folders are made where they are missing. A link stays, what it names is written. A device or
    a pipe cannot be renamed to and is written as it is.

    Raises:
        RunError: it is a folder, cannot be written, or the disk is full.
    """
    if path.is_dir():
        raise RunError(f"{path} is a folder, expected the name of a file")
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        yield from _aside(path.resolve())
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}") from error


def _aside(path: Path) -> Iterator[BinaryIO]:
    aside = path.with_name(f".{path.name}-{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:  # an interruption, too, must leave nothing behind
        with suppress(OSError):
            aside.unlink()
        raise
