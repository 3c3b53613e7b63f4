"""Where images come from: whether a file can be read, and is still the one that was read."""

from pathlib import Path

from imagette.errors import SourceError


def identity(path: Path) -> str:
    """Changes whenever the file does; cheap: path, size and times, not contents.

    Raises:
        OSError: there is no such file.
    """
    found = path.stat()
    return f"{path.resolve()}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def require_readable(error: Exception, path: Path) -> None:
    """Raise SourceError if it is the system that refuses `path`: no file, no permission."""
    if isinstance(error, OSError) and error.errno is not None:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
