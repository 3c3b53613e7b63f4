"""Which images are worth a look, against a slow and plain choice; and which classes are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some
from numpy.typing import NDArray

from imagette.evaluation import judge
from imagette.evaluation.confusions import by_confusion, by_size, most_confused
from imagette.evaluation.judgements import Judgements
from imagette.evaluation.notable import notable


def made(seed: int, images: int, classes: int) -> Judgements:
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(classes), images)
    return judge(probabilities, random.integers(0, classes, images))


@given(some.integers(0, 1000), some.integers(1, 60), some.integers(2, 6))
def test_the_worst_are_found(seed: int, images: int, classes: int) -> None:
    judged = made(seed, images, classes)
    found = notable(judged, wrong=5, unsure=4, pairs=3, each=2)
    wrong = [i for i in range(images) if judged.predictions[i] != judged.labels[i]]
    wrong.sort(key=lambda i: -judged.confidence[i])
    assert found.confidently_wrong.tolist() == wrong[:5]
    others = sorted(set(range(images)) - set(wrong[:5]), key=lambda i: judged.confidence[i])
    assert found.least_sure.tolist() == others[:4]
    counts: dict[tuple[int, int], int] = {}
    for i in wrong:
        pair = (int(judged.labels[i]), int(judged.predictions[i]))
        counts[pair] = counts.get(pair, 0) + 1
    assert [c.count for c in found.confusions] == sorted(counts.values(), reverse=True)[:3]
    for confusion in found.confusions:
        assert counts[confusion.label, confusion.prediction] == confusion.count
        assert len(confusion.positions) == min(2, confusion.count)
        assert set(judged.labels[confusion.positions]) == {confusion.label}
        assert set(judged.predictions[confusion.positions]) == {confusion.prediction}
    positions = found.positions().tolist()
    assert len(positions) == len(set(positions))
    assert set(found.least_sure.tolist()) <= set(positions)


def test_without_errors_there_are_only_the_least_sure() -> None:
    judged = judge(np.array([[0.9, 0.1], [0.4, 0.6]]), np.array([0, 1]))
    found = notable(judged)
    assert found.confusions == ()
    assert found.positions().tolist() == [1, 0]


MATRICES = some.tuples(some.integers(0, 999), some.integers(2, 40)).map(
    lambda drawn: np.random.default_rng(drawn[0]).poisson(0.3, (drawn[1], drawn[1]))
)


@given(MATRICES)
def test_orders_hold_each_class_once(matrix: NDArray[np.int64]) -> None:
    for order in (by_confusion(matrix), by_size(matrix)):
        assert sorted(order.tolist()) == list(range(len(matrix)))
    assert (np.diff(matrix.sum(axis=1)[by_size(matrix)]) <= 0).all()


@given(MATRICES, some.integers(2, 20))
def test_the_worst_pair_is_among_the_most_confused(matrix: NDArray[np.int64], most: int) -> None:
    chosen = most_confused(matrix, most)
    assert len(set(chosen.tolist())) == min(most, len(matrix))
    assert (np.diff(chosen) > 0).all()
    errors = matrix + matrix.T - 2 * np.diag(matrix.diagonal())
    first, second = np.unravel_index(errors.argmax(), errors.shape)
    if np.count_nonzero(errors == errors.max()) == 2:
        assert {int(first), int(second)} <= set(chosen.tolist())


def test_confused_classes_stand_side_by_side() -> None:
    matrix = np.diag([9, 9, 9, 9])
    matrix[0, 3], matrix[3, 0], matrix[1, 2] = 5, 4, 2
    assert by_confusion(matrix).tolist() == [0, 3, 1, 2]
