"""A large CSV of pixels is read once, in bounded memory, and then mapped from the cache."""

import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from imagette.data.contents import Contents
from imagette.data.formats import csv_pixels, csv_rows
from imagette.data.formats.csv_layout import CsvLayout, detect
from imagette.data.options import DataOptions
from imagette.data.progress import DataProgress
from imagette.errors import SourceError
from tests.test_csv_pixels import FLAT, HEADER, IMAGES, KAGGLE, LABELS, pictures, text


@pytest.fixture(autouse=True)
def everything_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMAGETTE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(csv_pixels, "_KEPT", 0)


def read(path: Path, **options: Any) -> Contents:
    return csv_pixels.read(path, DataOptions(**options))


def in_memory(path: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Contents:
    with monkeypatch.context() as patched:
        patched.setattr(csv_pixels, "_KEPT", 2**40)
        return read(path, **options)


WRITERS = np.array([f"w{n // 6}" for n in range(60)])
USAGE = np.array(["train", "val", "test"])[np.arange(60) // 20]
ONE_HOT = np.eye(4, dtype=int)[LABELS]
COLOURED = pictures(channels=3)


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (KAGGLE, {}),
        (KAGGLE.replace("\n", "\n\n", 30), {}),
        (text([LABELS, FLAT / 255], HEADER), {}),
        (text([FLAT * 1.0, ONE_HOT]), {}),
        (text([FLAT]), {}),
        (text([LABELS, COLOURED.transpose(0, 3, 1, 2)]), {}),
        (text([WRITERS, LABELS, FLAT, USAGE], ["w", *HEADER, "usage"]), {"groups": "w"}),
    ],
)
def test_what_is_kept_is_what_was_read(
    content: str, options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    expected = in_memory(path, monkeypatch, **options)
    first = read(path, **options)
    monkeypatch.setattr(csv_pixels, "all_rows", None)  # may not be called again
    for contents in (first, read(path, **options)):
        assert isinstance(contents.images, np.memmap)
        np.testing.assert_array_equal(contents.images, expected.images)
        np.testing.assert_array_equal(contents.labels, expected.labels)
        np.testing.assert_array_equal(contents.splits, expected.splits)
        assert list(contents.names) == list(expected.names)
        assert contents.class_names == expected.class_names
        assert contents.notes == expected.notes
        assert (contents.groups is None) == (expected.groups is None)
        if contents.groups is not None:
            np.testing.assert_array_equal(contents.groups, expected.groups)


def test_what_is_read_once_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(KAGGLE)
    contents = csv_pixels.read_once(path)
    assert not isinstance(contents.images, np.memmap)
    np.testing.assert_array_equal(contents.images, IMAGES)
    assert not (tmp_path / "cache").exists()


def test_a_file_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(KAGGLE)
    assert len(read(path)) == 60
    path.write_text("\n".join(KAGGLE.splitlines()[:31]))
    assert len(read(path)) == 30


def test_a_fraction_far_below_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 700)
    monkeypatch.setattr(
        csv_pixels, "detect", lambda path, groups: _without_floats(detect(path, groups))
    )
    path = tmp_path / "a.csv"
    rows = FLAT.astype(object)
    rows[50, 3] = 17.25
    path.write_text(text([LABELS, rows], HEADER))
    expected = IMAGES.reshape(60, -1).copy()
    expected[50, 3] = 17
    np.testing.assert_array_equal(np.asarray(read(path).images).reshape(60, -1), expected)


def _without_floats(layout: CsvLayout) -> CsvLayout:
    return replace(layout, floats=False)


def test_what_is_wrong_is_told_and_nothing_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(KAGGLE + "1" + ",300" * 25 + "\n")
    for _ in range(2):
        with pytest.raises(SourceError, match="line 62, column 2 has the pixel 300, expected 0"):
            read(path)
    assert not any((tmp_path / "cache" / "decoded").iterdir())


def test_empty_lines_take_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, ...]] = []

    def allocate(shape: tuple[int, ...]) -> NDArray[np.uint8]:
        asked.append(shape)
        return np.zeros(shape, np.uint8)

    path = tmp_path / "a.csv"
    path.write_text(KAGGLE + "\n" * 100_000)
    csv_rows.all_rows(path, detect(path), allocate, DataProgress())
    assert asked[0][0] < 3000


class Recorder(DataProgress):
    def __init__(self) -> None:
        self.steps: list[tuple[str, int]] = []
        self.done: list[int] = []
        self.ended = 0

    def started(self, what: str, total: int) -> None:
        self.steps.append((what, total))

    def advanced(self, done: int) -> None:
        self.done.append(done)

    def finished(self) -> None:
        self.ended += 1


def test_reading_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 1000)
    path = tmp_path / "a.csv"
    path.write_text(KAGGLE)
    recorder = Recorder()
    csv_pixels.read(path, DataOptions(), recorder)
    assert recorder.steps == [("reading", 60)]
    assert recorder.done == sorted(recorder.done)
    assert recorder.done[-1] == 60
    assert len(recorder.done) > 3
    assert recorder.ended == 1


@pytest.mark.parametrize("scale", [1, 255])
def test_memory_does_not_grow_with_the_file(
    scale: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more than two blocks live at a time: as arrays, and as pyarrow's tables."""
    monkeypatch.setattr(csv_rows, "_BLOCK", 2**14)
    path = tmp_path / "a.csv"
    path.write_text(text([LABELS, FLAT // scale if scale == 1 else FLAT / scale]) * 50)
    references: list[weakref.ref[Any]] = []
    most, arrow = [0], [0]
    rows_of = csv_rows._rows

    def watched(*args: Any) -> csv_rows.Rows:
        rows = rows_of(*args)
        references.append(weakref.ref(rows.pixels))
        most.append(sum(pixels() is not None for pixels in references))
        arrow.append(pa.total_allocated_bytes())
        return rows

    monkeypatch.setattr(csv_rows, "_rows", watched)
    contents = read(path)
    assert isinstance(contents.images, np.memmap)
    assert len(contents) == 3000
    assert len(most) > 15
    assert max(most) <= 2
    assert max(arrow) - min(arrow) < 2**20
