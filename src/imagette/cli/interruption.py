"""Stopping from outside: Ctrl-C, and the signals that mean the same.

SIGTERM (a scheduler, a shutdown) and SIGHUP (a terminal that closes) would end Python at once
and leave half-made folders behind: they are turned into a KeyboardInterrupt.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class InterruptionError(Exception):
    """An interruption of which there is more to say than Typer lets through."""


class Interruption:
    """Which signal came; Ctrl-C unless another did."""

    def __init__(self) -> None:
        self._number = int(signal.SIGINT)

    @property
    def exit_code(self) -> int:
        """As shells number it: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + self._number

    def receive(self, number: int, _frame: FrameType | None) -> None:
        """The first signal stops; more of them must not disturb the cleaning up."""
        if self._number == signal.SIGINT:
            self._number = number
            raise KeyboardInterrupt


@contextmanager
def interruptions() -> Iterator[Interruption]:
    """Within, SIGTERM and SIGHUP interrupt like Ctrl-C, unless they are ignored (nohup)."""
    interruption = Interruption()
    before = {}
    if threading.current_thread() is threading.main_thread():  # nowhere else are signals set
        for number in _SIGNALS:
            if signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, interruption.receive)
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
