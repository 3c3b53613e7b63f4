"""Decoded images kept in files: a source is decoded once, and may be larger than memory.

An entry is a folder in the user's cache, named by a hash of what it was made from. It is
written aside and renamed, so it is whole or not there; several processes may write the same
one. What is damaged is made anew, and nothing here is ever needed: where nothing can be
written, images stay in memory. Of the pixels only the number is verified.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.data.cache_entry import DAMAGES, IMAGES, read_entry, write_entry
from imagette.data.contents import Contents, Split
from imagette.data.locate import own_cache
from imagette.data.names import Names
from imagette.errors import SourceError
from imagette.stale import Lock, partial_name, remove_stale

FORMAT = 2  # also of what decoding gives: what was kept before is decoded anew
LIMIT_GB = 20.0  # of all entries together, if $IMAGETTE_CACHE_GB does not say otherwise
_MEMORY_SHARE = 0.25  # of the machine's memory that images may take where nothing can be written

# Gives an array of zeros to be filled, in place of one that it gave before.
Allocate = Callable[[tuple[int, ...]], NDArray[np.uint8]]


def in_memory(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """An array of zeros that is kept nowhere: an `Allocate` for what is small."""
    return np.zeros(shape, np.uint8)


def key_of(*parts: object) -> str:
    """The name of an entry that was made from `parts`: texts, numbers, None, lists of them."""
    text = json.dumps([FORMAT, *parts])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def stored_contents(key: str, make: Callable[[Allocate], Contents]) -> Contents:
    """The contents of the entry `key`, which `make` makes if it is not there.

    `make` gets a function that gives it an array for its images, mapped from a file, and
    gives back contents with that array, or with the first images of it. Images in another
    array are copied into the file.

    Raises:
        SourceError: nothing can be written, and memory does not hold the images.
    """
    place = _folder() / key
    contents = _kept(place)
    if contents is None:
        with _Draft(place) as draft:
            contents = draft.finished(make(draft.allocate))
    return contents


def mapped(
    key: str, shape: tuple[int, ...], fill: Callable[[NDArray[np.uint8]], None]
) -> NDArray[np.uint8]:
    """An array that is mapped from the entry `key`, and filled by `fill` if it is not there.

    Raises:
        SourceError: nothing can be written, and memory does not hold the array.
    """

    def make(allocate: Allocate) -> Contents:
        array = allocate(shape)
        fill(array)
        count = len(array)
        labels, splits = np.zeros(count, np.int64), np.full(count, Split.ANY, np.int8)
        return Contents(array, labels, ("",), Names(blocks={"image": count}), splits)

    return stored_contents(key, make).images


def _folder() -> Path:
    return own_cache() / "decoded"


def _kept(place: Path) -> Contents | None:
    """The entry at `place`, if it is there; a damaged one is removed."""
    try:
        contents = read_entry(place)
    except FileNotFoundError:
        if place.is_dir():
            _remove(place)
        return None
    except DAMAGES:
        _remove(place)
        return None
    with suppress(OSError):  # a cache that others share may not be ours to write to
        os.utime(place)  # the time of its last use
    return contents


class _Draft:
    """An entry in the making: a hidden folder; or memory, where none can be written."""

    def __init__(self, place: Path):
        self._place = place
        self._folder: Path | None = place.with_name(partial_name(place.name))
        self._lock: Lock | None = None
        self._array: NDArray[np.uint8] | None = None
        self._problem = ""

    def __enter__(self) -> "_Draft":
        assert self._folder is not None
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            remove_stale(self._folder.parent)
            self._folder.mkdir()
            self._lock = Lock(self._folder)
            self._lock.take()
        except OSError as error:
            self._give_up(error)
        return self

    def __exit__(self, *_: object) -> None:
        self._remove()

    def allocate(self, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        """An array of zeros, mapped from a file for which there is room."""
        self._array = None
        if self._folder is not None:
            path = self._folder / IMAGES
            try:
                path.unlink(missing_ok=True)
                _reserve(path, int(np.prod(shape, dtype=np.int64)))
                if 0 not in shape:  # of nothing there is no map
                    self._array = np.memmap(path, np.uint8, "r+", shape=shape)
            except OSError as error:
                self._give_up(error)
        if self._array is None:
            self._array = self._in_memory(shape)
        return self._array

    def finished(self, contents: Contents) -> Contents:
        """The contents, mapped from the entry under its name if it could be written."""
        if not self._begins_with(contents.images):
            array = self.allocate(contents.images.shape)
            array[:] = contents.images
            contents = replace(contents, images=array)
        if self._folder is None:
            return replace(contents, notes=(*contents.notes, self._problem))
        try:
            if isinstance(self._array, np.memmap):
                self._array.flush()
            write_entry(self._folder, contents)
            return self._named() or contents
        except OSError as error:
            self._give_up(error)  # the file is gone, and its map stays as long as it is used
            return replace(contents, notes=(*contents.notes, self._problem))

    def _begins_with(self, images: object) -> bool:
        """Whether `images` are the array that was given, or the first of it."""
        if not isinstance(images, np.ndarray) or self._array is None:
            return False
        same = images.ctypes.data == self._array.ctypes.data
        return same and images.flags.c_contiguous and len(images) <= len(self._array)

    def _named(self) -> Contents | None:
        """The entry under its name: this one, or that of a process that was faster."""
        assert self._folder is not None
        try:
            self._folder.rename(self._place)
        except OSError:
            return _kept(self._place)
        _remove_least_recent(self._place)
        return _kept(self._place)

    def _in_memory(self, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        size, limit = int(np.prod(shape, dtype=np.int64)), _MEMORY_SHARE * _memory()
        if size > limit:
            raise SourceError(
                f"the images take {size / 1e9:.1f} GB, and {self._problem}. Make room, or name "
                "another folder by the environment variable IMAGETTE_CACHE"
            )
        return in_memory(shape)

    def _give_up(self, error: OSError) -> None:
        self._remove()
        self._folder = None
        self._problem = (
            f"decoded images cannot be kept in {self._place.parent} ({error.strerror}): "
            "they will be decoded again the next time"
        )

    def _remove(self) -> None:
        if self._lock:
            self._lock.release()
            self._lock = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _reserve(path: Path, size: int) -> None:
    """Make a file of zeros that has its room on the disk: a map of one that has not ends in SIGBUS.

    Raises:
        OSError: there is no room.
    """
    with path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            if size:
                os.posix_fallocate(file.fileno(), 0, size)
            return
        zeros = bytes(min(size, 2**20))
        for start in range(0, size, 2**20):
            file.write(zeros[: size - start])


def _memory() -> int:
    """Bytes of memory that the machine has."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return 8 * 2**30


def _remove_least_recent(kept: Path) -> None:
    """Remove entries, those not used for longest first, until the rest are within the limit."""
    try:
        limit = float(os.environ.get("IMAGETTE_CACHE_GB", LIMIT_GB)) * 1e9
    except ValueError:
        limit = LIMIT_GB * 1e9
    with suppress(OSError):
        entries = [path for path in kept.parent.iterdir() if not path.name.startswith(".")]
        used = {path: (path.stat().st_mtime, _size(path)) for path in entries}
        total = sum(size for _, size in used.values())
        for path in sorted(used, key=lambda path: used[path][0]):
            if total > limit and path != kept:
                _remove(path)
                total -= used[path][1]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _remove(place: Path) -> None:
    """Remove an entry at once, so that nobody reads half of it; maps of its file stay valid."""
    aside = place.with_name(partial_name(place.name))
    with suppress(OSError):
        place.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
