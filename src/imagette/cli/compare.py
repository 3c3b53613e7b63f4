"""`imagette compare`: runs against one another, and whether a difference is shown."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imagette.cli.figures import Format, format_of
from imagette.cli.paths import a_path, some_text
from imagette.cli.streams import printable
from imagette.cli.text import print_json, print_table
from imagette.numerals import duration, p_value, percent, percent_with_spread, percentage_points
from imagette.runs.short_names import short_names

if TYPE_CHECKING:
    from imagette.jobs.comparison import Compared, Comparison, Difference


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(help="Run folders, or groups of train --seeds; two or more.", parser=a_path),
    ],
    data: Annotated[
        str | None,
        typer.Option(
            help="Other data than the runs' own: a name, a folder or a file.",
            parser=some_text,
        ),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(help="Folder for their learning curves over one another.", parser=a_path),
    ] = None,
    format: Format = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Compare runs on the same test images, each with the first."""
    from imagette import runs_api
    from imagette.cli.progress import data_progress

    written_as = format_of(figures, format)
    with data_progress() as reading:
        result = runs_api.compare(runs, data, progress=reading)
    written = runs_api.write_comparison(runs, figures, written_as) if figures else []
    if as_json:
        print_json(asdict(result) | {"figures": list(map(str, written))})
        return
    _print(result)
    if written:
        print("\nlearning curves:", *(printable(str(path)) for path in written), sep="\n  ")


def _print(result: "Comparison") -> None:
    short = short_names([row.path for row in result.rows])
    names = {path: printable(name) for path, name in short.items()}
    _print_table(result, names)
    for difference in result.differences:
        print(f"\n{_sentence(difference, names)}")
    if result.judged < result.images:
        print(f"\nThe tests looked at the first {result.judged:,} of {result.images:,} images.")
    if len(result.differences) > 1:
        print(f"\np-values are Holm's, for {len(result.differences)} tests at once.")


def _print_table(result: "Comparison", names: dict[str, str]) -> None:
    grouped = result.rows[0].accuracy_interval is None
    others = ("macro F1", "log loss", "calibration error", "training")
    numbers = ("accuracy", "seeds" if grouped else "95 % interval", *others)
    rows = [(names[row.path], *_row(row)) for row in result.rows]
    of_seeds = ": means over seeds, accuracy ± standard deviation" if grouped else ""
    print(f"{result.images:,} test images{of_seeds}\n")
    columns = ("group" if grouped else "run", *numbers)
    spared = [(name,) for name in (*reversed(others), numbers[1])]
    print_table(columns, rows, right=numbers, name_column=columns[0], spared=spared)
    often = [row for row in result.rows if row.test_readings > 1]
    for row in often:
        print(f"\n{names[row.path]}: its test set was read {row.test_readings} times")


def _row(row: "Compared") -> tuple[str, ...]:
    if row.accuracy_interval is None:
        accuracy = percent_with_spread(row.accuracy, row.spread or 0)
        interval = f"{len(row.seeds)}"
    else:
        accuracy = percent(row.accuracy, row.accuracy_interval)
        interval = " to ".join(percent(b, row.accuracy_interval) for b in row.accuracy_interval)
    return (
        accuracy,
        interval,
        f"{row.macro_f1:.4f}",
        f"{row.log_loss:.4f}",
        f"{100 * row.calibration_error:.1f} %",
        duration(row.seconds),
    )


def _sentence(difference: "Difference", names: dict[str, str]) -> str:
    """What the test says, in words."""
    this, first = names[difference.path], names[difference.first]
    if difference.verdict in ("better", "worse"):
        what = f"{this} is {difference.verdict} than {first}"
    else:
        what = f"{this} and {first}: {difference.verdict}"
    points = percentage_points(difference.difference, difference.interval)
    if difference.only_this is None:
        pairs = f"{difference.pairs} seeds"
    else:
        pairs = (
            f"right alone: {difference.only_this:,} against {difference.only_first:,} of "
            f"{difference.pairs:,} images"
        )
    return (
        f"{what}\n  {points}\n  {difference.test}: {p_value(difference.adjusted_p_value)}; {pairs}"
    )
