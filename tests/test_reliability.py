"""Bins as scikit-learn's, and the curve of coverage and risk against its definition."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from imagette.evaluation import wilson_interval
from imagette.evaluation.calibration import calibration_error
from imagette.evaluation.reliability import coverage_risk, reliability
from tests.test_judgements import make_judgements


def test_the_bins_are_scikit_learns() -> None:
    judgements = make_judgements(500)
    confidence, right = judgements.confidence, judgements.right
    bins = reliability(confidence, right)
    accuracy, mean = calibration_curve(right, confidence, n_bins=15)
    found = np.array([(b.accuracy, b.confidence) for b in bins if b.images], float)
    np.testing.assert_allclose(found, np.transpose([accuracy, mean]), rtol=1e-6)
    assert sum(b.images for b in bins) == 500
    assert (bins[0].low, bins[-1].high, len(bins)) == (0, 1, 15)
    assert all(b.low < b.confidence <= b.high for b in bins if b.confidence is not None)
    gap = sum(b.images * abs(b.accuracy - b.confidence) for b in bins if b.images) / 500  # type: ignore[operator]
    assert gap == pytest.approx(calibration_error(confidence, right))


def test_bins_have_wilson_intervals_and_empty_ones_no_numbers() -> None:
    bins = reliability(np.array([0.95, 0.99, 0.99]), np.array([True, True, False]))
    assert (bins[-1].images, bins[-1].interval) == (3, wilson_interval(2, 3))
    assert (bins[3].images, bins[3].accuracy, bins[3].interval) == (0, None, (0, 1))


def test_the_curve_against_its_definition() -> None:
    judgements = make_judgements(200)
    curve = coverage_risk(judgements.confidence, judgements.right)
    for place in (0, 7, 199):
        threshold = curve.confidence[place]
        answered = judgements.confidence >= threshold
        assert curve.coverage[place] == pytest.approx(answered.mean())
        assert curve.risk[place] == pytest.approx(1 - judgements.right[answered].mean())
    assert curve.risk[-1] == pytest.approx(1 - judgements.right.mean())
    assert curve.area == pytest.approx(curve.risk.mean())
    assert 0 < curve.best_area < curve.area < curve.risk[-1]


def test_equals_are_in_no_order() -> None:
    confidence = np.array([0.9, 0.6, 0.6, 0.6, 0.5])
    right = np.array([True, False, True, False, False])
    curve = coverage_risk(confidence, right)
    random, risks = np.random.default_rng(0), []
    for _ in range(3000):
        order = random.permutation(5)
        order = order[np.argsort(-confidence[order], kind="stable")]
        risks.append(np.cumsum(~right[order]) / np.arange(1, 6))
    np.testing.assert_allclose(curve.risk, np.mean(risks, axis=0), atol=0.02)
    reverse = coverage_risk(confidence[::-1], right[::-1])
    np.testing.assert_array_equal(reverse.risk, curve.risk)


def test_all_right_and_perfect_order() -> None:
    assert coverage_risk(np.array([0.5, 0.9]), np.array([True, True])).area == 0
    curve = coverage_risk(np.array([0.9, 0.8, 0.1]), np.array([True, True, False]))
    assert curve.area == curve.best_area == pytest.approx(1 / 9)
