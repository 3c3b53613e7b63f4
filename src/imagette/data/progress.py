"""What reading a source reports while it goes on. By default nobody listens."""

from collections.abc import Iterator
from contextlib import contextmanager


class DataProgress:
    """Listens to the reading of a source; every method may be left as it is."""

    def started(self, what: str, total: int) -> None:
        """`what` begins ("decoding"), of `total` images."""

    def advanced(self, done: int) -> None:
        """So many of them are done."""

    def finished(self) -> None:
        """What had begun is over."""

    @contextmanager
    def step(self, what: str, total: int) -> Iterator[None]:
        """`what` from its beginning to its end, however it ends."""
        self.started(what, total)
        try:
            yield
        finally:
            self.finished()
