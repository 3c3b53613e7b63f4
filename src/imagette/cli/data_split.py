"""`imagette data split`: how the images of a source lie in the three splits."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imagette.bounded import real_path
from imagette.cli.arguments import as_options
from imagette.cli.options import with_data_options
from imagette.cli.paths import STDOUT, a_table, some_text
from imagette.cli.progress import data_progress, download_progress
from imagette.cli.streams import printable, say
from imagette.cli.text import print_json, print_table
from imagette.errors import SettingsError
from imagette.numerals import percent

if TYPE_CHECKING:
    from imagette.data.dataset import Splits

_COLUMNS = ("image", "label", "split")


@with_data_options
def split(
    source: Annotated[
        str,
        typer.Argument(help="A source: a name (digits, mnist, ...) or a path.", parser=some_text),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Write image,label,split to this CSV; - is stdout.",
            parser=a_table(",".join(_COLUMNS)),
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
    **options: Any,
) -> None:
    """Show how a source is divided into training, validation and test images."""
    from imagette import api
    from imagette.runs.files import write_atomically

    if out == STDOUT and as_json:
        raise SettingsError("--out - and --json: expected one of them on stdout")
    if out is not None and real_path(out) == real_path(source):
        raise SettingsError(f"--out {out} is the source itself: expected another file")
    with download_progress() as downloads, data_progress() as reading:
        splits = api.open_data(source, downloads=downloads, progress=reading, **options)
    home = _home(splits, Path(source))
    if out == STDOUT:
        print(_table(splits, home, Path()), end="")
        return
    if out is not None:
        write_atomically(out, _table(splits, home, out.parent).encode())
    if as_json:
        print_json(_as_dict(splits) | {"table": None if out is None else str(out)})
        return
    for note in splits.notes:
        say(f"note: {as_options(note)}")
    _print_counts(splits)
    if out is not None:
        print(f"\nwrote {printable(str(out))}")
        if home is not None and not real_path(home).is_relative_to(real_path(out.parent)):
            print(
                f"note: to open this table as a source, write it into {printable(str(home))}, or "
                "above it"
            )


def _home(splits: "Splits", source: Path) -> Path | None:
    """The folder as seen from which images are called as they are; None if they are no files."""
    home = source if source.is_dir() else source.parent
    return home if (home / splits.train.names[0]).is_file() else None


def _print_counts(splits: "Splits") -> None:
    """A class a line, with its images in each split and their share of the split."""
    counts = [dataset.counts() for dataset in splits.named().values()]
    columns = [text for n, name in enumerate(splits.named()) for text in (name, " " * (1 + n))]
    rows = [
        (
            name,
            *_cells([int(each[number]) for each in counts], [int(each.sum()) for each in counts]),
        )
        for number, name in enumerate(splits.class_names)
    ]
    sizes = [len(dataset) for dataset in splits.named().values()]
    rows.append(("all", *_cells(sizes, [sum(sizes)] * len(sizes))))
    shares = columns[1::2]
    print_table(("class", *columns), rows, right=columns, name_column="class", spared=[shares])


def _cells(counts: Sequence[int], totals: Sequence[int]) -> list[str]:
    return [
        text
        for count, total in zip(counts, totals, strict=True)
        for text in (f"{count:,}", percent(count / total))
    ]


def _as_dict(splits: "Splits") -> dict[str, Any]:
    return {
        "source": splits.name,
        "class_names": list(splits.class_names),
        "notes": [as_options(note) for note in splits.notes],
        "splits": {
            name: {
                "images": len(dataset),
                "classes": dataset.counts().tolist(),
                "fingerprint": dataset.fingerprint,
            }
            for name, dataset in splits.named().items()
        },
    }


def _table(splits: "Splits", home: Path | None, folder: Path) -> str:
    """CSV of image,label,split; files as seen from `folder`, where the table will be."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    way = None if home is None else Path(os.path.relpath(real_path(home), real_path(folder)))
    for name, dataset in splits.named().items():
        for image, label in zip(dataset.names, dataset.labels.tolist(), strict=True):
            seen = image if way is None else (way / image).as_posix()
            writer.writerow((seen, splits.class_names[label], name))
    return text.getvalue()
