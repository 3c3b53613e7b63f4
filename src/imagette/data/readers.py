"""Which reader opens which file or folder: a row a format, the first that fits reads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from imagette.data import catalogue
from imagette.data.contents import Contents, Listing
from imagette.data.formats import npz
from imagette.data.named_arrays import NAMES, contents_of
from imagette.data.options import DataOptions
from imagette.errors import SourceError, nearest_names


@dataclass(frozen=True)
class Reader:
    """A kind of source: how it is told from others, and what reads it."""

    kind: str
    fits: Callable[[Path], bool]
    read: Callable[[Path, DataOptions], Contents | Listing]


def _read_npz(path: Path, options: DataOptions) -> Contents:
    return contents_of(npz.read(path, NAMES), str(path))


READERS = (Reader(".npz", lambda path: path.suffix.lower() == ".npz", _read_npz),)


def read(path: Path, options: DataOptions) -> Contents | Listing:
    """What the file or folder at `path` holds.

    Raises:
        SourceError: there is none, or it is of no kind that is known, or damaged.
    """
    if not path.exists():
        names = [entry.name for entry in catalogue.CATALOGUE]
        raise SourceError(
            f"no source {str(path)!r}{nearest_names(str(path), names) or ';'} there is no such "
            f"file or folder, and imagette knows {', '.join(names)}"
        )
    for reader in READERS:
        if reader.fits(path):
            return reader.read(path, options)
    kinds = ", ".join(reader.kind for reader in READERS)
    what = "a folder" if path.is_dir() else f"a {path.suffix or 'nameless'} file"
    raise SourceError(f"{path} is {what} that imagette cannot read as data; it reads {kinds}")
