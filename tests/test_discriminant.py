"""The discriminant is scikit-learn's logistic regression on features of length 1."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from imagette.evaluation.discriminant import fit_discriminant

Floats = NDArray[np.float32]


def features(count: int, towards: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    made = random.exponential(1.0, (count, 12))
    made[:, towards] += 1
    return made.astype(np.float32)


@pytest.mark.parametrize("outliers", [500, 60])
def test_scikit_learn_finds_the_same(outliers: int) -> None:
    known, strange = features(500, 0, seed=0), features(outliers, 5, seed=1)
    found = fit_discriminant(known, strange)
    units = normalize(np.concatenate((known, strange)).astype(np.float64))
    scale = units[:500].var(axis=0).mean() ** 0.5
    sides = np.repeat([0, 1], [500, outliers])
    shares = np.repeat([0.5 / 500, 0.5 / outliers], [500, outliers])
    expected = LogisticRegression(C=1 / 1e-3, tol=1e-8, max_iter=1000)
    expected.fit((units - units[:500].mean(axis=0)) / scale, sides, sample_weight=shares)
    new = features(200, 3, seed=2)
    centred = (normalize(new.astype(np.float64)) - units[:500].mean(axis=0)) / scale
    np.testing.assert_allclose(found.logits(new), expected.decision_function(centred), atol=0.02)


def test_lengths_do_not_matter_and_nothing_gives_the_bias() -> None:
    found = fit_discriminant(features(100, 0, seed=0), features(100, 5, seed=1))
    new = features(20, 5, seed=3)
    np.testing.assert_allclose(found.logits(new), found.logits(7 * new), atol=1e-5)
    np.testing.assert_allclose(found.logits(np.zeros((1, 12), np.float32)), found.bias, rtol=1e-6)
    assert found.logits(new).mean() > 1 > found.logits(features(20, 0, seed=3)).mean() + 2


def test_images_that_are_all_alike_still_give_numbers() -> None:
    same = np.ones((50, 3), np.float32)
    found = fit_discriminant(same, same)
    assert np.isfinite(found.logits(same)).all()
    assert np.isfinite(fit_discriminant(0 * same, same).logits(same)).all()
