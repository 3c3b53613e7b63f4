"""Streams that are closed, full, gone or narrow: real processes, their messages and exit codes."""

import io
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console
from rich.live import Live

from imagette.cli.main import run
from imagette.cli.progress import Lines
from imagette.cli.streams import Quiet, complain, printable
from imagette.cli.text import print_json, print_table
from imagette.errors import ImagetteError
from imagette.runs.run import Run
from imagette.training.progress import Epoch, Plan

Captured = pytest.CaptureFixture[str]
TRAIN = "train -r sprint --epochs 1"


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shell(
    command: str, run: Run | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """`imagette command` in a shell; $RUN is the path of `run`."""
    own = {"RUN": str(run.path) if run else "", "PYTHONUNBUFFERED": ""}
    variables = os.environ | own | environment
    return subprocess.run(
        ["sh", "-c", f"{sys.executable} -m imagette {command}"],
        env=variables,
        capture_output=True,
    )


@pytest.mark.parametrize(
    ("command", "unbuffered"),
    [("recipes", ""), ("recipes", "1"), ("--version", ""), ("--help", "1")],
)
def test_a_full_stdout_is_one_line_and_exit_code_1(command: str, unbuffered: str) -> None:
    result = shell(f"{command} >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert result.returncode == 1
    assert result.stderr.decode() == (
        "imagette: the output cannot be written: No space left on device. "
        "Make room, or send it somewhere else\n"
    )


def test_a_full_stdout_does_not_lose_a_training(nowhere: Path) -> None:
    result = shell(f"{TRAIN} >/dev/full")
    assert result.returncode == 1
    *_, saved, failed = result.stderr.decode().splitlines()
    assert saved == "imagette: the results are saved in runs/digits-sprint-1"
    assert failed.startswith("imagette: the output cannot be written: No space left")
    assert Run.load(nowhere / "runs/digits-sprint-1").recipe == "sprint"


@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full", ">&- 2>&- <&-"])
def test_a_training_goes_on_when_nobody_can_be_told(closed: str, nowhere: Path) -> None:
    result = shell(f"{TRAIN} {closed}")
    assert (result.returncode, result.stderr) == (0, b"")
    assert (b"saved in runs/digits-sprint-1" in result.stdout) == (">&-" not in closed[:3])
    assert Run.load(nowhere / "runs/digits-sprint-1").recipe == "sprint"


def test_a_closed_stdout_is_nobody_s(digits_run: Run, nowhere: Path) -> None:
    Image.new("L", (8, 8)).save("x.png")
    result = shell('predict "$RUN" x.png >&-', digits_run)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_errors_do_not_go_to_stdout_where_stderr_is_closed(digits_run: Run) -> None:
    result = shell('predict "$RUN" none.png 2>&-', digits_run)
    assert (result.returncode, result.stdout) == (1, b"")


def test_a_reader_that_has_seen_enough_gets_no_complaint() -> None:
    result = shell("recipes | true")
    assert (result.returncode, result.stderr) == (0, b"")


def test_a_narrow_encoding_gets_escapes(digits_run: Run, nowhere: Path) -> None:
    Image.new("L", (8, 8)).save("é\n1.png")
    result = shell('predict "$RUN" .', digits_run, PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"\\xe9\\n1.png" in result.stdout
    result = shell('predict "$RUN" . --json', digits_run, PYTHONIOENCODING="ascii")
    assert json.loads(result.stdout)[0]["picture"] == "é\n1.png"
    result = shell('evaluate "$RUN"', digits_run, PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"\\x" not in result.stdout


def test_names_that_cannot_be_decoded_are_shown_and_come_back(
    digits_run: Run, nowhere: Path
) -> None:
    name = os.fsdecode(b"\xff.png")
    Image.new("L", (8, 8)).save(name, "PNG")
    result = shell('predict "$RUN" .', digits_run)
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"\\udcff.png" in result.stdout
    result = shell('predict "$RUN" . --json', digits_run)
    assert json.loads(result.stdout)[0]["picture"] == name


def test_what_would_break_a_line_or_a_terminal_is_escaped() -> None:
    assert printable("a\nb\x1b[31m\u2028é\udcff") == "a\\nb\\x1b[31m\\u2028é\\udcff"
    assert printable("\u202egnp.a") == "\\u202egnp.a"
    assert printable("a\n\tb", keep="\n") == "a\n\\tb"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_complaint_stands_above_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    console = Console(file=terminal, force_terminal=True)
    with Live("57 pictures", console=console, auto_refresh=False):
        complain(f"{'x' * 200}.png is no picture")
    told = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.getvalue())
    assert f"imagette: {'x' * 200}.png is no picture" in re.split(r"[\r\n]+", told)


def test_tables_in_a_pipe_are_whole(capsys: Captured) -> None:
    long = "x" * 500
    print_table(("[red]", "n"), [(long, "1"), ("[b]\n", "22")], right=("n",))
    lines = capsys.readouterr().out.splitlines()
    assert [line == line.rstrip() for line in lines] == [True] * 4
    assert lines[0].split() == ["[red]", "n"]
    assert lines[2] == f"{long}    1"
    assert lines[3].split() == ["[b]\\n", "22"]


def test_a_table_in_a_pipe_is_that_of_a_terminal(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = ("name", "n", "what"), [("猫.png", "1", "cat"), ("a.png", "22", "")]
    print_table(*table, right=("n",))
    piped = capsys.readouterr().out
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    print_table(*table, right=("n",))
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.getvalue())
    assert piped.splitlines() == [line.rstrip() for line in shown.splitlines()]


@pytest.mark.parametrize("name", ["\x9b2J.png", "\u202egnp.exe"])
def test_no_name_in_json_disturbs_a_terminal(name: str, capsys: Captured) -> None:
    print_json({"picture": name, "label": "ß"})
    printed = capsys.readouterr().out
    assert name not in printed
    assert json.loads(printed) == {"picture": name, "label": "ß"}
    print_json({"label": "ß"})
    assert "ß" in capsys.readouterr().out


def test_json_holds_only_numbers(capsys: Captured) -> None:
    with pytest.raises(ImagetteError, match="not finite .NaN or infinity.* without --json"):
        print_json({"loss": float("nan")})
    assert capsys.readouterr().out == ""


class _Broken(io.StringIO):
    """A stream whose reader has gone; counts who tries."""

    tries = 0

    def write(self, text: str) -> int:
        self.tries += 1
        raise BrokenPipeError


PLAN = Plan("x", 1000, 5, 100, "cpu", "float32", 2)
EPOCH = Epoch(1000, 12.1234, 0.5, 12.1234, 0.5, 1e-3, 123.4, 1_234_567)


def test_progress_that_cannot_be_written_falls_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = _Broken()
    monkeypatch.setattr(sys, "stderr", broken)
    lines = Lines(Quiet())
    lines.started(PLAN)
    lines.finished_epoch(EPOCH)
    assert broken.tries == 1
    monkeypatch.setattr(sys, "stderr", None)
    lines = Lines(Quiet())
    lines.started(PLAN)
    lines.finished_epoch(EPOCH)


def test_epoch_lines_fit_a_hundred_columns(capsys: Captured) -> None:
    lines = Lines(Quiet())
    lines.started(PLAN)
    lines.finished_epoch(EPOCH)
    line = capsys.readouterr().err.splitlines()[1]
    assert line == (
        "epoch 1000/1000  123.4 s  "
        "loss 12.1234  accuracy 0.5000  val_loss 12.1234  val_accuracy 0.5000"
    )
    assert len(line) <= 100


def test_bars_on_a_terminal_come_through_whole(nowhere: Path) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "imagette", *TRAIN.split()],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"COLUMNS": "140", "TERM": "xterm"},
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # how Linux says that nobody holds the other end any more
        while part := os.read(ours, 1 << 16):
            shown += part
    os.close(ours)
    assert process.communicate()[0].startswith(b"test accuracy")
    assert process.returncode == 0
    assert re.search(rb"epoch 1/1  [\d.]+ s  [\d,]+ images/s  loss ", shown)
    assert b"2K" not in shown.replace(b"\x1b[2K", b"")  # no half of a control sequence


def test_the_next_command_can_be_pasted(nowhere: Path, capsys: Captured) -> None:
    assert run([*TRAIN.split(), "-o", "my runs; $x"]) == 0
    printed = capsys.readouterr().out
    assert "saved in my runs; $x/digits-sprint-1\n" in printed
    assert "next: imagette predict 'my runs; $x/digits-sprint-1' PICTURE\n" in printed


def test_help_says_what_json_prints(capsys: Captured) -> None:
    assert run(["train", "--help"]) == 0
    words = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "the run's path and its test evaluation as JSON" in words


def test_the_name_of_a_folder_reaches_no_terminal(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "we\x1b[31mird\nname"
    train = ["train", "digits", "--recipe", "sprint", "--epochs", "2", "--out", str(out)]
    first, second = out / "digits-sprint-1", out / "digits-sprint-2"
    assert run(train) == run(train) == 0
    assert run(["compare", str(first), str(second)]) == 0
    assert run(["export", str(first), "--format", "keras-json"]) == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "saved in" in told
    assert "model.weights.h5" in told
    assert "we\\x1b[31mird\\nname" in told
