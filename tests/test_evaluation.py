"""Evaluations agree with scikit-learn and SciPy computing the same."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from sklearn import metrics

from imagette.errors import DatasetError
from imagette.evaluation import (
    ClassScore,
    Evaluation,
    difference_interval,
    evaluate_judgements,
    evaluate_probabilities,
    judge,
    wilson_interval,
)
from imagette.evaluation.calibration import calibration_error

NAMES = ("a", "b", "c", "d")


def guesses(n: int = 500, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    """Probabilities that are right more often than not, and labels; class d is never a label."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, n)
    scores = random.normal(size=(n, 4))
    scores[np.arange(n), labels] += 1.5
    exponentials = np.exp(scores)
    return (exponentials / exponentials.sum(1, keepdims=True)).astype(np.float32), labels


def test_scores_are_those_of_scikit_learn() -> None:
    probabilities, labels = guesses()
    result = evaluate_probabilities(probabilities, labels, NAMES)
    predictions = probabilities.argmax(1)
    assert result.accuracy == pytest.approx(metrics.accuracy_score(labels, predictions))
    assert result.log_loss == pytest.approx(
        metrics.log_loss(labels, probabilities, labels=range(4)), rel=1e-5
    )
    expected = metrics.precision_recall_fscore_support(
        labels, predictions, labels=range(4), zero_division=np.nan
    )
    received = [(c.precision, c.recall, c.f1, c.support) for c in result.classes]
    np.testing.assert_allclose(np.array(received, float), np.transpose(expected))
    f1 = metrics.f1_score(labels, predictions, average="macro")
    assert result.macro_f1 == pytest.approx(f1)
    np.testing.assert_array_equal(
        result.confusion_matrix, metrics.confusion_matrix(labels, predictions, labels=range(4))
    )


def test_calibration_error_against_its_definition() -> None:
    probabilities, labels = guesses()
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    expected = 0.0
    for low in np.arange(15) / 15:
        inside = (confidence > low) & (confidence <= low + 1 / 15)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    assert calibration_error(confidence, right) == pytest.approx(expected, abs=1e-6)
    sure = np.ones(5, np.float32)
    assert calibration_error(sure, np.ones(5, np.bool_)) == 0
    assert calibration_error(sure, np.zeros(5, np.bool_)) == 1


@given(trials=st.integers(1, 100_000), share=st.floats(0, 1))
def test_wilson_interval_is_scipys(trials: int, share: float) -> None:
    successes = round(trials * share)
    expected = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    received = wilson_interval(successes, trials)
    assert received == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= received[0] <= successes / trials <= received[1] <= 1


def test_wilson_interval_of_known_cases() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    assert wilson_interval(0, 0) == (0, 1)


def test_an_impossible_label_costs_no_infinity() -> None:
    probabilities = np.array([[1, 0, 0, 0]], np.float32)
    assert evaluate_probabilities(probabilities, np.array([1]), NAMES).log_loss < 40


def test_it_survives_json() -> None:
    result = evaluate_probabilities(*guesses(), NAMES)
    assert Evaluation.from_dict(json.loads(json.dumps(result.to_dict()))) == result


@pytest.mark.parametrize("shape", [(0, 4), (3, 3), (2, 4)])
def test_shapes_must_match(shape: tuple[int, int]) -> None:
    labels = np.zeros(shape[0] and 3, np.int64)
    with pytest.raises(DatasetError, match=rf"probabilities are \({shape[0]}, {shape[1]}\)"):
        evaluate_probabilities(np.zeros(shape, np.float32), labels, NAMES)


def test_the_interval_of_a_difference_of_known_cases() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10.
    assert difference_interval(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference_interval(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert difference_interval(10, 10, 0, 10) == pytest.approx((0.6075, 1.0000), abs=5e-5)


def test_a_class_that_is_never_met_does_not_lower_macro_f1() -> None:
    labels = np.arange(30) % 3
    predictions = np.where(np.arange(30) < 6, 0, labels)
    probabilities = np.eye(4)[predictions] * 0.9 + 0.025
    result = evaluate_probabilities(probabilities, labels, NAMES)
    f1 = metrics.f1_score(labels, predictions, average="macro")
    assert result.macro_f1 == pytest.approx(f1)
    assert result.macro_f1_interval[0] < f1 < result.macro_f1_interval[1]
    never = result.classes[3]
    assert (never.support, never.precision, never.recall, never.f1) == (0, None, None, None)


def test_the_interval_of_f1_is_that_of_its_share_of_hits() -> None:
    labels = np.repeat([0, 1, 2], [40, 30, 5])
    taken_for = labels.copy()
    taken_for[:7], taken_for[40:44], taken_for[70:] = 1, 0, 1  # and no 2 is found
    scores = evaluate_judgements(judge(np.eye(3)[taken_for], labels), ("a", "b", "c")).classes
    for number, score in enumerate(scores[:2]):
        hits = int(((labels == number) & (taken_for == number)).sum())
        either = int(((labels == number) | (taken_for == number)).sum())
        low, high = wilson_interval(hits, either)
        assert score.f1_interval == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))
        assert score.f1 is not None
        assert score.f1_interval[0] < score.f1 < score.f1_interval[1]
    assert scores[2].f1 == scores[2].recall == scores[2].f1_interval[0] == 0
    assert 0 < scores[2].f1_interval[1] < 1
    assert scores[2].precision is None  # nothing was taken for it


def test_an_altered_f1_has_an_interval() -> None:
    score = ClassScore("a", 1.0, 1.0, 1e-308, 9, (0.5, 1.0), (0.5, 1.0))
    assert 0 <= score.f1_interval[0] <= score.f1_interval[1] < 0.01
