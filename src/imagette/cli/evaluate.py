"""`imagette evaluate`: the numbers of a saved classifier on test images."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imagette.cli.paths import a_path, some_text
from imagette.cli.streams import stdout_has
from imagette.cli.text import has_room, print_json, print_table
from imagette.numerals import (
    counted,
    percent,
    percent_with_interval,
    rounded,
    rounded_or_none,
    rounded_with_interval,
)

if TYPE_CHECKING:
    from imagette.evaluation import ClassScore, Evaluation

_FEWEST = 5  # images of a class: with fewer, intervals of macro F1 cover less than 95 %
_WIDEST_MATRIX = 20  # classes; a larger matrix fits no terminal


def evaluate(
    run: Annotated[Path, typer.Argument(help="A run folder.", parser=a_path)],
    data: Annotated[
        str | None,
        typer.Option(
            help="Other data than the run's own: a name, a folder or a file.",
            parser=some_text,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Measure a saved classifier on test images."""
    from imagette import runs_api
    from imagette.cli.progress import data_progress

    with data_progress() as reading:
        result = runs_api.evaluate(run, data, progress=reading)
    from imagette.evaluation.temperature import FEW, bound_of_certainty
    from imagette.runs.run import Run

    record = Run.load(run)
    readings, validation = record.test_readings, record.validation.images
    if as_json:
        print_json(result.to_dict() | {"test_readings": readings})
        return
    print_evaluation(result)
    before = result.uncalibrated_error
    if validation < FEW and before is not None and before < result.calibration_error:
        print(f"                   {bound_of_certainty(validation)}")
    if data is None:
        print(f"test set read      {readings} times, the first by the training")
    print()
    _print_classes(result)


def print_evaluation(result: "Evaluation") -> None:
    """The numbers of all classes together, a line each."""
    accuracy = percent_with_interval(result.accuracy, result.accuracy_interval)
    log_loss = rounded_with_interval(result.log_loss, result.log_loss_interval)
    print(f"images             {result.images:,}")
    print(f"accuracy           {accuracy}")
    print(f"log loss           {log_loss}")
    print(f"macro F1           {_macro_f1(result)}")
    print(f"calibration error  {_calibration(result)}")
    if result.accepted is not None:
        print(f"accepted           {_accepted(result)}")


def _print_classes(result: "Evaluation") -> None:
    numbers = ("precision", "95 % interval", "recall", "95 % interval ", "F1", "images")
    print_table(
        ("class", *numbers),
        list(map(_class_row, result.classes)),
        right=numbers,
        name_column="class",
        spared=[("images",), ("F1",), (numbers[1], numbers[3])],
    )
    names = [c.name for c in result.classes]
    if len(names) <= _WIDEST_MATRIX:
        _print_matrix(names, result.confusion_matrix)


def _print_matrix(names: list[str], matrix: Sequence[Sequence[int]]) -> None:
    """Counts, a row a label; as wide as there is room, or not at all."""
    short = [name if len(name) <= 6 else name[:5] + "." for name in names]
    named = [f"{number}" if short.count(s) > 1 else s for number, s in enumerate(short)]
    numbered = [f"{number}" for number in range(len(names))]
    nothing = "·" if stdout_has("·") else "."
    for columns, form in ((named, ","), (numbered, ","), (numbered, "")):
        rows = [
            (name, *(f"{count:{form}}" if count else nothing for count in row))
            for name, row in zip(names, matrix, strict=True)
        ]
        if has_room(("", *columns), rows):
            print("\nlabel (rows) against prediction (columns)\n")
            print_table(("", *columns), rows, right=columns)
            return
    print("\n(for want of room without label against prediction, which --json has, and a pipe)")


def _class_row(score: "ClassScore") -> tuple[str, ...]:
    precision = _with_bounds(score.precision, score.precision_interval)
    recall = _with_bounds(score.recall, score.recall_interval)
    f1 = rounded_or_none(score.f1, score.f1_interval)
    return score.name, *precision, *recall, f1, f"{score.support:,}"


def _with_bounds(value: float | None, interval: tuple[float, float]) -> tuple[str, str]:
    """A share and its interval; of no case at all nothing can be said."""
    return rounded_or_none(value, interval), "" if value is None else _bounds(interval)


def _bounds(interval: tuple[float, float]) -> str:
    low, high = (rounded(bound, interval) for bound in interval)
    return f"{low} to {high}"


def _macro_f1(result: "Evaluation") -> str:
    text = rounded_with_interval(result.macro_f1, result.macro_f1_interval)
    few = sum(0 < score.support < _FEWEST for score in result.classes)
    classes = counted(few, "class has", "classes have")
    return f"{text}; {classes} fewer than {_FEWEST} images" if few else text


def _calibration(result: "Evaluation") -> str:
    interval = result.calibration_error_interval
    error = percent_with_interval(result.calibration_error, interval)
    before = result.uncalibrated_error
    return (
        error if before is None else f"{error}; {percent(before, interval)} before the temperature"
    )


def _accepted(result: "Evaluation") -> str:
    from imagette.evaluation import wilson_interval  # imports NumPy

    kept = round((result.accepted or 0) * result.images)
    share = percent(result.accepted or 0, wilson_interval(kept, result.images))
    if result.accepted_accuracy is None:
        return share
    right = round(result.accepted_accuracy * kept)
    accuracy = percent_with_interval(right / kept, wilson_interval(right, kept))
    return f"{share}; right of them {accuracy}"
