"""Tables of pictures on narrow terminals: the name of each file, its label and probability stay."""

import io
import re
import sys
from collections.abc import Sequence

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


def test_a_number_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setenv("COLUMNS", "30")
        terminal = Terminal(content, "utf-8")
        patch.setattr(sys, "stdout", terminal)
        columns = ("class", "train", "validation", "test")
        print_table(
            columns, [["boot", "54,000", "6,000", "10,000"]], right=columns[1:], name_column="class"
        )
        terminal.flush()
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", content.getvalue().decode())
    for number in re.findall(r"[\d,]+…?", shown.splitlines()[2]):
        assert number in ("54,000", "6,000", "10,000") or number.endswith("…")


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
