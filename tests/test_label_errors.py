"""Planted label errors are found, out of fold; the table can be given back."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagette
from imagette.cli.main import run
from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.dataset import Dataset, Splits
from imagette.data.names import Names
from imagette.data.options import DataOptions
from imagette.data.sources import open_contents
from imagette.errors import DatasetError, RunError, SettingsError
from imagette.jobs import label_errors
from imagette.jobs.label_errors import find_label_errors
from imagette.recipes import recipe
from imagette.training.progress import Progress
from tests.conftest import make_dataset

Captured = pytest.CaptureFixture[str]
SPRINT = recipe("sprint")
EXACT = replace(SPRINT, settings=SPRINT.settings.override(precision="float32"))
QUICK = replace(
    SPRINT, settings=SPRINT.settings.override(epochs=6, batch_size=32, precision="float32")
)


def contents_of(dataset: Dataset) -> Contents:
    names = Names(blocks={"image": len(dataset)})
    splits = np.full(len(dataset), Split.ANY, np.int8)
    return Contents(dataset.images, dataset.labels, dataset.class_names, names, splits)  # type: ignore[arg-type]


CORNERS = contents_of(make_dataset(150))


def watched(monkeypatch: pytest.MonkeyPatch) -> list[Splits]:
    """The splits of each training; nothing is trained, and every class is as likely."""
    seen: list[Splits] = []

    def uniform(_recipe: object, splits: Splits, *_: object) -> object:
        seen.append(splits)
        classes = len(splits.class_names)
        return np.full((len(splits.validation), classes), 1 / classes, np.float32)

    monkeypatch.setattr(label_errors, "_probabilities", uniform)
    return seen


def test_planted_errors_in_real_digits_come_first() -> None:
    contents = open_contents("digits", DataOptions())
    random = np.random.default_rng(0)
    places = random.choice(len(contents), 30, replace=False)
    labels = contents.labels.copy()
    labels[places] = (labels[places] + random.integers(1, 10, 30)) % 10
    found = find_label_errors("digits", replace(contents, labels=labels), EXACT, folds=2)
    assert np.isin(places, found.positions[:45]).mean() >= 0.9
    assert 15 <= found.expected <= 45
    expected = found.positions[: found.expected]
    assert (found.suggested[: found.expected] == contents.labels[expected]).mean() > 0.6


def test_it_is_repeatable() -> None:
    labels = CORNERS.labels.copy()
    labels[::25] = (labels[::25] + 1) % 3
    noisy = replace(CORNERS, labels=labels)
    first, second = (find_label_errors("corners", noisy, QUICK, folds=3, seed=3) for _ in "12")
    assert set(first.positions[:6].tolist()) == set(range(0, 150, 25))
    assert first.positions.tolist() == second.positions.tolist()
    assert first.confidence.tolist() == second.confidence.tolist()


def test_every_image_is_judged_once_by_a_network_that_has_not_seen_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = watched(monkeypatch)
    find_label_errors("corners", CORNERS, QUICK, folds=4)
    assert len(seen) == 4
    judged = [name for splits in seen for name in splits.validation.names]
    assert sorted(judged) == sorted(CORNERS.names)
    for splits in seen:
        assert not set(splits.validation.names) & set(splits.train.names)
        assert len(splits.validation) + len(splits.train) == 150
        assert splits.validation.counts().min() >= 12


def test_duplicates_and_groups_lie_in_one_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watched(monkeypatch)
    images = CORNERS.images.copy()
    images[100:140] = images[:40]
    groups = np.arange(150)
    groups[60:70] = 60
    find_label_errors("corners", replace(CORNERS, images=images, groups=groups), QUICK)
    for splits in seen:
        held_out = {int(name.split("/")[1]) for name in splits.validation.names}
        assert all((number in held_out) == (number + 100 in held_out) for number in range(40))
        assert len(held_out & set(range(60, 70))) in (0, 10)


def test_images_without_a_label_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watched(monkeypatch)
    labels = CORNERS.labels.copy()
    labels[:20] = NO_LABEL
    found = find_label_errors("corners", replace(CORNERS, labels=labels), QUICK, folds=2)
    assert len(found.dataset) == 130
    assert sum(len(splits.validation) for splits in seen) == 130
    assert found.dataset.names[0] == "image/20"


def test_with_a_limit_the_same_images_are_judged_that_are_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    watched(monkeypatch)
    source = tmp_path / "corners.npz"
    np.savez(source, images=CORNERS.images, labels=CORNERS.labels)
    judged = imagette.find_label_errors(source, limit=40).dataset
    divided = imagette.open_data(source, limit=40)
    assert len(judged) == 40 + len(divided.test) == imagette.check_data(source, limit=40).images
    assert set(divided.test.names) < set(judged.names)


def test_the_only_image_of_a_class_is_not_judged() -> None:
    labels = CORNERS.labels.copy()
    labels[7] = 3
    lonely = replace(CORNERS, labels=labels, class_names=(*CORNERS.class_names, "rare"))
    found = find_label_errors("corners", lonely, QUICK, folds=2)
    assert found.unjudged == 1
    assert 7 not in found.positions


def test_what_cannot_be_judged_is_refused() -> None:
    one_class = replace(CORNERS, labels=CORNERS.labels * 0, class_names=("a",))
    with pytest.raises(DatasetError, match="there is one class only, 'a'"):
        find_label_errors("one", one_class, QUICK)
    with pytest.raises(SettingsError, match="`folds=1`: expected 2 to 50"):
        imagette.find_label_errors("digits", folds=1)
    few = CORNERS.select(np.arange(4))
    with pytest.raises(DatasetError, match="4 different images, or groups, for 5 folds"):
        find_label_errors("few", few, QUICK)


PLANTED = {f"train/{number}" for number in range(0, 150, 25)}


def noisy_file(folder: Path) -> Path:
    """150 images of three corners, six of them under another class's name."""
    labels = CORNERS.labels.copy()
    labels[::25] = (labels[::25] + 1) % 3
    np.savez(folder / "corners.npz", x_train=CORNERS.images, y_train=labels)
    return folder / "corners.npz"


