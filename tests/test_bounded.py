"""Files of strangers are read up to a limit, and only if they are files."""

import os
from functools import partial
from pathlib import Path

import pytest

import imagette
from imagette.bounded import begins_with, exists, read_bounded, real_path
from imagette.data.options import DataOptions
from imagette.data.sources import open_source
from imagette.errors import ImagetteError, RunError, SettingsError, SourceError
from imagette.runs.run import Run


def read(path: Path | str, most: int = 10) -> bytes:
    return read_bounded(path, most, RunError, "Restore it")


@pytest.mark.parametrize("size", [0, 1, 10])
def test_a_file_is_read_up_to_the_limit(tmp_path: Path, size: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x" * size)
    assert read(path) == read(str(path)) == b"x" * size


def test_a_larger_one_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.truncate(10**12)  # a hole: it takes no space
    message = r"x has 1,000,000,000,000 bytes, expected at most 10\. Restore it"
    with pytest.raises(RunError, match=message):
        read(tmp_path / "x")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_pipes_and_devices_are_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(RunError, match="is a pipe or a device, expected a file. Save it"):
            read(path)


def test_how_a_file_begins(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"file,label\n")
    assert begins_with(tmp_path / "x", b"file,")
    assert not begins_with(tmp_path / "x", b"label")
    assert not begins_with(tmp_path / "none", b"")
    assert not begins_with(tmp_path, b"")


def test_what_the_system_says_goes_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none")
    with pytest.raises(IsADirectoryError):
        read(tmp_path)
    with pytest.raises(ValueError, match="null byte"):
        read(tmp_path / "a\0b")


def test_a_name_that_no_system_can_have_is_told(digits_run: Run, tmp_path: Path) -> None:
    nothing = tmp_path / "a\0b"
    for read_from in (
        partial(imagette.load, nothing.with_suffix(".onnx")),
        partial(imagette.train, nothing),
        partial(imagette.train, "digits", network=nothing.with_suffix(".keras")),
        partial(imagette.evaluate, digits_run, nothing),
    ):
        with pytest.raises(ImagetteError, match=r"no (file|source) .*/a\\x00"):
            read_from()
    for write in (
        partial(imagette.train, "digits", out=nothing),
        partial(imagette.train_seeds, "digits", seeds=2, out=nothing),
        partial(imagette.reproduce, ["lenet"], out=nothing),
        partial(imagette.show_data, "digits", nothing),
        partial(imagette.find_label_errors, "digits", nothing),
        partial(imagette.export, digits_run, out=nothing),
        partial(imagette.write_report, digits_run, figures=nothing),
        partial(imagette.write_comparison, [digits_run], nothing),
    ):
        with pytest.raises(SettingsError, match=r"=.*a\\x00b.*: expected the path of a folder or"):
            write()
    with pytest.raises(SettingsError, match="`out=3`: expected the path of a folder or file"):
        imagette.export(digits_run, out=3)  # type: ignore[arg-type]
    with pytest.raises(RunError, match="into .*xxx: File name too long. Choose another with"):
        imagette.export(digits_run, out=tmp_path / ("x" * 300))


def test_a_name_that_is_too_long_is_not_there(tmp_path: Path) -> None:
    assert exists(tmp_path)
    assert not exists(tmp_path / "file")
    assert not exists(tmp_path / ("x" * 300))
    with pytest.raises(SourceError, match="no source 'xxx"):
        open_source("x" * 300)
    with pytest.raises(SourceError, match="no source 'yyy"):
        open_source("digits", DataOptions(test="y" * 300).anchored())


def test_links_in_a_circle_stay_as_they_are(tmp_path: Path) -> None:
    circle, link = tmp_path / "circle", tmp_path / "link"
    circle.symlink_to("circle")
    link.symlink_to(tmp_path / "gone" / "x")
    assert real_path(circle) == circle.parent.resolve() / "circle"
    assert real_path(str(link)) == link.resolve()
