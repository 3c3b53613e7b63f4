"""Confident learning against its formulas in plain loops, on probabilities of scikit-learn's."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from imagette.evaluation.confident_learning import (
    calibrated,
    confident_joint,
    suspicions,
)


@pytest.fixture(scope="module")
def judged() -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Out-of-fold probabilities of digits, labels of which 60 were changed, and which."""
    images, labels = load_digits(return_X_y=True)
    random = np.random.default_rng(0)
    places = random.choice(len(labels), 60, replace=False)
    noisy = labels.astype(np.int64)
    noisy[places] = (noisy[places] + random.integers(1, 10, 60)) % 10
    model = LogisticRegression(C=0.01, max_iter=1000)
    probabilities = cross_val_predict(model, images / 16, noisy, cv=4, method="predict_proba")
    return probabilities.astype(np.float32), noisy, places


def reference_joint(
    probabilities: NDArray[np.float32], labels: NDArray[np.int64]
) -> list[list[int]]:
    """Section 3.1 of the paper, one image at a time."""
    classes = probabilities.shape[1]
    thresholds = []
    for label in range(classes):
        own = [float(p[label]) for p, given in zip(probabilities, labels, strict=True)
               if given == label]  # fmt: skip
        thresholds.append(sum(own) / len(own) if own else float("inf"))
    joint = [[0] * classes for _ in range(classes)]
    for row, given in zip(probabilities.tolist(), labels.tolist(), strict=True):
        reached = [k for k in range(classes) if row[k] >= thresholds[k]]
        if reached:
            joint[given][max(reached, key=lambda k: row[k])] += 1
    return joint


def test_the_joint_is_the_papers(
    judged: tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]],
) -> None:
    probabilities, labels, _ = judged
    joint = confident_joint(probabilities, labels)
    assert joint.tolist() == reference_joint(probabilities, labels)
    assert 0 < joint.sum() < len(labels)
    scaled = calibrated(joint, labels)
    for row, counts, size in zip(scaled, joint, np.bincount(labels), strict=True):
        assert row == pytest.approx([count / sum(counts) * size for count in counts])


def test_the_ranking_is_by_normalized_margin(
    judged: tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]],
) -> None:
    probabilities, labels, _ = judged
    found = suspicions(probabilities, labels)
    expected = []
    for position, (row, label) in enumerate(zip(probabilities, labels, strict=True)):
        others = [(float(p), k) for k, p in enumerate(row) if k != label]
        best, suggested = max(others, key=lambda pair: pair[0])
        if row[label] < best:
            expected.append((float(row[label]) - best, position, suggested))
    expected.sort()
    assert found.positions.tolist() == [position for _, position, _ in expected]
    assert found.suggested.tolist() == [suggested for _, _, suggested in expected]
    assert found.margins == pytest.approx([margin for margin, _, _ in expected], abs=1e-7)


def test_changed_labels_come_first_and_are_about_as_many_as_expected(
    judged: tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]],
) -> None:
    probabilities, labels, places = judged
    found = suspicions(probabilities, labels)
    assert np.isin(places, found.positions[:90]).mean() >= 0.9
    assert 30 <= found.expected <= 120
    right = load_digits(return_X_y=True)[1]
    planted = np.isin(found.positions, places)
    suggested = found.suggested[planted] == right[found.positions[planted]]
    assert suggested.mean() > 0.85  # this linear model itself is right in nine of ten


def test_right_labels_are_not_suspicious() -> None:
    probabilities = np.full((30, 3), 0.1, np.float32)
    labels = np.arange(30) % 3
    probabilities[np.arange(30), labels] = 0.8
    found = suspicions(probabilities, labels)
    assert len(found.positions) == found.expected == 0


def test_a_class_without_images_is_never_suggested_by_the_joint() -> None:
    probabilities = np.array([[0.2, 0.7, 0.1], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]], np.float32)
    labels = np.array([0, 0, 1])
    joint = confident_joint(probabilities, labels)
    assert joint[:, 2].sum() == 0
    assert joint.tolist() == reference_joint(probabilities, labels)
    assert np.isfinite(calibrated(joint, labels)).all()
    assert suspicions(probabilities, labels).expected <= 2
