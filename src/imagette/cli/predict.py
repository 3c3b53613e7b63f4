"""`imagette predict`: what a saved classifier sees in pictures."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from imagette.cli.answers import print_answers
from imagette.cli.answers_csv import HEADS, write_answers, write_readings
from imagette.cli.counting import counting
from imagette.cli.paths import STDOUT, a_path, a_table, some_text
from imagette.cli.reading import print_pages
from imagette.cli.streams import complain, note, printable, say
from imagette.errors import DatasetError, ImagetteError, PictureError, SettingsError, SourceError
from imagette.numerals import counted

if TYPE_CHECKING:
    from imagette.cli.answers_csv import Written
    from imagette.images.gather import Named
    from imagette.jobs.answers import Answer, Reading

Result = TypeVar("Result")


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
    from imagette.cli.overwriting import require_no_overwriting
    from imagette.cli.strips import write_strip
    from imagette.inference import Classifier
    from imagette.inference.preparing import check_prepare, check_reads
    from imagette.inference.rejection import Rule
    from imagette.jobs.answers import answers, readings

    _require_agreement(read, prepare, threshold, never_reject, explain, csv, as_json)
    _require_once(pictures)
    require_no_overwriting(pictures, csv, explain)
    classifier = Classifier.load(run)
    check_prepare(prepare, classifier.metadata)
    rule = Rule.of(classifier.metadata.rejection, threshold, never_reject)
    failures: list[ImagetteError] = []
    named = _pictures(pictures, failures)
    if read == "one":
        strips: list[Path] = []
        seen = partial(write_strip, rule, explain, strips) if explain is not None else None
        found = answers(classifier, run, named, rule, prepare, seen)
        _give_answers(found, classifier.class_names, csv, as_json, failures)
        if strips:
            note(f"strips are in {explain}, numbered as the pictures are")
    else:
        check_reads(classifier.metadata)
        pages = readings(classifier, run, named, threshold, never_reject)
        _give_readings(pages, read, csv, as_json, failures)
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


def _give_answers(
    answers: "Iterable[Answer]",
    class_names: tuple[str, ...],
    csv: Path | None,
    as_json: bool,
    failures: list[ImagetteError],
) -> None:
    """Each answer as it comes into the file `csv`, or all of them on stdout."""
    found = counting(answers, "picture")
    if csv is not None:
        _tell(csv, write_answers(csv, found, class_names, failures), "answer")
    else:
        print_answers(_told_of(found, failures), as_json)


def _give_readings(
    pages: "Iterable[Reading]",
    read: str,
    csv: Path | None,
    as_json: bool,
    failures: list[ImagetteError],
) -> None:
    """What was read on each page as it comes into the file `csv`, or all of it on stdout."""
    found = counting(pages, "picture")
    if csv is not None:
        _tell(csv, write_readings(csv, found, failures), "picture")
    else:
        print_pages(_told_of(found, failures), read, as_json)


def _told_of(
    answers: Iterable[tuple[str, Result | PictureError]], failures: list[ImagetteError]
) -> Iterator[tuple[str, Result | PictureError]]:
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
        complain(printable(str(error)))  # a line, whatever the names of files
        failures.append(error)


def _tell(csv: Path, written: "Written", thing: str) -> None:
    """Where the answers are, unless they are on stdout."""
    if csv != STDOUT:
        counts = ((written.sound, thing), (written.failed, "error"))
        lines = " and ".join(counted(*each) for each in counts if each[0]) or counted(0, thing)
        say(f"{lines} {'is' if sum(written) == 1 else 'are'} in {csv}")
