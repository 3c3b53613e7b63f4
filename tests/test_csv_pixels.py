"""CSV of pixels: however it is written the images come back, what was detected is said, and
what is wrong is told with its line.
"""

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.formats import csv_layout, csv_pixels, csv_rows
from imagette.data.options import DataOptions
from imagette.data.sources import open_source
from imagette.errors import DatasetError, ImagetteError, SourceError
from tests.test_idx import altered

SIDE = 5
LABELS = np.arange(60) % 4


def pictures(count: int = 60, channels: int = 1) -> NDArray[np.uint8]:
    """Smooth images, as such that mean something are: neighbours are alike."""
    random = np.random.default_rng(count)
    steps = random.integers(0, 9, (count, SIDE, SIDE, channels)).cumsum(1).cumsum(2)
    offset = random.integers(0, 50, (count, 1, 1, 1)) + 60 * np.arange(channels)
    images: NDArray[np.uint8] = np.minimum(steps + offset, 255).astype(np.uint8)
    return images


IMAGES = pictures()
FLAT = IMAGES.reshape(60, -1)
HEADER = ["label", *(f"pixel{n}" for n in range(SIDE * SIDE))]


def text(columns: Sequence[Any], header: Sequence[str] | None = None, separator: str = ",") -> str:
    """Columns (n,) or (n, k) side by side as CSV."""
    blocks = [np.asarray(column).reshape(60, -1).tolist() for column in columns]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    writer.writerows([header] if header else [])
    writer.writerows([value for row in rows for value in row] for rows in zip(*blocks, strict=True))
    return file.getvalue()


def read(path: Path, content: str | bytes, **options: Any) -> Contents:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return csv_pixels.read(path, DataOptions(**options))


KAGGLE = text([LABELS, FLAT], HEADER)
NO_HEADER = text([LABELS, FLAT])
ONE_HOT = np.eye(4, dtype=int)[LABELS]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (KAGGLE, "the label in the first column ('label'), a header, 25 pixels an image: 5x5, g"),
        (NO_HEADER, "the label in the first column, no header, 25 pixels"),
        (text([FLAT, LABELS]), "the label in the last column, no header"),
        (text([FLAT, LABELS], [*HEADER[1:], "class"]), r"the last column ('class'), a header"),
        (text([FLAT, LABELS], [*HEADER[1:], "what"]), r"the last column ('what'), a header"),
        (text([FLAT, ONE_HOT]), "one-hot labels in the last 4 columns, no header"),
        (text([FLAT, ONE_HOT], list(map(str, range(29)))), "in the last 4 columns, a header"),
        (text([ONE_HOT, FLAT]), "one-hot labels in the first 4 columns, no header"),
        (text([ONE_HOT * 1.0, FLAT * 1.0]), "one-hot labels in the first 4 columns, no header"),
        (text([LABELS * 1.0, FLAT]), "the label in the first column, no header"),
        (text([LABELS, FLAT], HEADER, ";"), "a header, separated by semicolons"),
        (text([LABELS, FLAT], None, "\t"), "no header, separated by tabs"),
        (text([LABELS, FLAT], list(map(str, range(26)))), "first column ('0'), a header"),
        (text([LABELS, FLAT], ["0", *(f"0.{n}" for n in range(1, 26))]), "('0'), a header"),
        (text([np.arange(60), LABELS, FLAT], ["", *HEADER]), "column 2 ('label'), a header, colu"),
        (KAGGLE.replace("\n", "\r\n"), "a header"),
        (KAGGLE.replace("\n", "\r"), "a header"),
        (NO_HEADER.replace("\n", "\n\n"), "no header"),
        (KAGGLE.rstrip("\n"), "a header"),
        ("\ufeff" + KAGGLE, "the first column ('label'), a header"),
        ("\ufeff" + NO_HEADER, "no header"),
        (gzip.compress(KAGGLE.encode(), mtime=0), "a header"),
        (KAGGLE.replace(",", '","').replace("\n", '"\n"')[:-1].join('""')[:-1], "a header"),
        (KAGGLE.replace(",", ", "), "a header"),
    ],
)
def test_however_it_is_written_the_images_come_back(
    content: str | bytes, note: str, tmp_path: Path
) -> None:
    contents = read(tmp_path / "a.csv", content)
    np.testing.assert_array_equal(contents.images, IMAGES)
    np.testing.assert_array_equal(contents.labels, LABELS)
    assert contents.class_names == ("0", "1", "2", "3")
    assert note in contents.notes[0]
    assert set(contents.splits.tolist()) == {Split.ANY}


