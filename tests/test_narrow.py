"""Tables of pictures on narrow terminals: the name of each file, its label and probability stay."""

import io
import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from imagette.cli.evaluate import _print_matrix
from imagette.cli.text import print_table

COLUMNS = ("picture", "label", "probability", "runner-up", "probability ", "prepared")
FOLDER = "/home/someone/pictures/of/digits/from/far/away/"
ANSWER = ["4", "0.998", "9", "0.001", "dark ink on light ground"]
NOTHING = ["none of these (unlike the training images)", "", "", "", ""]
ROWS = [
    [f"{FOLDER}picture-1.png", *ANSWER],
    [f"{FOLDER}picture-2.png", *ANSWER],
    [f"{FOLDER}other.png", *NOTHING],
]


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def shown(
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    rows: Sequence[Sequence[str]] = ROWS,
    encoding: str = "utf-8",
) -> list[str]:
    """The lines of the table, without colours."""
    content = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        terminal = Terminal(content, encoding, errors="backslashreplace")
        patch.setattr(sys, "stdout", terminal)
        spared = (COLUMNS[3:5], COLUMNS[5:])
        print_table(COLUMNS, rows, right=COLUMNS[2:5:2], name_column="picture", spared=spared)
        terminal.flush()
    lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", content.getvalue().decode()).splitlines()
    assert max(map(len, lines)) <= width
    return lines


def table(lines: Sequence[str]) -> list[str]:
    """Those without what tells of columns that are not there."""
    ends = [number for number, line in enumerate(lines) if line.startswith("(for want of room")]
    return list(lines[: ends[0]])


def test_where_there_is_room_all_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    header, _, *lines = shown(monkeypatch, 200)
    assert re.split(" {2,}", header.rstrip())[3:] == ["runner-up", "probability", "prepared"]
    for line, row in zip(lines, ROWS, strict=True):
        assert re.split(" {2,}", line.rstrip()) == [cell for cell in row if cell]


def test_the_runner_up_goes_first_and_then_what_was_prepared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert shown(monkeypatch, 120)[0].split() == ["picture", "label", "probability", "prepared"]
    assert shown(monkeypatch, 120)[-1] == "(for want of room without runner-up)"
    assert shown(monkeypatch, 80)[0].split() == ["picture", "label", "probability"]
    assert shown(monkeypatch, 80)[-1] == "(for want of room without runner-up, prepared)"
    told = " ".join(line.strip() for line in shown(monkeypatch, 40)[-2:])
    assert told == "(for want of room without runner-up, prepared)"


def test_names_of_files_lose_their_beginnings(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, one, two, other = table(shown(monkeypatch, 80))
    assert one.startswith("…") and one.split()[0].endswith("/picture-1.png")
    assert one.split()[1:] == ["4", "0.998"]
    assert two.split()[0].endswith("/picture-2.png")
    assert other.split()[0].endswith("/other.png") and NOTHING[0] in other


def test_forty_columns_have_headers_labels_and_probabilities(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    header, _, one, two, other, *rest = table(shown(monkeypatch, 40))
    assert header.split() == ["picture", "label", "probability"]
    assert (one.split(), two.split()) == (
        ["…cture-1.png", "4", "0.998"],
        ["…cture-2.png", "4", "0.998"],
    )
    assert " ".join([*other.split()[1:], *" ".join(rest).split()]) == NOTHING[0]


def test_names_that_would_be_cut_alike_are_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"/{letter}{FOLDER}four.png" for letter in "ab"]
    lines = table(shown(monkeypatch, 60, [[name, *ANSWER] for name in names]))[2:]
    told = "".join(line.split("  ")[0].strip() for line in lines)
    assert told == "".join(names)


def test_a_narrow_encoding_has_rules_and_signs_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, 80, encoding="ascii")
    assert set(lines[1]) <= set("-+ ")
    assert lines[2].startswith("...") and "/picture-1.png" in lines[2]
    content = io.BytesIO()
    with monkeypatch.context() as patch:
        stream = io.TextIOWrapper(content, "ascii", errors="backslashreplace")
        patch.setattr(sys, "stdout", stream)
        print_table(("a", "b"), [["1", "2"]])
        stream.flush()
    assert content.getvalue().decode().splitlines()[1] == "-----"


def printed(
    monkeypatch: pytest.MonkeyPatch, width: int, *arguments: Any, **options: Any
) -> list[str]:
    """The lines of any table, without colours and blanks at their ends."""
    content = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        terminal = Terminal(content, "utf-8")
        patch.setattr(sys, "stdout", terminal)
        print_table(*arguments, **options)
        terminal.flush()
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", content.getvalue().decode())
    return [line.rstrip() for line in text.splitlines()]


def test_no_number_is_cut_but_rows_become_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = ("class", "train", " ", "validation", "test")
    rows = [["boot", "54,000", "9.9 %", "6,000", "10,000"], ["bag", "1", "", "2", "3"]]
    options = {"right": columns[1:], "name_column": "class", "spared": [(" ",)]}
    lines = printed(monkeypatch, 36, columns, rows, **options)
    assert [line.split() for line in lines[2:4]] == [
        ["boot", "54,000", "6,000", "10,000"],
        ["bag", "1", "2", "3"],
    ]
    assert printed(monkeypatch, 35, columns, rows, **options) == [
        *("class: boot", "train: 54,000 (9.9 %)", "validation: 6,000", "test: 10,000", ""),
        *("class: bag", "train: 1", "validation: 2", "test: 3"),
    ]


def test_a_label_is_never_squeezed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for width in range(4, 39):  # from there on the table has room
        text = "".join(shown(monkeypatch, width)).replace(" ", "")
        assert "label:4" in text
        assert NOTHING[0].replace(" ", "") in text


def test_texts_are_folded_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    columns, row = ("name", "what for", "parameters"), ["best", "minutes for the last half", "4"]
    for width in (45, 30, 20):
        lines = printed(monkeypatch, width, columns, [row], right=columns[2:])
        told = "".join(lines).replace(" ", "")
        assert "…" not in told
        assert not Counter("".join(row).replace(" ", "")) - Counter(told)
        assert max(map(len, lines)) <= width


def test_a_rule_in_a_pipe_is_no_wider_than_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "note"), [["a", "x" * 300]])
    assert max(map(len, capsys.readouterr().out.splitlines()[:2])) == 100


@pytest.mark.parametrize(
    ("width", "told"),
    [(100, "T-shi."), (90, " 9"), (80, " 1234 "), (77, "for want of room without label")],
)
def test_the_confusion_matrix_is_shown_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, width: int, told: str
) -> None:
    names = ["T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker"]
    names += ["Bag", "Boot"]
    content = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        terminal = Terminal(content, "utf-8")
        patch.setattr(sys, "stdout", terminal)
        _print_matrix(names, [[1234] * 10] * 10)
        terminal.flush()
    text = content.getvalue().decode()
    assert told in text
    assert text.replace(",", "").count("1234") in (0, 100)
    assert "…" not in text
