"""`imagette data show`: which files are written, and which are never replaced."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagette
from imagette.cli.main import run
from imagette.errors import RunError, SettingsError
from imagette.plot import letters

NAMES = ["samples", "class-counts", "class-means", "batch"]
Captured = pytest.CaptureFixture[str]


def test_four_pictures_are_written_into_a_folder_named_as_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = imagette.show_data("digits", columns=3)
    assert shown.pictures == tuple(Path("digits-pictures") / f"{name}.png" for name in NAMES)
    assert sorted(Path().rglob("*")) == sorted([Path("digits-pictures"), *shown.pictures])
    for path in shown.pictures:
        with Image.open(path) as picture:
            picture.load()
            assert picture.mode == "RGB"
            assert picture.info["Software"] == "imagette"
            assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)
    assert shown.overview.counts["train"].sum() == 1258


def test_svg_is_well_formed(tmp_path: Path) -> None:
    shown = imagette.show_data("digits", tmp_path, format="svg", recipe="sprint")
    for path in shown.pictures:
        assert path.suffix == ".svg"
        root = ElementTree.fromstring(path.read_text())
        assert root.tag.endswith("svg")
    imagette.show_data("digits", tmp_path, format="svg", recipe="sprint")  # its own are replaced


def test_own_pictures_are_replaced_and_no_others(tmp_path: Path) -> None:
    imagette.show_data("digits", tmp_path, columns=2)
    first = (tmp_path / "samples.png").read_bytes()
    imagette.show_data("digits", tmp_path, columns=2, seed=3)
    assert (tmp_path / "samples.png").read_bytes() != first
    foreign = tmp_path / "batch.png"
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(foreign)
    content, second = foreign.read_bytes(), (tmp_path / "samples.png").read_bytes()
    with pytest.raises(RunError) as error:
        imagette.show_data("digits", tmp_path, columns=2)
    assert str(error.value) == (
        f"{foreign} is there already and is no picture of imagette's: it is left as it is. "
        "Choose another folder with `out`"
    )
    assert foreign.read_bytes() == content
    assert (tmp_path / "samples.png").read_bytes() == second  # nothing was begun
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("content", [b"", b"text", b"<svg></svg>"])
def test_files_that_are_no_pictures_stop_it_too(tmp_path: Path, content: bytes) -> None:
    for name in ("samples.png", "samples.svg"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(RunError, match="is there already"):
            imagette.show_data("digits", tmp_path, format=name[-3:])
    (tmp_path / "other" / "samples.png").mkdir(parents=True)
    with pytest.raises(RunError, match="is there already"):
        imagette.show_data("digits", tmp_path / "other")


def test_what_cannot_be_shown_is_refused(tmp_path: Path) -> None:
    for columns in (0, 41):
        with pytest.raises(SettingsError, match=f"`columns={columns}`: expected 1 to 40"):
            imagette.show_data("digits", tmp_path, columns=columns)
    for wrong in ("3", 3.5, True):
        with pytest.raises(SettingsError, match=f"`columns={wrong!r}`: expected a whole number"):
            imagette.show_data("digits", tmp_path, columns=wrong)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="`format='gif'`: expected one of png, svg"):
        imagette.show_data("digits", tmp_path, format="gif")
    with pytest.raises(imagette.ImagetteError, match="no recipe 'tandard'; did you mean"):
        imagette.show_data("digits", tmp_path, recipe="tandard")
    with pytest.raises(imagette.ImagetteError, match="too deep for images of 8x8"):
        imagette.show_data("digits", tmp_path, recipe="lenet")
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="expected a folder"):
        imagette.show_data("digits", tmp_path / "file" / "folder")


def test_the_table_says_what_is_there(tmp_path: Path, capsys: Captured) -> None:
    assert run(["data", "show", "digits", "--out", str(tmp_path), "--columns", "2"]) == 0
    printed = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert lines[0] == "digits: images of 8x8, gray, uint8"
    assert "class train validation test" in lines
    assert "9 126 18 36" in lines
    assert "all 1,258 180 359" in lines
    assert "lowest pixel 0 0 0" in lines
    assert "highest pixel 255 255 255" in lines
    assert lines[-5:] == ["wrote", *(str(tmp_path / f"{name}.png") for name in NAMES)]


def test_the_same_for_machines(tmp_path: Path, capsys: Captured) -> None:
    arguments = ["--out", str(tmp_path), "-r", "sprint", "--seed", "4", "--json"]
    assert run(["data", "show", "digits", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    train = imagette.open_data("digits", seed=4).train
    assert found["image_shape"] == [8, 8, 1]
    assert found["splits"]["train"]["counts"] == train.counts().tolist()
    assert found["splits"]["train"]["mean"] == pytest.approx(train.images.mean())
    assert found["pictures"] == [str(tmp_path / f"{name}.png") for name in NAMES]


def many_classes(path: Path, classes: int) -> Path:
    images = np.random.default_rng(0).integers(0, 256, (5 * classes, 8, 8), dtype=np.uint8)
    np.savez(path, x_train=images, y_train=np.arange(5 * classes) % classes)
    return path


def test_of_many_classes_the_table_gives_a_summary(tmp_path: Path, capsys: Captured) -> None:
    source = many_classes(tmp_path / "many.npz", 41)
    assert run(["data", "show", str(source), "--out", str(tmp_path / "out"), "--columns", "1"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "largest of 41 classes 3 1 1" in lines
    assert len(lines) < 25


def test_usage_errors_have_their_exit_code(tmp_path: Path, capsys: Captured) -> None:
    assert run(["data", "show", "digits", "--out", str(tmp_path), "--columns", "99"]) == 2
    assert "--columns 99: expected 1 to 40" in capsys.readouterr().err
    assert run(["data", "show", "digits", "--format", "gif"]) == 2
    assert run(["data", "show", ""]) == 2
    assert run(["data", "show", "nothing-there"]) == 1


def test_letters_that_no_font_has_are_told(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8), dtype=np.uint8)
    labels = np.array(["猫", "狗", "cat"])[np.arange(30) % 3]
    np.savez(tmp_path / "a.npz", x_train=images, y_train=labels)
    monkeypatch.setattr(letters, "_broad", lambda: ())
    letters._family.cache_clear()
    try:
        assert run(["data", "show", str(tmp_path / "a.npz"), "--out", str(tmp_path)]) == 0
    finally:
        letters._family.cache_clear()
    error = capsys.readouterr().err
    assert "no font here has the letters of 狗, 猫: the pictures show their codes, or t" in error
