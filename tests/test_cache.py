"""What is kept comes back as it was, mapped; damage, rivals and full disks cost time only."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.data import cache
from imagette.data.cache import Allocate, key_of, mapped, stored_contents
from imagette.data.contents import Contents, Skipped, Split
from imagette.data.names import Names
from imagette.data.selection import Selection
from imagette.errors import SourceError

KEY = key_of("a folder", 28)


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the entries."""
    monkeypatch.setenv("IMAGETTE_CACHE", str(tmp_path))
    monkeypatch.delenv("IMAGETTE_CACHE_GB", raising=False)
    return tmp_path / "decoded"


def pixels(count: int = 6) -> NDArray[np.uint8]:
    return np.random.default_rng(count).integers(0, 256, (count, 4, 5, 3), np.uint8)


def in_memory(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.zeros(shape, np.uint8)


class Maker:
    """Makes contents in the array that it is given, and counts how often."""

    def __init__(self, images: NDArray[np.uint8], spare: int = 0, **changes: Any):
        self.images, self.spare, self.changes, self.calls = images, spare, changes, 0

    def __call__(self, allocate: Allocate) -> Contents:
        self.calls += 1
        count = len(self.images)
        allocate((1, 2, 3))  # a first guess that turns out to be wrong
        array = allocate((count + self.spare, *self.images.shape[1:]))
        assert not array.any()
        array[:count] = self.images
        names = Names([f"ä/{n}\udcff.png" for n in range(count)])
        values: dict[str, Any] = {
            "images": array[:count] if self.spare else array,
            "labels": np.arange(count) % 3 - 1,
            "class_names": ("ü", "b"),
            "names": names,
            "splits": np.full(count, Split.TEST, np.int8),
        }
        return Contents(**values | self.changes)


def assert_equal(received: Contents, expected: Contents) -> None:
    for field in fields(Contents):
        one, other = getattr(received, field.name), getattr(expected, field.name)
        if isinstance(other, np.ndarray):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
        elif isinstance(other, Names):
            assert list(one) == list(other)
        else:
            assert one == other


FULL: dict[str, Any] = {
    "groups": np.arange(6)[::-1].copy(),
    "mirror": True,
    "notes": ("a note", "another"),
    "skipped": (Skipped("c/d.png", "truncated"),),
}


@pytest.mark.parametrize("spare", [0, 3])
@pytest.mark.parametrize("changes", [{}, FULL, {"names": Names(blocks={"train": 4, "test": 2})}])
def test_all_comes_back_as_it_was_made_once(changes: dict[str, Any], spare: int) -> None:
    make = Maker(pixels(), spare, **changes)
    first, again = stored_contents(KEY, make), stored_contents(KEY, make)
    assert make.calls == 1
    expected = Maker(pixels(), **changes)(in_memory)
    for contents in (first, again):
        assert_equal(contents, expected)
        assert isinstance(contents.images, np.memmap)
    assert isinstance(again.select(np.array([2, 0])).images, Selection)


def test_the_size_of_the_file_is_that_of_the_images(place: Path) -> None:
    stored_contents(KEY, Maker(pixels(), spare=1000))
    assert (place / KEY / "images.u8").stat().st_size == pixels().size


def test_images_from_elsewhere_are_copied_into_the_file() -> None:
    backwards = Maker(pixels())
    for images in (pixels(), pixels()[::-1], Selection(pixels(), np.array([3, 1, 0, 0, 5, 2]))):
        made = backwards(in_memory)
        key = key_of(repr(images))
        object.__setattr__(made, "images", images)
        contents = stored_contents(key, lambda allocate, made=made: made)  # type: ignore[misc]
        np.testing.assert_array_equal(contents.images, np.asarray(images))
        assert isinstance(contents.images, np.memmap)


def test_what_is_written_to_the_images_changes_no_file() -> None:
    make = Maker(pixels())
    for _ in range(2):
        images = stored_contents(KEY, make).images
        assert images.flags.writeable
        images[:] = 7
    np.testing.assert_array_equal(stored_contents(KEY, make).images, pixels())


def test_no_images_are_kept_too() -> None:
    make = Maker(np.zeros((0, 4, 5, 3), np.uint8))
    for _ in range(2):
        assert stored_contents(KEY, make).images.shape == (0, 4, 5, 3)
    assert make.calls == 1


def test_a_single_array_is_filled_once() -> None:
    filled = []

    def fill(array: NDArray[np.uint8]) -> None:
        array[:] = pixels()
        filled.append(1)

    for _ in range(2):
        array = mapped(KEY, (6, 4, 5, 3), fill)
        assert isinstance(array, np.memmap)
        np.testing.assert_array_equal(array, pixels())
    assert filled == [1]


def test_keys_differ_where_anything_does(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {key_of(*parts) for parts in (("a", 1), ("a", "1"), ("a1",), ("a", None), (["a", 1],))}
    assert len(keys) == 5
    assert key_of("a\udcff") == key_of("a\udcff") != key_of("a\udcfe")
    before = key_of("a")
    monkeypatch.setattr(cache, "FORMAT", cache.FORMAT + 1)
    assert key_of("a") != before


def shorten(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def overwrite(path: Path) -> None:
    path.write_bytes(b"\xff\xfe rubbish")


def replaced(**values: Any) -> Any:
    def change(path: Path) -> None:
        index = json.loads(path.read_bytes())
        path.write_text(json.dumps(index | values))

    return change


DAMAGES = [
    *((name, Path.unlink) for name in ("images.u8", "index.json", "labels.npy", "groups.npy")),
    *((name, shorten) for name in ("images.u8", "index.json", "labels.npy", "splits.npy")),
    *((name, overwrite) for name in ("index.json", "labels.npy")),
    ("labels.npy", lambda path: np.save(path, np.arange(5))),
    ("labels.npy", lambda path: np.save(path, np.arange(6))),
    ("labels.npy", lambda path: np.save(path, np.arange(6).astype(object))),
    ("splits.npy", lambda path: np.save(path, np.full(6, 9, np.int8))),
    ("index.json", replaced(shape=[10**9, 10**9, 10**9, 1])),
    ("index.json", replaced(shape=7)),
    ("index.json", replaced(names=["one"])),
    ("index.json", replaced(skipped=[["a"]])),
    ("index.json", lambda path: path.write_text("[]")),
]


@pytest.mark.parametrize(("name", "damage"), DAMAGES)
def test_a_damaged_entry_is_made_anew(place: Path, name: str, damage: Any) -> None:
    make = Maker(pixels(), **FULL)
    stored_contents(KEY, make)
    damage(place / KEY / name)
    assert_equal(stored_contents(KEY, make), Maker(pixels(), **FULL)(in_memory))
    stored_contents(KEY, make)
    assert make.calls == 2
    assert [path.name for path in place.iterdir()] == [KEY]


def test_an_error_or_an_interruption_leaves_nothing(place: Path) -> None:
    for error in (SourceError("damaged"), KeyboardInterrupt()):

        def fail(allocate: Allocate, error: BaseException = error) -> Contents:
            allocate((5, 5))[:] = 1
            raise error

        with pytest.raises(type(error)):
            stored_contents(KEY, fail)
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_never_taken(place: Path) -> None:
    script = (
        "import os; from imagette.data.cache import stored_contents\n"
        "def make(allocate):\n    allocate((9, 9))[:] = 1\n    os._exit(9)\n"
        f"stored_contents({KEY!r}, make)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert len(list(place.iterdir())) == 1
    make = Maker(pixels())
    stored_contents(KEY, make)
    assert make.calls == 1
    assert [path.name for path in place.iterdir()] == [KEY]


def test_of_two_writers_at_once_the_first_stays(place: Path) -> None:
    slow, fast = Maker(pixels()), Maker(pixels())
    made: list[Contents] = []

    def make(allocate: Allocate) -> Contents:
        contents = slow(allocate)
        made.append(stored_contents(KEY, fast))
        return contents

    made.append(stored_contents(KEY, make))
    assert slow.calls == fast.calls == 1
    for contents in made:
        np.testing.assert_array_equal(contents.images, pixels())
    assert [path.name for path in place.iterdir()] == [KEY]


def test_the_least_recently_used_go_first_and_their_maps_stay(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGETTE_CACHE_GB", str(4000e-9))  # an entry has some 1,000 bytes
    first = stored_contents("a", Maker(pixels()))
    size = sum(path.stat().st_size for path in (place / "a").iterdir())
    monkeypatch.setenv("IMAGETTE_CACHE_GB", str(2.5 * size / 1e9))
    stored_contents("b", Maker(pixels()))
    for age, name in ((50, "a"), (100, "b")):
        os.utime(place / name, (1e9 - age, 1e9 - age))
    stored_contents("a", Maker(pixels()))  # used just now
    stored_contents("c", Maker(pixels()))
    assert sorted(path.name for path in place.iterdir()) == ["a", "c"]
    monkeypatch.setenv("IMAGETTE_CACHE_GB", "0")
    last = stored_contents("d", Maker(pixels()))
    assert [path.name for path in place.iterdir()] == ["d"]  # the new one stays in any case
    np.testing.assert_array_equal(first.images, pixels())
    np.testing.assert_array_equal(last.images, pixels())


def test_a_limit_that_is_no_number_is_the_usual_one(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGETTE_CACHE_GB", "much")
    for key in ("a", "b"):
        stored_contents(key, Maker(pixels()))
    assert len(list(place.iterdir())) == 2


def no_room(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_where_nothing_can_be_written_images_stay_in_memory(
    place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("IMAGETTE_CACHE", str(tmp_path / "file/cache"))
    make = Maker(pixels())
    for _ in range(2):
        contents = stored_contents(KEY, make)
        np.testing.assert_array_equal(contents.images, pixels())
        assert contents.notes == (
            f"decoded images cannot be kept in {tmp_path}/file/cache/decoded (Not a directory): "
            "they will be decoded again the next time",
        )
    assert make.calls == 2


@pytest.mark.parametrize("where", ["_reserve", "write_entry"])
def test_a_full_disk_costs_the_cache_and_nothing_else(
    place: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(cache, where, no_room)
    contents = stored_contents(KEY, Maker(pixels()))
    np.testing.assert_array_equal(contents.images, pixels())
    assert "(No space left on device)" in contents.notes[0]
    assert list(place.iterdir()) == []


def test_images_that_neither_disk_nor_memory_hold_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cache, "_reserve", no_room)
    monkeypatch.setattr(cache, "_memory", lambda: 4 * pixels().size - 1)
    message = r"take 0\.0 GB, and decoded images cannot be kept in .*No space.* IMAGETTE_CACHE$"
    with pytest.raises(SourceError, match=message):
        stored_contents(KEY, Maker(pixels()))


def test_room_is_reserved_before_it_is_mapped(tmp_path: Path) -> None:
    for size in (0, 1, 3 * 2**20 + 5):
        cache._reserve(tmp_path / "file", size)
        found = (tmp_path / "file").stat()
        assert found.st_size == size
        assert found.st_blocks * 512 >= size


def test_where_the_system_reserves_nothing_zeros_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    test_room_is_reserved_before_it_is_mapped(tmp_path)
