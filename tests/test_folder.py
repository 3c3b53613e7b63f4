"""A folder of class folders is listed whole and in order, or refused with a reason."""

import os
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imagette.data.contents import Listing, Split, natural_order
from imagette.data.options import DataOptions
from imagette.data.readers import read
from imagette.errors import PictureError, SourceError
from imagette.images.decode import MAXIMUM_BYTES


def put(root: Path, files: Mapping[str, bytes] | list[str]) -> Path:
    """Write files below `root`; what is not given of them is made of their paths."""
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name] if isinstance(files, Mapping) else os.fsencode(name))
    return root


def listed(root: Path) -> Listing:
    found = read(root, DataOptions())
    assert isinstance(found, Listing)
    return found


def rows(listing: Listing) -> list[tuple[str, str, Split]]:
    """Name, class and split of each picture."""
    classes = [listing.class_names[label] for label in listing.labels]
    return list(zip(listing.names, classes, map(Split, listing.splits.tolist()), strict=True))


def test_each_folder_is_a_class(tmp_path: Path) -> None:
    put(tmp_path, ["dog/b.png", "cat/2.JPG", "cat/10.jpeg", "dog/deep/er/a.webp", "cat/x.tiff"])
    listing = listed(tmp_path)
    assert rows(listing) == [
        ("cat/10.jpeg", "cat", Split.ANY),
        ("cat/2.JPG", "cat", Split.ANY),
        ("cat/x.tiff", "cat", Split.ANY),
        ("dog/b.png", "dog", Split.ANY),
        ("dog/deep/er/a.webp", "dog", Split.ANY),
    ]
    assert listing.notes == ("2 classes: cat, dog",)
    assert (listing.labels.dtype, listing.splits.dtype) == (np.dtype(np.int64), np.dtype(np.int8))
    for _ in range(2):  # it can be read again
        assert list(listing.read()) == [name.encode() for name in listing.names]


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["10", "9", "-1"], ("-1", "9", "10")), (["10", "9", "a"], ("10", "9", "a"))],
)
def test_classes_are_in_natural_order(
    tmp_path: Path, names: list[str], expected: tuple[str, ...]
) -> None:
    put(tmp_path, [f"{name}/a.png" for name in names])
    assert listed(tmp_path).class_names == expected


def test_folders_of_splits_are_splits_in_any_case(tmp_path: Path) -> None:
    put(tmp_path, ["Train/1/a.png", "Train/0/b.png", "VALID/1/c.png", "testing/0/d.png"])
    put(tmp_path, ["testing/2/deep/e.png"])
    assert rows(listed(tmp_path)) == [
        ("Train/0/b.png", "0", Split.TRAIN),
        ("Train/1/a.png", "1", Split.TRAIN),
        ("VALID/1/c.png", "1", Split.VALIDATION),
        ("testing/0/d.png", "0", Split.TEST),
        ("testing/2/deep/e.png", "2", Split.TEST),
    ]


def test_what_only_looks_like_a_number_is_a_name() -> None:
    names = ["--2", "1", "-", "10"]
    assert sorted(names, key=natural_order(names)) == ["-", "--2", "1", "10"]
    long = ["9" * 5000, "1"]  # Python makes no integer of so many digits
    assert sorted(long, key=natural_order(long)) == ["1", "9" * 5000]
    numbers = ["10", "-2", "9"]
    assert sorted(numbers, key=natural_order(numbers)) == ["-2", "9", "10"]


def test_a_class_may_be_called_test(tmp_path: Path) -> None:
    put(tmp_path, ["test/a.png", "text/b.png"])
    assert rows(listed(tmp_path)) == [
        ("test/a.png", "test", Split.ANY),
        ("text/b.png", "text", Split.ANY),
    ]


def test_what_is_no_picture_is_counted(tmp_path: Path) -> None:
    put(tmp_path, ["a/1.png", "b/1.png", "readme.md", "a/x.txt", "b/Y.TXT", "b/none", "a/z.tar.gz"])
    put(tmp_path, [".git/objects/1.png", "a/.DS_Store", "b/Thumbs.db", "a/__MACOSX/._1.png"])
    put(tmp_path, ["loose.png", "c/d/no.txt"])
    listing = listed(tmp_path)
    assert list(listing.names) == ["a/1.png", "b/1.png"]
    assert set(listing.notes) == {
        "2 classes: a, b",
        "folders without pictures were left out: c",
        "6 files that are no pictures were left out: .txt 3, .gz 1, .md 1, no suffix 1",
        "4 hidden files and folders were left out: .git, a/.DS_Store, a/__MACOSX, b/Thumbs.db",
        "1 picture beside the class folders was left out: loose.png",
    }


