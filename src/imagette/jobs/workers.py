"""A saved classifier's work on many pictures: here, and where that takes long in other processes.

To prepare a photograph takes many small steps of Python and NumPy, of which the threads of one
process do one at a time.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from imagette.data.parallel import in_order_by
from imagette.errors import WorkerError
from imagette.inference import Classifier
from imagette.machine import usable_threads

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_PATIENCE = 0.5  # seconds of work, after which others help: about what it takes them to begin

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

    So many as `here` in this process; or `there` in others that load the classifier from `run`,
    and until they have, here. Those need `work`, items and results that can be pickled, and a main
    module that does nothing when it is imported.

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
        with closing(_in_processes(work, classifier, run, chunks)) as results:
            yield from results


def _chunks(first: list[Item], remaining: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while first:
        yield first
        first = list(islice(remaining, size))


def _in_processes(
    work: Work[Item, Result], classifier: Classifier, run: Path, chunks: Iterator[list[Item]]
) -> Generator[Result, None, None]:
    # A few pictures need none of them.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    context = get_context("spawn")  # threads of ours may hold locks, which a fork would copy
    leash, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(usable_threads(), context, _begin, (run, leash))
    try:
        helpers = _Unheard(pool)
        called = [helpers.submit(os.getpid) for _ in range(usable_threads())]  # starts so many
        while not _have_begun(called):
            chunk = next(chunks, None)
            if chunk is None:
                return
            yield from work(classifier, chunk)
        for results in in_order_by(helpers, partial(_help, work), chunks):
            yield from results
    except BrokenProcessPool as error:
        raise WorkerError(
            "a process that helped with the pictures ended before its work was done, perhaps for "
            "lack of memory. Set OMP_NUM_THREADS=1: then all is done in one"
        ) from error
    finally:
        held.close()
        pool.shutdown(cancel_futures=True)
        leash.close()


def _have_begun(called: list[Future[int]]) -> bool:
    """Whether one of the processes that were called can help."""
    return any(each.done() for each in called)


class _Unheard(Executor):
    """A pool whose processes are started so that Ctrl-C does not reach them before `_begin`.

    Until then they import, and Python would print where that was interrupted.
    """

    def __init__(self, pool: Executor):
        self._pool = pool

    def submit(  # type: ignore[override]  # no keywords: nobody here gives any
        self, work: Callable[..., Result], /, *items: Any
    ) -> Future[Result]:
        with _interruptions_held():  # a process that is started inherits what is held
            return self._pool.submit(work, *items)


@contextmanager
def _interruptions_held() -> Iterator[None]:
    """Within, Ctrl-C waits; not on Windows, which cannot."""
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