def test_an_unused_column_is_named(tmp_path: Path) -> None:
    contents = read(tmp_path / "a.csv", text([np.arange(60), LABELS, FLAT], ["id", *HEADER]))
    assert "column 'id' is not used" in contents.notes[0]


def test_labels_may_be_texts_at_either_end(tmp_path: Path) -> None:
    names = np.array(["ä", "cat", "a dog", "7"])[LABELS]
    for content in (text([names, FLAT]), text([FLAT, names]), text([names, FLAT], HEADER)):
        contents = read(tmp_path / "a.csv", content)
        assert contents.class_names == ("7", "a dog", "cat", "ä")
        assert [contents.class_names[label] for label in contents.labels] == names.tolist()
        np.testing.assert_array_equal(contents.images, IMAGES)


def test_a_text_that_would_fill_memory_is_refused(tmp_path: Path) -> None:
    names = np.array(["a", "b", "c", "d"])[LABELS].astype("U2000")
    names[41] = "ä" * 501
    message = r"a.csv, line 43, column 1: has a text of 1,002 bytes|line 43, column 1 has a text"
    with pytest.raises(SourceError, match=message):
        read(tmp_path / "a.csv", text([names, FLAT], HEADER))
    names[41] = "ä" * 500
    assert "ä" * 500 in read(tmp_path / "a.csv", text([names, FLAT], HEADER)).class_names


def test_one_hot_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    header = [*HEADER[1:], "label_cat", "class_cat", "label_cow", "label_10"]
    with pytest.raises(DatasetError, match="2 classes are called 'cat'"):
        read(tmp_path / "a.csv", text([FLAT, ONE_HOT], header))


def test_classes_of_one_hot_columns_have_the_names_of_the_header(tmp_path: Path) -> None:
    header = [*HEADER[1:], "label_cat", "label_dog", "label_cow", "label_10"]
    contents = read(tmp_path / "a.csv", text([FLAT, ONE_HOT], header))
    assert contents.class_names == ("cat", "dog", "cow", "10")
    np.testing.assert_array_equal(contents.labels, LABELS)


def test_without_labels_there_are_none_and_training_says_so(tmp_path: Path) -> None:
    for header in (HEADER[1:], None):
        contents = read(tmp_path / "test.csv", text([FLAT], header))
        assert set(contents.labels.tolist()) == {NO_LABEL}
        assert contents.notes[0].startswith("no labels, ")
        np.testing.assert_array_equal(contents.images, IMAGES)
    with pytest.raises(DatasetError, match="60 of 60 images have no label, the first is line 1"):
        open_source(tmp_path / "test.csv")


def test_colours_are_told_by_the_smoother_order(tmp_path: Path) -> None:
    coloured = pictures(channels=3)
    together = read(tmp_path / "a.csv", text([LABELS, coloured]))
    apart = read(tmp_path / "b.csv", text([LABELS, coloured.transpose(0, 3, 1, 2)]))
    np.testing.assert_array_equal(together.images, coloured)
    np.testing.assert_array_equal(apart.images, coloured)
    assert "5x5 in colour, red, green and blue of a pixel side by side" in together.notes[0]
    assert "5x5 in colour, all red first, then green, then blue" in apart.notes[0]