def test_one_file_that_is_no_picture_is_said_so(tmp_path: Path) -> None:
    put(tmp_path, ["a/1.png", "b/1.png", "a/x.txt"])
    assert "1 file that is no picture was left out: .txt 1" in listed(tmp_path).notes


def test_class_folders_without_pictures_are_named(tmp_path: Path) -> None:
    put(tmp_path, ["train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/x.txt"])
    (tmp_path / "val").mkdir()
    notes = listed(tmp_path).notes
    assert "folders without pictures were left out: test/b, val" in notes


def test_many_classes_are_shortened(tmp_path: Path) -> None:
    put(tmp_path, [f"{n}/a.png" for n in range(30)])
    first = ", ".join(map(str, range(19)))
    assert listed(tmp_path).notes == (f"30 classes: {first}, ..., 29",)


def test_classes_that_differ_in_case_are_warned_of(tmp_path: Path) -> None:
    put(tmp_path, ["Cat/a.png", "cat/a.png", "dog/a.png"])
    if len(list(tmp_path.iterdir())) < 3:
        pytest.skip("this disk does not tell capitals apart")
    listing = listed(tmp_path)
    assert listing.class_names == ("Cat", "cat", "dog")
    message = "classes that differ in case only stay apart, rename one: 'Cat' and 'cat'"
    assert message in listing.notes


def test_names_in_unicode_are_one_class_however_composed(tmp_path: Path) -> None:
    composed, parted = (unicodedata.normalize(form, "Bär") for form in ("NFC", "NFD"))
    put(tmp_path, [f"train/{composed}/ä.png", f"test/{parted}/猫.png", "train/鹿/1.png"])
    listing = listed(tmp_path)
    assert listing.class_names == (composed, "鹿")
    assert listing.labels.tolist() == [0, 0, 1]
    assert all(isinstance(content, bytes) for content in listing.read())


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_names_are_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    command = (
        "import imagette\n"
        "train = imagette.open_data('.').train\n"
        "print(ascii((train.class_names, train.names[0], train.fingerprint)))"
    )
    for shade, name in enumerate(("köder", "猫", "plain")):
        for number in range(10):
            path = tmp_path / "ä" / name / f"ö{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (8, 8), 20 * number + shade).save(path)
    told = []
    for utf8 in "10":
        place = {"IMAGETTE_CACHE": str(tmp_path / f"cache{utf8}")}
        place |= {"PYTHONPATH": os.pathsep.join(sys.path)}
        settings = {"LC_ALL": "C", "PYTHONUTF8": utf8, "PYTHONCOERCECLOCALE": "0"}
        told.append(subprocess.run(
            [sys.executable, "-c", command], env={**os.environ, **place, **settings},
            cwd=tmp_path / "ä", check=True, capture_output=True, text=True,
        ).stdout)  # fmt: skip
    assert told[0] == told[1]
    assert "('k\\xf6der', 'plain', '\\u732b'), 'k\\xf6der/\\xf6" in told[0]


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_names_that_are_no_text_can_be_shown_and_read(tmp_path: Path) -> None:
    put(tmp_path, [os.fsdecode(b"caf\xe9/1.png"), "a\x1b[31m/2.png"])
    listing = listed(tmp_path)
    assert listing.class_names == ("a\\x1b[31m", "caf\\udce9")
    assert list(listing.names) == ["a\\x1b[31m/2.png", "caf\\udce9/1.png"]
    assert all(isinstance(content, bytes) for content in listing.read())


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], r"holds no pictures \(it is empty\); expected root/class/picture or root/train/class"),
        (
            ["a/x.txt", ".hidden/1.png"],
            r"holds no pictures \(1 file that is no picture was left out: .txt 1; 1 hidden file ",
        ),
        (
            ["1.png", "2.png"],
            "holds pictures and no class folders; .*Move the pictures of each class into a folder",
        ),
        (["a/1.png", "a/2.png"], "has one class only, 'a': expected two or more class folders, to"),
        (["a/b/1.png", "a/c/1.png"], r"\. It has folders \(b, c\): if they are classes, name 'a'"),
        (["train/a/1.png", "test/a/1.png"], "has one class only, 'a': expected two or more class"),
        (
            ["train/a/1.png", "train/b/1.png", "test/1.png"],
            "has pictures directly in test, and no class folders there.*are for imagette predict",
        ),
        (["train/1.png", "test/1.png"], "has pictures directly in test, train, and no class"),
        (
            ["train/a/1.png", "test/a/1.png", "extra/1.png"],
            r"has folders of splits \(test, train\) beside others \(extra\); .*Move the others out",
        ),
    ],
)
def test_other_folders_are_refused(tmp_path: Path, files: list[str], message: str) -> None:
    put(tmp_path, files)
    with pytest.raises(SourceError, match=message) as caught:
        read(tmp_path, DataOptions())
    assert str(tmp_path) in str(caught.value)


