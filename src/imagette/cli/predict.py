"""`imagette predict`: what a saved classifier sees in pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from imagette.cli.paths import a_path
from imagette.cli.streams import complain
from imagette.cli.text import print_json, print_table
from imagette.errors import DatasetError, ImagetteError, PictureError, SourceError

if TYPE_CHECKING:
    from imagette.inference import Classifier, Prediction

_NAMED_FOLDERS = 3  # in the message on a folder that holds only folders


def predict(
    run: Annotated[Path, typer.Argument(help="A run folder, or a model.onnx.", parser=a_path)],
    pictures: Annotated[
        list[Path],
        typer.Argument(
            help="Picture files, folders of them, or data files (CSV of pixels, .npz, ...).",
            parser=a_path,
        ),
    ],
    prepare: Annotated[
        Literal["auto", "photo", "none"],
        typer.Option(help="Look for the glyph in a photograph; auto: where the picture needs it."),
    ] = "auto",
    threshold: Annotated[
        float | None,
        typer.Option(help="Least probability for an answer, 0 to 1."),
    ] = None,
    never_reject: Annotated[
        bool, typer.Option("--never-reject", help="Always answer, never: none of these.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
) -> None:
    """Classify pictures: photographs, scans, drawings, or images like those of the training."""
    from imagette import api

    rule = {"prepare": prepare, "threshold": threshold, "never_reject": never_reject}
    answers, failed = _answers(api.load(run), pictures, **rule)
    if as_json:
        print_json([_as_dict(name, answer) for name, answer in answers])
    elif answers:
        noted = any(answer.note for _, answer in answers)
        columns = ("picture", "label", "probability", "runner-up", "probability ")
        print_table(
            (*columns, "changed") if noted else columns,
            [_row(name, answer, noted) for name, answer in answers],
            right=("probability", "probability "),
        )
    if failed:
        raise typer.Exit(1)


def _answers(
    classifier: "Classifier", pictures: list[Path], **rule: Any
) -> tuple[list[tuple[str, "Prediction"]], bool]:
    """An answer a picture; what cannot be read is told on stderr and stops no other."""
    from imagette.answers import is_data_file

    answers: list[tuple[str, Prediction]] = []
    failures: list[ImagetteError] = []
    for picture in pictures:
        with _told(failures):
            if is_data_file(picture):
                answers += _in_data_file(classifier, picture, failures, **rule)
                continue
            for file in _files(picture):
                with _told(failures):
                    answers.append((str(file), classifier.predict(file, **rule)))
    return answers, bool(failures)


def _in_data_file(
    classifier: "Classifier", file: Path, failures: list[ImagetteError], **rule: Any
) -> Iterator[tuple[str, "Prediction"]]:
    from imagette.answers import answers

    found, notes = answers(classifier, file, **rule)
    for note in notes:
        complain(f"{file}: {note}")
    for name, answer in found:
        with _told(failures):
            if isinstance(answer, PictureError):
                raise answer
            yield f"{file}, {name}", answer


@contextmanager
def _told(failures: list[ImagetteError]) -> Iterator[None]:
    try:
        yield
    except (PictureError, SourceError, DatasetError) as error:
        complain(str(error))
        failures.append(error)


def _files(picture: Path) -> list[Path]:
    """The picture itself, or the pictures in a folder."""
    try:
        return _in_folder(picture) if picture.is_dir() else [picture]
    except OSError as error:
        raise PictureError(f"{picture} cannot be read: {error.strerror}") from error


def _in_folder(folder: Path) -> list[Path]:
    """The pictures in a folder, in the order of their names; not those in its folders."""
    from imagette.images.decode import SUFFIXES

    entries = sorted(folder.iterdir())
    files = [p for p in entries if p.suffix.lower() in SUFFIXES and p.is_file()]
    if files:
        return files
    if entries and all(p.is_dir() for p in entries):
        named = ", ".join(p.name for p in entries[:_NAMED_FOLDERS])
        more = ", ..." if len(entries) > _NAMED_FOLDERS else ""
        raise PictureError(
            f"the folder {folder} holds only folders ({named}{more}), and those are not "
            "searched. Name them"
        )
    raise PictureError(
        f"the folder {folder} holds no pictures, expected files named {', '.join(SUFFIXES)}"
    )


def _row(name: str, answer: "Prediction", noted: bool) -> list[str]:
    row = [name, f"none of these ({answer.reason})", "", "", ""]
    if not answer.rejected:
        row[1:] = [
            answer.label,
            f"{answer.probability:.3f}",
            answer.runner_up,
            f"{answer.runner_up_probability:.3f}",
        ]
    return [*row, answer.note] if noted else row


def _as_dict(name: str, answer: "Prediction") -> dict[str, object]:
    from dataclasses import asdict

    return {"picture": name} | asdict(answer)
