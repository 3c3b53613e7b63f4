"""`imagette data show`: pictures of a source, and its numbers on the terminal."""

import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from imagette.cli.arguments import as_options
from imagette.cli.options import with_data_options
from imagette.cli.paths import a_path, some_text
from imagette.cli.progress import data_progress, download_progress
from imagette.cli.streams import note, printable, say
from imagette.cli.text import print_json, print_table

if TYPE_CHECKING:
    from imagette.data.overview import Overview

_ROWS = 40  # classes that a table lists one by one


@with_data_options
def show(
    source: Annotated[
        str,
        typer.Argument(help="A source: a name (digits, mnist, ...) or a path.", parser=some_text),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder of the pictures (SOURCE-pictures).", parser=a_path
        ),
    ] = None,
    format: Annotated[
        Literal["png", "svg"], typer.Option(help="What the pictures are written as.")
    ] = "png",
    columns: Annotated[int, typer.Option(help="Sample images of each class.")] = 10,
    recipe: Annotated[
        str, typer.Option("--recipe", "-r", help="Whose augmentation the batch goes through.")
    ] = "standard",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    **options: Any,
) -> None:
    """Write pictures of a source (samples, counts, means, a batch), and print its numbers."""
    from imagette import data_api

    with download_progress() as downloads, data_progress() as reading:
        shown = data_api.show_data(
            source, out, format=format, columns=columns, recipe=recipe,
            progress=reading, downloads=downloads, **options,
        )  # fmt: skip
    paths = [str(path) for path in shown.pictures]
    if as_json:
        print_json(shown.overview.to_dict() | {"pictures": paths})
        return
    _print_overview(shown.overview)
    print("\nwrote", *map(printable, paths), sep="\n  ")
    if shown.coded:
        from imagette.data.left_out import shortened

        note(
            f"no font here has the letters of {shortened(shown.coded)}: the pictures show their "
            "codes, or the class's number. Install one that has them (Noto Sans CJK has Chinese, "
            "Japanese, Korean)"
        )


def _print_overview(found: "Overview") -> None:
    height, width, channels = found.shape
    kind = {1: "gray", 3: "colour"}.get(channels, f"{channels} channels")
    say(f"{found.name}: images of {height}x{width}, {kind}, uint8")
    print()
    for told in found.notes:
        say(f"note: {as_options(told)}")
    splits = [split.name for split in found.splits]
    rows = _rows(found)
    rows.append(("all", *(f"{split.images:,}" for split in found.splits)))
    rows.append(("", *("" for _ in splits)))
    rows += [
        (words, *(_number(getattr(split, field), digits) for split in found.splits))
        for words, field, digits in (
            ("lowest pixel", "lowest", 0),
            ("highest pixel", "highest", 0),
            ("mean", "mean", 1),
            ("standard deviation", "deviation", 1),
        )
    ]
    print_table(("class", *splits), rows, right=splits, name_column="class")
    if found.test_duplicates:
        print(f"\n{found.test_duplicates:,} test images are also in another split, pixel for pixel")


def _rows(found: "Overview") -> list[tuple[str, ...]]:
    """The counts of each class; of many classes the largest, the median and the smallest."""
    counts = [split.counts.tolist() for split in found.splits]
    if len(found.class_names) <= _ROWS:
        return [
            (name, *(f"{split[number]:,}" for split in counts))
            for number, name in enumerate(found.class_names)
        ]
    return [
        (
            f"{words} of {len(found.class_names):,} classes",
            *(f"{of(split):,.0f}" for split in counts),
        )
        for words, of in (("largest", max), ("median", statistics.median), ("smallest", min))
    ]


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
