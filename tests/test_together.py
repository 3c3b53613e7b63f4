"""Works ask a classifier together, and each gets its own answers."""

import numpy as np
from numpy.typing import NDArray

from imagette.inference.together import Answers, Asking, together


def images(*values: int) -> NDArray[np.uint8]:
    return np.array(values, np.uint8).reshape(-1, 1, 1, 1)


def asking(*questions: tuple[int, ...]) -> Asking[list[float]]:
    """Asks about one after the other, and gives all that it was told."""
    told: list[float] = []
    for values in questions:
        rows, novelties = yield images(*values)
        assert rows.shape == (len(values), 2)
        told += novelties.tolist()
    return told


def test_each_work_gets_its_answers_and_batches_are_few() -> None:
    asked: list[list[int]] = []

    def classify(images: NDArray[np.uint8]) -> Answers:
        values = images[:, 0, 0, 0]
        asked.append(values.tolist())
        return np.zeros((len(values), 2), np.float32), values * np.float32(10)

    works = [asking((1, 2), (3,)), asking(), asking((4,)), asking((5,), (6,), (7, 8, 9))]
    assert together(works, classify) == [[10, 20, 30], [], [40], [50, 60, 70, 80, 90]]
    assert asked == [[1, 2, 4, 5], [3, 6], [7, 8, 9]]


def test_what_asks_nothing_needs_no_classifier() -> None:
    assert together([asking(), asking()], None) == [[], []]
    assert together([], None) == []
