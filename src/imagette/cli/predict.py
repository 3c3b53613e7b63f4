"""`imagette predict`: what a saved classifier sees in pictures."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imagette.cli.text import print_json, print_table
from imagette.errors import PictureError

if TYPE_CHECKING:
    from imagette.inference import Classifier, Prediction


def predict(
    run: Annotated[Path, typer.Argument(help="A run folder, or a model.onnx.")],
    pictures: Annotated[list[Path], typer.Argument(help="Picture files, or folders of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
) -> None:
    """Classify pictures that look like the training data; size and channels are made to fit."""
    from imagette import api

    classifier = api.load(run)
    files = [file for picture in pictures for file in _files(picture)]
    answers, failed = _answers(classifier, files)
    if as_json:
        print_json([_as_dict(file, answer) for file, answer in answers])
    elif answers:
        noted = any(answer.note for _, answer in answers)
        columns = ("picture", "label", "probability", "runner-up", "probability ")
        print_table(
            (*columns, "changed") if noted else columns,
            [_row(file, answer, noted) for file, answer in answers],
            right=("probability", "probability "),
        )
    if failed:
        raise typer.Exit(1)


def _files(picture: Path) -> list[Path]:
    """The picture itself, or the pictures in a folder, in the order of their names."""
    from imagette.images.decode import SUFFIXES

    if not picture.is_dir():
        return [picture]
    files = sorted(p for p in picture.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
    if not files:
        raise PictureError(
            f"the folder {picture} holds no pictures, expected files named {', '.join(SUFFIXES)}"
        )
    return files


def _answers(
    classifier: "Classifier", files: list[Path]
) -> tuple[list[tuple[Path, "Prediction"]], bool]:
    """An answer a file; a file that cannot be read is told on stderr and stops no other."""
    answers, failed = [], False
    for file in files:
        try:
            answers.append((file, classifier.predict(file)))
        except PictureError as error:
            print(f"imagette: {error}", file=sys.stderr)
            failed = True
    return answers, failed


def _row(file: Path, answer: "Prediction", noted: bool) -> list[str]:
    row = [
        str(file),
        answer.label,
        f"{answer.probability:.3f}",
        answer.runner_up,
        f"{answer.runner_up_probability:.3f}",
    ]
    return [*row, answer.note] if noted else row


def _as_dict(file: Path, answer: "Prediction") -> dict[str, object]:
    from dataclasses import asdict

    return {"picture": str(file)} | asdict(answer)
