"""Training, downloads and reading on the terminal: a bar where there is one, else plain lines.

All of it goes to stderr, and what cannot be written there stops no training.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from imagette.cli.arguments import as_options
from imagette.cli.sparkline import has_blocks, sparkline
from imagette.cli.streams import Quiet, printable
from imagette.data.download import DownloadProgress
from imagette.data.progress import DataProgress
from imagette.numerals import counted
from imagette.training.progress import Epoch, Plan, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_SECONDS_BETWEEN_LINES = 0.5
_SECONDS_UNTOLD = 1.0  # a reading that takes no longer is not spoken of
_COLUMNS = 100  # of a line where there is no terminal
# Columns of a terminal with room for more than the epoch, loss and accuracy.
_WITH_TIME, _WITH_BAR, _WITH_SPEED = 56, 80, 100


@contextmanager
def training_progress() -> Iterator[Progress]:
    """A bar with the running numbers on a terminal; a line an epoch in either case."""
    stream = Quiet()
    if not stream.isatty():
        yield Lines(stream)
        return
    from rich import progress as rich
    from rich.console import Console

    console = Console(file=cast(IO[str], stream))
    columns: list[rich.ProgressColumn] = [
        rich.TextColumn("{task.description}"),
        rich.TextColumn("{task.fields[numbers]}"),
    ]
    if console.width >= _WITH_TIME:
        columns += [rich.TimeRemainingColumn(compact=True), rich.TextColumn("left")]
    if console.width >= _WITH_BAR:
        columns.insert(1, rich.BarColumn(bar_width=24))
    bar = Bar(stream, rich.Progress(*columns, console=console, transient=True))
    try:
        yield bar
    finally:
        bar.stop()


@contextmanager
def download_progress() -> Iterator[DownloadProgress]:
    """A line a file, and a bar on a terminal."""
    stream = Quiet()
    if not stream.isatty():
        yield DownloadLines(stream)
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (*rich.Progress.get_default_columns(), rich.DownloadColumn())
    bars = rich.Progress(*columns, console=Console(file=cast(IO[str], stream)), transient=True)
    try:
        yield DownloadBar(stream, bars)
    finally:
        bars.stop()


@contextmanager
def data_progress() -> Iterator[DataProgress]:
    """Of what takes its time: a bar on a terminal, a line elsewhere."""
    stream = Quiet()
    if not stream.isatty():
        yield DataLines(stream)
        return
    bar = DataBar(stream)
    try:
        yield bar
    finally:
        bar.finished()


class Lines(Progress):
    """One line an epoch, as Keras prints it; where epochs are short, a line now and then."""

    _shown = 0.0  # when the last line was printed
    _columns = _COLUMNS

    def __init__(self, stream: Quiet):
        self._stream = stream

    def started(self, plan: Plan) -> None:
        self.plan = plan
        self._shown = 0.0
        which = f", network {plan.network} of {plan.networks}" if plan.networks > 1 else ""
        self.print(
            f"{plan.title}{which}: training on {plan.images:,} images, "
            f"{counted(plan.epochs, 'epoch')} of {counted(plan.steps_per_epoch, 'step')}, "
            f"{plan.precision} on {plan.device} with {counted(plan.threads, 'thread')}"
        )

    def noted(self, text: str) -> None:
        self.print(f"note: {as_options(text)}")

    def finished_epoch(self, epoch: Epoch) -> None:
        now = time.perf_counter()
        if now - self._shown < _SECONDS_BETWEEN_LINES and epoch.epoch < self.plan.epochs:
            return
        self._shown = now
        head = f"epoch {epoch.epoch}/{self.plan.epochs}  {epoch.seconds:.1f} s  "
        speed = f"{epoch.images_per_second:,.0f} images/s  "
        accuracy = "accuracy" if self._columns >= _COLUMNS else "acc"
        numbers = (
            f"loss {epoch.loss:.4f}  {accuracy} {epoch.accuracy:.4f}  "
            f"val_loss {epoch.val_loss:.4f}  val_{accuracy} {epoch.val_accuracy:.4f}"
        )
        # Only a wide terminal has room for the speed; the bar shows it in any case.
        wide = self._columns >= _COLUMNS + len(speed)
        self.print(head + speed * wide + numbers)

    def measuring(self) -> DataProgress:
        return DataLines(self._stream)

    def print(self, line: str) -> None:
        self._stream.write(f"{printable(line)}\n")


class Bar(Lines):
    """Besides the lines, one bar over all epochs with the numbers of the running one.

    In the end the curves of validation stay, a line.
    """

    def __init__(self, stream: Quiet, bars: "RichProgress"):
        super().__init__(stream)
        self._bars = bars
        self._task: TaskID | None = None
        self._measuring: DataBar | None = None
        self._columns = bars.console.width
        self._history: list[Epoch] = []

    def started(self, plan: Plan) -> None:
        super().started(plan)
        self._history = []
        self._start = time.perf_counter()
        self._bars.start()  # not before: what comes first has bars of its own
        if self._task is not None:  # of the network or the seed before
            self._bars.remove_task(self._task)
        self._task = self._bars.add_task(
            "training", total=plan.epochs * plan.steps_per_epoch, numbers=""
        )

    def advanced(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        assert self._task is not None  # `started` was first
        plan = self.plan
        done = (epoch - 1) * plan.steps_per_epoch + step
        speed = done * plan.images / plan.steps_per_epoch / (time.perf_counter() - self._start)
        fast = f"{speed:,.0f} images/s  " if self._columns >= _WITH_SPEED else ""
        name = "accuracy" if self._columns >= _WITH_TIME else "acc"
        self._bars.update(
            self._task,
            completed=done,
            description=f"epoch {epoch}/{plan.epochs}",
            numbers=f"{fast}loss {loss:.4f}  {name} {accuracy:.4f}",
        )

    def finished_epoch(self, epoch: Epoch) -> None:
        super().finished_epoch(epoch)
        self._history.append(epoch)
        if epoch.epoch == self.plan.epochs and len(self._history) > 1:
            self.print(self._curves())

    def measuring(self) -> DataProgress:
        self._bars.stop()  # what follows has bars of its own
        self._measuring = DataBar(self._stream)
        return self._measuring

    def stop(self) -> None:
        """No bar is left, wherever the training ended."""
        self._bars.stop()
        if self._measuring:
            self._measuring.finished()

    def _curves(self) -> str:
        """Loss and accuracy of all epochs, as narrow as the terminal is."""
        blocks = has_blocks(self._stream.encoding)
        columns = max(1, min(len(self._history), (self._columns - 60) // 2))
        curves = []
        for name in ("val_loss", "val_accuracy"):
            values = [getattr(epoch, name) for epoch in self._history]
            curve = sparkline(values, columns, blocks)
            curves.append(f"{name} {curve} {values[0]:.4f} to {values[-1]:.4f}")
        return "  ".join(curves)

    def print(self, line: str) -> None:
        self._bars.console.print(printable(line), highlight=False, markup=False, emoji=False)


class DownloadLines(DownloadProgress):
    """A line for each file that is fetched."""

    def __init__(self, stream: Quiet):
        self._stream = stream

    def started(self, file: str, address: str) -> None:
        self._stream.write(f"downloading {file} from {address}\n")


class DownloadBar(DownloadLines):
    """Besides the line, a bar with the bytes that have come."""

    def __init__(self, stream: Quiet, bars: "RichProgress"):
        super().__init__(stream)
        self._bars = bars

    def started(self, file: str, address: str) -> None:
        self._bars.console.print(f"downloading {file} from {address}", highlight=False)
        self._bars.start()
        self._task = self._bars.add_task(file, total=None)

    def update(self, received: int) -> None:
        self._bars.update(self._task, advance=received, total=self.total or None)

    def close(self) -> None:
        self._bars.remove_task(self._task)
        self._bars.stop()


class DataLines(DataProgress):
    """A line for each step that takes long."""

    def __init__(self, stream: Quiet):
        self._stream = stream
        self._told = True

    def started(self, what: str, total: int) -> None:
        self._title, self._total = f"{what} {counted(total, 'image')}", total
        self._start, self._told = time.perf_counter(), False

    def advanced(self, done: int) -> None:
        if not self._told and time.perf_counter() - self._start > _SECONDS_UNTOLD:
            self._told = True
            self.tell()

    def noted(self, note: str) -> None:
        self._stream.write(f"note: {printable(as_options(note))}\n")

    def tell(self) -> None:
        """Say what is going on."""
        self._stream.write(f"{self._title}\n")


class DataBar(DataLines):
    """A bar for each step that takes long, in place of the line."""

    _bars: "RichProgress | None" = None

    def tell(self) -> None:
        from rich import progress as rich
        from rich.console import Console

        console = Console(file=cast(IO[str], self._stream))
        self._bars = rich.Progress(console=console, transient=True)
        self._bars.start()
        self._task = self._bars.add_task(self._title, total=self._total)

    def advanced(self, done: int) -> None:
        super().advanced(done)
        if self._bars:
            self._bars.update(self._task, completed=done)

    def finished(self) -> None:
        if self._bars:
            self._bars.stop()
            self._bars = None
