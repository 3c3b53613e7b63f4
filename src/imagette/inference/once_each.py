"""Classifies the same thing once: ways to cut a line, and to see a picture, share most of it."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.page import Block

# Probabilities (n, classes) and novelty (n,).
Answers = tuple[NDArray[np.float32], NDArray[np.float32]]
Likely = Callable[[list[Block]], Answers]

Thing = TypeVar("Thing")


def once_each(
    answer: Callable[[list[Thing]], Answers], key: Callable[[Thing], Hashable]
) -> Callable[[Iterable[Thing]], Answers]:
    """`answer` with a memory: what has a key that it has had before gets the answer given then."""
    known: dict[Hashable, tuple[NDArray[np.float32], np.float32]] = {}

    def likely(things: Iterable[Thing]) -> Answers:
        keyed = [(key(thing), thing) for thing in things]
        new = {its: thing for its, thing in keyed if its not in known}
        if new:
            known.update(zip(new, zip(*answer(list(new.values())), strict=True), strict=True))
        rows, novelties = zip(*(known[its] for its, _ in keyed), strict=True)
        return np.stack(rows), np.array(novelties)

    return likely
