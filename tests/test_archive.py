"""A .zip or .tar of class folders is read where it lies as the folder would be, or refused."""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagette.data.contents import Listing, Split
from imagette.data.formats import members
from imagette.data.options import DataOptions
from imagette.data.readers import read
from imagette.errors import PictureError, SourceError
from imagette.images import decode
from tests.test_folder import listed, put, rows
from tests.test_idx import altered

FILES = {name: name.encode() * 5 for name in ("a/1.png", "a/deep/2.png", "b/1.jpg", "b/2.gif")}


def zipped(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tar_bytes(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def tarred(path: Path, files: Mapping[str, bytes]) -> Path:
    packed: dict[str, Callable[[bytes], bytes]] = {
        "z2": bz2.compress,
        "xz": lzma.compress,
        "gz": gzip.compress,
    }
    pack = packed.get(path.suffix.replace("tgz", "gz")[-2:], bytes)
    path.write_bytes(pack(tar_bytes(files)))
    return path


def write(path: Path, files: Mapping[str, bytes]) -> Path:
    return zipped(path, files) if path.suffix == ".zip" else tarred(path, files)


SUFFIXES = [".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".TAR"]
each_kind = pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_archive_is_as_its_folder(tmp_path: Path, suffix: str) -> None:
    folder = put(tmp_path / "folder", FILES)
    listing, same = listed(write(tmp_path / f"x{suffix}", FILES)), listed(folder)
    assert rows(listing) == rows(same)
    assert listing.class_names == same.class_names
    assert listing.notes == same.notes
    for _ in range(2):
        assert list(listing.read()) == list(same.read()) == list(FILES.values())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", f"x{suffix}"]


@each_kind
def test_splits_and_the_order_of_members(tmp_path: Path, suffix: str) -> None:
    names = ["test/1/b.png", "train/1/z.png", "train/0/a.png"]
    listing = listed(write(tmp_path / f"x{suffix}", {name: name.encode() for name in names}))
    # What is packed as a whole is read in one go, so it keeps its order.
    expected = names if suffix == ".tar.gz" else sorted(names)
    assert list(listing.names) == expected
    assert list(listing.read()) == [name.encode() for name in expected]
    assert {split for _, _, split in rows(listing)} == {Split.TRAIN, Split.TEST}


@each_kind
@pytest.mark.parametrize("start", ["./", "/", "mine/", "home/user/data.v2/", "./x/"])
def test_folders_that_hold_everything_are_skipped(tmp_path: Path, suffix: str, start: str) -> None:
    files = {start + name: content for name, content in FILES.items()}
    files |= {f"{start}empty/readme.txt": b"", "__MACOSX/._1.png": b""}
    listing = listed(write(tmp_path / f"x{suffix}", files))
    assert list(listing.names) == list(FILES)
    notes = [
        "2 classes: a, b",
        "folders without pictures were left out: empty",
        "1 file that is no picture was left out: .txt 1",
        "1 hidden file or folder was left out: __MACOSX",
    ]
    if skipped := start.removeprefix("./").strip("/"):
        notes.insert(0, f"read below {skipped}/, which holds all pictures")
    assert list(listing.notes) == notes


def test_a_split_that_holds_everything_stays_a_split(tmp_path: Path) -> None:
    files = {f"content/train/{name}": content for name, content in FILES.items()}
    listing = listed(zipped(tmp_path / "x.zip", files))
    assert listing.names[0] == "train/a/1.png"
    assert set(listing.splits) == {Split.TRAIN}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, r"holds no pictures \(it is empty\); expected root/class/picture"),
        ({"a/x.csv": b""}, r"holds no pictures \(1 file that is no picture was left out: .csv 1\)"),
        ({"1.png": b"", "2.png": b""}, "holds pictures and no class folders"),
        ({"x/a/1.png": b"", "x/a/2.png": b""}, "has one class only, 'a': expected two or more"),
        ({"a/1.png": b""}, "has one class only, 'a'"),
        ({"test/a/1.png": b"", "c/1.png": b""}, r"has folders of splits \(test\) beside others"),
    ],
)
@each_kind
def test_other_archives_are_refused(
    tmp_path: Path, suffix: str, files: Mapping[str, bytes], message: str
) -> None:
    path = write(tmp_path / f"x{suffix}", files)
    with pytest.raises(SourceError, match=message) as caught:
        read(path, DataOptions())
    assert str(path) in str(caught.value)


