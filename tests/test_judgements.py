"""What was said of each image: ranked as NumPy ranks it, and enough for every number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special

from imagette.errors import DatasetError
from imagette.evaluation import Judgements, evaluate_judgements, evaluate_probabilities, judge
from imagette.evaluation.temperature import with_temperature


def make_judgements(
    n: int = 400, classes: int = 4, seed: int = 0, *, rejecting: bool = True
) -> Judgements:
    """Of a classifier that is right more often than not, with a temperature of 0.5."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, n)
    logits = random.normal(size=(n, classes))
    logits[np.arange(n), labels] += 2
    probabilities = special.softmax(logits, axis=1).astype(np.float32)
    rejected = probabilities.max(1) < 0.4 if rejecting else None
    return judge(probabilities, labels, temperature=0.5, rejected=rejected)


def drawn(n: int, classes: int, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(classes), n).astype(np.float32)
    return probabilities, random.integers(0, classes, n)


@pytest.mark.parametrize("classes", [2, 10, 11, 1000])
def test_the_likeliest_classes_are_those_of_a_stable_sort(classes: int) -> None:
    probabilities, labels = drawn(300, classes)
    received = judge(probabilities, labels)
    kept = min(classes, 10)
    expected = np.argsort(-probabilities, axis=1, kind="stable")[:, :kept]
    np.testing.assert_array_equal(received.classes, expected)
    np.testing.assert_array_equal(
        received.probabilities, np.take_along_axis(probabilities, expected, axis=1)
    )
    np.testing.assert_array_equal(received.of_label, probabilities[np.arange(300), labels])
    np.testing.assert_array_equal(received.right, probabilities.argmax(1) == labels)
    assert len(received) == received.images == 300
    assert received.rejected is None and received.uncalibrated is None


@given(
    st.lists(
        st.lists(st.sampled_from([0.0, -0.0, 1e-40, 0.25, 0.5, 1.0]), min_size=13, max_size=13),
        min_size=1,
        max_size=3,
    )
)
def test_of_equal_ones_the_first_comes_first(rows: list[list[float]]) -> None:
    probabilities = np.array(rows, np.float32)
    received = judge(probabilities, np.zeros(len(rows), np.int64))
    expected = np.argsort(-probabilities, axis=1, kind="stable")[:, :10]
    np.testing.assert_array_equal(received.classes, expected)
    np.testing.assert_array_equal(received.predictions, probabilities.argmax(1))


def test_many_are_ranked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagette.evaluation.judgements._BATCH", 100)
    probabilities, labels = drawn(150, 30)
    received = judge(probabilities, labels, temperature=2.0)
    np.testing.assert_array_equal(received.predictions, probabilities.argmax(1))
    before = with_temperature(probabilities, 0.5).max(axis=1)
    assert received.uncalibrated is not None
    np.testing.assert_allclose(received.uncalibrated, before, rtol=1e-6)


def test_they_give_the_evaluation_of_the_probabilities() -> None:
    probabilities, labels = drawn(200, 12)
    names = tuple(map(str, range(12)))
    rejected = probabilities.max(1) < 0.2
    judgements = judge(probabilities, labels, temperature=0.7, rejected=rejected)
    assert evaluate_judgements(judgements, names) == evaluate_probabilities(
        probabilities, labels, names, temperature=0.7, rejected=rejected
    )


def test_the_first_of_them() -> None:
    whole = make_judgements(50)
    part = whole.first(20)
    assert (len(part), part.images) == (20, 50)
    assert whole.rejected is not None and part.rejected is not None
    assert whole.uncalibrated is not None and part.uncalibrated is not None
    np.testing.assert_array_equal(part.labels, whole.labels[:20])
    np.testing.assert_array_equal(part.classes, whole.classes[:20])
    np.testing.assert_array_equal(part.rejected, whole.rejected[:20])
    np.testing.assert_array_equal(part.uncalibrated, whole.uncalibrated[:20])
    assert make_judgements(50, rejecting=False).first(20).rejected is None


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (2, 3), (9,)])
def test_shapes_must_match(shape: tuple[int, ...]) -> None:
    labels = np.zeros(0 if shape[0] == 0 else 3, np.int64)
    with pytest.raises(DatasetError, match=r"probabilities are .*expected \(\d, classes\): a row"):
        judge(np.zeros(shape, np.float32), labels)


@pytest.mark.parametrize("label", [-1, 3])
def test_labels_must_be_among_the_classes(label: int) -> None:
    with pytest.raises(DatasetError, match=r"labels are -?\d to \d, expected 0 to 2: positions"):
        judge(np.full((3, 3), 1 / 3), np.array([0, label, 1]))
