"""Asks a classifier at once about what several pictures need to know: one by one takes longer."""

from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Result = TypeVar("Result")

# Probabilities (n, classes) and novelty (n,) of images uint8 (n, height, width, channels).
Answers = tuple[NDArray[np.float32], NDArray[np.float32]]
Classify = Callable[[NDArray[np.uint8]], Answers]
# Work that gives images whenever it needs their answers, and is sent those.
Asking = Generator[NDArray[np.uint8], Answers, Result]


def together(works: Iterable[Asking[Result]], classify: Classify | None) -> list[Result]:
    """The results of the works, in their order; what they ask at a time is one batch.

    Without `classify` they may not ask.
    """
    results: dict[int, Result] = {}
    asked: dict[int, NDArray[np.uint8]] = {}
    running = dict(enumerate(works))

    def go_on(number: int, answers: Answers | None) -> None:
        try:
            work = running[number]
            asked[number] = next(work) if answers is None else work.send(answers)
        except StopIteration as end:
            results[number] = end.value

    for number in running:
        go_on(number, None)
    while asked and classify:
        now, asked = asked, {}
        rows, novelties = classify(np.concatenate(list(now.values())))
        ends = np.cumsum([len(images) for images in now.values()])[:-1]
        parts = zip(np.split(rows, ends), np.split(novelties, ends), strict=True)
        for number, answers in zip(now, parts, strict=True):
            go_on(number, answers)
    return [results[number] for number in running]
