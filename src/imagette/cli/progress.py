"""Training and downloads on the terminal: a bar where there is one, plain lines elsewhere.

All of it goes to stderr.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imagette.data.download import DownloadProgress
from imagette.training.progress import Epoch, Plan, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

_SECONDS_BETWEEN_LINES = 0.5


@contextmanager
def training_progress() -> Iterator[Progress]:
    """A bar with the running numbers on a terminal; a line an epoch in either case."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(bar_width=24),
        rich.TextColumn("{task.fields[numbers]}"),
        rich.TimeRemainingColumn(compact=True),
        rich.TextColumn("left"),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield Bar(bars)


@contextmanager
def download_progress() -> Iterator[DownloadProgress]:
    """A line a file, and a bar on a terminal."""
    if not sys.stderr.isatty():
        yield DownloadLines()
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (*rich.Progress.get_default_columns(), rich.DownloadColumn())
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield DownloadBar(bars)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


class Lines(Progress):
    """One line an epoch, as Keras prints it; where epochs are short, a line now and then."""

    _shown = 0.0  # when the last line was printed

    def started(self, plan: Plan) -> None:
        self.plan = plan
        self.print(
            f"{plan.title}: training on {plan.images:,} images, "
            f"{_counted(plan.epochs, 'epoch')} of {_counted(plan.steps_per_epoch, 'step')}, "
            f"{plan.precision} on {plan.device} with {_counted(plan.threads, 'thread')}"
        )

    def noted(self, text: str) -> None:
        self.print(f"note: {text}")

    def finished_epoch(self, epoch: Epoch) -> None:
        now = time.perf_counter()
        if now - self._shown < _SECONDS_BETWEEN_LINES and epoch.epoch < self.plan.epochs:
            return
        self._shown = now
        self.print(
            f"epoch {epoch.epoch}/{self.plan.epochs}  {epoch.seconds:.1f} s  "
            f"{epoch.images_per_second:,.0f} images/s  "
            f"loss {epoch.loss:.4f}  accuracy {epoch.accuracy:.4f}  "
            f"val_loss {epoch.val_loss:.4f}  val_accuracy {epoch.val_accuracy:.4f}"
        )

    def print(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


class Bar(Lines):
    """Besides the lines, one bar over all epochs with the numbers of the running one."""

    def __init__(self, bars: "RichProgress"):
        self._bars = bars

    def started(self, plan: Plan) -> None:
        super().started(plan)
        self._start = time.perf_counter()
        self._task = self._bars.add_task(
            "training", total=plan.epochs * plan.steps_per_epoch, numbers=""
        )

    def advanced(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        plan = self.plan
        done = (epoch - 1) * plan.steps_per_epoch + step
        speed = done * plan.images / plan.steps_per_epoch / (time.perf_counter() - self._start)
        self._bars.update(
            self._task,
            completed=done,
            description=f"epoch {epoch}/{plan.epochs}",
            numbers=f"{speed:,.0f} images/s  loss {loss:.4f}  accuracy {accuracy:.4f}",
        )

    def print(self, line: str) -> None:
        self._bars.console.print(line, highlight=False)


class DownloadLines(DownloadProgress):
    """A line for each file that is fetched."""

    def started(self, file: str, address: str) -> None:
        print(f"downloading {file} from {address}", file=sys.stderr, flush=True)


class DownloadBar(DownloadLines):
    """Besides the line, a bar with the bytes that have come."""

    def __init__(self, bars: "RichProgress"):
        self._bars = bars

    def started(self, file: str, address: str) -> None:
        self._bars.console.print(f"downloading {file} from {address}", highlight=False)
        self._task = self._bars.add_task(file, total=None)

    def update(self, received: int) -> None:
        self._bars.update(self._task, advance=received, total=self.total or None)

    def close(self) -> None:
        self._bars.remove_task(self._task)
