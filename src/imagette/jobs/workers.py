"""A saved classifier's work on many pictures: here, and where that takes long in other processes.

To prepare a photograph takes many small steps of Python and NumPy, of which the threads of one
process do one at a time.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from imagette.errors import WorkerError
from imagette.inference import Classifier
from imagette.machine import usable_threads

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_PATIENCE = 0.3  # seconds of work, after which others help: about what it takes them to begin
_QUEUED = 2  # chunks of items that each of them has, one in work and one at hand
_AHEAD = 16  # chunks for each, at most, of which the results wait for those before

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Classifier, list[Item]], list[Result]]

_loaded: Classifier  # the classifier of a process that helps


def shared(
    work: Work[Item, Result],
    classifier: Classifier,
    run: Path,
    items: Iterable[Item],
    here: int,
    there: int,
) -> Generator[Result, None, None]:
    """The results of `work(classifier, items)` in their order, a few items at a time.

    At first so many as `here`, in this process. Where that takes long, so many as `there`: in this
    one and in others that load the classifier from `run`. Those need `work`, items and results that
    can be pickled, and a main module that does nothing when it is imported.

    Raises:
        WorkerError: another process ended before its work was done.
    """
    remaining = iter(items)
    begun = time.perf_counter()
    while batch := list(islice(remaining, here)):
        yield from work(classifier, batch)
        if time.perf_counter() - begun > _PATIENCE and usable_threads() > 1:
            break
    first = list(islice(remaining, there))
    if first:
        chunks = _chunks(first, remaining, there)
        with closing(_helped(work, classifier, run, chunks)) as results:
            yield from results


def _chunks(first: list[Item], remaining: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while first:
        yield first
        first = list(islice(remaining, size))


def _helped(
    work: Work[Item, Result], classifier: Classifier, run: Path, chunks: Iterator[list[Item]]
) -> Generator[Result, None, None]:
    # A few pictures need none of them.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    helpers = usable_threads() - 1
    context = get_context("spawn")  # threads of ours may hold locks, which a fork would copy
    leash, held = context.Pipe(duplex=False)
    alone = classifier.single_threaded()
    pool = ProcessPoolExecutor(helpers, context, _begin, (run, leash))
    waiting: deque[Future[list[Result]]] = deque()
    try:
        for chunk in chunks:
            given = sum(not each.done() for each in waiting)
            if given < _QUEUED * helpers:
                with _interruptions_held():  # a process that is started inherits what is held
                    waiting.append(pool.submit(_help, work, chunk))
            else:
                waiting.append(_done(work(alone, chunk)))
            while waiting and (waiting[0].done() or len(waiting) > _AHEAD * helpers):
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerError(
            "a process that helped with the pictures ended before its work was done, perhaps for "
            "lack of memory. Set OMP_NUM_THREADS=1: then all is done in one"
        ) from error
    finally:
        held.close()
        pool.shutdown(cancel_futures=True)
        leash.close()


def _done(results: list[Result]) -> Future[list[Result]]:
    future: Future[list[Result]] = Future()
    future.set_result(results)
    return future


@contextmanager
def _interruptions_held() -> Iterator[None]:
    """Within, Ctrl-C waits; not on Windows, which cannot.

    A process that is started then hears of it once it has come to `_begin`. Until then it imports,
    and Python would print where that was interrupted.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    heard: list[int] = []
    handler = signal.getsignal(signal.SIGINT)
    # The mask is this thread's alone, for the process that it starts: where another of ours
    # takes the signal, Python tells the main thread all the same.
    holds = threading.current_thread() is threading.main_thread() and handler is not None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    if holds:
        signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        if holds:
            signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if heard:
            signal.raise_signal(signal.SIGINT)


def _begin(run: Path, leash: "Connection") -> None:
    """What a process that helps does first."""
    global _loaded
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # interrupted, it leaves without a word
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    threading.Thread(target=_leave, args=(leash,), daemon=True).start()
    os.environ["OMP_NUM_THREADS"] = "1"  # each has a core
    _loaded = Classifier.load(run)


def _leave(leash: "Connection") -> None:
    """End this process when the one that asked for help lets go, or is no more."""
    leash.poll(None)
    os._exit(0)


def _help(work: Work[Any, Result], chunk: list[Any]) -> list[Result]:
    return work(_loaded, chunk)
