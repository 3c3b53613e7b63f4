"""`judgements.safetensors`: written, read back the same, and what is said of damaged ones."""

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import imagette
from imagette.errors import RunError
from imagette.evaluation import Judgements, evaluate_judgements
from imagette.runs import judgements_file
from imagette.runs.judgements_file import (
    JUDGEMENTS,
    judgements_of,
    read_judgements,
    to_bytes,
    write_judgements,
)
from imagette.runs.run import Run
from tests.test_judgements import make_judgements

CONTENT = to_bytes(make_judgements(30), make_judgements(20, seed=1))
Arrays = dict[str, NDArray[Any]]


def assert_same(received: Judgements, expected: Judgements) -> None:
    assert vars(received).keys() == vars(expected).keys()
    for name, value in vars(expected).items():
        np.testing.assert_array_equal(getattr(received, name), value)
        assert getattr(getattr(received, name), "dtype", None) == getattr(value, "dtype", None)


@pytest.mark.parametrize("rejecting", [True, False])
def test_they_are_read_back_as_they_were(tmp_path: Path, rejecting: bool) -> None:
    validation = make_judgements(30, 12, rejecting=rejecting)
    test = make_judgements(20, 12, seed=1, rejecting=rejecting)
    write_judgements(tmp_path, validation, test)
    read = read_judgements(tmp_path, 12)
    assert_same(read["validation"], validation)
    assert_same(read["test"], test)


def test_a_run_has_those_of_its_classifier(digits_run: Run) -> None:
    read = read_judgements(digits_run.path, 10)
    names = tuple(digits_run.data["class_names"])
    assert evaluate_judgements(read["validation"], names) == digits_run.validation
    assert evaluate_judgements(read["test"], names) == digits_run.test
    test = imagette.open_data("digits").test
    np.testing.assert_array_equal(read["test"].labels, test.labels)
    expected = imagette.load(digits_run).probabilities(np.asarray(test.images))
    np.testing.assert_array_equal(read["test"].predictions, expected.argmax(1))
    np.testing.assert_array_equal(read["test"].probabilities, -np.sort(-expected, axis=1))


def test_of_many_images_the_first_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgements_file, "MOST_IMAGES", 25)
    write_judgements(tmp_path, make_judgements(30), make_judgements(20))
    read = read_judgements(tmp_path, 4)
    assert (len(read["validation"]), read["validation"].images) == (25, 30)
    assert (len(read["test"]), read["test"].images) == (20, 20)
    np.testing.assert_array_equal(read["validation"].labels, make_judgements(30).labels[:25])


def test_it_stays_small() -> None:
    full = make_judgements(1000, 1000)
    assert len(to_bytes(full, full)) * 100 < 20e6 < judgements_file._LARGEST


