"""`imagette predict` on photographs, pages, many files, with strips and tables."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagette
from imagette.cli.main import run
from imagette.images import gather
from imagette.runs.run import Run
from tests.test_preparing import photograph

Captured = pytest.CaptureFixture[str]


def save(path: Path, position: int = 0) -> Path:
    Image.fromarray(photograph(position)).save(path)
    return path


def test_a_photograph_is_prepared_and_that_is_said(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    picture = save(tmp_path / "zero.png")
    assert run(["predict", str(digits_run.path), str(picture), "--json", "--never-reject"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert answer["label"] == "0"
    assert answer["note"] == "dark ink on light ground"
    assert len(answer["box"]) == 4
    assert run(["predict", str(digits_run.path), str(picture)]) == 0
    assert "prepared" in capsys.readouterr().out


def test_one_bad_file_does_not_stop_the_table(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    for position in range(3):
        save(tmp_path / f"{position}.png", position)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    table = tmp_path / "out.csv"
    assert run(["predict", str(digits_run.path), str(tmp_path), "--csv", str(table)]) == 1
    captured = capsys.readouterr()
    assert "4 answers are in" in captured.out
    assert "broken.png" in captured.err
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [Path(row["picture"]).name for row in rows] == ["0.png", "1.png", "2.png", "broken.png"]
    assert rows[3]["reason"].startswith("error: ")
    assert float(rows[0]["p_0"]) == pytest.approx(float(rows[0]["probability"]), rel=1e-4)
    assert not list(tmp_path.glob("*.partial"))


def test_strips_go_into_a_folder(digits_run: Run, tmp_path: Path, capsys: Captured) -> None:
    picture = save(tmp_path / "a picture.png")
    out = tmp_path / "strips"
    arguments = ["predict", str(digits_run.path), str(picture), "--explain", str(out)]
    assert run(arguments) == 0
    (file,) = out.iterdir()
    assert file.name == "001-a_picture.png"
    with Image.open(file) as strip:
        assert strip.width > 7 * 160


def test_a_page_is_read_in_lines_and_boxes(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    page = np.concatenate([photograph(0), photograph(1), photograph(6)], axis=1)[:, ::1]
    Image.fromarray(page[60:200]).save(tmp_path / "page.png")
    for read, count in (("lines", 1), ("boxes", 3)):
        arguments = ["predict", str(digits_run.path), str(tmp_path / "page.png"), "--read", read]
        assert run(arguments) == 0
        printed = capsys.readouterr().out
        assert printed.count("page.png") == count
    assert run([*arguments, "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert len(found["lines"][0]["glyphs"]) == len(found["lines"][0]["text"]) == 3
    blank = tmp_path / "blank.png"
    Image.new("L", (80, 60), 200).save(blank)
    assert run(["predict", str(digits_run.path), str(blank), "--read", "lines"]) == 0
    assert "no glyphs were found" in capsys.readouterr().err


def test_stdin_and_addresses(
    digits_run: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = save(tmp_path / "x.png").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    gather._from_stdin.cache_clear()
    assert run(["predict", str(digits_run.path), "-"]) == 0
    assert "stdin" in capsys.readouterr().out
    gather._from_stdin.cache_clear()
    assert run(["predict", str(digits_run.path), "http://localhost/x.png"]) == 1
    assert "a private or local address" in capsys.readouterr().err


def test_wrong_options_are_usage_errors(digits_run: Run, tmp_path: Path, capsys: Captured) -> None:
    picture = str(save(tmp_path / "x.png"))
    assert run(["predict", str(digits_run.path), picture, "--prepare", "magic"]) == 2
    assert run(["predict", str(digits_run.path), picture, "--read", "words"]) == 2
    assert run(["predict", str(digits_run.path), picture, "--threshold", "2"]) == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_the_ends_of_many_answers_and_a_pipe_all(
    digits_run: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = np.asarray(imagette.open_data("digits").train.images[:150])
    np.save(tmp_path / "images.npy", images)
    command = ["predict", str(digits_run.path), str(tmp_path / "images.npy"), "--never-reject"]
    assert run(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("/")[-1].split()[0] for line in lines[2:]] == list(map(str, range(150)))
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert run(command) == 0
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.getvalue()).splitlines()
    numbers = re.findall(r"image/(\d+) ", "\n".join(shown))
    assert numbers == list(map(str, [*range(10), *range(140, 150)]))
    assert shown[12].split() == ["..."]
    assert shown[-1] == "150 pictures, of which the first and the last 10 are shown"
    assert "--csv FILE writes all answers" in capsys.readouterr().err
