"""A saved classifier answers every picture of a data file, in the file's order."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from PIL import Image

import imagette
from imagette.cli.main import run
from imagette.data.formats import idx
from imagette.runs.run import Run

Captured = pytest.CaptureFixture[str]
COUNT = 300  # more than are answered at a time


@pytest.fixture(scope="module")
def images() -> NDArray[np.uint8]:
    return np.asarray(imagette.open_data("digits").train.images[:COUNT, ..., 0])


@pytest.fixture(scope="module")
def expected(digits_run: Run, images: NDArray[np.uint8]) -> list[tuple[str, float]]:
    answers = imagette.load(digits_run).predict_all(list(images))
    return [(answer.label, answer.probability) for answer in answers]


def png(image: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def write(path: Path, images: NDArray[np.uint8]) -> None:
    flat = images.reshape(len(images), -1)
    if path.suffix == ".csv":
        header = ",".join(f"pixel{n}" for n in range(flat.shape[1]))
        np.savetxt(path, flat, "%d", ",", header=header, comments="")
    elif path.suffix == ".npz":
        np.savez(path, x=images / 255)
    elif path.suffix == ".npy":
        np.save(path, images)
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({"image": [png(image) for image in images]}), path)
    else:
        path.write_bytes(idx.header(images.shape) + images.tobytes())


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("test.csv", "line 2", "line 301"),
        ("test.npz", "image/0", "image/299"),
        ("test.npy", "image/0", "image/299"),
        ("test-images-idx3-ubyte", "image/0", "image/299"),
        ("test.parquet", "test.parquet/0", "test.parquet/299"),
    ],
)
def test_every_picture_is_answered(
    name: str,
    first: str,
    last: str,
    images: NDArray[np.uint8],
    expected: list[tuple[str, float]],
    digits_run: Run,
    tmp_path: Path,
    capsys: Captured,
) -> None:
    path = tmp_path / name
    write(path, images)
    assert run(["predict", str(digits_run.path), str(path), "--json"]) == 0
    answers: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert [answer["label"] for answer in answers] == [label for label, _ in expected]
    probabilities = [answer["probability"] for answer in answers]
    np.testing.assert_allclose(probabilities, [p for _, p in expected], atol=1e-6)
    assert [answers[n]["picture"] for n in (0, -1)] == [f"{path}, {first}", f"{path}, {last}"]


def test_what_was_detected_is_said_beside_the_answers(
    images: NDArray[np.uint8], digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    write(tmp_path / "test.csv", images[:3])
    assert run(["predict", str(digits_run.path), str(tmp_path / "test.csv")]) == 0
    printed = capsys.readouterr()
    assert "test.csv, line 4" in printed.out
    assert "test.csv: no labels, a header, 64 pixels an image: 8x8, gray" in printed.err


def test_a_bad_file_or_picture_stops_no_other(
    images: NDArray[np.uint8], digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    pictures = [png(images[0]), b"text", None, png(images[1])]
    pq.write_table(pa.table({"image": pictures}), tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("label,p0\n1,300\n")
    np.save(tmp_path / "c.npy", np.zeros(3))
    np.save(tmp_path / "d.npy", images[:2])
    names = [str(tmp_path / name) for name in ("a.parquet", "b.csv", "c.npy", "d.npy")]
    assert run(["predict", str(digits_run.path), *names, "--json"]) == 1
    printed = capsys.readouterr()
    told = [(one["picture"].rpartition("/")[2], "error" in one) for one in json.loads(printed.out)]
    bad = [("1", True), ("2", True)]
    assert told == [("0", False), *bad, ("3", False), ("0", False), ("1", False)]
    for message in (
        "a.parquet/1 is not a picture",
        "a.parquet/2 has no bytes: the picture is missing",
        "b.csv, line 2, column 2 has the pixel 300, expected 0 to 255",
        "images are float64 (3,), expected (n, height, width)",
    ):
        assert message in printed.err


def test_images_of_an_array_are_answered_as_evaluate_does_and_not_taken_for_photographs(
    digits_run: Run, images: NDArray[np.uint8], tmp_path: Path, capsys: Captured
) -> None:
    dark = 255 - images[:6]  # unlike the training images
    write(tmp_path / "x.npy", dark)
    command = ["predict", str(digits_run.path), str(tmp_path / "x.npy"), "--json"]
    assert run(command) == 0
    answers = json.loads(capsys.readouterr().out)
    probabilities = imagette.load(digits_run).probabilities(dark[..., np.newaxis])
    given = [list(answer["probabilities"].values()) for answer in answers]
    np.testing.assert_allclose(given, probabilities, atol=1e-6)
    assert {answer["note"] for answer in answers} == {""}
    assert run([*command, "--prepare", "photo"]) == 0
    assert any(answer["note"] for answer in json.loads(capsys.readouterr().out))


def test_reading_a_long_file_is_told(
    digits_run: Run,
    images: NDArray[np.uint8],
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("imagette.cli.progress._SECONDS_UNTOLD", -1)
    write(tmp_path / "test.csv", images[:20])
    assert run(["predict", str(digits_run.path), str(tmp_path / "test.csv")]) == 0
    assert capsys.readouterr().err.startswith("reading 20 images\n")
