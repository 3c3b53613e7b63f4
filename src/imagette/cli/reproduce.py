"""`imagette reproduce`: the published systems, measured here."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imagette.cli.paths import a_path
from imagette.cli.streams import results_kept_in, say
from imagette.cli.text import print_json, print_table

if TYPE_CHECKING:
    from imagette.jobs.reproduction import Reproduction


def reproduce(
    names: Annotated[
        list[str], typer.Argument(help="Published recipes, or all (see: imagette recipes).")
    ],
    seeds: Annotated[int, typer.Option(min=1, help="Trainings of each, seeds from 0.")] = 1,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Other than published: for a quick look.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where runs and tables go.", parser=a_path)
    ] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the table as JSON.")] = False,
) -> None:
    """Train published systems under their published protocol, and compare with their claims."""
    from dataclasses import asdict

    from imagette import api
    from imagette.cli.progress import download_progress, training_progress

    with training_progress() as progress, download_progress() as downloads:
        rows = api.reproduce(
            names, seeds=seeds, epochs=epochs, out=out, progress=progress, downloads=downloads
        )
    with results_kept_in(out):
        if as_json:
            print_json([asdict(row) for row in rows])
        else:
            _print_table(rows, out)


def _print_table(rows: "list[Reproduction]", out: Path) -> None:
    right = ("published", "measured", "n", "published s", "s here", "speed-up")
    print_table(
        ("recipe", "published", "measured", "n", "verdict", "published s", "s here", "speed-up"),
        [
            (
                row.recipe,
                f"{100 * row.published_accuracy:.2f} %" if row.published_accuracy else "–",
                f"{100 * row.accuracy:.2f} %",
                str(len(row.accuracies)),
                row.verdict,
                f"{row.published_seconds:,.0f}" if row.published_seconds else "–",
                f"{row.seconds:.1f}",
                f"{row.speed_up:.0f} times" if row.speed_up else "–",
            )
            for row in rows
        ],
        right=right,
        name_column="recipe",
        spared=[("speed-up",), ("s here",), ("published s",)],
    )
    for row in rows:
        print(f"\n{row.recipe}:", *row.notes, sep="\n  - ")
    print()
    say(f"written to {out / 'reproduction.json'} and {out / 'reproduction.md'}")
