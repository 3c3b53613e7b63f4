"""Parquet of pictures: as Hugging Face writes it, the pictures come back; or why not is told."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from imagette.data.contents import NO_LABEL, Listing, Split
from imagette.data.formats import parquet
from imagette.data.options import DataOptions
from imagette.data.readers import read as read_any
from imagette.errors import ImagetteError, PictureError, SourceError
from imagette.images.decode import decode_bytes
from tests.test_idx import altered

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 5, 4, 1), dtype=np.uint8)
LABELS = np.arange(12) % 3
NAMES = ("cat", "a dog", "cow")


def png(image: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image[..., 0]).save(file, "PNG")
    return file.getvalue()


PNGS = [png(image) for image in IMAGES]


def table(label: Any = LABELS, names: tuple[str, ...] | None = NAMES, **columns: Any) -> pa.Table:
    """As the library `datasets` writes it: structs, and the names of classes as JSON."""
    images = pa.array([{"bytes": content, "path": None} for content in PNGS])
    made = pa.table({"image": images, "label": pa.array(label), **columns})
    if names is None:
        return made
    label_feature = {"names": list(names), "_type": "ClassLabel"}
    features = {"image": {"_type": "Image"}, "label": label_feature}
    return made.replace_schema_metadata(
        {"huggingface": json.dumps({"info": {"features": features}})}
    )


def write(path: Path, content: pa.Table, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(content, path, **options)
    return path


def read(path: Path, **options: Any) -> Listing:
    listing = read_any(path, DataOptions(**options))
    assert isinstance(listing, Listing)
    return listing


def decoded(listing: Listing) -> list[Any]:
    pictures = [content for content in listing.read() if isinstance(content, bytes)]
    assert len(pictures) == len(listing)
    return [decode_bytes(content, "") for content in pictures]


@pytest.mark.parametrize("rows", [1, 5, 100])
def test_a_file_of_hugging_face_comes_back(tmp_path: Path, rows: int) -> None:
    listing = read(write(tmp_path / "mine.parquet", table(), row_group_size=rows))
    np.testing.assert_array_equal(decoded(listing), IMAGES)
    np.testing.assert_array_equal(decoded(listing), IMAGES)  # a second time
    np.testing.assert_array_equal(listing.labels, LABELS)
    assert listing.class_names == NAMES
    assert listing.names[7] == "mine.parquet/7"
    assert set(listing.splits.tolist()) == {Split.ANY}
    assert listing.notes == ("pictures in the column 'image', labels in 'label'",)


@pytest.mark.parametrize(
    "label",
    [
        pa.array(np.array(NAMES)[LABELS]),
        pa.array(np.array(NAMES)[LABELS]).dictionary_encode(),
        pa.array(np.array(NAMES)[LABELS], pa.large_string()),
    ],
)
def test_labels_may_be_texts(tmp_path: Path, label: Any) -> None:
    listing = read(write(tmp_path / "a.parquet", table(label, None)))
    assert listing.class_names == ("a dog", "cat", "cow")
    assert [listing.class_names[n] for n in listing.labels] == np.array(NAMES)[LABELS].tolist()


def test_columns_are_told_by_types_and_names(tmp_path: Path) -> None:
    columns = {"id": list(range(12)), "photo": pa.array(PNGS), "species": (LABELS * 2).tolist()}
    listing = read(write(tmp_path / "a.parquet", pa.table(columns)))
    np.testing.assert_array_equal(decoded(listing), IMAGES)
    assert (listing.class_names, listing.labels.tolist()) == (("0", "2", "4"), LABELS.tolist())
    assert listing.notes == ("pictures in the column 'photo', labels in 'species'",)


def test_shards_lie_in_the_splits_that_their_names_say(tmp_path: Path) -> None:
    shards = ("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001")
    for number, name in enumerate(shards):
        write(tmp_path / f"data/{name}.parquet", table().slice(4 * number, 4))
    listing = read(tmp_path)
    order = [8, 9, 10, 11, *range(8)]  # by name: test comes first
    np.testing.assert_array_equal(decoded(listing), IMAGES[order])
    np.testing.assert_array_equal(listing.labels, LABELS[order])
    assert listing.splits.tolist() == [Split.TEST] * 4 + [Split.TRAIN] * 8
    assert listing.names[4] == "data/train-00000-of-00002.parquet/0"
    (tmp_path / "data/train-00001-of-00002.parquet").unlink()
    with pytest.raises(SourceError, match=r"lacks data/train-00001-of-00002\.parquet\. Download"):
        read(tmp_path)
    (tmp_path / "data/test-00000-of-00001.parquet").unlink()
    alone = read(tmp_path / "data/train-00000-of-00002.parquet")
    assert alone.splits.tolist() == [Split.ANY] * 4


def test_folders_may_say_splits_but_not_hold_several_sets(tmp_path: Path) -> None:
    write(tmp_path / "a/train/0000.parquet", table())
    write(tmp_path / "a/validation/0000.parquet", table())
    assert read(tmp_path / "a").splits.tolist() == [Split.TRAIN] * 12 + [Split.VALIDATION] * 12
    write(tmp_path / "b/0000.parquet", table())
    write(tmp_path / "c/0000.parquet", table())
    with pytest.raises(SourceError, match="holds Parquet in several folders: b, c. Name one"):
        read(tmp_path)


def test_columns_may_say_groups_and_splits(tmp_path: Path) -> None:
    writers = [f"w{n // 4}" for n in range(12)]
    splits = ["train"] * 6 + ["Test"] * 6
    path = write(tmp_path / "a.parquet", table(writer=writers, split=splits))
    listing = read(path, groups="writer")
    assert listing.groups == writers
    assert listing.splits.tolist() == [Split.TRAIN] * 6 + [Split.TEST] * 6
    with pytest.raises(SourceError, match="no column 'patient' for groups. It has image"):
        read(path, groups="patient")
    half = pa.array([None if n % 2 else "ann" for n in range(len(writers))], pa.string())
    path = write(tmp_path / "half.parquet", table(writer=half))
    with pytest.raises(SourceError, match="row 1 has no 'writer'. Fill it in, or drop the row"):
        read(path, groups="writer")
    write(path, table(split=["later"] * 12))
    with pytest.raises(SourceError, match="has 'later' in the column 'split', expected train"):
        read(path)


def test_labels_may_be_missing(tmp_path: Path) -> None:
    labels = [-1, None, 2, *LABELS[3:].tolist()]
    listing = read(write(tmp_path / "a.parquet", table(labels)))
    assert listing.labels.tolist() == [NO_LABEL, NO_LABEL, 2, *LABELS[3:]]
    listing = read(write(tmp_path / "a.parquet", table([-1] * 12)))
    assert (set(listing.labels.tolist()), listing.class_names) == ({NO_LABEL}, NAMES)
    listing = read(write(tmp_path / "b.parquet", table().select(["image"])))
    assert (set(listing.labels.tolist()), listing.class_names) == ({NO_LABEL}, ())
    np.testing.assert_array_equal(decoded(listing), IMAGES)


def test_a_missing_picture_stops_no_other(tmp_path: Path) -> None:
    images = pa.array([{"bytes": PNGS[0]}, None, {"bytes": None}, {"bytes": PNGS[3]}])
    path = write(tmp_path / "a.parquet", pa.table({"image": images, "label": [0, 1, 0, 1]}))
    first, second, third, fourth = read(path).read()
    assert (first, fourth) == (PNGS[0], PNGS[3])
    for number, error in ((1, second), (2, third)):
        assert isinstance(error, PictureError)
        assert str(error) == f"a.parquet/{number} has no bytes: the picture is missing"


def test_the_identity_changes_with_the_file_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", table())
    first = read(path).identity
    assert read(path).identity == first
    write(path, table(names=None))
    assert read(path).identity != first


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            pa.table({"label": [1, 2]}),
            r"no image column: expected one of bytes.* It has label \(int",
        ),
        (pa.table({}), "no image column: .* It has no columns"),
        (
            pa.table({"image": ["a.png"], "label": [1]}),
            r"no image column.* It has image \(string\)",
        ),
        (
            pa.table({"image": [b"x"], "age": [1], "sex": [2]}),
            "has no column label, and which of age, sex it is cannot be told. Call it label",
        ),
        (table(np.full(12, 0.5)), "label 0 is 0.5: expected whole numbers, or texts"),
        (table(np.full(12, 3)), "a label is 3, expected 0 to 2, one of the 3 class names"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, content: pa.Table, message: str) -> None:
    with pytest.raises(ImagetteError, match=message):
        read(write(tmp_path / "a.parquet", content))


def test_more_rows_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_MAXIMUM_ROWS", 5)
    message = r"a\.parquet claims 12 rows, expected 0 to 5\. Write it anew, with fewer pictures"
    with pytest.raises(SourceError, match=message):
        read(write(tmp_path / "a.parquet", table()))


def test_shards_must_be_alike(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", table())
    write(tmp_path / "b.parquet", table().drop(["label"]))
    with pytest.raises(SourceError, match=r"b\.parquet has no column 'label' as the first shard"):
        read(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:-40], lambda content: b"PAR1" + content[-500:]],
)
def test_a_damaged_file_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path / "a.parquet", table())
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SourceError, match=r"a\.parquet cannot be read as Parquet: .*good copy"):
        list(read(path).read())


def _bytes() -> bytes:
    file = io.BytesIO()
    pq.write_table(table(), file, compression="none")
    return file.getvalue()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=altered(_bytes()))
def test_whatever_the_bytes_only_errors_of_imagette_escape(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fuzz.parquet"
    path.write_bytes(content)
    try:
        listing = parquet.read(path, DataOptions())
        pictures = list(listing.read())
    except ImagetteError as error:
        assert "fuzz.parquet" in str(error)
    else:
        assert len(listing.labels) == len(listing.splits) == len(listing)
        assert all(isinstance(picture, bytes | PictureError) for picture in pictures)
