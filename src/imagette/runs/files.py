"""Writing a single file: whole under its name, or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from imagette.errors import RunError


def write_atomically(path: Path, content: bytes) -> None:
    """Write aside, see it onto the disk, and rename; folders are made where they are missing.

    Raises:
        RunError: the folder cannot be written, or the disk is full.
    """
    aside = path.with_name(f".{path.name}-{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException as error:  # an interruption, too, must leave nothing behind
        with suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError):
            raise RunError(f"{path} cannot be written: {error.strerror}") from error
        raise
