"""The temperature: SciPy finds the same; few or perfect answers, too, give one that holds."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, special

from imagette.evaluation.calibration import calibration_error, chance_calibration_error
from imagette.evaluation.temperature import (
    HIGHEST,
    LOWEST,
    bound_of_certainty,
    fit_temperature,
    with_temperature,
)


def answers(
    n: int, classes: int, temperature: float, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits (n, classes) that are `temperature` times too large, and labels drawn from them."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 3, (n, classes))
    drawn = logits + random.gumbel(size=logits.shape)
    return logits * temperature, drawn.argmax(axis=1)


def reference(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The temperature as SciPy's bounded minimiser finds it, one runner-up more counted."""

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        logs = scaled - special.logsumexp(scaled, axis=1, keepdims=True)
        runner_up = np.sort(logs, axis=1)[:, -2].mean()
        of_labels = logs[np.arange(len(labels)), labels].sum()
        return float(-(of_labels + runner_up) / (len(labels) + 1))

    bounds = (np.log(LOWEST), np.log(HIGHEST))
    found = optimize.minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    return float(np.exp(found.x))


@pytest.mark.parametrize("temperature", [0.1, 0.4, 1.0, 3.0])
@pytest.mark.parametrize(("n", "classes"), [(4000, 10), (300, 2), (60, 100), (5, 3)])
def test_scipy_finds_the_same(n: int, classes: int, temperature: float) -> None:
    logits, labels = answers(n, classes, temperature)
    probabilities = special.softmax(logits, axis=1)
    expected = reference(special.log_softmax(np.log(np.maximum(probabilities, 1e-38)), 1), labels)
    assert fit_temperature(probabilities, labels) == pytest.approx(expected, rel=1e-5)
    # float32, as a classifier gives them, holds enough of small probabilities.
    single = fit_temperature(probabilities.astype(np.float32), labels)
    assert single == pytest.approx(expected, rel=1e-3)


def test_it_is_found_again_and_probabilities_then_mean_what_they_say() -> None:
    logits, labels = answers(20_000, 10, 0.4)
    probabilities = special.softmax(logits, axis=1)
    temperature = fit_temperature(probabilities, labels)
    assert temperature == pytest.approx(0.4, rel=0.03)
    after = with_temperature(probabilities, temperature)
    np.testing.assert_allclose(after, special.softmax(logits / temperature, axis=1), atol=1e-12)
    np.testing.assert_array_equal(after.argmax(1), probabilities.argmax(1))
    right = probabilities.argmax(1) == labels
    assert calibration_error(probabilities.max(1), right) > 0.1
    assert calibration_error(after.max(1), right) < 3 * chance_calibration_error(after)
    np.testing.assert_allclose(with_temperature(after, 1 / temperature), probabilities, atol=1e-12)


@pytest.mark.parametrize("n", [1, 10, 1000])
def test_nobody_is_infallible(n: int) -> None:
    probabilities = np.tile([0.7, 0.2, 0.1], (n, 1))
    labels = np.zeros(n, np.int64)
    temperature = fit_temperature(probabilities, labels)
    confidence = with_temperature(probabilities, temperature)[0, 0]
    assert LOWEST < temperature < 1 or n == 1
    # As if one of n + 1 had gone to the runner-up.
    assert confidence == pytest.approx(n / (n + 1), abs=0.15 if n == 1 else 0.03)


def test_it_stays_within_its_bounds() -> None:
    probabilities = np.tile([0.7, 0.2, 0.1], (50, 1))
    assert fit_temperature(probabilities, np.full(50, 2)) == pytest.approx(HIGHEST, rel=1e-6)
    uniform = np.full((50, 3), 1 / 3)
    assert fit_temperature(uniform, np.arange(50) % 3) == 1
    sure = np.eye(3, dtype=np.float32)[np.arange(50) % 3]
    assert np.isfinite(fit_temperature(sure, np.arange(50) % 3))


def test_the_error_that_chance_alone_gives() -> None:
    random = np.random.default_rng(0)
    probabilities = special.softmax(random.normal(0, 2, (500, 4)), axis=1)
    drawn = []
    for _ in range(300):
        labels = (np.log(probabilities) + random.gumbel(size=(500, 4))).argmax(1)
        drawn.append(calibration_error(probabilities.max(1), probabilities.argmax(1) == labels))
    assert chance_calibration_error(probabilities) == pytest.approx(np.mean(drawn), rel=0.1)


def test_no_more_certainty_than_so_many_images_allow() -> None:
    """All right and as sure as can be: by one more, that is wrong, n of n + 1 are."""
    for images in (12, 50):
        probabilities = np.tile([1 - 1e-6, 1e-6], (images, 1))
        labels = np.zeros(images, np.int64)
        temperature = fit_temperature(probabilities, labels)
        confidence = with_temperature(probabilities, temperature)[0, 0]
        assert confidence == pytest.approx(images / (images + 1))
        told = f"a certainty above about {100 * confidence:.0f} % cannot be known"
        assert bound_of_certainty(images) == f"with {images} validation images {told}"