def test_the_table_given_back_restores_the_labels(tmp_path: Path) -> None:
    source, out = noisy_file(tmp_path), tmp_path / "out"
    found = imagette.find_label_errors(source, out, folds=2)
    assert found.files == (out / "label-errors.csv", out / "label-errors.png")
    with found.files[0].open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["file", "label", "suggested", "confidence"]
    assert {row[0] for row in rows[1:]} == PLANTED
    assert all(0.3 < float(row[3]) <= 1 for row in rows[1:])
    with Image.open(found.files[1]) as page:
        assert page.info["Software"] == "imagette"
    splits = imagette.open_data(source, relabel=str(found.files[0]))
    for dataset in (splits.train, splits.validation, splits.test):
        for name, label in zip(dataset.names, dataset.labels, strict=True):
            assert CORNERS.labels[int(name.split("/")[1])] == label


def test_a_table_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    class Unwanted(Progress):
        def started(self, plan: object) -> None:
            raise AssertionError("it trained first")

    (tmp_path / "label-errors.csv").write_text("corrected")
    with pytest.raises(RunError) as error:
        imagette.find_label_errors("digits", tmp_path, progress=Unwanted())
    assert str(error.value) == (
        f"{tmp_path / 'label-errors.csv'} is there already, perhaps with corrections: it is left "
        "as it is. Move it away, or choose another folder with `out`"
    )
    assert (tmp_path / "label-errors.csv").read_text() == "corrected"
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "folder", tmp_path / ("x" * 300), Path("/proc/1/new")):
        with pytest.raises(RunError, match="nothing can be written into .* Choose another with"):
            imagette.find_label_errors("digits", place, progress=Unwanted())
    assert len(list(tmp_path.iterdir())) == 2


def test_the_command_line_says_what_was_found_and_what_to_do(
    tmp_path: Path, capsys: Captured
) -> None:
    source, out = noisy_file(tmp_path), tmp_path / "out"
    command = ["data", "check", str(source), "--find-label-errors", "--folds", "2", "-o", str(out)]
    assert run(command) == 0
    printed = capsys.readouterr()
    assert "about 6 of 150 labels are expected to be wrong" in printed.out
    assert f"imagette train {source} --relabel {out / 'label-errors.csv'}" in printed.out
    assert "corners, fold 2 of 2: trained on 75 images, agrees with" in printed.err
    assert run(command) == 1
    assert "is there already, perhaps with corrections" in capsys.readouterr().err


def knowing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of a training: nearly sure of what each of the corners shows."""
    truth = {
        image.tobytes(): int(label)
        for image, label in zip(CORNERS.images, CORNERS.labels, strict=True)
    }

    def sure(_recipe: object, splits: Splits, *_: object) -> object:
        shown = [truth[image.tobytes()] for image in splits.validation.images]
        return np.eye(3, dtype=np.float32)[shown] * 0.91 + np.float32(0.03)

    monkeypatch.setattr(label_errors, "_probabilities", sure)


def test_the_same_for_machines(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowing(monkeypatch)
    source, out = noisy_file(tmp_path), tmp_path / "out"
    command = ["data", "check", str(source), "--find-label-errors", "--folds", "2", "-o", str(out)]
    assert run([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["label_errors"]
    assert (told["images"], told["expected"], told["unjudged"]) == (150, 6, 0)
    assert {row["file"] for row in told["labels"]} == PLANTED


def test_where_no_network_disagrees_the_table_is_empty(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(monkeypatch)
    monkeypatch.chdir(tmp_path)
    np.savez("fine.npz", x_train=CORNERS.images, y_train=CORNERS.labels)
    assert run(["data", "check", "fine.npz", "--find-label-errors"]) == 0
    assert "about 0 of 150 labels" in capsys.readouterr().out
    table = Path("fine-label-errors") / "label-errors.csv"
    assert table.read_text() == "file,label,suggested,confidence\n"
    assert not table.with_suffix(".png").exists()