def test_floats_are_scaled_and_it_is_said(tmp_path: Path) -> None:
    contents = read(tmp_path / "a.csv", text([LABELS, FLAT / 255]))
    np.testing.assert_array_equal(contents.images, IMAGES)
    low, high = FLAT.min() / 255, FLAT.max() / 255
    assert contents.notes[-1] == f"images are float32 from {low:g} to {high:g}: multiplied by 255"
    contents = read(tmp_path / "a.csv", text([LABELS, FLAT * 1.0]))
    np.testing.assert_array_equal(contents.images, IMAGES)
    assert "taken as of 0 to 255" in contents.notes[-1]


def test_a_fraction_far_below_is_found_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_pixels, "detect", _only_first_lines(csv_layout.detect))
    rows = FLAT.astype(object)
    rows[50, 3] = 17.25
    contents = read(tmp_path / "a.csv", text([LABELS, rows]))
    expected = IMAGES.reshape(60, -1).copy()
    expected[50, 3] = 17
    np.testing.assert_array_equal(contents.images.reshape(60, -1), expected)


def _only_first_lines(detect: Any) -> Any:
    """`detect` as for a file so long that it sees its beginning only."""

    def detected(path: Path, groups: str | None) -> Any:
        start = path.with_name("start.csv")
        start.write_text("".join(path.read_text().splitlines(keepends=True)[:20]))
        return detect(start, groups)

    return detected


def test_lines_are_names_and_blocks_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 700)
    contents = read(tmp_path / "a.csv", KAGGLE.replace("\n", "\n\n", 30))
    np.testing.assert_array_equal(contents.images, IMAGES)
    np.testing.assert_array_equal(contents.labels, LABELS)
    # 30 lines are followed by an empty one: the header, and the first 29 images.
    assert [contents.names[n] for n in (0, 28, 29, 30, 59)] == [
        "line 3", "line 59", "line 61", "line 62", "line 91",
    ]  # fmt: skip


def test_a_column_may_say_groups_and_splits(tmp_path: Path) -> None:
    writers = np.array([f"w{n // 6}" for n in range(60)])
    usage = np.array(["Training", "val", "test"])[np.arange(60) // 30 + (np.arange(60) > 50)]
    content = text([writers, LABELS, FLAT, usage], ["writer", *HEADER, "usage"])
    contents = read(tmp_path / "a.csv", content, groups="writer")
    assert contents.groups is not None
    np.testing.assert_array_equal(contents.groups, np.arange(60) // 6)
    assert np.bincount(contents.splits).tolist() == [0, 30, 21, 9]
    np.testing.assert_array_equal(contents.images, IMAGES)
    with pytest.raises(SourceError, match="line 2: the split is 'w0', expected train, val"):
        read(tmp_path / "a.csv", text([writers, LABELS, FLAT], ["split", *HEADER]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a.csv is empty, expected a line an image"),
        ("\n\r\n  \n", "a.csv is empty"),
        ("label,p1\n", "has a header and no images below it"),
        ("a,b,c,d,e,f\n1,2,3,4,5,6\n", "has 6 columns, the first a, b, c, d; expected a label an"),
        (b"\xff\xfel\0a\0b\0", "is UTF-16, expected UTF-8. Save it as UTF-8"),
        (b"PK\3\4\0\0", "is no text: it has bytes of value 0"),
        (gzip.compress(KAGGLE.encode(), mtime=0)[:-9], "cannot be read as CSV .*ended before"),
        ("label,p1\n1,300\n", "line 2, column 2 has the pixel 300, expected 0 to 255"),
        ("label,p1\n1,2\n2,-1\n", "line 3, column 2 has the pixel -1, expected 0 to 255"),
        ("label,p1\n1,2\n1,2,3\n", "has 3 columns in line 3, expected 2 as above it"),
        ("label,p1\n1,\n2,3\n", "line 2, column 2: a value is missing. Fill it in, or drop"),
        ("label,p1\n,3\n2,3\n", "line 2, column 1: a value is missing"),
        ("label,p1\nx,3\ny,dark\n", "line 3, column 2 has 'dark', expected a number from 0"),
        ("label,p1\n1,0.5\n1,1e9\n", r"float32 from 0.5 to 1e\+09 \(line 3\), expected 0 to 255"),
    ],
)
def test_what_is_wrong_is_told(content: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ImagetteError, match=message):
        read(tmp_path / "a.csv", content)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("7" + ",0" * 24, "has 25 columns in line 17,203, expected 26 as above it"),
        ("7" + ",0" * 20 + ",,0,0,0,0", "line 17,203, column 22: a value is missing"),
        ("7" + ",0" * 24 + ",256", "line 17,203, column 26 has the pixel 256, expected 0 to 255"),
        (
            "7" + ",0" * 24 + ",NaN",
            "line 17,203, column 26 has 'NaN', expected a number from 0 to",
        ),
    ],
)
def test_a_wrong_line_far_below_is_named(line: str, message: str, tmp_path: Path) -> None:
    lines = KAGGLE.splitlines()
    content = [lines[0], *(lines[1:] * 300)]
    content[17_202] = line
    with pytest.raises(SourceError, match=message):
        read(tmp_path / "a.csv", "\n".join(content))