@each_kind
def test_members_that_lead_out_are_left_out(tmp_path: Path, suffix: str) -> None:
    files = FILES | {"../evil.png": b"", "a/../../../b/evil.png": b"", "C:/evil.png": b""}
    listing = listed(write(tmp_path / f"x{suffix}", files))
    assert list(listing.names) == list(FILES)
    note = "3 members that lead out of the archive were left out: ../evil.png, C:/evil.png, a/../"
    assert any(text.startswith(note) for text in listing.notes)


def test_links_and_devices_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for name, content in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for n, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE)):
            member = tarfile.TarInfo(f"a/{n}.png")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    listing = listed(path)
    assert list(listing.names) == list(FILES)
    note = "3 links and devices were left out: a/0.png, a/1.png, a/2.png"
    assert note in listing.notes
    link = zipfile.ZipInfo("a/link.png")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(zipped(tmp_path / "x.zip", FILES), "a") as archive_:
        archive_.writestr(link, "/etc/passwd")
    assert "1 link or device was left out: a/link.png" in listed(tmp_path / "x.zip").notes


def test_slashes_of_windows_are_slashes(tmp_path: Path) -> None:
    files = {name.replace("/", "\\"): content for name, content in FILES.items()}
    listing = listed(zipped(tmp_path / "x.zip", files | {"empty\\": b""}))
    assert list(listing.names) == list(FILES)
    assert "folders without pictures were left out: empty" in listing.notes


@each_kind
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_one_name_the_last_counts(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"x{suffix}", FILES)
    if suffix == ".zip":
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("a/1.png", b"newer")
    else:
        newer = tarfile.TarInfo("a/1.png")
        newer.size = 5
        content = io.BytesIO(tar_bytes(FILES))
        with tarfile.open(fileobj=content, mode="a") as archive_:
            archive_.addfile(newer, io.BytesIO(b"newer"))
        pack = gzip.compress if suffix == ".tar.gz" else bytes
        path.write_bytes(pack(content.getvalue()))
    listing = listed(path)
    contents = dict(zip(listing.names, listing.read(), strict=True))
    assert contents == FILES | {"a/1.png": b"newer"}


def patched(path: Path, name: str, start: int, value: bytes) -> Path:
    """The zip with a field of the first member changed: in its own header and in the list."""
    content = bytearray(path.read_bytes())
    own, listed_at = content.index(b"PK\3\4"), content.index(b"PK\1\2")
    for header in (own + start, listed_at + start + 2):
        content[header : header + len(value)] = value
    path.write_bytes(content)
    return path


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = patched(zipped(tmp_path / "x.zip", FILES), "a/1.png", 6, b"\1\0")
    with pytest.raises(SourceError, match=r"x\.zip: 'a/1.png' is encrypted. Unpack it with its pa"):
        read(path, DataOptions())


