"""Which reader opens which file or folder: a row a format, the first that fits reads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from imagette.bounded import exists
from imagette.data import catalogue
from imagette.data.contents import Contents, Listing
from imagette.data.formats import (
    archive,
    csv_pixels,
    folder,
    idx_sets,
    npy,
    npz_source,
    parquet,
    path_table,
)
from imagette.data.options import DataOptions
from imagette.data.progress import DataProgress
from imagette.errors import SourceError, nearest_names


@dataclass(frozen=True)
class Reader:
    """A kind of source: how it is told from others, and what reads it."""

    kind: str
    fits: Callable[[Path], bool]
    read: Callable[[Path, DataOptions, DataProgress], Contents | Listing]


def _called(*suffixes: str) -> Callable[[Path], bool]:
    """Whether a path is that of a file whose name ends so."""
    return lambda path: path.is_file() and path.name.lower().endswith(suffixes)


READERS = (
    Reader("IDX files (a folder, a prefix or a file of images)", idx_sets.fits, idx_sets.read),
    Reader(".npz", _called(".npz"), npz_source.read),
    Reader(".npy", _called(".npy"), npy.read),
    Reader("tables of paths (.csv, .jsonl)", path_table.is_path_table, path_table.read),
    Reader("CSV of pixels", _called(*csv_pixels.SUFFIXES), csv_pixels.read),
    Reader("Parquet of pictures", _called(".parquet"), parquet.read),
    Reader("a folder of Parquet", parquet.is_folder_of_shards, parquet.read),
    Reader("a folder of .npy", npy.is_folder_of_arrays, npy.read_folder),
    Reader("a folder with metadata.csv or .jsonl", path_table.has_metadata, path_table.read),
    Reader("a .zip or .tar of class folders", _called(*archive.SUFFIXES), archive.read),
    Reader("a folder of class folders", Path.is_dir, folder.read),
)


def read(
    path: Path, options: DataOptions, progress: DataProgress | None = None
) -> Contents | Listing:
    """What the file or folder at `path` holds.

    Raises:
        SourceError: there is none, or it is of no kind that is known, or damaged.
    """
    if not exists(path) and not idx_sets.is_prefix(path):
        names = [entry.name for entry in catalogue.CATALOGUE]
        raise SourceError(
            f"no source {str(path)!r}{nearest_names(str(path), names) or ';'} there is no such "
            f"file or folder, and imagette knows {', '.join(names)}"
        )
    reader = reader_of(path)
    if reader is not None:
        return reader.read(path, options, progress or DataProgress())
    kinds = ", ".join(reader.kind for reader in READERS)
    what = "a folder" if path.is_dir() else f"a {path.suffix or 'nameless'} file"
    raise SourceError(f"{path} is {what} that imagette cannot read as data; it reads {kinds}")


def reader_of(path: Path) -> Reader | None:
    """What reads the file or folder at `path`, if anything does."""
    return next((reader for reader in READERS if reader.fits(path)), None)
