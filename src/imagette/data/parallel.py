"""Work on all cores in bounded memory, its results in order."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from imagette.data.contents import Listing
from imagette.errors import PictureError
from imagette.machine import usable_threads

Item = TypeVar("Item")
Result = TypeVar("Result")

# A picture's name, and its bytes, or why they cannot be had.
Encoded = tuple[str, bytes | PictureError]

_MAXIMUM_BYTES = 2**22  # of encoded pictures that make a batch


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item]
) -> Generator[Result, None, None]:
    """`work(item)` for each of `items`, in threads; no more is begun than a few a core.

    `items` is iterated in the caller's thread. Close the iterator to stop early.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(usable_threads()) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > 2 * usable_threads():
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def encoded_batches(listing: Listing, count: int) -> Iterator[list[Encoded]]:
    """All pictures of a listing, up to `count` at a time, and fewer where they are large."""
    batch: list[Encoded] = []
    size = 0
    for name, content in zip(listing.names, listing.read(), strict=True):
        batch.append((name, content))
        size += len(content) if isinstance(content, bytes) else 0
        if len(batch) == count or size > _MAXIMUM_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
