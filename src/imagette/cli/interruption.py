"""Stopping from outside: Ctrl-C, and the signals that mean the same.

SIGTERM (a scheduler, a shutdown) and SIGHUP (a terminal that closes) would end Python at once
and leave half-made folders behind: they are turned into a KeyboardInterrupt. Compiled modules
that are interrupted while they are imported, or called, make another error of it: what came is
kept, so that it can be told from a failure.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = tuple(getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n))
_USUAL = (signal.SIG_DFL, signal.default_int_handler)  # what nobody else has chosen


class InterruptionError(Exception):
    """An interruption of which there is more to say than Typer lets through."""


class Interruption:
    """Which signal came; Ctrl-C unless another did."""

    def __init__(self) -> None:
        self._number: int | None = None

    @property
    def came(self) -> bool:
        """Whether a signal was received."""
        return self._number is not None

    @property
    def exit_code(self) -> int:
        """As shells number it: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + (self._number or signal.SIGINT)

    def receive(self, number: int, _frame: FrameType | None) -> None:
        """The first signal stops; a scheduler's or a terminal's own second one must not disturb.

        Whoever presses Ctrl-C again, or ends what Ctrl-C did not, does not want to wait.
        """
        first, self._number = self._number, self._number or number
        if first in (None, signal.SIGINT) or number == signal.SIGINT:
            raise KeyboardInterrupt


@contextmanager
def interruptions() -> Iterator[Interruption]:
    """Within, all of them interrupt like Ctrl-C, unless they are ignored (nohup)."""
    interruption = Interruption()
    before = {}
    if threading.current_thread() is threading.main_thread():  # nowhere else are signals set
        for number in _SIGNALS:
            if signal.getsignal(number) in _USUAL:
                before[number] = signal.signal(number, interruption.receive)
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
