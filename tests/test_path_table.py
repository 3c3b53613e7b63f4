"""A table of paths and labels is read from what people write, or refused with its line."""

import csv
import io
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagette.data.contents import Listing, Split
from imagette.data.formats import csv_pixels, path_table, table_file
from imagette.data.options import DataOptions
from imagette.data.readers import READERS, read
from imagette.errors import PictureError, SourceError
from tests.test_folder import listed, put, rows
from tests.test_idx import altered

FILES = ["x/1.png", "x/2.png", "3.jpg"]
EXPECTED = [
    ("x/1.png", "cat", Split.ANY),
    ("x/2.png", "dog", Split.ANY),
    ("3.jpg", "cat", Split.ANY),
]
PLAIN = "image,label\nx/1.png,cat\nx/2.png,dog\n3.jpg,cat\n"


def table(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    if not (folder / FILES[-1]).exists():
        put(folder, FILES)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def json_lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


OBJECTS = [{"file_name": name, "label": label} for name, label, _ in EXPECTED]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("table.csv", PLAIN),
        ("table.csv", "\ufeff" + PLAIN.replace("\n", "\r\n")),
        ("table.csv", PLAIN.replace(",", ";")),
        ("table.tsv", PLAIN.replace(",", "\t")),
        ("TABLE.CSV", PLAIN.replace(",", " , ").replace("\n", "\n\n").removesuffix("\n")),
        ("table.csv", "\n" + PLAIN.replace("x/", ".\\x\\")),
        ("table.csv", '"Image";"Label"\n"x/1.png";"cat"\n"x/2.png";"dog"\n"3.jpg";"cat"'),
        ("table.csv", "n,class,file\n0,cat,x/1.png\n1,dog,x/./2.png\n2,cat,x/../3.jpg\n"),
        ("table.csv", PLAIN.partition("\n")[2]),
        ("table.csv", "cat,x/1.png\ndog,x/2.png\ncat,3.jpg\n"),
        ("table.jsonl", json_lines(*OBJECTS)),
        ("table.jsonl", "\ufeff\n" + json_lines(*OBJECTS).replace("\n", "\r\n\r\n")),
        ("table.ndjson", json_lines(*({"path": p, "category": c} for p, c, _ in EXPECTED))),
        ("table.json", json.dumps(OBJECTS, indent=1)),
    ],
)  # fmt: skip
def test_what_people_write_is_read(tmp_path: Path, name: str, text: str) -> None:
    path = table(tmp_path, text, name)
    assert path_table.is_path_table(path)
    listing = listed(path)
    assert rows(listing) == EXPECTED
    assert listing.groups is None
    for _ in range(2):
        assert list(listing.read()) == [name.encode() for name in FILES]
    assert listing.notes[-1] == "2 classes: cat, dog"


def test_what_was_detected_is_said(tmp_path: Path) -> None:
    path = table(tmp_path, "set,path,target\ntrain,x/1.png,cat\nTEST,x/2.png,dog\ndev,3.jpg,cat\n")
    listing = listed(path)
    assert [Split(split) for split in listing.splits] == [Split.TRAIN, Split.TEST, Split.VALIDATION]
    note = "paths from the column 'path', labels from 'target', splits from 'set'"
    assert listing.notes[0] == note
    listing = listed(table(tmp_path, "x/1.png,cat\nx/2.png,dog\n"))
    assert listing.notes[0] == "the table has no header: one column of paths, one of labels"


def test_labels_may_be_numbers(tmp_path: Path) -> None:
    records = [
        {"image": name, "label": label} for name, label in zip(FILES, (10, 9, "1"), strict=True)
    ]
    listing = listed(table(tmp_path, json_lines(*records), "table.jsonl"))
    assert (listing.class_names, listing.labels.tolist()) == (("1", "9", "10"), [2, 1, 0])


def test_classes_that_differ_in_case_are_warned_of(tmp_path: Path) -> None:
    listing = listed(table(tmp_path, PLAIN.replace("3.jpg,cat", "3.jpg,Cat")))
    assert listing.class_names == ("Cat", "cat", "dog")
    assert listing.notes[-1].startswith("classes that differ in case only stay apart")


