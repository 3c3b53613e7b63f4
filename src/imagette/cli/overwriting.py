"""`imagette predict` overwrites nothing that it reads."""

import glob
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from imagette.data.left_out import is_picture
from imagette.errors import SettingsError


def require_no_overwriting(pictures: Sequence[str], csv: Path | None, explain: Path | None) -> None:
    """Refuse a table that is read, and a folder for strips in which pictures are.

    Raises:
        SettingsError: there is one.
    """
    if csv is not None:
        _require_another_table(pictures, csv)
    if explain is not None:
        _require_another_folder(pictures, explain)


def _require_another_table(pictures: Sequence[str], csv: Path) -> None:
    if not csv.is_file():
        return
    if any(path.samefile(csv) for path in _read(pictures) if path.is_file()):
        raise SettingsError(f"--csv {csv} is among the pictures: expected another file")


def _require_another_folder(pictures: Sequence[str], explain: Path) -> None:
    """Strips are written while pictures are read: one could take a picture's name, or be read."""
    if not explain.is_dir():
        if is_picture(explain.name):
            raise SettingsError(
                f"--explain {explain} is called like a picture, expected a folder: strips go into "
                f"it. Give {explain.with_suffix('')}"
            )
        return
    if any(folder.samefile(explain) for folder in map(Path, pictures) if _is_dir(folder)):
        raise SettingsError(f"--explain {explain} is among the pictures: expected another folder")
    strips = explain.resolve()
    for path in _read(pictures):
        # What a link names is read, and what lies in the folder may be a link.
        if strips in (path.parent.resolve(), path.resolve().parent):
            raise SettingsError(
                f"--explain {explain} holds {path}, one of the pictures: expected another folder, "
                f"as {explain / 'strips'}"
            )


def _read(pictures: Sequence[str]) -> Iterator[Path]:
    """The files that the arguments mean, but for those in folders, of which only the links."""
    for text in pictures:
        path = Path(text)
        with suppress(OSError):  # what cannot be looked at is told where it is read
            if path.is_dir():
                with os.scandir(path) as files:
                    links = [Path(file) for file in files if file.is_symlink()]
                yield from links
            elif path.is_file():
                yield path
            elif glob.has_magic(text):
                yield from map(Path, glob.iglob(text))  # noqa: PTH207 - it may be absolute


def _is_dir(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir()
    return False
