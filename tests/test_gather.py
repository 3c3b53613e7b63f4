"""Files, folders, patterns and stdin become pictures, each read when it is asked for."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imagette.errors import PictureError
from imagette.images.gather import files_meant, gather
from imagette.images.pages import of_several_pages


def save(path: Path, gray: int) -> Path:
    Image.new("L", (6, 5), gray).save(path)
    return path


def names(text: str | Path) -> list[str]:
    return [Path(name).name for name, _ in gather(str(text))]


def test_a_folder_gives_its_pictures_by_name(tmp_path: Path) -> None:
    for name in ("b.png", "a.PNG", "c.jpg"):
        save(tmp_path / name, 9)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "deeper.png").mkdir()
    save(tmp_path / "._b.png", 9)  # macOS leaves such behind
    (tmp_path / "d.HEIC").write_bytes(b"a kind that is told, and not passed over")
    assert names(tmp_path) == ["a.PNG", "b.png", "c.jpg", "d.HEIC"]
    picture = next(gather(str(tmp_path / "b.png")))[1]()
    np.testing.assert_array_equal(picture, np.full((5, 6, 1), 9))


def test_a_pattern_gives_what_fits_it(tmp_path: Path) -> None:
    for name in ("scan 1.png", "scan 2.png", "photo.png"):
        save(tmp_path / name, 9)
    assert names(tmp_path / "scan *.png") == ["scan 1.png", "scan 2.png"]
    with pytest.raises(PictureError, match=r"no file fits the pattern .*none\*\.png"):
        names(tmp_path / "none*.png")
    odd = save(tmp_path / "really[1].png", 9)  # a file of that very name is no pattern
    assert names(odd) == ["really[1].png"]


def test_what_cannot_be_looked_at_stops_no_other(tmp_path: Path) -> None:
    save(tmp_path / "a.png", 9)
    (tmp_path / "b.png").symlink_to("b" * 300)  # the system has no names of such length
    (tmp_path / "c.tif").symlink_to("gone.tif")
    for text in (tmp_path, tmp_path / "*"):
        assert names(text) == ["a.png", "b.png", "c.tif"]
    (_, first), *others = gather(str(tmp_path))
    assert first().max() == 9
    for _, load in others:
        with pytest.raises(PictureError, match=r"b\.png cannot be read: .* long|no file .*c\.tif"):
            load()
    assert [path.name for path in files_meant(f"{tmp_path}/b*.png")] == ["b.png"]
    assert of_several_pages(tmp_path.iterdir()) == ""


def test_stdin_is_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = save(tmp_path / "x.png", 77).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    ((name, load),) = gather("-")
    assert name == "stdin"
    assert load().max() == load().max() == 77
    ((_, load),) = gather("-")
    with pytest.raises(PictureError, match="stdin is empty"):  # it is kept by nobody
        load()


def test_an_address_is_fetched_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ((name, load),) = gather("http://127.0.0.1/x.png")
    assert name == "http://127.0.0.1/x.png"
    with pytest.raises(PictureError, match="a private or local address"):
        load()


def test_folders_without_pictures_are_told(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="holds no pictures, expected files named"):
        names(tmp_path)
    for name in "abcd":
        (tmp_path / name).mkdir()
    with pytest.raises(PictureError, match=r"holds only folders \(a, b, c, \.\.\.\)"):
        names(tmp_path)


def test_of_very_many_pages_a_thousand_are_counted(tmp_path: Path) -> None:
    page = Image.new("1", (1, 1))
    page.save(tmp_path / "scan.tif", save_all=True, append_images=[page] * 1000)
    assert "scan.tif (1,000 or more)" in of_several_pages(tmp_path.iterdir())


def test_stdin_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreadable:
        buffer = property(lambda self: self)

        def read(self, size: int) -> bytes:
            raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(sys, "stdin", Unreadable())
    with pytest.raises(PictureError, match=r"stdin cannot be read: Bad file descriptor\. Send"):
        list(gather("-"))