def test_groups_are_a_column(tmp_path: Path) -> None:
    path = table(tmp_path, "image,label,Writer\nx/1.png,cat,ann\nx/2.png,dog,bob\n3.jpg,cat,ann\n")
    listing = read(path, DataOptions(groups="Writer"))
    assert isinstance(listing, Listing)
    assert listing.groups == ["ann", "bob", "ann"]
    message = r"has no column 'writr' of groups; did you mean 'Writer'\? it has image, label, Write"
    with pytest.raises(SourceError, match=message):
        read(path, DataOptions(groups="writr"))
    message = "has no column of paths, expected .*; it has x/1.png, cat"
    with pytest.raises(SourceError, match=message):
        read(table(tmp_path, PLAIN.partition("\n")[2]), DataOptions(groups="cat"))


@pytest.mark.parametrize("name", ["metadata.csv", "metadata.jsonl"])
def test_a_folder_with_metadata_is_read_by_it(tmp_path: Path, name: str) -> None:
    text = PLAIN.replace("image", "file_name") if name.endswith("csv") else json_lines(*OBJECTS)
    table(tmp_path, text, name)
    assert rows(listed(tmp_path)) == EXPECTED


def test_metadata_in_folders_of_splits(tmp_path: Path) -> None:
    put(tmp_path / "train", ["x/1.png", "2.png"])
    put(tmp_path / "Test", ["x/1.png"])
    lines = json_lines({"file_name": "x/1.png", "label": "a"}, {"file_name": "2.png", "label": "b"})
    (tmp_path / "train" / "metadata.jsonl").write_text(lines)
    (tmp_path / "Test" / "metadata.csv").write_text("file_name,label\nx/1.png,b\n")
    listing = listed(tmp_path)
    assert rows(listing) == [
        ("Test/x/1.png", "b", Split.TEST),
        ("train/x/1.png", "a", Split.TRAIN),
        ("train/2.png", "b", Split.TRAIN),
    ]
    assert list(listing.read()) == [b"x/1.png", b"x/1.png", b"2.png"]


def test_metadata_without_labels_leaves_the_folders_to_be_classes(tmp_path: Path) -> None:
    put(tmp_path, ["cat/1.png", "dog/1.png"])
    (tmp_path / "metadata.csv").write_text("file_name,text\ncat/1.png,a cat\n")
    assert listed(tmp_path).class_names == ("cat", "dog")


def test_splits_may_be_the_folders_of_the_paths(tmp_path: Path) -> None:
    put(tmp_path, ["train/1.png", "test/2.png"])
    path = tmp_path / "table.csv"
    path.write_text("path,label\ntrain/1.png,a\ntest/2.png,b\n")
    listing = listed(path)
    assert [Split(split) for split in listing.splits] == [Split.TRAIN, Split.TEST]
    assert "splits from the folders in which the pictures lie" in listing.notes
    path.write_text("path,label\ntest/2.png,a\ntest/2.png,b\n")  # a test set alone is a source
    assert set(listed(path).splits) == {Split.ANY}


def test_names_in_unicode_are_found_however_composed(tmp_path: Path) -> None:
    composed, parted = (unicodedata.normalize(form, "Bär.png") for form in ("NFC", "NFD"))
    put(tmp_path, [f"1/{composed}", f"2/{parted}"])
    text = f"file,label\n1/{parted},ä\n2/{composed},{unicodedata.normalize('NFD', 'ä')}\n"
    (tmp_path / "table.csv").write_text(text)
    listing = listed(tmp_path / "table.csv")
    assert listing.class_names == ("ä",)
    assert all(isinstance(content, bytes) for content in listing.read())


def test_a_missing_file_is_an_error_in_its_place(tmp_path: Path) -> None:
    path = table(tmp_path, PLAIN + "x/4.png,dog\nx,dog\n")
    *good, missing, folder = listed(path).read()
    assert [type(content) for content in good] == [bytes] * 3
    assert isinstance(missing, PictureError)
    assert "there is no file" in str(missing)
    assert "is a folder, expected a picture" in str(folder)


