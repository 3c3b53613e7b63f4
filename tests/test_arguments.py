"""The library's messages name arguments; the command line names its options instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.main import get_command

import imagette
from imagette.cli.arguments import arguments, as_options
from imagette.cli.main import VERBS, application, run
from imagette.errors import SettingsError
from imagette.settings import Settings

SOURCE = Path(imagette.__file__).parent
NO_MESSAGES = {"runs/card.py", "runs/command.py"}  # they write Markdown, and commands


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Choose another folder with `out`", "Choose another folder with --out"),
        ("`learning_rate=-1.0`: expected", "--learning-rate -1.0: expected"),
        ("Use `device='auto'`", "Use --device auto"),
        ("(`raw_pixels=True` leaves that out)", "(--raw-pixels leaves that out)"),
        ("`shift_within_border=False` goes further", "--no-shift-within-border goes further"),
        ("`groups='a writer'`: it has", "--groups 'a writer': it has"),
        ("`batch_size` or `image_size`", "--batch-size or --image-size"),
        ("`learning_rate=nan`: expected", "--learning-rate nan: expected"),
        ("a`out`.png is damaged", "a`out`.png is damaged"),
        ("`rates=(1,)`: only Python has them", "`rates=(1,)`: only Python has them"),
        ("it`s.png is damaged: `channels=1`", "it`s.png is damaged: --channels 1"),
        ("`mine`.png and validation=0.1.png", "`mine`.png and validation=0.1.png"),
        ("`out=Path('x')`", "`out=Path('x')`"),  # no value that a command line can give
    ],
)
def test_arguments_become_options(message: str, told: str) -> None:
    assert as_options(message) == told


def test_the_same_mistake_is_told_to_either_in_their_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SettingsError, match=r"^`label_smoothing=2.0`: expected less than 1$"):
        Settings(label_smoothing=2.0)
    assert run(["train", "--label-smoothing", "2"]) == 2
    assert capsys.readouterr().err == "imagette: --label-smoothing 2.0: expected less than 1\n"


def test_notes_name_options_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny = ["--recipe", "tiny", "--epochs", "1", "--no-report"]
    assert run(["train", "digits", *tiny, "--optimizer", "adam", "--momentum", "0.5"]) == 0
    told = "note: --momentum has no effect with --optimizer adam, only with sgd, rmsprop, muon\n"
    assert told in capsys.readouterr().err


def test_every_argument_in_a_message_has_an_option() -> None:
    options = {
        option.name
        for verb in VERBS
        for command in _commands(verb)
        for option in command.params
        if option.param_type_name == "option"
    }
    assert arguments() <= options
    named = {name for _, text in _messages() for name in re.findall(r"`([a-z]\w*)[`=]", text)}
    assert len(named) > 20
    assert named - arguments() <= {"boundaries", "names", "rates"}  # Python only


def test_no_message_of_the_library_names_an_option() -> None:
    for place, text in _messages():
        assert not re.search(r"(?<![\w-])--[a-z]", text), f"{place}: {text}"


def _commands(verb: str) -> Iterator[Any]:
    """The command of a verb, or those of its verbs."""
    group: Any = get_command(application(verb))
    command = group.commands[verb]
    yield from getattr(command, "commands", {verb: command}).values()


def _messages() -> Iterator[tuple[str, str]]:
    """All texts of the library below the command line that are no docstrings."""
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).as_posix()
        if place.startswith("cli/") or place in NO_MESSAGES:
            continue
        tree = ast.parse(path.read_text())
        docstrings = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and id(node) not in docstrings:
                yield place, text


def test_notes_of_data_name_options_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, gray in (("a", 0), ("b", 120)):
        (tmp_path / name).mkdir()
        for number in range(12):
            size = (12, 10 + number % 3)
            Image.new("L", size, gray + number).save(tmp_path / name / f"{number}.png")
    assert run(["data", "split", f"{tmp_path}"]) == 0
    told = capsys.readouterr().out
    assert "--image-size" in told
    assert "`" not in told


def test_a_value_too_deep_to_be_one_of_the_command_line_stays_as_it_is() -> None:
    text = f"`out={'-' * 100_000}1`"
    assert as_options(text) == text