def test_no_groups_without_their_column(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no column 'writer' .*label, pixel0, .*, ..., pixel24"):
        read(tmp_path / "a.csv", KAGGLE, groups="writer")
    with pytest.raises(SourceError, match="no column 'writer' for groups: it has no header"):
        read(tmp_path / "a.csv", NO_HEADER, groups="writer")


def test_labels_that_are_fractions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="and label 1 is 0.25: expected whole numbers"):
        read(tmp_path / "a.csv", text([np.arange(60) / 4, FLAT], HEADER))


def test_more_bytes_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAXIMUM_BYTES", 1000)
    message = r"a.csv has more bytes than 1,000, expected so many at most\. Keep fewer lines"
    with pytest.raises(SourceError, match=message):
        read(tmp_path / "a.csv", gzip.compress(KAGGLE.encode(), mtime=0))


def test_a_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 20)
    message = r"has a line of more than 40 bytes, expected an image a line, .*\. Write it so"
    with pytest.raises(SourceError, match=message):
        read(tmp_path / "a.csv", KAGGLE)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    csv_pixels.write(tmp_path / "a.csv", IMAGES, LABELS)
    first, second = (tmp_path / "a.csv").read_text().splitlines()[:2]
    assert first.startswith("label,pixel1,pixel2,")
    assert second.startswith(f"0,{FLAT[0, 0]},{FLAT[0, 1]},")
    contents = csv_pixels.read(tmp_path / "a.csv", DataOptions())
    np.testing.assert_array_equal(contents.images, IMAGES)
    np.testing.assert_array_equal(contents.labels, LABELS)


def test_a_lone_return_ends_a_line_among_line_feeds(tmp_path: Path) -> None:
    first, second, *others = NO_HEADER.splitlines()
    mixed = "\n".join([f"{first}\r{second}\r", *others])
    contents = read(tmp_path / "mixed.csv", mixed)
    whole = read(tmp_path / "whole.csv", NO_HEADER)
    np.testing.assert_array_equal(contents.images, whole.images)
    np.testing.assert_array_equal(contents.labels, whole.labels)
    assert contents.names[2] == "line 3"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        csv_pixels.read(tmp_path / "none.csv", DataOptions())


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    altered(KAGGLE[:800].encode())
    | altered(NO_HEADER[:400].encode())
    | altered(gzip.compress(NO_HEADER[:400].encode(), mtime=0))
    | st.binary(max_size=200)
    | st.text(alphabet="01,;\t\n\r\"'.e-a\ufeff", max_size=200).map(str.encode)
)
def test_no_bytes_get_past_the_reader(tmp_path: Path, content: bytes) -> None:
    try:
        contents = read(tmp_path / "fuzz.csv", content)
    except ImagetteError as error:
        assert "fuzz.csv" in str(error)
    else:
        assert contents.images.dtype == np.uint8
        assert len(contents.images) == len(contents.labels) == len(contents.names)
        assert contents.names[len(contents) - 1].startswith("line ")