def test_a_folder_has_no_column_of_groups(tmp_path: Path) -> None:
    put(tmp_path, ["a/1.png", "b/1.png"])
    with pytest.raises(SourceError, match="`groups='writer'`: .* has no columns; expected a table"):
        read(tmp_path, DataOptions(groups="writer"))


def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    elsewhere = put(tmp_path / "elsewhere", ["1.png", "deep/2.png"])
    root = put(tmp_path / "root", ["a/1.png", "b/1.png"])
    (root / "c").symlink_to(elsewhere)  # a class that lies elsewhere
    (root / "a" / "link.png").symlink_to(elsewhere / "1.png")
    (elsewhere / "deep" / "up").symlink_to(elsewhere)  # a loop
    (root / "b" / "root").symlink_to(root)  # another
    (root / "b" / "above").symlink_to(tmp_path)  # all around the root
    (root / "a" / "itself").symlink_to("itself")
    (root / "0-again").symlink_to(root / "b")  # would be the same pictures under two labels
    listing = listed(root)
    assert list(listing.names) == [
        "a/1.png", "a/link.png", "b/1.png", "c/1.png", "c/deep/2.png",
    ]  # fmt: skip
    assert (
        "4 links to folders that are read anyway were left out: 0-again, b/above, b/root, "
        "c/deep/up" in listing.notes
    )
    assert not any("without pictures" in note for note in listing.notes)
    assert all(isinstance(content, bytes) for content in listing.read())


def test_what_cannot_be_read_is_an_error_in_its_place(tmp_path: Path) -> None:
    put(tmp_path, ["a/1.png", "b/4.png"])
    (tmp_path / "a" / "2.png").symlink_to("nowhere.png")
    os.mkfifo(tmp_path / "a" / "3.png")
    put(tmp_path, ["a/gone.png"])
    with (tmp_path / "a" / "huge.png").open("wb") as file:
        file.truncate(MAXIMUM_BYTES + 1)
    listing = listed(tmp_path)
    (tmp_path / "a" / "gone.png").unlink()
    contents = list(listing.read())
    assert [type(content) for content in contents] == [bytes, *[PictureError] * 4, bytes]
    texts = list(map(str, contents))
    parts = ["there is no file", "is a pipe or", "there is no file", "at most 500,000,000"]
    for text, part in zip(texts[1:5], parts, strict=True):
        assert part in text


@pytest.mark.skipif(not hasattr(os, "geteuid") or not os.geteuid(), reason="root reads everything")
def test_permissions_are_respected(tmp_path: Path) -> None:
    put(tmp_path, ["a/1.png", "b/1.png"])
    (tmp_path / "a" / "1.png").chmod(0)
    first, _ = listed(tmp_path).read()
    assert isinstance(first, PictureError)
    assert "1.png cannot be read: Permission denied" in str(first)
    (tmp_path / "a").chmod(0)
    try:
        with pytest.raises(SourceError, match=r"the folder .*a cannot be read: Permission denied"):
            read(tmp_path, DataOptions())
    finally:
        (tmp_path / "a").chmod(0o700)


def test_the_identity_follows_the_files(tmp_path: Path) -> None:
    put(tmp_path, ["a/1.png", "b/1.png"])
    identities = [listed(tmp_path).identity]
    assert listed(tmp_path).identity == identities[0]
    before = (tmp_path / "a" / "1.png").stat()
    (tmp_path / "a" / "1.png").write_bytes(b"A/1.PNG")  # of the same size
    os.utime(tmp_path / "a" / "1.png", ns=(before.st_atime_ns, before.st_mtime_ns))
    identities.append(listed(tmp_path).identity)
    (tmp_path / "a" / "1.png").rename(tmp_path / "a" / "2.png")
    identities.append(listed(tmp_path).identity)
    put(tmp_path, ["b/3.png"])
    identities.append(listed(tmp_path).identity)
    assert len(set(identities)) == 4


def test_the_files_stay_as_they_are(tmp_path: Path) -> None:
    put(tmp_path, ["a/1.png", "b/1.png"])
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    list(listed(tmp_path).read())
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before
