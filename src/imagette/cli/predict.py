"""`imagette predict`: what a saved classifier sees in pictures."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from imagette.cli.answers_csv import HEADS, write_answers, write_readings
from imagette.cli.arguments import as_options
from imagette.cli.paths import STDOUT, a_path, a_table, some_text
from imagette.cli.streams import complain, note, say
from imagette.cli.text import print_json, print_table
from imagette.errors import DatasetError, ImagetteError, PictureError, SettingsError, SourceError
from imagette.numerals import counted

if TYPE_CHECKING:
    from imagette.cli.answers_csv import Written
    from imagette.images.gather import Named
    from imagette.inference import Prediction

    Answers = Iterable[tuple[str, Prediction | PictureError]]

Answer = TypeVar("Answer")

_WHOLE = 100  # answers up to which a terminal shows all of them
_ENDS = 10  # of more it shows so many, the first and the last


def predict(
    run: Annotated[Path, typer.Argument(help="A run folder, or a model.onnx.", parser=a_path)],
    pictures: Annotated[
        list[str],
        typer.Argument(
            help="Picture files, folders, patterns, http(s) addresses, - for stdin, or data files "
            "(CSV of pixels, .npz, ...).",
            parser=some_text,
        ),
    ],
    prepare: Annotated[
        Literal["auto", "photo", "none"],
        typer.Option(help="Look for the glyph in a photograph; auto: where the picture needs it."),
    ] = "auto",
    read: Annotated[
        Literal["one", "lines", "boxes"],
        typer.Option(help="One glyph a picture; or all, as lines of text, or each with its box."),
    ] = "one",
    threshold: Annotated[
        float | None,
        typer.Option(help="Least probability for an answer, 0 to 1."),
    ] = None,
    never_reject: Annotated[
        bool, typer.Option("--never-reject", help="Always answer, never: none of these.")
    ] = False,
    explain: Annotated[
        Path | None,
        typer.Option(
            help="A folder to write strips into: how each picture became an answer.", parser=a_path
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            help="Write the answers into this CSV file instead; - is stdout.",
            parser=a_table(*HEADS),
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
) -> None:
    """Classify pictures: photographs, scans, drawings, or images like those of the training."""
    from imagette.cli.counting import counting
    from imagette.cli.reading import print_pages
    from imagette.cli.spared import require_spared
    from imagette.cli.strips import write_strip
    from imagette.inference import Classifier
    from imagette.inference.preparing import check_prepare, check_reads
    from imagette.inference.rejection import Rule
    from imagette.jobs.answers import answers, readings

    _require_agreement(read, prepare, threshold, never_reject, explain, csv, as_json)
    _require_once(pictures)
    require_spared(pictures, csv, explain)
    classifier = Classifier.load(run)
    check_prepare(prepare, classifier.metadata)
    rule = Rule.of(classifier.metadata.rejection, threshold, never_reject)
    failures: list[ImagetteError] = []
    named = _pictures(pictures, failures)
    if read != "one":
        check_reads(classifier.metadata)
        pages = counting(readings(classifier, run, named, threshold, never_reject), "picture")
        if csv is not None:
            _tell(csv, write_readings(csv, pages, failures), "picture")
        else:
            print_pages(_told_of(pages, failures), read, as_json)
    else:
        seen = partial(write_strip, rule, explain) if explain is not None else None
        found = counting(answers(classifier, run, named, rule, prepare, seen), "picture")
        if csv is not None:
            _tell(csv, write_answers(csv, found, classifier.class_names, failures), "answer")
        else:
            _print(_told_of(found, failures), as_json)
        if explain is not None and any(explain.glob("*-*.png")):
            note(f"strips are in {explain}, numbered as the pictures are")
    if failures:
        raise typer.Exit(1)


def _require_agreement(
    read: str,
    prepare: str,
    threshold: float | None,
    never_reject: bool,
    explain: Path | None,
    csv: Path | None,
    as_json: bool,
) -> None:
    """Options that cannot both be obeyed are refused; none is passed over."""
    if csv is not None and as_json:
        raise SettingsError("--csv and --json: expected one of them. CSV to stdout: --csv -")
    if read != "one" and explain is not None:
        raise SettingsError(
            f"--read {read} and --explain: a strip shows how one glyph was found. Leave out one"
        )
    if read != "one" and prepare == "none":
        raise SettingsError(
            f"--read {read} and --prepare none: a page is always prepared. Leave out --prepare"
        )
    if threshold is not None and never_reject:
        raise SettingsError("--threshold and --never-reject: expected one of them")


def _require_once(pictures: list[str]) -> None:
    from imagette.images.gather import STDIN

    if pictures.count(STDIN) > 1:
        raise SettingsError(f"{STDIN} is named twice, and stdin can be read once. Name it once")


def _pictures(texts: list[str], failures: list[ImagetteError]) -> Iterator["Named"]:
    """All pictures that were named; what cannot be opened is told and stops no other."""
    from imagette.cli.progress import data_progress
    from imagette.jobs.answers import pictures_of

    for text in texts:
        with _told(failures):
            with data_progress() as reading:
                found, notes = pictures_of(text, reading)
            for told in notes:
                note(f"{text}: {told}")
            yield from found


def _told_of(
    answers: "Iterable[tuple[str, Answer | PictureError]]", failures: list[ImagetteError]
) -> "Iterator[tuple[str, Answer | PictureError]]":
    """The same, and errors are told on stderr when it is their turn."""
    for name, answer in answers:
        if isinstance(answer, PictureError):
            with _told(failures):
                raise answer
        yield name, answer


@contextmanager
def _told(failures: list[ImagetteError]) -> Iterator[None]:
    try:
        yield
    except (PictureError, SourceError, DatasetError) as error:
        complain(str(error))
        failures.append(error)


def _tell(csv: Path, written: "Written", thing: str) -> None:
    """Where the answers are, unless they are on stdout."""
    if csv != STDOUT:
        counts = ((written.sound, thing), (written.failed, "error"))
        lines = " and ".join(counted(*each) for each in counts if each[0]) or counted(0, thing)
        say(f"{lines} {'is' if sum(written) == 1 else 'are'} in {csv}")


def _print(answers: "Answers", as_json: bool) -> None:
    from imagette.inference.rejection import SEVERAL

    if as_json:
        print_json([_as_dict(name, answer) for name, answer in answers])
        return
    found = [(name, answer) for name, answer in answers if not isinstance(answer, PictureError)]
    if not found:
        return
    rows = [_row(name, answer) for name, answer in found]
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
    if any(answer.reason == SEVERAL for _, answer in found):
        note("several glyphs in one picture are for --read lines")


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
    return {"picture": name} | asdict(answer)
