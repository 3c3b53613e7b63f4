"""A folder of pictures on disk: root/class/* or root/split/class/*, nothing decoded.

Links are followed, those to folders never into one that is read anyway.
"""

import hashlib
import heapq
import os
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.bounded import real_path
from imagette.data.class_tree import Found, listing
from imagette.data.contents import Listing, Pictures
from imagette.data.left_out import Kind, is_hidden, is_picture
from imagette.data.options import DataOptions
from imagette.data.progress import DataProgress
from imagette.errors import PictureError, SourceError
from imagette.images.decode import read_picture

_CHUNK = 10_000  # entries of a folder that are looked at together
_Place = tuple[str, str]  # a folder: its path on disk; relative to the root, with a slash or ""


def read(root: Path, options: DataOptions, progress: DataProgress | None = None) -> Listing:
    """The pictures in a folder of class folders.

    Raises:
        SourceError: no classes, one only, splits beside classes, or a folder that cannot be read.
    """
    found, states = _Scan(root).everything()
    order = sorted(range(len(found.paths)), key=found.paths.__getitem__)
    found.paths = [found.paths[n] for n in order]

    def pictures(positions: NDArray[np.int64]) -> Pictures:
        return read_all(root, (found.paths[n] for n in positions))

    return listing(str(root), found, pictures, identity(root, found.paths, states[order]), options)


def read_all(root: Path, paths: Iterator[str]) -> Pictures:
    """The bytes of each file, or why it cannot be read."""
    start = os.path.join(root, "")  # noqa: PTH118 - text: of many small files, paths take long
    for path in paths:
        try:
            yield read_picture(start + path)
        except PictureError as error:
            yield error


def state(found: os.stat_result) -> tuple[int, int, int]:
    """What changes when a file does: size and times; nobody can set the second time."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


MISSING = (-1, 0, 0)


def identity(root: Path, paths: list[str], states: NDArray[np.int64]) -> str:
    """A hash of the paths of files and of their states (n, 3)."""
    text = "\n".join((os.path.realpath(root), *paths))
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape"))
    digest.update(np.ascontiguousarray(states, "<i8").data)
    return digest.hexdigest()


class _Scan:
    """One pass over a folder and what is below it."""

    def __init__(self, root: Path):
        self._root = os.fspath(root)
        self._found, self._states = Found(), array("q")
        self._seen: set[tuple[int, int]] = set()
        self._links: list[_Place] = []

    def everything(self) -> tuple[Found, NDArray[np.int64]]:
        """Real folders first: a link to one of them must not take its place."""
        self._below((self._root, ""))
        root = real_path(self._root)
        while self._links:
            path, relative = heapq.heappop(self._links)
            if root.is_relative_to(real_path(path)):
                self._twice(relative)
            else:
                self._below((path, relative))
        return self._found, np.array(self._states, np.int64).reshape(-1, 3)

    def _twice(self, relative: str) -> None:
        name = relative.rstrip("/")
        self._found.folders.discard(name)
        self._found.left_out.add(Kind.TWICE, name)

    def _below(self, start: _Place) -> None:
        waiting = [start]
        while waiting:
            path, relative = waiting.pop()
            try:
                place = Path(path).stat()
                if (place.st_dev, place.st_ino) in self._seen:
                    self._twice(relative)
                    continue
                self._seen.add((place.st_dev, place.st_ino))
                with os.scandir(path) as entries:
                    waiting += self._take(entries, relative)
            except OSError as error:
                raise SourceError(
                    f"the folder {path} cannot be read: {error.strerror}. Give yourself the right "
                    "to read it, or move it out"
                ) from error

    def _take(self, entries: Iterator[os.DirEntry[str]], relative: str) -> list[_Place]:
        """Files are taken, hidden ones counted, links to folders kept for later."""
        deeper: list[_Place] = []
        while chunk := list(islice(entries, _CHUNK)):
            # Nearly all are plain pictures, of which nothing else needs to be asked.
            plain = [
                entry
                for entry in chunk
                if entry.is_file(follow_symlinks=False)
                and entry.name[0] != "."
                and is_picture(entry.name)
            ]
            self._take_pictures(plain, relative)
            if len(plain) < len(chunk):
                taken = set(plain)
                others = (entry for entry in chunk if entry not in taken)
                deeper += self._take_others(others, relative)
        return deeper

    def _take_pictures(self, entries: list[os.DirEntry[str]], relative: str) -> None:
        self._found.paths += [relative + entry.name for entry in entries]
        try:
            states = [state(found) for found in map(os.DirEntry.stat, entries)]
        except OSError:
            states = list(map(_state_of, entries))
        self._states.extend(chain.from_iterable(states))

    def _take_others(self, entries: Iterable[os.DirEntry[str]], relative: str) -> list[_Place]:
        found = self._found
        deeper: list[_Place] = []
        for entry in entries:
            name = entry.name
            if is_hidden(name):
                found.left_out.add(Kind.HIDDEN, relative + name)
            elif _is_folder(entry):
                if relative.count("/") < 2:
                    found.folders.add(relative + name)
                place = (entry.path, f"{relative}{name}/")
                if entry.is_symlink():
                    heapq.heappush(self._links, place)
                else:
                    deeper.append(place)
            elif is_picture(name):
                self._take_pictures([entry], relative)
            else:
                found.left_out.no_picture(name)
        return deeper


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _state_of(entry: os.DirEntry[str]) -> tuple[int, int, int]:
    try:
        return state(entry.stat())
    except OSError:  # a link to nowhere; it is reported when it is read
        return MISSING
