"""`imagette predict`: one answer a picture, as a table or as JSON."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from imagette.cli.arguments import as_options
from imagette.cli.streams import note
from imagette.cli.text import print_json, print_table
from imagette.errors import PictureError

if TYPE_CHECKING:
    from imagette.inference import Prediction
    from imagette.jobs.answers import Answer

_WHOLE = 100  # answers up to which a terminal shows all of them
_ENDS = 10  # of more it shows so many, the first and the last


def print_answers(answers: "Iterable[Answer]", as_json: bool) -> None:
    """Print the answers, as a table of those that there are or as JSON of all."""
    from imagette.inference.rejection import SEVERAL

    if as_json:
        print_json([_as_dict(name, answer) for name, answer in answers])
        return
    rows, several = [], False
    for name, answer in answers:
        if not isinstance(answer, PictureError):  # which has been told
            rows.append(_row(name, answer))
            several |= answer.reason == SEVERAL
    if not rows:
        return
    columns = ("picture", "label", "probability", "runner-up", "probability ", "prepared")
    used = len(columns) - (not any(row[-1] for row in rows))  # the last where it says something
    shown = rows
    if sys.stdout.isatty() and len(rows) > _WHOLE:
        shown = [*rows[:_ENDS], ["...", *[""] * 5], *rows[-_ENDS:]]
    print_table(
        columns[:used],
        [row[:used] for row in shown],
        right=columns[2:5:2],
        name_column=columns[0],
        spared=(columns[3:5], columns[5:]),
    )
    if shown is not rows:
        print(f"{len(rows):,} pictures, of which the first and the last {_ENDS} are shown")
        note("--csv FILE writes all answers, and so does a pipe")
    if several:
        note("several glyphs in one picture are read by --read lines")


def _row(name: str, answer: "Prediction") -> list[str]:
    row = [name, f"none of these ({answer.reason})", "", "", "", answer.note]
    if not answer.rejected:
        row[1:5] = [
            answer.label,
            f"{answer.probability:.3f}",
            answer.runner_up,
            f"{answer.runner_up_probability:.3f}",
        ]
    return row


def _as_dict(name: str, answer: "Prediction | PictureError") -> dict[str, object]:
    from dataclasses import asdict

    if isinstance(answer, PictureError):
        return {"picture": name, "error": as_options(str(answer))}
    label = None if answer.rejected else answer.label
    return {"picture": name} | asdict(answer) | {"label": label, "best_guess": answer.label}
