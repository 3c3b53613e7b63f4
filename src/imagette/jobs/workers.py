"""A saved classifier's work on many pictures: here, and where that takes long in worker processes.

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

_PATIENCE = 0.3  # seconds of work, after which workers start: about as long as that takes,
_WORTH = 0.0003  # if an item takes so many seconds: else sharing costs as much as it saves
_CHUNK = 0.05  # seconds of work in a chunk, so that all workers end together
_QUEUED = 4  # chunks that each worker has: so many last while a hard one is done here
_MOST = 61  # workers: Windows waits for no more processes
_AHEAD = 16  # chunks for each worker, at most, whose results wait for those before

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Classifier, list[Item]], list[Result]]

_loaded: Classifier  # the classifier of a worker


def shared(
    work: Work[Item, Result],
    classifier: Classifier,
    run: Path,
    items: Iterable[Item],
    most: int,
) -> Generator[Result, None, None]:
    """The results of `work(classifier, items)` in their order, up to so many items at a time.

    In this process; where that takes long, in workers, too, which load the classifier from `run`.
    Those need `work`, items and results that can be pickled, and a main module that does nothing
    when it is imported.

    Raises:
        WorkerError: a worker ended before its work was done.
    """
    remaining = iter(items)
    count, size, begun = 0, 1, time.perf_counter()
    while batch := list(islice(remaining, size)):
        before = time.perf_counter()
        done = work(classifier, batch)
        each = (time.perf_counter() - before) / len(batch)
        yield from done
        count, size = count + len(batch), min(2 * size, most)  # the first results come at once
        taken = time.perf_counter() - begun
        if taken > _PATIENCE and taken > count * _WORTH and usable_threads() > 1:
            break
    else:
        return
    # By the last batch: those before took longer, as they import what they need.
    size = max(1, min(most, round(_CHUNK / max(each, 1e-9))))
    first = list(islice(remaining, size))
    if first:
        chunks = _chunks(first, remaining, size)
        with closing(_with_workers(work, classifier, run, chunks)) as results:
            yield from results


def _chunks(first: list[Item], remaining: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while first:
        yield first
        first = list(islice(remaining, size))


def _with_workers(
    work: Work[Item, Result], classifier: Classifier, run: Path, chunks: Iterator[list[Item]]
) -> Generator[Result, None, None]:
    """The results of all chunks, in their order: of those for which no worker is free, too."""
    # A few pictures need no workers.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    count = min(usable_threads() - 1, _MOST)
    context = get_context("spawn")  # threads of ours may hold locks, which a fork would copy
    alone = classifier.single_threaded()
    lifeline, our_end = context.Pipe(duplex=False)
    waiting: deque[tuple[list[Item], Future[list[Result]]]] = deque()
    pool = ProcessPoolExecutor(count, context, _start_worker, (run, lifeline))
    try:
        for chunk in chunks:
            if sum(not future.done() for _, future in waiting) < _QUEUED * count:
                with _as_workers_start():
                    waiting.append((chunk, pool.submit(_work_in_worker, work, chunk)))
            else:
                waiting.append((chunk, done := _work_here(work, alone, chunk)))
                if done.exception():
                    break  # told in its turn
            while waiting and (waiting[0][1].done() or len(waiting) > _AHEAD * count):
                yield from waiting.popleft()[1].result()
        while waiting:
            if waiting[0][1].done() or not _taken_back(work, alone, waiting):
                yield from waiting.popleft()[1].result()
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker process ended before its pictures were done, perhaps for lack of memory. "
            "Set OMP_NUM_THREADS=1: then all is done in one process"
        ) from error
    finally:
        our_end.close()
        pool.shutdown(cancel_futures=True)
        lifeline.close()


def _taken_back(
    work: Work[Item, Result],
    classifier: Classifier,
    waiting: deque[tuple[list[Item], Future[list[Result]]]],
) -> bool:
    """Whether there was a chunk that no worker had begun; the last of them is then done here."""
    for place, (chunk, future) in reversed(list(enumerate(waiting))):
        if future.cancel():
            waiting[place] = chunk, _work_here(work, classifier, chunk)
            return True
    return False


def _work_here(
    work: Work[Item, Result], classifier: Classifier, chunk: list[Item]
) -> Future[list[Result]]:
    """What was done here, or why it could not be."""
    future: Future[list[Result]] = Future()
    try:
        future.set_result(work(classifier, chunk))
    except Exception as error:
        future.set_exception(error)
    return future


@contextmanager
def _as_workers_start() -> Iterator[None]:
    """Within, processes start with one thread, and do not hear Ctrl-C before `_start_worker`."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"  # each has a core; read when they import NumPy
    try:
        with _interruptions_held():
            yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


@contextmanager
def _interruptions_held() -> Iterator[None]:
    """Within, Ctrl-C waits; not on Windows, which cannot.

    A process that is started then hears of it once it has come to `_start_worker`. Until then it
    imports, and Python would print where that was interrupted.
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


def _start_worker(run: Path, lifeline: "Connection") -> None:
    """What a worker does first."""
    global _loaded
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # interrupted, it leaves without a word
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    threading.Thread(target=_exit_with_parent, args=(lifeline,), daemon=True).start()
    _loaded = Classifier.load(run)


def _exit_with_parent(lifeline: "Connection") -> None:
    """End this worker when the process that started it closes its end, or is no more."""
    lifeline.poll(None)
    os._exit(0)


def _work_in_worker(work: Work[Any, Result], chunk: list[Any]) -> list[Result]:
    return work(_loaded, chunk)
