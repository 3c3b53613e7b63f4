"""What reading and measuring report while they go on. By default nobody listens."""

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

from imagette.errors import DatasetError

Part = TypeVar("Part", bound=Sized)


class DataProgress:
    """Listens to what goes through many images; every method may be left as it is."""

    def started(self, what: str, total: int) -> None:
        """`what` begins ("decoding"), of `total` images."""

    def advanced(self, done: int) -> None:
        """So many of them are done."""

    def finished(self) -> None:
        """What had begun is over."""

    def noted(self, note: str) -> None:
        """Something that the user should know of the images."""

    @contextmanager
    def step(self, what: str, total: int) -> Iterator[None]:
        """`what` from its beginning to its end, however it ends."""
        self.started(what, total)
        try:
            yield
        finally:
            self.finished()

    def over(self, what: str, total: int, parts: Iterable[Part]) -> Iterator[Part]:
        """The parts of `total` images, one after another; `what` is done to each of them."""
        done = 0
        with self.step(what, total):
            for part in parts:
                yield part
                done += len(part)
                self.advanced(done)


@contextmanager
def noted_if_refused(notes: Iterable[str], progress: DataProgress | None) -> Iterator[None]:
    """Tell how a source was read if it is refused: it may have been read otherwise than meant."""
    try:
        yield
    except DatasetError:
        if progress:
            for note in notes:
                progress.noted(note)
        raise
