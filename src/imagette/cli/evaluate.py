"""`imagette evaluate`: the numbers of a saved classifier on test images."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imagette.cli.paths import a_path, some_text
from imagette.cli.streams import stdout_has
from imagette.cli.text import percent, print_json, print_table

if TYPE_CHECKING:
    from imagette.evaluation import Evaluation

_WIDEST_MATRIX = 20  # classes; a larger matrix fits no terminal


def evaluate(
    run: Annotated[Path, typer.Argument(help="A run folder.", parser=a_path)],
    data: Annotated[
        str | None,
        typer.Option(
            help="Other data than the run's own: a name, a folder or a file.",
            parser=some_text,
            metavar="text",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Measure a saved classifier on test images."""
    from imagette import api
    from imagette.cli.progress import data_progress

    with data_progress() as reading:
        result = api.evaluate(run, data, progress=reading)
    if as_json:
        print_json(result.to_dict())
        return
    low, high = (percent(bound, result.accuracy_interval) for bound in result.accuracy_interval)
    print(f"images             {result.images:,}")
    print(
        f"accuracy           {percent(result.accuracy, result.accuracy_interval)}"
        f"  (95 % interval {low} to {high})"
    )
    print(f"log loss           {result.log_loss:.4f}")
    print(f"macro F1           {result.macro_f1:.4f}")
    print(f"calibration error  {_calibration(result)}")
    if result.accepted is not None:
        print(f"accepted           {_accepted(result)}")
    print()
    numbers = ("precision", "recall", "F1", "images")
    print_table(
        ("class", *numbers),
        [
            (c.name, f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}", f"{c.support:,}")
            for c in result.classes
        ],
        right=numbers,
    )
    names = [c.name for c in result.classes]
    if len(names) <= _WIDEST_MATRIX:
        print("\nlabel (rows) against prediction (columns)\n")
        short = [name if len(name) <= 6 else name[:5] + "." for name in names]
        columns = [f"{number}" if short.count(s) > 1 else s for number, s in enumerate(short)]
        nothing = "·" if stdout_has("·") else "."
        rows = [
            (name, *(f"{count:,}" if count else nothing for count in row))
            for name, row in zip(names, result.confusion_matrix, strict=True)
        ]
        print_table(("", *columns), rows, right=columns)


def _calibration(result: "Evaluation") -> str:
    error = f"{100 * result.calibration_error:.2f} %"
    before = result.uncalibrated_error
    return error if before is None else f"{error}  ({100 * before:.2f} % before the temperature)"


def _accepted(result: "Evaluation") -> str:
    share = f"{100 * (result.accepted or 0):.2f} %"
    right = result.accepted_accuracy
    return share if right is None else f"{share}  ({100 * right:.2f} % of them right)"
