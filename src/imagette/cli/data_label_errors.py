"""`imagette data check --find-label-errors`: the search, and what is told of it."""

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagette.cli.progress import data_progress, download_progress
from imagette.cli.streams import Quiet, printable
from imagette.cli.text import print_table
from imagette.numerals import percent
from imagette.training.progress import Epoch, Plan, Progress

if TYPE_CHECKING:
    from imagette.jobs.label_errors import LabelErrors

_SHOWN = 10  # rows of the table on the terminal


class FoldLines(Progress):
    """A line for each fold."""

    def __init__(self) -> None:
        self._stream = Quiet()

    def started(self, plan: Plan) -> None:
        self._plan = plan
        self._start = time.perf_counter()

    def finished_epoch(self, epoch: Epoch) -> None:
        if epoch.epoch == self._plan.epochs:
            seconds = time.perf_counter() - self._start
            self._stream.write(
                f"{printable(self._plan.title)}: trained on {self._plan.images:,} images, agrees "
                f"with {percent(epoch.val_accuracy)} of the other labels, {seconds:.1f} s\n"
            )


def search(source: str, out: Path | None, folds: int | None, **options: Any) -> "LabelErrors":
    """The label errors of a source, written into `out` or `<source>-label-errors`."""
    from imagette import data_api
    from imagette.data.sources import source_name

    if folds is not None:
        options["folds"] = folds
    folder = out or Path(f"{source_name(source)}-label-errors")
    with download_progress() as downloads, data_progress() as reading:
        return data_api.find_label_errors(
            source,
            folder,
            progress=FoldLines(),
            downloads=downloads,
            reading=reading,
            **options,
        )


def print_found(found: "LabelErrors", source: str) -> None:
    """The first of them, how many there are, where they are written and what to do next."""
    rows = list(found.rows())
    print()
    if rows:
        print_table(
            found.columns,
            [(*names, f"{confidence:.2f}") for *names, confidence in rows[:_SHOWN]],
            right=found.columns[-1:],
            name_column=found.columns[0],
        )
        print()
    print(
        f"about {found.expected:,} of {len(found.dataset):,} labels are expected to be wrong; "
        f"with {len(found):,} a network disagrees"
    )
    if found.unjudged:
        print(f"{found.unjudged:,} images are the only ones of their class: not judged")
    print("wrote", *(f"  {path}" for path in found.files), sep="\n")
    if rows:
        table = shlex.quote(str(found.files[0]))
        print("next: look at them, take out of the table the lines whose label is right, then")
        print(f"imagette train {shlex.quote(source)} --relabel {table}")


def to_dict(found: "LabelErrors") -> dict[str, Any]:
    """As JSON holds it."""
    return {
        "images": len(found.dataset),
        "expected": found.expected,
        "disagreed": len(found),
        "unjudged": found.unjudged,
        "labels": [dict(zip(found.columns, row, strict=True)) for row in found.rows()],
        "files": [str(path) for path in found.files],
    }
