"""Which images `evaluate` measures a run on, where the user names others than its own."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagette
from imagette.cli.main import run as imagette_command
from imagette.data.dataset import Dataset
from imagette.data.progress import DataProgress
from imagette.errors import DatasetError, SourceError
from imagette.runs.run import Run


def save(path: Path, dataset: Dataset) -> Path:
    path.parent.mkdir(exist_ok=True)
    np.savez(path, x_train=np.asarray(dataset.images), y_train=dataset.labels)
    return path


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return imagette.open_data("digits").train


def part(dataset: Dataset, start: int, stop: int) -> Dataset:
    return dataset.select(np.arange(start, stop))


def readings(run: Run) -> int:
    return Run.load(run.path).test_readings


def test_data_without_a_test_split_are_measured_as_a_whole(
    digits_run: Run, digits: Dataset, tmp_path: Path
) -> None:
    class Listening(DataProgress):
        notes: list[str] = []  # noqa: RUF012 - one evaluation

        def noted(self, note: str) -> None:
            self.notes.append(note)

    before, listening = readings(digits_run), Listening()
    source = save(tmp_path / "few.npz", part(digits, 0, 3))
    few = imagette.evaluate(digits_run, source, progress=listening)
    assert few.images == 3
    assert listening.notes[-1] == "few has no test split: all of its 3 images are test images"
    both = save(tmp_path / "both.npz", part(digits, 0, 30))
    arrays = dict(np.load(both)) | {"x_test": digits.images[:7], "y_test": digits.labels[:7]}
    np.savez(both, **arrays)
    assert imagette.evaluate(digits_run, both).images == 7
    assert readings(digits_run) == before


def test_a_folder_of_some_of_the_classes_is_measured(
    digits_run: Run, digits: Dataset, tmp_path: Path
) -> None:
    for label in (3, 8):
        (tmp_path / "mine" / str(label)).mkdir(parents=True)
        (place,) = np.flatnonzero(digits.labels == label)[:1]
        picture = Image.fromarray(np.asarray(digits.images[place])[..., 0])
        picture.save(tmp_path / "mine" / str(label) / "one.png")
    found = imagette.evaluate(digits_run, tmp_path / "mine")
    assert [score.support for score in found.classes] == [int(n in (3, 8)) for n in range(10)]
    assert found.correct == 2
    assert found.macro_f1 == 1


def test_labels_that_the_run_was_given_stay_with_its_source(
    digits: Dataset, tmp_path: Path
) -> None:
    source = tmp_path / "stamps.npz"
    images, labels = np.asarray(digits.images), digits.labels
    np.savez(source, x_train=images[:200], y_train=labels[:200], x_test=images[200:230],
             y_test=labels[200:230])  # fmt: skip
    changed = tmp_path / "labels.csv"
    changed.write_text(f"file,label\ntest/0,{(labels[200] + 1) % 10}\n")
    run = imagette.train(source, "sprint", out=tmp_path, epochs=1, report=False, relabel=changed)
    moved = source.rename(tmp_path / "moved.npz")
    assert imagette.evaluate(run, moved) == run.test
    assert readings(run) == 2


def test_runs_are_not_compared_on_what_one_has_learned_from(
    digits_run: Run, digits: Dataset, tmp_path: Path
) -> None:
    source = save(tmp_path / "stamps.npz", part(digits, 0, 300))
    run = imagette.train(source, "sprint", out=tmp_path, epochs=1, report=False)
    with pytest.raises(DatasetError, match="would be measured on different images: of a source"):
        imagette.compare([digits_run, run], source)
    other = save(tmp_path / "other.npz", part(digits, 300, 340))
    assert imagette.compare([digits_run, run], other).images == 40


def test_the_run_s_own_source_is_known_wherever_it_lies(digits: Dataset, tmp_path: Path) -> None:
    source = save(tmp_path / "here" / "stamps.npz", part(digits, 0, 300))
    run = imagette.train(source, "sprint", out=tmp_path, epochs=1, limit=200, report=False)
    (tmp_path / "there").mkdir()
    moved = source.rename(tmp_path / "there" / "moved.npz")
    assert imagette.evaluate(run, moved) == run.test
    assert run.test.images == 60
    assert readings(run) == 2


def test_a_test_set_or_labels_from_elsewhere_are_not_those_of_other_data(
    digits: Dataset, tmp_path: Path
) -> None:
    source = save(tmp_path / "stamps.npz", part(digits, 0, 300))
    other = save(tmp_path / "other.npz", part(digits, 300, 340))
    labels = tmp_path / "labels.csv"
    labels.write_text("file,label\ntrain/0,7\n")
    run = imagette.train(
        source, "sprint", out=tmp_path, epochs=1, report=False, test=other, relabel=labels
    )
    assert run.test.images == 40
    third = save(tmp_path / "third.npz", part(digits, 400, 425))
    assert imagette.evaluate(run, third).images == 25
    assert readings(run) == 1
    assert imagette.evaluate(run, source) == run.test
    assert imagette.evaluate(run, other).to_dict() == run.test.to_dict()
    assert readings(run) == 3
    other.rename(tmp_path / "elsewhere.npz")
    with pytest.raises(SourceError, match=r"cannot be opened again: .*other.npz"):
        imagette.evaluate(run, source)  # and not on what it has learned from


def test_of_classes_without_cases_nothing_is_said(
    digits_run: Run, digits: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    three = digits.select(np.flatnonzero(digits.labels == 3)[:4])
    source = save(tmp_path / "three.npz", three)
    assert imagette_command(["evaluate", str(digits_run.path), "--data", str(source)]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line[:1].isdigit()]
    assert rows[3][-1] == "4"
    assert rows[0] == ["0", "–", "–", "–", "0"]