def test_where_it_is_gone_evaluating_makes_it(digits_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(digits_run.path, folder)
    original = (folder / JUDGEMENTS).read_bytes()
    (folder / JUDGEMENTS).unlink()
    message = (
        r"old has no judgements.safetensors, which training writes. imagette evaluate RUN makes"
    )
    with pytest.raises(RunError, match=message):
        read_judgements(folder, 10)
    imagette.evaluate(folder)
    assert (folder / JUDGEMENTS).read_bytes() == original
    (folder / JUDGEMENTS).write_bytes(original[:-1])
    imagette.evaluate(folder)
    assert (folder / JUDGEMENTS).read_bytes() == original


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("test.labels", None, "test.labels is missing"),
        ("test.labels", np.zeros(20, np.int64), "test.labels is int64 of 1 dim.* expected int32"),
        ("test.labels", np.full(20, 4, np.int32), "test.labels are not all from 0 to 3"),
        ("test.labels", np.zeros((20, 1), np.int32), "int32 of 2 dimensions, expected int32 of 1"),
        ("test.labels", np.zeros(0, np.int32), r"test.classes is \(20, 4\), expected \(0, 4\)"),
        ("test.classes", np.full((20, 4), -1, np.int32), "test.classes are not all from 0 to 3"),
        ("test.classes", np.zeros((20, 3), np.int32), r"is \(20, 3\), expected \(20, 4\)"),
        ("test.probabilities", np.full((20, 4), 1.5, np.float32), "are not all from 0 to 1"),
        ("test.of_label", np.full(20, np.nan, np.float32), "test.of_label are not all from"),
        ("test.of_label", np.zeros(19, np.float32), r"test.of_label is \(19,\), expected \(20,\)"),
        ("test.uncalibrated", np.full(20, -1, np.float32), "test.uncalibrated are not all"),
        ("test.rejected", np.zeros(20, np.uint8), "test.rejected is uint8 .*expected bool"),
        ("test.images", np.array([19]), "test.images is 19, expected 20 or more"),
        ("test.images", np.array([19, 20]), r"test.images is \(2,\), expected \(1,\)"),
        ("version", None, r"its version is None, expected \[1\]"),
        ("version", np.array([2]), r"its version is \[2\], expected \[1\]"),
        ("extra", np.array([2]), "it holds 'extra', which is not expected"),
    ],
)
def test_damage_is_told(tmp_path: Path, name: str, value: Any, message: str) -> None:
    arrays: Arrays = safetensors.numpy.load(CONTENT)
    if value is None:
        del arrays[name]
    else:
        arrays[name] = value
    (tmp_path / JUDGEMENTS).write_bytes(safetensors.numpy.save(arrays))
    with pytest.raises(RunError, match=f"is damaged .*{message}.*imagette evaluate RUN makes"):
        read_judgements(tmp_path, 4)


def test_one_of_other_classes_is_damaged(tmp_path: Path) -> None:
    (tmp_path / JUDGEMENTS).write_bytes(CONTENT)
    with pytest.raises(RunError, match=r"validation.classes is \(30, 4\), expected \(30, 5\)"):
        read_judgements(tmp_path, 5)


def test_no_images_are_damage(tmp_path: Path) -> None:
    arrays: Arrays = safetensors.numpy.load(CONTENT)
    arrays = {k: v[:0] if k.startswith("test.") else v for k, v in arrays.items()}
    arrays["test.images"] = np.array([0])
    (tmp_path / JUDGEMENTS).write_bytes(safetensors.numpy.save(arrays))
    with pytest.raises(RunError, match="test.images is 0, expected 1 or more"):
        read_judgements(tmp_path, 4)


def test_a_huge_one_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / JUDGEMENTS).open("wb") as file:
        file.truncate(10**12)
    message = "has 1,000,000,000,000 bytes, expected at most 67,108,864. imagette evaluate RUN"
    with pytest.raises(RunError, match=message):
        read_judgements(tmp_path, 4)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / JUDGEMENTS)
    with pytest.raises(RunError, match="is a pipe or a device, expected a file"):
        read_judgements(tmp_path, 4)


def test_one_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read: File name too long"):
        read_judgements(tmp_path / ("x" * 5000), 4)


def _altered() -> st.SearchStrategy[bytes]:
    """The file with a stretch of it replaced."""
    return st.tuples(st.integers(0, len(CONTENT)), st.integers(0, 9), st.binary(max_size=9)).map(
        lambda change: CONTENT[: change[0]] + change[2] + CONTENT[change[0] + change[1] :]
    )


_beginning = st.binary(max_size=60).map(CONTENT[:8].__add__)  # a header of the right length


@settings(deadline=None)
@given(content=_altered() | st.binary(max_size=200) | _beginning)
def test_hostile_bytes_are_refused_or_sound(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / JUDGEMENTS).write_bytes(content)
    try:
        read = read_judgements(folder, 4)
    except RunError as error:
        assert JUDGEMENTS in str(error)
    else:
        assert evaluate_judgements(read["test"], ("a", "b", "c", "d")).images == len(read["test"])


def test_those_of_another_run_are_told(digits_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(digits_run.path, folder)
    run = Run.load(folder)
    assert judgements_of(run)["test"].images == run.test.images
    validation = judgements_of(run)["validation"]
    (folder / JUDGEMENTS).write_bytes(to_bytes(validation, validation))
    with pytest.raises(RunError, match=r"test.images is 180, and the run has 359\)\. imagette"):
        judgements_of(run)