def test_where_no_file_is_there_the_place_is_wrong(tmp_path: Path) -> None:
    path = table(tmp_path, "image,label\nimages/1.png,cat\nimages/2.png,dog\n")
    message = r"lists 2 pictures and none of them is there, the first is '.*images/1.png'"
    with pytest.raises(SourceError, match=message):
        read(path, DataOptions())


def test_the_identity_follows_table_and_files(tmp_path: Path) -> None:
    path = table(tmp_path, PLAIN)
    identities = [listed(path).identity]
    assert listed(path).identity == identities[0]
    path.write_text(PLAIN.replace("cat", "cow"))
    identities.append(listed(path).identity)
    (tmp_path / "3.jpg").write_bytes(b"other")
    identities.append(listed(path).identity)
    assert len(set(identities)) == 3


BAD = [
    ("a.csv", b"\n \n", r"a\.csv is empty, expected a table of paths and labels"),
    ("a.csv", b"image,label\n", "lists no pictures, expected a line for each"),
    ("a.jsonl", b"", "is empty"),
    ("a.csv", b"image,text\nx/1.png,cat\n", "has no column of labels, expected one of label, labe"),
    ("a.jsonl", b'{"text": 1}', "has no column of paths, expected one of file_name, .*has text"),
    ("a.json", b"[]", "has no column of paths, .*it has none"),
    ("a.csv", b"x/1.png,cat,1\nx/2.png,dog,1\n", "has no header and 3 columns, expected one of pa"),
    ("a.csv", b"x/1.png,x/2.png\n", "has no header and 2 columns, expected one of paths"),
    ("a.csv", b"image,label\nx/1.png,cat\nx/2.png\n", r"csv, line 3 has 1 columns, expected 2 as"),
    ("a.csv", b"image,label\n\nx/1.png,cat,1\n", r"a\.csv, line 3 has 3 columns, expected 2"),
    ("a.csv", b"image,label\nx/1.png,\n", "line 2 has no value in the column 'label'. Fill it in"),
    ("a.csv", b"image,label\n , cat\n", "line 2 has no value in the column 'image'"),
    ("a.csv", b"image,label,split\nx/1.png,1,\n", "line 2 has no value in the column 'split'"),
    ("a.jsonl", b'{"image": "a", "label": 1}\n{"image": "b"}', "line 2 has no value in .* 'label'"),
    ("a.csv", b"image,label,split\nx/1.png,1,tset\n", "line 2 has 'tset' in the column 'split', e"),
    ("a.csv", b'image,label\n"x/1.png,cat\nx/2.png,dog\n', r"line 2 is no CSV: .*Mend the line"),
    ("a.csv", b"image,label\nx/1.png," + b"c" * 200_000, "line 2 is no CSV: field larger than"),
    ("a.csv", b"image,label\nx/1.png,caf\xe9\n", r"line 2 is not UTF-8 \(byte 0xe9\). Save the ta"),
    ("a.jsonl", b'{"image": "a", "label": 1}\n{"image"\n', "line 2 is no JSON: .*; expected an ob"),
    ("a.json", b'[{"image": "a", "label": 1},', r"a\.json is no JSON: "),
    ("a.jsonl", b"[" * 200_000, "is no JSON: "),
    ("a.jsonl", b"{" + b'"a":{' * 200_000, "line 1 is no JSON: "),
    ("a.jsonl", b'{"image": "a", "label": 1}\n7\n', "line 2 is 7, expected an object as "),
    ("a.json", b'[{"image": "a", "label": 1}, "b"]', 'item 2 is "b", expected an object as'),
    ("a.jsonl", b'{"image": {"bytes": "a"}, "label": 1}', "line 1 has {.*} in 'image', expected a"),
    ("a.jsonl", b'{"image": "a.png", "label": [1, 2]}', r"line 1 has \[1, 2\] in 'label', expecte"),
    ("a.csv", b"image,label\n/etc/x.png,cat\n", "line 2: '/etc/x.png' is absolute; expected a pat"),
    ("a.csv", b"image,label\nC:\\x.png,cat\n", r"line 2: 'C:\\\\x.png' is absolute; expected a"),
    ("a.csv", b"image,label\nx/../../y.png,cat\n", "line 2: 'x/../../y.png' leads outside; expect"),
    ("a.csv", b"image,label\n..\\y.png,cat\n", r"line 2: '..\\\\y.png' leads outside"),
    ("a.csv", b"image,label\nhttps://x.org/y.png,cat\n", "is an address; .*Download it"),
    ("a.jsonl", b'{"image": "a\\u0000b", "label": 1}', r"line 1: 'a\\x00b' leads outside"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), BAD)
