"""Writing a single file: whole under its name, or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from imagette.errors import RunError


def write_atomically(path: Path, content: bytes) -> None:
    """Write aside, see it onto the disk, and rename.

    Raises:
        RunError: the folder cannot be written, or the disk is full.
    """
    aside = path.with_name(f".{path.name}-{os.getpid()}.partial")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise RunError(f"{path} cannot be written: {error.strerror}") from error
