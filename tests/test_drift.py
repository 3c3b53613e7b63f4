"""Drift: the statistics agree with SciPy's, and only what matters is told."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from imagette.data.checks import check
from imagette.data.checks.drift import drifts, means_differ, shares_differ
from imagette.data.checks.evidence import Evidence
from imagette.data.contents import Contents, Split
from imagette.data.locate import bundled_digits
from tests.test_checks import codes, contents, only


@pytest.fixture
def halves() -> Contents:
    """The bundled digits, every second one a test image."""
    images, labels = bundled_digits()
    splits = np.where(np.arange(len(labels)) % 2, Split.TEST, Split.TRAIN).astype(np.int8)
    return replace(contents(images.copy(), labels.copy()), splits=splits)


@pytest.mark.parametrize("seed", range(3))
def test_the_chi_square_test_is_scipys(seed: int) -> None:
    counts = np.random.default_rng(seed).integers(1, 60, (2, 7))
    expected = stats.chi2_contingency(counts, correction=False)
    effect, chance = shares_differ(np.insert(counts, 3, 0, axis=1))  # an empty class
    assert effect == pytest.approx(np.sqrt(expected.statistic / counts.sum()))
    assert chance == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("seed", range(3))
def test_the_test_of_means_is_welchs(seed: int) -> None:
    random = np.random.default_rng(seed)
    first, second = random.normal(100, 20, 4000), random.normal(103, 30, 3000)
    effect, chance = means_differ(first, second)
    pooled = np.sqrt((3999 * first.var(ddof=1) + 2999 * second.var(ddof=1)) / 6998)
    assert effect == pytest.approx((second.mean() - first.mean()) / pooled)
    statistic = stats.ttest_ind(first, second, equal_var=False).statistic
    assert chance == pytest.approx(2 * stats.norm.sf(abs(statistic)))


def test_values_that_never_vary_are_compared_too() -> None:
    assert means_differ(np.full(5, 3.0), np.full(5, 3.0)) == (0.0, 1.0)
    assert means_differ(np.full(5, 3.0), np.full(5, 2.0)) == (-np.inf, 0.0)


def test_halves_of_one_set_do_not_drift(halves: Contents) -> None:
    assert list(drifts(Evidence(halves, halves.splits))) == []


def test_a_class_that_is_rare_in_one_split_is_named(halves: Contents) -> None:
    rare = np.flatnonzero((halves.labels == 5) & (halves.splits == Split.TEST))
    findings = check(halves.select(np.setdiff1d(np.arange(len(halves)), rare[10:])))
    assert codes(findings) == [("warning", "drift-of-classes")]
    assert "other shares in test than in training" in only(findings, "drift-of-classes").text
    assert "most of all '5': 1.2 % against 10.1 %" in only(findings, "drift-of-classes").text


def test_darker_and_flatter_test_images_are_told(halves: Contents) -> None:
    test = halves.splits == Split.TEST
    halves.images[test] = halves.images[test] // 2
    findings = check(halves)
    text = only(findings, "drift-of-pixels").text
    assert codes(findings) == [("warning", "drift-of-pixels")]
    assert text.startswith("the pixels of test images are not like those of training images")
    for what, measure in (("mean", np.mean), ("standard deviation", np.std)):
        values = measure(halves.images, axis=(1, 2, 3))
        assert (
            f"their {what} is {values[test].mean():.1f} against {values[~test].mean():.1f}" in text
        )


def test_what_is_significant_and_does_not_matter_is_not_told() -> None:
    """A tenth of a standard deviation, with 20,000 images in each split."""
    random = np.random.default_rng(0)
    means = np.concatenate((random.normal(100, 20, 20_000), random.normal(102, 20, 20_000)))
    pixels = np.clip(means[:, np.newaxis, np.newaxis] + random.normal(0, 9, (40_000, 4, 4)), 0, 255)
    source = contents(pixels.astype(np.uint8), np.arange(40_000) % 10)
    splits = np.repeat(np.array([Split.TRAIN, Split.TEST], np.int8), 20_000)
    evidence = Evidence(source, splits)
    effect, chance = means_differ(*np.split(evidence.statistics.mean, 2))
    assert 0.05 < effect < 0.15
    assert chance < 1e-6
    assert list(drifts(evidence)) == []
