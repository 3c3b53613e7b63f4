"""How many of something are done, on a terminal, while nobody knows how many there will be."""

import time
from collections.abc import Iterable, Iterator
from typing import IO, TypeVar, cast

from imagette.cli.streams import Quiet
from imagette.numerals import counted

_SECONDS_UNTOLD = 1.0  # what takes no longer is not spoken of
_SECONDS_BETWEEN = 0.1

Item = TypeVar("Item")


def counting(items: Iterable[Item], what: str) -> Iterator[Item]:
    """The same items; meanwhile a line on stderr that counts them, if that is a terminal."""
    stream = Quiet()
    return _counting(items, what, stream) if stream.isatty() else iter(items)


def _counting(items: Iterable[Item], what: str, stream: Quiet) -> Iterator[Item]:
    from rich.console import Console
    from rich.status import Status

    status = Status("", console=Console(file=cast(IO[str], stream)))
    start = told = time.perf_counter()
    try:
        for number, item in enumerate(items, 1):
            yield item
            now = time.perf_counter()
            if now - start > _SECONDS_UNTOLD and now - told > _SECONDS_BETWEEN:
                told = now
                status.update(f"{counted(number, what)}, {number / (now - start):,.0f} a second")
                status.start()
    finally:
        status.stop()
