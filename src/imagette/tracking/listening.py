"""Listens for a tracker besides whoever listens already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from imagette.data.progress import DataProgress
from imagette.errors import SettingsError, TrackingError
from imagette.training.progress import Epoch, Plan, Progress

if TYPE_CHECKING:
    from imagette.runs.run import Run

TRACKERS = ("tensorboard", "mlflow")


class Tracker(Protocol):
    """What a file of this folder gives; each training is begun and ended."""

    def begin(self, plan: Plan) -> None: ...

    def log(self, epoch: Epoch) -> None: ...

    def finish(self, run: Run) -> None: ...

    def end(self, failed: bool) -> None:
        """Close what is open; called once more where a training failed."""


@contextmanager
def tracked(name: str | None, out: Path, progress: Progress | None) -> Iterator[Progress | None]:
    """What listens to a training: `progress`, and the tracker `name` unless it is None.

    `out` is where run folders go.

    Raises:
        SettingsError: there is no such tracker.
        TrackingError: it is not installed.
    """
    if name is None:
        yield progress
        return
    listener = _Tracked(progress or Progress(), _tracker(name, out), name)
    try:
        yield listener
    except BaseException:
        listener.end(failed=True)
        raise
    listener.end(failed=False)


def _tracker(name: str, out: Path) -> Tracker:
    if name not in TRACKERS:
        raise SettingsError(f"`track={name!r}`: expected one of {', '.join(TRACKERS)}")
    try:
        tracker: Tracker = import_module(f"imagette.tracking.{name}").open_tracker(out)
    except ImportError as error:
        raise TrackingError(
            f"tracking with {name} was asked for, and {error.name or name} is not installed: "
            f"pip install 'imagette[{name}]'"
        ) from error
    return tracker


class _Tracked(Progress):
    """Passes all on, and the numbers of epochs and runs to a tracker.

    To a tracker several networks that answer together are one training, one after another.
    """

    def __init__(self, listener: Progress, tracker: Tracker, name: str):
        self._listener, self._tracker, self._name = listener, tracker, name
        self._begun = self._silent = False
        self._epochs = 0  # of the networks before this one

    def started(self, plan: Plan) -> None:
        self._listener.started(plan)
        self._epochs = (plan.network - 1) * plan.epochs
        if plan.network > 1:
            return
        if self._begun:  # a training is done, and another one must not fail for its tracker
            self._call(self._tracker.begin, plan)
            return
        self._begun = True
        try:
            self._tracker.begin(plan)
        except Exception as error:  # theirs have no common root
            raise TrackingError(
                f"{self._name} does not begin: {_told(error)}. Mend that, or leave out `track`"
            ) from error

    def noted(self, text: str) -> None:
        self._listener.noted(text)

    def advanced(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        self._listener.advanced(epoch, step, loss, accuracy)

    def finished_epoch(self, epoch: Epoch) -> None:
        self._listener.finished_epoch(epoch)
        self._call(self._tracker.log, replace(epoch, epoch=self._epochs + epoch.epoch))

    def measuring(self) -> DataProgress:
        return self._listener.measuring()

    def saved(self, run: Run) -> None:
        self._listener.saved(run)
        self._call(self._tracker.finish, run)

    def end(self, failed: bool) -> None:
        """The last training is over, or one has failed."""
        if self._silent:
            with suppress(Exception):  # told already; but what is open shall not stay so
                self._tracker.end(failed=True)
        self._call(self._tracker.end, failed)

    def _call(self, method: Callable[..., None], value: Any) -> None:
        if self._silent:
            return
        try:
            method(value)
        except Exception as error:  # theirs have no common root
            self._silent = True
            self._listener.noted(f"{self._name} failed and is left alone: {_told(error)}")


def _told(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0].rstrip('.')}" if lines else type(error).__name__
