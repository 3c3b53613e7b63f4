"""A .zip or .tar of class folders, read where it lies: root/class/* or root/split/class/*."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.data.class_tree import Found, listing
from imagette.data.contents import Listing, Pictures
from imagette.data.formats import tar_archive, zip_archive
from imagette.data.formats.members import collect, without_leading_folder
from imagette.data.options import DataOptions
from imagette.data.origin import identity
from imagette.data.progress import DataProgress
from imagette.errors import SourceError

SUFFIXES = (
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz",
)  # fmt: skip


def read(path: Path, options: DataOptions, progress: DataProgress | None = None) -> Listing:
    """The pictures in an archive of class folders; nothing is unpacked onto disk.

    Raises:
        SourceError: damaged, encrypted, or beyond the limits; or its folders are no classes.
    """
    is_zip = path.suffix.lower() == ".zip"
    try:
        known = identity(path)
        source = zip_archive.members(path) if is_zip else tar_archive.members(path)
        found, places = collect(str(path), source)
        if is_zip or not tar_archive.is_packed(path):
            places = _sorted(found, places)
    except SourceError:
        raise
    except Exception as error:  # zipfile and tarfile fed with broken bytes may raise anything
        raise _damaged(path, error) from error
    names = found.paths
    notes = without_leading_folder(found) if names else ()

    def pictures(positions: NDArray[np.int64]) -> Pictures:
        chosen = [names[n] for n in positions]
        offsets, sizes = places[positions].T.tolist() if len(positions) else ([], [])
        try:
            if identity(path) != known:
                raise SourceError(f"{path} was altered since it was opened. Start again")
            if is_zip:
                yield from zip_archive.contents(path, offsets, chosen)
            else:
                yield from tar_archive.contents(path, offsets, sizes, chosen)
        except SourceError:
            raise
        except Exception as error:
            raise _damaged(path, error) from error

    return listing(str(path), found, pictures, known, options, notes)


def _sorted(found: Found, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """By path, as a folder is; what is packed as a whole stays in the archive's order."""
    order = sorted(range(len(found.paths)), key=found.paths.__getitem__)
    found.paths = [found.paths[n] for n in order]
    return places[order]


def _damaged(path: Path, error: Exception) -> SourceError:
    return SourceError(
        f"{path} cannot be read as an archive: truncated, altered or of another kind "
        f"({type(error).__name__}: {error}). Replace it by a good copy"
    )
