"""Answers as a CSV file, a line a picture or a glyph, written as they come."""

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from imagette.cli.arguments import as_options
from imagette.cli.paths import STDOUT
from imagette.cli.streams import complain, printable
from imagette.errors import ImagetteError, PictureError

if TYPE_CHECKING:
    from imagette.inference import Prediction

    Read = list[list[Prediction]]

WriteRow = Callable[[Sequence[object]], object]
_BOX = ("top", "left", "bottom", "right")
_ANSWER = (
    "picture", "label", "probability", "runner_up", "runner_up_probability", "reason",
    "best_guess", "note", *_BOX,
)  # fmt: skip
_READ = ("picture", "line", "label", "probability", "reason", *_BOX)
HEADS = (",".join(_ANSWER), ",".join(_READ))  # earlier tables begin so


class Written(NamedTuple):
    """How many pictures have a line."""

    sound: int
    failed: int  # their line says why


def write_answers(
    path: Path,
    answers: Iterable[tuple[str, "Prediction | PictureError"]],
    class_names: tuple[str, ...],
    failures: list[ImagetteError],
) -> Written:
    """A line a picture. A picture that failed says why in its line."""
    sound = failed = 0
    with _rows(path, [*_ANSWER, *(f"p_{name}" for name in class_names)]) as row:
        for name, answer in answers:
            if isinstance(answer, PictureError):
                failed += 1
                _failed(answer, failures)
                row([name, "", "", "", "", f"error: {as_options(str(answer))}"])
            else:
                sound += 1
                row([name, *_cells(answer)])
    return Written(sound, failed)


def _cells(answer: "Prediction") -> list[object]:
    """What follows the picture's name, in the order of the columns."""
    return [
        "" if answer.rejected else answer.label,
        f"{answer.probability:.6g}",
        answer.runner_up,
        f"{answer.runner_up_probability:.6g}",
        answer.reason,
        answer.label,
        answer.note,
        *(answer.box or [""] * len(_BOX)),
        *(f"{probability:.6g}" for probability in answer.probabilities.values()),
    ]


def write_readings(
    path: Path,
    pages: Iterable[tuple[str, "Read | PictureError"]],
    failures: list[ImagetteError],
) -> Written:
    """A line for each glyph of each picture, with the line it stands in.

    A picture without glyphs, or that failed, says so in a line of its own.
    """
    sound = failed = 0
    with _rows(path, _READ) as row:
        for name, page in pages:
            if isinstance(page, PictureError):
                failed += 1
                _failed(page, failures)
                row([name, "", "", "", f"error: {as_options(str(page))}"])
                continue
            sound += 1
            if not page:
                row([name, "", "", "", "no glyphs were found"])
            for number, line in enumerate(page, start=1):
                for glyph in line:
                    certain = f"{glyph.probability:.6g}"
                    box = glyph.box or ()
                    row([name, number, glyph.label, certain, glyph.reason, *box])
    return Written(sound, failed)


def _failed(error: PictureError, failures: list[ImagetteError]) -> None:
    complain(printable(str(error)))
    failures.append(error)


@contextmanager
def _rows(path: Path, columns: Sequence[str]) -> Iterator[WriteRow]:
    """What writes a row into the file `path`, which is whole at the end; "-" is stdout.

    Cells that a row lacks at its end are empty.
    """
    from imagette.runs.files import written_whole

    with _stdout() if path == STDOUT else written_whole(path) as file:
        # Bytes of a file's name that are no UTF-8 become escapes, as in what is printed.
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
        writer = csv.writer(text)

        def write(cells: Sequence[object]) -> None:
            writer.writerow([*cells, *[""] * (len(columns) - len(cells))])

        try:
            write(columns)
            yield write
            text.flush()
        finally:
            with suppress(OSError):  # it was told by the flush
                text.detach()  # and leaves the file to who opened it


def _stdout() -> "nullcontext[BinaryIO]":
    sys.stdout.flush()
    return nullcontext(sys.stdout.buffer)
