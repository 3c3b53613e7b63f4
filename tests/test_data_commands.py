"""`imagette data check` and `imagette data split`, in-process: what they print and write."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagette
from imagette.cli.main import run
from imagette.data.locate import bundled_digits

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """300 of the digits as PNGs, in folders of their classes; two are the same picture."""
    images, labels = bundled_digits()
    images[7] = images[4]
    for number, (image, label) in enumerate(zip(images[:300], labels[:300], strict=True)):
        home = tmp_path / "ziffern ü" / str(label)
        home.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(home / f"{number:03d}.png")
    return tmp_path / "ziffern ü"


def test_check_of_sound_data_prints_one_line(capsys: Captured) -> None:
    assert run(["data", "check", "digits", "--strict"]) == 0
    assert capsys.readouterr().out == (
        "1,797 images of 10 classes: 0 errors, 0 warnings, 0 notes\n"
    )


def test_check_prints_findings_by_severity_with_file_names(folder: Path, capsys: Captured) -> None:
    assert run(["data", "check", str(folder), "--strict"]) == 0  # warnings do not count
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["severity", "finding", "what"]
    assert lines[2].startswith("warning    two-labels   2 images have the same pixels")
    assert lines[2].endswith("(4/004.png = 7/007.png)")
    assert [line.split()[0] for line in lines[3:-2]] == ["note"] * len(lines[3:-2])
    assert lines[-1].startswith("300 images of 10 classes: 0 errors, 1 warning, ")


def test_check_as_json_names_all_images(tmp_path: Path, capsys: Captured) -> None:
    images, labels = bundled_digits()
    images[:5] = 0
    np.savez(tmp_path / "blank.npz", x_train=images, y_train=labels)
    assert run(["data", "check", str(tmp_path / "blank.npz")]) == 0
    assert "(train/0, train/1, train/2, and 2 more)" in capsys.readouterr().out
    assert run(["data", "check", str(tmp_path / "blank.npz"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["source"], printed["images"]) == (str(tmp_path / "blank.npz"), 1797)
    found = {finding["code"]: finding for finding in printed["findings"]}
    assert found["blank"]["images"] == [f"train/{n}" for n in range(5)]
    assert printed == {"source": printed["source"]} | json.loads(
        json.dumps(imagette.check_data(tmp_path / "blank.npz").to_dict())
    )


def test_strict_fails_on_errors_only(tmp_path: Path, capsys: Captured) -> None:
    images, labels = bundled_digits()
    np.savez(tmp_path / "one.npz", x_train=images, y_train=labels * 0)
    for options, code in (([], 0), (["--strict"], 1), (["--strict", "--json"], 1)):
        assert run(["data", "check", str(tmp_path / "one.npz"), *options]) == code
        printed = capsys.readouterr().out
        assert "there is one class only, '0'" in printed
        assert ("1 error, 0 warnings" in printed) == ("--json" not in options)
        assert ("imagette train would refuse" in printed) == ("--json" not in options)


def test_a_source_that_cannot_be_read_is_no_finding(capsys: Captured) -> None:
    assert run(["data", "check", "nowhere.npz"]) == 1
    assert "no source 'nowhere.npz'" in capsys.readouterr().err


def test_split_prints_counts_and_shares(capsys: Captured) -> None:
    assert run(["data", "split", "digits", "--validation", "0.2", "--test", "0.3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["class", "train", "validation", "test"]
    assert len(lines) == 13
    assert lines[-1].split() == ["all", "899", "50.0", "%", "359", "20.0", "%", "539", "30.0", "%"]
    assert run(["data", "split", "digits", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    splits = imagette.open_data("digits")
    assert printed["splits"]["test"] == {
        "images": 359,
        "classes": splits.test.counts().tolist(),
        "fingerprint": splits.test.fingerprint,
    }


@pytest.mark.parametrize("place", [".", "ziffern ü"])
def test_a_written_split_opens_as_the_same_splits(
    folder: Path, place: str, capsys: Captured
) -> None:
    table = folder.parent / place / "splits.csv"
    (folder / "0" / "notes.txt").write_text("no picture")
    options = ["--seed", "3", "--out", str(table)]
    assert run(["data", "split", str(folder), *options]) == 0
    assert capsys.readouterr().out.endswith(f"\nwrote {table}\n")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["image", "label", "split"]
    assert len({row["image"] for row in rows}) == 300
    first, again = imagette.open_data(folder, seed=3), imagette.open_data(table, seed=4)
    for split in ("train", "validation", "test"):
        assert getattr(again, split).fingerprint == getattr(first, split).fingerprint
        assert sum(row["split"] == split for row in rows) == len(getattr(first, split))


def test_a_table_that_cannot_be_a_source_says_so(folder: Path, capsys: Captured) -> None:
    table = folder.parent / "elsewhere" / "splits.csv"
    assert run(["data", "split", str(folder), "--out", str(table)]) == 0
    advice = f"note: to open this table as a source, write it into {folder}, or above it"
    assert capsys.readouterr().out.endswith(f"wrote {table}\n{advice}\n")


def test_a_split_of_arrays_names_them_by_number(tmp_path: Path, capsys: Captured) -> None:
    assert run(["data", "split", "digits", "--out", str(tmp_path / "s.csv")]) == 0
    lines = (tmp_path / "s.csv").read_text().splitlines()
    assert len(lines) == 1798
    splits = imagette.open_data("digits")
    assert lines[1] == f"{splits.train.names[0]},{splits.train.labels[0]},train"


def test_the_source_is_never_written_over(folder: Path, capsys: Captured) -> None:
    table = folder.parent / "splits.csv"
    assert run(["data", "split", str(folder), "--out", str(table)]) == 0
    before = table.read_bytes()
    assert run(["data", "split", str(table), "--out", str(table)]) == 2
    assert "splits.csv is the source itself: expected another file" in capsys.readouterr().err
    assert table.read_bytes() == before


def test_a_written_split_replaces_another_and_nothing_else(folder: Path, capsys: Captured) -> None:
    table = folder.parent / "splits.csv"
    for seed in ("1", "2"):
        assert run(["data", "split", str(folder), "--out", str(table), "--seed", seed]) == 0
    table.write_text("image,label\n")
    capsys.readouterr()
    assert run(["data", "split", str(folder), "--out", str(table)]) == 2
    told = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert "is there already and is no table of this command: it is left as it is" in told
    assert table.read_text() == "image,label\n"


@pytest.mark.parametrize("verb", [["train"], ["data", "split"], ["data", "show"]])
def test_what_cannot_be_divided_is_told_with_how_it_was_read(
    verb: list[str], tmp_path: Path, capsys: Captured
) -> None:
    """It may be that what was meant as labels was taken for pixels."""
    lines = [
        f"{','.join(str(pixel * line % 251) for pixel in range(64))},{line}" for line in range(20)
    ]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    assert run([*verb, str(tmp_path / "x.csv")]) == 1
    first, *_, last = capsys.readouterr().err.splitlines()
    assert first == "note: the label in the last column, no header, 64 pixels an image: 8x8, gray"
    assert last.startswith("imagette: class '0' has 1 different image, expected at least 2")


def test_relabelled_images_are_noted(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "fixes.csv").write_text("file,label\nimage/3,4\nimage/4,\n")
    arguments = ["digits", "--relabel", str(tmp_path / "fixes.csv")]
    assert run(["data", "split", *arguments]) == 0
    assert capsys.readouterr().out.startswith(
        "note: fixes.csv: labels changed: 1, images dropped: 1\n"
    )
    assert run(["data", "check", *arguments]) == 0
    assert "1,796 images of 10 classes: 0 errors, 0 warnings, 1 note" in capsys.readouterr().out


def test_near_copies_are_errors_that_train_does_not_look_for(
    tmp_path: Path, capsys: Captured
) -> None:
    base = np.random.default_rng(0).integers(0, 150, (8, 8))
    images = (base + np.arange(100)[:, np.newaxis, np.newaxis]).astype(np.uint8)
    np.savez(tmp_path / "a.npz", x_train=images, y_train=np.arange(100) % 2)
    assert run(["data", "check", str(tmp_path / "a.npz"), "--strict"]) == 1
    printed = capsys.readouterr().out
    assert "error      near-duplicates-across" in printed
    assert "would refuse" not in printed
    imagette.train(tmp_path / "a.npz", "sprint", epochs=1, out=tmp_path)


def test_the_table_goes_to_stdout_where_that_is_asked_for(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["data", "split", "digits", "--out", "-"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "image,label,split"
    assert len(lines) == 1 + 1797
    assert not list(tmp_path.iterdir())
    assert run(["data", "split", "digits", "--out", "-", "--json"]) == 2
    assert "--out - and --json: expected one of them" in capsys.readouterr().err
