"""Gathers the pictures that people name: files, folders, patterns, addresses, stdin."""

import functools
import glob
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.bounded import exists, is_folder
from imagette.errors import PictureError
from imagette.images import foreign
from imagette.images.decode import MAXIMUM_BYTES, SUFFIXES, decode, decode_bytes, require_bytes

STDIN = "-"

# A picture's name, and what gives it, uint8 (height, width, 1 or 3), in this process or another.
Named = tuple[str, Callable[[], NDArray[np.uint8]]]

_NAMED_FOLDERS = 3  # that are named, at most, in the message on a folder that holds only folders


def gather(text: str) -> Iterator[Named]:
    """The pictures that `text` means; each is read only when asked for, but stdin at once.

    `text` is a web address, "-" for the bytes on stdin, a file, a folder (its pictures, not those
    in folders within), or a pattern of names ("scans/*.png").

    Raises:
        PictureError: the folder has no pictures, no file fits the pattern, or the address is
            neither http nor https.
    """
    path = Path(text)
    if "://" in text:
        from imagette.images.fetch import is_address, shown  # imports all that speaks HTTP

        if is_address(text):
            yield shown(text), functools.partial(_from_web, text)
            return
        if not path.exists():
            raise PictureError(
                f"{text} is no http or https address: nothing else is fetched. Give a file"
            )
    if text == STDIN:
        try:
            content = sys.stdin.buffer.read(MAXIMUM_BYTES + 1)  # once: a second read gives nothing
        except OSError as error:
            raise PictureError(
                f"stdin cannot be read: {error.strerror}. Send a picture to it, as by < photo.jpg"
            ) from error
        yield "stdin", functools.partial(_from_stdin, content)
    else:
        yield from map(_named, files_meant(text))


def files_meant(text: str) -> list[Path]:
    """The file, the pictures in the folder, or the files that fit the pattern, sorted by name.

    They include what cannot be read, as links that lead nowhere, so that each is told.

    Raises:
        PictureError: the folder has no pictures, or no file fits the pattern.
    """
    path = Path(text)
    if is_folder(path):
        return _in_folder(path)
    if not glob.has_magic(text) or exists(path):
        return [path]
    fitting = map(Path, glob.glob(text))  # noqa: PTH207 - a pattern may be absolute
    files = sorted(file for file in fitting if not is_folder(file))
    if not files:
        raise PictureError(f"no file fits the pattern {text}. Check its folder and its suffix")
    return files


def _named(file: Path) -> Named:
    return str(file), functools.partial(decode, file)


def _from_web(address: str) -> NDArray[np.uint8]:
    from imagette.images.fetch import fetch

    return decode_bytes(fetch(address), address, "Give another address")


def _from_stdin(content: bytes) -> NDArray[np.uint8]:
    require_bytes("stdin", len(content))
    return decode_bytes(content, "stdin", "Send a picture: imagette predict RUN - < PICTURE")


def _in_folder(folder: Path) -> list[Path]:
    """The pictures in a folder, sorted by name; not those in its folders.

    They include files of kinds that are not read; hidden files are left out.
    """
    try:
        entries = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise PictureError(f"{folder} cannot be read: {error.strerror}") from error
    suffixes = (*SUFFIXES, *foreign.SUFFIXES)
    files = [p for p in entries if p.suffix.lower() in suffixes and not is_folder(p)]
    if files:
        return files
    if entries and all(map(is_folder, entries)):
        named = ", ".join(p.name for p in entries[:_NAMED_FOLDERS])
        more = ", ..." if len(entries) > _NAMED_FOLDERS else ""
        raise PictureError(
            f"the folder {folder} holds only folders ({named}{more}), and those are not "
            "searched. Name them"
        )
    raise PictureError(
        f"the folder {folder} holds no pictures, expected files named {', '.join(SUFFIXES)}"
    )
