"""`imagette predict` overwrites nothing that it reads."""

import glob
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from imagette.bounded import is_file, is_folder, real_path
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
    if not is_file(csv):
        return
    if any(path.samefile(csv) for path in _read(pictures) if is_file(path)):
        raise SettingsError(f"--csv {csv} is among the pictures: expected another file")


def _require_another_folder(pictures: Sequence[str], explain: Path) -> None:
    """Strips are written while pictures are read: one could take a picture's name, or be read."""
    if not is_folder(explain):
        if is_picture(explain.name):
            raise SettingsError(
                f"--explain {explain} is called like a picture, expected a folder: strips go into "
                f"it. Give {explain.with_suffix('')}"
            )
        return
    if any(folder.samefile(explain) for folder in map(Path, pictures) if is_folder(folder)):
        raise SettingsError(f"--explain {explain} is among the pictures: expected another folder")
    strips = real_path(explain)
    for path in _read(pictures):
        # What a link names is read, and what lies in the folder may be a link.
        if strips in (real_path(path.parent), real_path(path).parent):
            raise SettingsError(
                f"--explain {explain} holds {path}, one of the pictures: expected another folder, "
                f"as {explain / 'strips'}"
            )


def _read(pictures: Sequence[str]) -> Iterator[Path]:
    """The files that the arguments mean, but for those in folders, of which only the links."""
    for text in pictures:
        path = Path(text)
        if is_folder(path):
            with suppress(OSError), os.scandir(path) as files:  # told where it is read
                yield from [Path(file) for file in files if file.is_symlink()]
        elif is_file(path):
            yield path
        elif glob.has_magic(text):
            yield from map(Path, glob.iglob(text))  # noqa: PTH207 - it may be absolute