def test_what_is_encrypted_and_no_picture_does_not_matter(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a/readme.txt": b"secret", **FILES})
    assert len(listed(patched(path, "", 6, b"\1\0"))) == 4


@pytest.mark.parametrize(
    ("method", "name"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")]
)
def test_rare_methods_are_refused(tmp_path: Path, method: int, name: str) -> None:
    path = zipped(tmp_path / "x.zip", FILES, method)
    with pytest.raises(SourceError, match=f"'a/1.png' is packed by {name}, expected store or defl"):
        read(path, DataOptions())
    patched(path, "", 8, struct.pack("<H", 77))
    with pytest.raises(SourceError, match="is packed by method 77, expected"):
        read(path, DataOptions())


@pytest.fixture
def low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte is harmless, not a hundred, so that bombs are made in no time."""
    monkeypatch.setattr(members, "_HARMLESS", 10**6)


def test_bombs_are_refused_unread(tmp_path: Path, low_limit: None) -> None:
    whole = zipped(tmp_path / "x.zip", FILES | {"a/3.png": bytes(1_200_000)})
    assert whole.stat().st_size < 3_000
    message = r"unpacks to more than 200 times its own size, or more than 64 GB, as no archive of"
    with pytest.raises(SourceError, match=message):
        read(whole, DataOptions())
    beside = FILES | {f"b/{n}.jpg": os.urandom(5_000) for n in range(3)}
    with zipfile.ZipFile(zipped(tmp_path / "y.zip", beside, zipfile.ZIP_STORED), "a") as archive:
        archive.writestr("a/3.png", bytes(1_200_000), zipfile.ZIP_DEFLATED)
    with pytest.raises(SourceError, match=rf"y\.zip: 'a/3.png' {message}"):
        read(tmp_path / "y.zip", DataOptions())


def test_a_packed_tar_is_read_no_further_than_200_times_its_size(
    tmp_path: Path, low_limit: None
) -> None:
    path = tarred(tmp_path / "x.tar.gz", FILES)
    claims = tarfile.TarInfo("a/3.png")
    claims.size = 2 * 10**7  # it is not even there
    path.write_bytes(gzip.compress(tar_bytes(FILES)[: 8 * 512] + claims.tobuf()))
    with pytest.raises(SourceError, match="unpacks to more than 200 times its own size"):
        read(path, DataOptions())
    with gzip.open(path, "wb") as file:  # zeros behind the end, where a checksum is looked for
        file.write(tar_bytes(FILES))
        file.write(bytes(1_200_000))
    with pytest.raises(SourceError, match="unpacks to more than 200 times its own size"):
        read(path, DataOptions())


def test_a_header_without_end_is_refused(tmp_path: Path) -> None:
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 2**21
    path = tmp_path / "x.tar"
    path.write_bytes(long.tobuf(tarfile.GNU_FORMAT) + bytes(2**21))
    with pytest.raises(SourceError, match="has a header of 2097152 bytes, expected a few hundred"):
        read(path, DataOptions())


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_sizes_below_zero_are_no_way_back(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("a/1.png")
    member.type, member.size = kind, -1024
    path = tmp_path / "x.tar"
    path.write_bytes(tar_bytes(FILES)[: 2 * 512] + member.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(SourceError, match=r"size -1024|header of -1024 bytes"):
        read(path, DataOptions())


@each_kind
def test_numbers_of_members_and_bytes_have_limits(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / f"x{suffix}", FILES)
    monkeypatch.setattr(members, "MAXIMUM_UNPACKED", 70)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read(path, DataOptions())
    monkeypatch.undo()
    monkeypatch.setattr(members, "MAXIMUM_MEMBERS", 3)
    with pytest.raises(SourceError, match="has more than 3 members, the most that imagette reads"):
        read(path, DataOptions())


def test_a_list_of_members_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from imagette.data.formats import zip_archive

    monkeypatch.setattr(zip_archive, "_MAXIMUM_DIRECTORY", 200)
    with pytest.raises(SourceError, match="claims a list of members of 2.. bytes, expected at"):
        read(zipped(tmp_path / "x.zip", FILES), DataOptions())


def damaged(contents: list[bytes | PictureError]) -> list[bool]:
    return [isinstance(content, PictureError) for content in contents]


@each_kind
def test_a_large_member_is_an_error_in_its_place(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "MAXIMUM_BYTES", 40)
    contents = list(listed(write(tmp_path / f"x{suffix}", FILES)).read())
    assert [isinstance(content, PictureError) for content in contents] == [
        False,
        True,
        False,
        False,
    ]
    assert "a/deep/2.png has more than" in str(contents[1])


def test_a_damaged_member_is_an_error_in_its_place(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", FILES | {"a/deep/2.png": b"pixels"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"pixels", b"pixel5"))
    contents = list(listed(path).read())
    assert [isinstance(content, PictureError) for content in contents] == [
        False,
        True,
        False,
        False,
    ]
    assert "a/deep/2.png is damaged in its archive (Bad CRC-32" in str(contents[1])


def test_a_member_that_is_longer_than_it_says_is_damaged(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", FILES)
    (content, *_) = listed(patched(path, "", 22, struct.pack("<I", 30))).read()
    assert isinstance(content, PictureError)
    assert "a/1.png is damaged in its archive" in str(content)


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_truncated_empty_and_foreign_files_are_refused(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"x{suffix}", FILES)
    whole = path.read_bytes()
    # Where a tar is cut right behind a member, or in the zeros at its end, nothing is missing.
    ends = (0, 1, 100, len(whole) // 2) if suffix != ".tar" else (0, 1, 100, 3 * 512 + 100)
    for content in (*(whole[:end] for end in ends), b"no archive" * 100):
        path.write_bytes(content)
        message = r"cannot be read as an archive: truncated, altered or .*Replace it by a good copy"
        with pytest.raises(SourceError, match=message):
            read(path, DataOptions())


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz"])
def test_a_damaged_header_is_no_end(tmp_path: Path, suffix: str) -> None:
    whole = tar_bytes(FILES)
    broken = whole[:1024] + b"\xff" * 512 + whole[1536:]
    path = tmp_path / f"x{suffix}"
    path.write_bytes(gzip.compress(broken) if suffix == ".tar.gz" else broken)
    with pytest.raises(SourceError, match="the header of a member at byte 1024 is damaged"):
        read(path, DataOptions())


def test_the_checksum_of_a_packed_tar_is_compared(tmp_path: Path) -> None:
    path = tarred(tmp_path / "x.tar.gz", FILES)
    content = bytearray(path.read_bytes())
    content[-6] ^= 1
    path.write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read as an archive: .*CRC"):
        read(path, DataOptions())


@each_kind
def test_an_archive_that_is_altered_is_not_read_on(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"x{suffix}", FILES)
    listing = listed(path)
    write(path, {name: content + b"!" for name, content in FILES.items()})
    with pytest.raises(SourceError, match="was altered since it was opened. Start again"):
        list(listing.read())
    assert listed(path).identity != listing.identity
    path.unlink()
    with pytest.raises(SourceError, match="cannot be read as an archive"):
        list(listing.read())


@each_kind
def test_names_in_unicode(tmp_path: Path, suffix: str) -> None:
    files = {"猫/ä.png": b"1", "Bär/ß.png": b"2"}
    listing = listed(write(tmp_path / f"x{suffix}", files))
    assert listing.class_names == ("Bär", "猫")
    assert sorted(listing.names) == ["Bär/ß.png", "猫/ä.png"]


def test_names_that_are_no_text_in_a_tar(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(tar_bytes(FILES | {"\udce9/\x1b.png": b"1"}))
    listing = listed(path)
    assert "\\udce9/\\x1b.png" in list(listing.names)
    assert len(list(listing.read())) == 5


def attempt(path: Path) -> Listing | None:
    try:
        listing = read(path, DataOptions())
        assert isinstance(listing, Listing)
        for content in listing.read():
            assert isinstance(content, bytes | PictureError)
    except SourceError as error:
        assert str(path) in str(error)
        return None
    return listing


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_the_bytes_only_source_error_escapes(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / f"fuzz{suffix}"
    whole = write(path, FILES).read_bytes()
    path.write_bytes(data.draw(altered(whole) | st.binary(max_size=200)))
    attempt(path)


@settings(max_examples=60)
@given(altered(tar_bytes(FILES)[: 9 * 512]))
def test_whatever_the_bytes_in_a_packed_tar(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "inside.tar.gz"
    path.write_bytes(gzip.compress(content, 1))
    attempt(path)
