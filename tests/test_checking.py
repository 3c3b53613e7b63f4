"""What `train` refuses and tells, and what `check_data` says of the same sources."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import imagette
from imagette.cli.main import run
from imagette.data.checking import check_source, open_checked
from imagette.data.options import DataOptions
from imagette.errors import DatasetError, SourceError
from imagette.training.progress import Progress
from tests.test_checks import codes, only


class Notes(Progress):
    def __init__(self) -> None:
        self.texts: list[str] = []

    def noted(self, text: str) -> None:
        self.texts.append(text)


def save(folder: Path, images: int = 60, **changes: Any) -> Path:
    """Two classes of different 8x8 images as an .npz."""
    pixels = np.random.default_rng(0).integers(0, 256, (images, 8, 8), dtype=np.uint8)
    arrays: dict[str, Any] = {"x_train": pixels, "y_train": np.arange(images) % 2} | changes
    np.savez(folder / "mine.npz", **arrays)
    return folder / "mine.npz"


def test_sound_splits_are_those_of_opening() -> None:
    splits, findings = open_checked("digits", DataOptions(seed=3))
    assert codes(findings) == []
    assert splits.train.fingerprint == imagette.open_data("digits", seed=3).train.fingerprint


def test_train_tells_warnings_and_goes_on(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (60, 8, 8), dtype=np.uint8)
    pixels[5] = 9
    path = save(tmp_path, x_train=pixels)
    notes = Notes()
    imagette.train(path, "sprint", epochs=1, out=tmp_path / "runs", progress=notes)
    assert [text for text in notes.texts if "nothing to be seen on 1 of 60 images" in text]
    assert only(imagette.check_data(path), "blank").images == ("train/5",)


def test_train_refuses_errors_with_all_of_them(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (60, 8, 8), dtype=np.uint8)
    x_test, y_test = pixels[:20], np.arange(20) % 2
    path = save(tmp_path, x_train=pixels, x_test=x_test, y_test=y_test)
    with pytest.raises(DatasetError, match="20 of 20 test images .* are exact copies of training"):
        imagette.train(path, "sprint", epochs=1, out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
    pixels[:] = np.arange(60, dtype=np.uint8)[:, np.newaxis, np.newaxis] * 4
    with pytest.raises(DatasetError, match="nothing to be seen on 60 of 60 images"):
        imagette.train(save(tmp_path, x_train=pixels), "sprint", out=tmp_path / "runs")


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"y_train": np.zeros(60, int)}, "cannot-be-divided", "there is one class only"),
        ({"y_train": np.arange(60) // 59}, "cannot-be-divided", "class '1' has 1 different image"),
        ({"y_train": np.arange(58) % 2}, "unusable", "58"),
    ],
)
def test_what_train_would_refuse_is_an_error(
    tmp_path: Path, changes: dict[str, Any], code: str, text: str
) -> None:
    path = save(tmp_path, **changes)
    findings = check_source(path, DataOptions())
    assert codes(findings)[0] == ("error", code)
    assert text in only(findings, code).text
    with pytest.raises(DatasetError) as refused:
        imagette.train(path, "sprint", epochs=1, out=tmp_path / "runs")
    assert str(refused.value) == only(findings, code).text


def test_what_a_check_says_with_the_images_names_is_not_told_twice() -> None:
    """Constant images cannot be divided, because they are equal."""
    source = np.zeros((4, 3, 3), np.uint8), np.array([0, 0, 1, 1])
    assert codes(imagette.check_data(source))[:2] == [("error", "blank"), ("warning", "two-labels")]


def test_limits_and_other_options_hold(tmp_path: Path) -> None:
    assert check_source(save(tmp_path), DataOptions(limit=30)).images == 12 + 30  # a fifth is test
    with pytest.raises(SourceError, match="no source 'nowhere"):
        imagette.check_data("nowhere.npz")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["label,a,b,c,d", *(f"{n % 2},1,2,3,{n + 291}" for n in range(10))], "the pixel 291"),
        (["label,a,b,c,d", *(f"{n % 2},1,2,3,{n}" for n in range(10)), "1,2"], "line 12"),
    ],
)
def test_what_cannot_be_read_of_a_source_that_is_there_is_an_error(
    tmp_path: Path, lines: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pixels.csv"
    path.write_text("\n".join(lines) + "\n")
    assert text in only(check_source(path, DataOptions()), "unusable").text
    assert run(["data", "check", str(path), "--json", "--strict"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["severity"], finding["code"]) == ("error", "unusable")


def test_a_folder_of_one_class_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "all" / "cat").mkdir(parents=True)
    Image.new("L", (8, 8)).save(tmp_path / "all" / "cat" / "1.png")
    assert codes(check_source(tmp_path / "all", DataOptions()))[0][0] == "error"


def test_what_is_not_of_the_source_is_told_at_once(tmp_path: Path) -> None:
    for options in (DataOptions(test="nowhere.npz"), DataOptions(groups="writer")):
        with pytest.raises(SourceError):
            check_source(save(tmp_path), options)
    with pytest.raises(SourceError, match="the source is of type"):
        imagette.check_data(None)


def test_test_images_alone_cannot_be_divided(tmp_path: Path) -> None:
    whole = np.load(save(tmp_path))
    np.savez(tmp_path / "mine.npz", x_test=whole["x_train"], y_test=whole["y_train"])
    findings = check_source(tmp_path / "mine.npz", DataOptions())
    assert codes(findings)[0] == ("error", "cannot-be-divided")
    text = only(findings, "cannot-be-divided").text
    assert text.startswith("mine has 60 test images and none to learn from")
    assert "never-trained" not in [code for _, code in codes(findings)]
