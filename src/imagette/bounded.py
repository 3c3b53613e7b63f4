"""Files that nobody vouches for: what they are and where, how they begin, all up to a limit."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from imagette.errors import ImagetteError

LARGEST_MODEL = 2**31  # bytes of a `model.onnx`: Protocol Buffers, which hold it, have no more


def read_bounded(path: Path | str, most: int, kind: type[ImagetteError], remedy: str) -> bytes:
    """The bytes of a regular file of at most `most` bytes; `remedy` is what to do with more.

    Raises:
        ImagetteError, of the class `kind`: a pipe or a device, or a larger file.
        OSError: no such file, a folder, or one that cannot be read.
        ValueError: a name that no system can have.
    """
    size = require_bounded(path, most, kind, remedy) + 1  # and no more, should it be growing
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - no Path, as below
        content = file.read(size)
        while len(content) < size - 1 and (more := file.read(size - len(content))):
            content += more  # some file systems give less than they are asked for
        return content


def require_bounded(path: Path | str, most: int, kind: type[ImagetteError], remedy: str) -> int:
    """The size of a regular file that others will read; else raises as `read_bounded` does.

    Pipes would keep us waiting, and devices never end.
    """
    found = os.stat(path)  # noqa: PTH116 - of many small files, making paths takes a third
    folder = stat.S_ISDIR(found.st_mode)  # which cannot be opened: the system says so
    if not stat.S_ISREG(found.st_mode) and not folder:
        raise kind(f"{path} is a pipe or a device, expected a file. Save it as one first")
    if found.st_size > most and not folder:
        raise kind(f"{path} has {found.st_size:,} bytes, expected at most {most:,}. {remedy}")
    return found.st_size


def exists(path: Path | str) -> bool:
    """Whether there is such a file or folder; False of a name that the system cannot have."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises of a name that is too long


def is_folder(path: Path | str) -> bool:
    """Whether it is a folder; False of what the system does not let one look at."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises, of one file among many


def is_file(path: Path | str) -> bool:
    """Whether it is a regular file; False of what the system does not let one look at."""
    return os.path.isfile(path)  # noqa: PTH113 - as above


def real_path(path: Path | str) -> Path:
    """Where a path leads; one of links that go in a circle stays as it is.

    Path.resolve raises a RuntimeError of such links before Python 3.13.

    Raises:
        ValueError: a name that no system can have.
    """
    return Path(os.path.realpath(path))


def begins_with(path: Path, start: bytes) -> bool:
    """Whether it is a regular file that can be read, and these are its first bytes."""
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as file:
                return file.read(len(start)) == start
    return False