def test_other_tables_are_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = table(tmp_path, content, name)
    with pytest.raises(SourceError, match=message) as caught:
        path_table.read(path, DataOptions())
    assert str(path) in str(caught.value)


def test_the_line_of_an_error_is_that_of_the_file(tmp_path: Path) -> None:
    lines = ["image,label", *["x/1.png,cat"] * 20_000]
    lines[17_202] = "x/1.png,cat,1"
    with pytest.raises(SourceError, match=r"table\.csv, line 17203 has 3 columns, expected 2"):
        read(table(tmp_path, "\r\n".join(lines)), DataOptions())
    text = 'image,label\nx/1.png,"two\nlines"\nx/2.png,\n'
    with pytest.raises(SourceError, match="line 4 has no value"):
        read(table(tmp_path, text), DataOptions())


def test_a_table_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MAXIMUM_BYTES", 10)
    message = "has 46 bytes, expected at most 10. Divide it"
    with pytest.raises(SourceError, match=message):
        read(table(tmp_path, PLAIN), DataOptions())


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"x\.csv cannot be read: No such file"):
        path_table.read(tmp_path / "x.csv", DataOptions())


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("image,label", True),
        ('"file_name";"split"', True),
        ("images/1.png,3", True),
        ("label,pixel0,pixel1", False),
        ("0,255,13", False),
        ("", False),
        ("label", False),
    ],
)
def test_paths_are_told_from_pixels_by_the_first_line(
    tmp_path: Path, header: str, expected: bool
) -> None:
    path = table(tmp_path, header + "\n\xff\xff".encode("latin-1").decode("latin-1"))
    assert path_table.is_path_table(path) == expected
    reader = next(reader for reader in READERS if reader.fits(path))
    assert reader.read is (path_table.read if expected else csv_pixels.read)


def test_what_is_not_there_is_no_table(tmp_path: Path) -> None:
    assert not path_table.is_path_table(tmp_path / "x.jsonl")
    assert not path_table.is_path_table(tmp_path)
    assert not path_table.has_metadata(tmp_path)
    assert not path_table.has_metadata(tmp_path / "nowhere")
    (tmp_path / "metadata.jsonl").write_bytes(b"[" * 200_000)
    assert not path_table.has_metadata(tmp_path)


def attempt(path: Path) -> None:
    path_table.is_path_table(path)
    try:
        for content in path_table.read(path, DataOptions()).read():
            assert isinstance(content, bytes | PictureError)
    except SourceError as error:
        assert str(path) in str(error)


@settings(max_examples=100)
@given(altered(PLAIN.encode()) | st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_the_bytes_of_a_csv(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    attempt(table(tmp_path_factory.getbasetemp() / "csv", content))


@settings(max_examples=100)
@given(altered(json_lines(*OBJECTS).encode()) | st.binary(max_size=60))
def test_whatever_the_bytes_of_json_lines(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    attempt(table(tmp_path_factory.getbasetemp() / "json", content, "table.jsonl"))


LABEL = st.text(min_size=1, max_size=8).filter(
    lambda text: text == text.strip() and text.isprintable() and "\0" not in text
)


@settings(max_examples=60)
@given(st.lists(LABEL, min_size=1, max_size=5))
def test_any_label_survives_csv_and_json(
    tmp_path_factory: pytest.TempPathFactory, labels: Sequence[str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "labels"
    file = io.StringIO()
    csv.writer(file).writerows([("image", "label"), *(("x/1.png", label) for label in labels)])
    records = [{"image": "x/1.png", "label": label} for label in labels]
    for name, text in (("t.csv", file.getvalue()), ("t.jsonl", json_lines(*records))):
        listing = listed(table(folder, text, name))
        received = [listing.class_names[number] for number in listing.labels]
        assert received == [unicodedata.normalize("NFC", label) for label in labels]
