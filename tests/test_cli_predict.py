"""`imagette predict` on photographs, pages, many files, with strips and tables."""

import csv
import io
import json
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

import imagette
from imagette.cli import strips
from imagette.cli.answers import print_answers
from imagette.cli.answers_csv import HEADS
from imagette.cli.main import run
from imagette.cli.reading import print_pages
from imagette.inference import Prediction
from imagette.inference.rejection import IN_A_WORD, SEVERAL
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


def test_a_picture_whose_name_looks_like_an_option(
    digits_run: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "-zero.png")
    monkeypatch.chdir(tmp_path)
    given = ["predict", str(digits_run.path), "--json"]
    assert run([*given, "-zero.png"]) == 2
    assert "give it as ./-zero.png" in capsys.readouterr().err
    for named in (["./-zero.png"], ["--", "-zero.png"]):
        assert run([*given, *named]) == 0
        assert json.loads(capsys.readouterr().out)[0]["picture"] == "-zero.png"
    assert run([*given, "-nine.png"]) == 2
    assert "No such option" in capsys.readouterr().err


def test_a_strip_has_a_short_name_also_where_letters_take_four_bytes(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    letter = "\U00020000"
    picture = save(tmp_path / f"{letter * 60}.png")
    out = tmp_path / "strips"
    assert run(["predict", str(digits_run.path), str(picture), "--explain", str(out)]) == 0
    assert [path.name for path in out.iterdir()] == [f"001-{letter * 30}.png"]


def test_one_bad_file_does_not_stop_the_table(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    for position in range(3):
        save(tmp_path / f"{position}.png", position)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    table = tmp_path / "out.csv"
    assert run(["predict", str(digits_run.path), str(tmp_path), "--csv", str(table)]) == 1
    captured = capsys.readouterr()
    assert "3 answers and 1 error are in" in captured.out
    assert "broken.png" in captured.err
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [Path(row["picture"]).name for row in rows] == ["0.png", "1.png", "2.png", "broken.png"]
    assert rows[3]["reason"].startswith("error: ")
    assert float(rows[0]["p_0"]) == pytest.approx(float(rows[0]["probability"]), rel=1e-4)
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="there is none")
@pytest.mark.parametrize("options", [[], ["--csv", "-"], ["--read", "lines"]])
def test_no_name_in_a_folder_makes_a_line_of_its_own(
    options: list[str], digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    name = "a\nimagette: all is well.png"
    (tmp_path / name).write_bytes(b"no picture")
    Image.new("L", (9, 9)).save(tmp_path / f"blank{name}")
    two = [Image.new("L", (9, 9), gray) for gray in (0, 99)]
    two[0].save(tmp_path / f"{name}.tif", save_all=True, append_images=two[1:])
    assert run(["predict", str(digits_run.path), str(tmp_path), *options]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines
    assert not [line for line in lines if line.startswith("imagette: all is well")]


def test_the_device_of_stdout_is_stdout(
    digits_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Opened anew it would have a place of its own in a file, and what is printed would be over it.

    `capfd` has a file in stdout's place.
    """
    command = ["predict", str(digits_run.path), str(save(tmp_path / "zero.png")), "--csv"]
    assert run([*command, "/dev/stdout"]) == 0
    at_the_device = capfd.readouterr().out
    assert run([*command, "-"]) == 0
    assert at_the_device == capfd.readouterr().out != ""


def test_pages_that_are_not_read_are_told(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    first, second = (Image.fromarray(photograph(number)) for number in (0, 1))
    scan = tmp_path / "scan.TIF"
    first.save(scan, "TIFF", save_all=True, append_images=[second, second])
    smaller = TiffImagePlugin.ImageFileDirectory_v2()
    smaller[254] = 1  # a smaller copy, as cameras and scanners add it
    second.encoderinfo = {"tiffinfo": smaller}
    first.save(tmp_path / "preview.tif", save_all=True, append_images=[second])
    (tmp_path / "damaged.tif").write_bytes(b"II*\0damaged")
    os.mkfifo(tmp_path / "pipe.tif")
    told = "1 file has several pages, of which only the first is read: scan.TIF (3)"
    for named in (scan, tmp_path, tmp_path / "s*.TIF"):
        run(["predict", str(digits_run.path), str(named)])
        assert f"note: {named}: {told}\n" in capsys.readouterr().err
    assert run(["predict", str(digits_run.path), str(tmp_path / "preview.tif")]) == 0
    assert "pages" not in capsys.readouterr().err


def test_a_table_and_json_have_the_best_guess_of_what_gets_no_answer(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    picture = save(tmp_path / "zero.png")
    command = ["predict", str(digits_run.path), str(picture)]
    for options in (["--never-reject"], ["--threshold", "1"]):
        assert run([*command, *options, "--json"]) == 0
        (answer,) = json.loads(capsys.readouterr().out)
        assert run([*command, *options, "--csv", "-"]) == 0
        (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
        assert row["label"] == (answer["label"] or "") == ("" if answer["rejected"] else "0")
        assert row["best_guess"] == answer["best_guess"] == "0"
        assert row["note"] == answer["note"] == "dark ink on light ground"
        assert [int(row[side]) for side in ("top", "left", "bottom", "right")] == answer["box"]
        assert row[f"p_{row['best_guess']}"] == row["probability"]
    assert answer["rejected"] and answer["label"] is None
    Image.new("L", (8, 8), 0).save(tmp_path / "blank.png")
    assert run([*command[:2], str(tmp_path / "blank.png"), "--csv", "-"]) == 0
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert row["best_guess"] and row["top"] == row["right"] == ""
    page = (Path(__file__).parent.parent / "docs" / "cli.md").read_text(encoding="utf-8")
    named = [column for column in row if not column.startswith("p_")]
    assert [column for column in named if f"`{column}`" not in page] == []


def test_a_table_goes_where_it_is_sent(digits_run: Run, tmp_path: Path, capsys: Captured) -> None:
    picture = save(tmp_path / "x.png")
    command = ["predict", str(digits_run.path), str(picture), "--csv"]
    assert run([*command, "-"]) == 0
    table = capsys.readouterr().out
    assert table.startswith("picture,label,probability,") and len(table.splitlines()) == 2
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    assert run([*command, str(target)]) == 0
    target.write_text(target.read_text() + "more")
    link.symlink_to(target)
    assert run([*command, str(link)]) == 0
    assert link.is_symlink() and target.read_bytes().decode() == table
    assert run([*command, str(tmp_path / "a" / "new" / "folder.csv")]) == 0
    capsys.readouterr()
    assert run([*command, str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"imagette: {tmp_path} is a folder, expected a file. Give the name of one in it\n"
    )
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_table_goes_through_a_pipe(digits_run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    picture = save(tmp_path / "x.png")
    assert run(["predict", str(digits_run.path), str(picture), "--csv", str(pipe)]) == 0
    reader.join(60)
    assert read and read[0].startswith("picture,label,") and pipe.is_fifo()


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux alone")
def test_a_name_that_is_no_text_is_written_as_escapes(digits_run: Run, tmp_path: Path) -> None:
    picture = save(tmp_path / "x.png")
    picture.rename(tmp_path / "x\udcff.png")
    table = tmp_path / "out.csv"
    assert run(["predict", str(digits_run.path), str(tmp_path), "--csv", str(table)]) == 0
    assert "x\\udcff.png," in table.read_text(encoding="utf-8")


def test_strips_go_into_a_folder(digits_run: Run, tmp_path: Path, capsys: Captured) -> None:
    picture = save(tmp_path / "a picture.png")
    out = tmp_path / "strips"
    arguments = ["predict", str(digits_run.path), str(picture), "--explain", str(out)]
    assert run(arguments) == 0
    (file,) = out.iterdir()
    assert file.name == "001-a_picture.png"
    told = f"note: strips are in {out}, numbered as the pictures are\n"
    assert capsys.readouterr().err == told
    with Image.open(file) as strip:
        assert strip.width > 7 * 160
    picture.unlink()
    assert run(arguments) == 1
    assert "strips are in" not in capsys.readouterr().err  # that one is of the last time


def test_a_strip_shows_what_was_answered(
    digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Images of an array that are as large as the training's are left as they are."""
    shown: list[Any] = []
    monkeypatch.setattr(strips, "write_strip", lambda *given: shown.append(given))
    noise = np.random.default_rng(0).integers(0, 256, (3, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "noise.npz", x=noise)
    command = ["predict", str(digits_run.path), str(tmp_path / "noise.npz")]
    assert run([*command, "--explain", str(tmp_path / "strips")]) == 0
    assert len(shown) == 3
    for number, (*_, position, _name, picture, given) in enumerate(shown):
        assert position == number + 1
        np.testing.assert_array_equal(picture.squeeze(), noise[number])
        np.testing.assert_array_equal(given.image.squeeze(), noise[number])


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
    assert set(found["lines"][0]["glyphs"][0]) == {
        "label", "probability", "box", "rejected", "reason"
    }  # fmt: skip
    blank = tmp_path / "blank.png"
    Image.new("L", (80, 60), 200).save(blank)
    assert run(["predict", str(digits_run.path), str(blank), "--read", "lines"]) == 0
    assert "no glyphs were found" in capsys.readouterr().err


def test_glyphs_that_alone_would_get_no_answer_are_named(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    page = np.concatenate([photograph(0), photograph(1), photograph(6)], axis=1)
    Image.fromarray(page[60:200]).save(tmp_path / "page.png")
    command = ["predict", str(digits_run.path), str(tmp_path / "page.png"), "--read"]
    assert run([*command, "lines", "--never-reject"]) == 0
    assert "doubtful" not in capsys.readouterr().out
    assert run([*command, "lines", "--threshold", "1"]) == 0
    header, _, line = capsys.readouterr().out.splitlines()
    assert header.endswith("doubtful") and line.split()[1] == line.split()[-1]
    assert run([*command, "boxes", "--threshold", "1"]) == 0
    assert capsys.readouterr().out.count("less sure than 1") == 3


def glyph(label: str, reason: str, left: int) -> Prediction:
    box = (2, left, 9, left + 4)
    return Prediction(label, 0.9, "x", 0.1, {}, rejected=bool(reason), reason=reason, box=box)


def test_words_beside_numbers_are_left_out_of_the_lines(capsys: Captured) -> None:
    word, number = [glyph("7", IN_A_WORD, 0), glyph("0", IN_A_WORD, 5)], [glyph("4", "", 20)]
    print_pages([("page.png", [word, number])], read="lines", as_json=False)
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1].split()[:2] == ["page.png", "4"]
    told = "note: page.png: 1 line of words or the like left out, which --never-reject prints\n"
    assert printed.err == told
    print_pages([("page.png", [word])], read="lines", as_json=False)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", told)
    print_pages([("page.png", [word, number])], read="boxes", as_json=False)
    assert capsys.readouterr().out.count(IN_A_WORD) == 2


def test_of_several_glyphs_it_is_said_what_reads_them(capsys: Captured) -> None:
    print_answers([("one.png", glyph("4", "", 0))], as_json=False)
    assert capsys.readouterr().err == ""
    print_answers(
        [("one.png", glyph("4", "", 0)), ("37.png", glyph("3", SEVERAL, 0))], as_json=False
    )
    printed = capsys.readouterr()
    assert "none of these (several glyphs)" in printed.out
    assert printed.err == "note: several glyphs in one picture are read by --read lines\n"


def test_doubtful_glyphs_are_shown_where_they_stand(capsys: Captured) -> None:
    line = [glyph("3", "", 0), glyph("ten", "", 5), glyph("3", "unlike", 10)]
    print_pages([("page.png", [line])], "lines", as_json=False)
    printed = capsys.readouterr().out.splitlines()[2]
    assert printed.split() == ["page.png", "3ten3", "0.900", "2,", "0,", "9,", "14", "....3"]


def test_what_is_read_goes_into_a_table(digits_run: Run, tmp_path: Path, capsys: Captured) -> None:
    page = np.concatenate([photograph(0), photograph(1), photograph(6)], axis=1)
    Image.fromarray(page[60:200]).save(tmp_path / "a.png")
    Image.new("L", (80, 60), 200).save(tmp_path / "b.png")
    (tmp_path / "c.png").write_bytes(b"no picture")
    table = tmp_path / "read.csv"
    arguments = [str(tmp_path), "--read", "lines", "--csv", str(table)]
    assert run(["predict", str(digits_run.path), *arguments]) == 1
    assert "2 pictures and 1 error are in" in capsys.readouterr().out
    lines = table.read_text(encoding="utf-8").splitlines()
    assert {len(line) for line in csv.reader(lines)} == {9}
    rows = list(csv.DictReader(lines))
    assert [Path(row["picture"]).name for row in rows] == ["a.png"] * 3 + ["b.png", "c.png"]
    assert [row["line"] for row in rows] == ["1", "1", "1", "", ""]
    assert int(rows[0]["left"]) < int(rows[0]["right"]) < int(rows[2]["right"])
    assert rows[3]["reason"] == "no glyphs were found"
    assert rows[4]["reason"].startswith("error: ")


def test_stdin_and_addresses(
    digits_run: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = save(tmp_path / "x.png").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert run(["predict", str(digits_run.path), "-"]) == 0
    assert "stdin" in capsys.readouterr().out
    for sent, remark in ((b"", "stdin is empty (0 bytes)"), (content[:200], "stdin is damaged")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
        assert run(["predict", str(digits_run.path), "-"]) == 1
        told = capsys.readouterr().err
        assert remark in told
        assert told.endswith(". Send a picture: imagette predict RUN - < PICTURE\n")
    assert run(["predict", str(digits_run.path), "-", "-"]) == 2
    told = "imagette: - is named twice, and stdin can be read once. Name it once\n"
    assert capsys.readouterr().err == told
    assert run(["predict", str(digits_run.path), "http://localhost/x.png"]) == 1
    assert "a private or local address" in capsys.readouterr().err


def test_wrong_options_are_usage_errors(digits_run: Run, tmp_path: Path, capsys: Captured) -> None:
    picture = str(save(tmp_path / "x.png"))
    assert run(["predict", str(digits_run.path), picture, "--prepare", "magic"]) == 2
    assert run(["predict", str(digits_run.path), picture, "--read", "words"]) == 2
    assert run(["predict", str(digits_run.path), picture, "--threshold", "2"]) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--csv out.csv --json", "--csv and --json: expected one of them. CSV to stdout: --csv -"),
        ("--read lines --explain out", "--read lines and --explain: a strip shows how one glyph"),
        ("--threshold 0.5 --never-reject", "--threshold and --never-reject: expected one of them"),
        ("--read boxes --prepare none", "--read boxes and --prepare none: a page is always"),
    ],
)
def test_no_option_is_passed_over(
    digits_run: Run, tmp_path: Path, capsys: Captured, options: str, message: str
) -> None:
    picture = str(save(tmp_path / "x.png"))
    assert run(["predict", str(digits_run.path), picture, *options.split()]) == 2
    assert message in capsys.readouterr().err


def test_nothing_that_is_read_is_written_over(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    picture, table = save(folder / "x.png"), folder / "pixels.csv"
    link = tmp_path / "link.csv"
    link.symlink_to(picture)
    table.write_text("label," + ",".join(f"p{n}" for n in range(64)) + "\n" + ",".join("0" * 65))
    answered = tmp_path / "answers.csv"
    answered.write_text(",".join(HEADS[:1]))
    kept = {path: path.read_bytes() for path in (picture, table, answered)}
    foreign = "is there already and is no table of this command: it is left as it is"
    for options, message in (
        (["--csv", str(picture)], foreign),
        (["--csv", str(link)], foreign),
        (["--csv", str(table)], foreign),
        (["--csv", str(answered)], "is among the pictures: expected another file"),
        (["--csv", str(digits_run.path / "history.csv")], foreign),
        (["--explain", str(folder)], "is among the pictures: expected another folder"),
    ):
        named = [str(folder), str(table), str(answered)]
        command = ["predict", str(digits_run.path), *named, *options]
        assert run(command) == 2
        assert message in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert {path: path.read_bytes() for path in kept} == kept


def test_a_table_replaces_tables_of_its_command_and_nothing_else(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    picture, out = save(tmp_path / "x.png"), tmp_path / "out.csv"
    command = ["predict", str(digits_run.path), str(picture), "--csv", str(out)]
    for options in ([], ["--read", "lines"], []):
        assert run([*command, *options]) == 0
    assert out.read_text().startswith(HEADS[0])
    out.write_text("")  # nobody loses anything
    assert run(command) == 0
    assert out.read_text().startswith(HEADS[0])
    capsys.readouterr()
    for mine in ("id,name", "picture,label", "image,label,split"):
        out.write_text(mine)
        assert run(command) == 2
        told = " ".join(capsys.readouterr().err.replace("│", " ").split())
        assert "is no table of this command: it is left as it is. Give another name" in told
        assert out.read_text() == mine


def test_a_folder_that_holds_a_picture_takes_no_strips(
    digits_run: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strips are written while pictures are read, and may have their names."""
    folder, elsewhere = tmp_path / "ex", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    pictures = [str(save(folder / name)) for name in ("four.png", "001-four.png")]
    (elsewhere / "link.png").symlink_to(pictures[1])
    kept = [Path(picture).read_bytes() for picture in pictures]
    monkeypatch.chdir(folder)
    for named, explain in (
        (pictures, folder),
        ([f"{folder}/*.png"], folder),
        (["four.png", "001-four.png"], Path()),
        ([str(elsewhere)], folder),
        ([str(elsewhere / "link.png")], elsewhere),
    ):
        command = ["predict", str(digits_run.path), *named, "--explain", str(explain)]
        assert run(command) == 2
        told = capsys.readouterr().err
        assert f"--explain {explain} holds " in told
        assert told.endswith(f"expected another folder, as {explain / 'strips'}\n")
    assert [Path(picture).read_bytes() for picture in pictures] == kept
    assert sorted(path.name for path in folder.iterdir()) == ["001-four.png", "four.png"]
    table = tmp_path / "out.csv"
    table.write_text(HEADS[0])  # a table that the pattern means, too
    assert run(["predict", str(digits_run.path), f"{tmp_path}/*.csv", "--csv", str(table)]) == 2
    assert "is among the pictures: expected another file" in capsys.readouterr().err


def test_strips_replace_strips_and_nothing_else(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    picture = save(tmp_path / "four.png")
    strip = tmp_path / "strips" / "001-four.png"
    command = ["predict", str(digits_run.path), str(picture), "--explain", str(strip.parent)]
    assert run(command) == 0
    drawn = strip.read_bytes()
    assert run([*command, "--threshold", "1"]) == 0
    assert strip.read_bytes() != drawn
    save(strip)
    kept = strip.read_bytes()
    capsys.readouterr()
    assert run(command) == 1
    assert strip.read_bytes() == kept
    assert capsys.readouterr().err == (
        f"imagette: {strip} is there already and is no strip of imagette's: it is left as it is. "
        "Give another folder with --explain\n"
    )


def test_strips_go_into_no_folder_that_is_called_like_a_picture(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    save(tmp_path / "x.png")
    strips = tmp_path / "strips.PNG"
    command = ["predict", str(digits_run.path), str(tmp_path / "x.png"), "--explain", str(strips)]
    assert run(command) == 2
    told = (
        f"--explain {strips} is called like a picture, expected a folder: strips go into it. Give"
    )
    assert f"{told} {tmp_path / 'strips'}" in capsys.readouterr().err
    assert not strips.exists()
    strips.mkdir()  # somebody's own
    assert run(command) == 0


def test_links_that_lead_nowhere_and_other_addresses_are_told(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    save(tmp_path / "x.png")
    (tmp_path / "y.png").symlink_to(tmp_path / "gone.png")
    assert run(["predict", str(digits_run.path), str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert "x.png" in printed.out
    assert "there is no file" in printed.err
    assert "y.png" in printed.err
    assert run(["predict", str(digits_run.path), "ftp://example.org/x.png"]) == 1
    assert "ftp://example.org/x.png is no http or https address" in capsys.readouterr().err
    blocked = tmp_path / "file"
    blocked.write_text("")
    for place in (blocked, blocked / "within"):
        command = ["predict", str(digits_run.path), str(tmp_path / "x.png"), "--explain"]
        assert run([*command, str(place)]) == 1
        told = f"imagette: {blocked} is a file, expected a folder. Give another name\n"
        assert capsys.readouterr().err == told


def test_links_in_a_circle_are_told_beside_strips(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    folder, strips = tmp_path / "pictures", tmp_path / "strips"
    folder.mkdir()
    strips.mkdir()
    save(folder / "x.png")
    (folder / "circle.png").symlink_to("circle.png")
    command = ["predict", str(digits_run.path), str(folder), "--explain", str(strips)]
    assert run(command) == 1
    assert "circle.png cannot be read: Too many levels of symbolic links" in capsys.readouterr().err
    assert [path.name for path in strips.iterdir()] == ["002-x.png"]


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
