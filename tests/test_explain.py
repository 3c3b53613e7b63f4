"""What decided an answer, and the strip that shows how it came about."""

import numpy as np
import pytest

import imagette
from imagette.inference import Classifier
from imagette.inference.explain import strip
from imagette.inference.occlusion import occlusion_map
from imagette.inference.preparing import make_input
from imagette.runs.run import Run
from tests.test_preparing import digit, photograph


@pytest.fixture(scope="module")
def classifier(digits_run: Run) -> Classifier:
    return imagette.load(digits_run)


def test_the_map_is_what_covering_a_patch_costs(classifier: Classifier) -> None:
    image = digit(0)
    received = occlusion_map(classifier, image)
    assert received.shape == (8, 8)
    probabilities = classifier.probabilities(image[np.newaxis])[0]
    label, size = int(probabilities.argmax()), 2
    losses = np.zeros((8, 8))
    counts = np.zeros((8, 8))
    for top in range(-1, 8):
        for left in range(-1, 8):
            covered = image.copy()
            rows = slice(max(0, top), max(0, top + size))
            columns = slice(max(0, left), max(0, left + size))
            covered[rows, columns] = image[0, 0]
            loss = probabilities[label] - classifier.probabilities(covered[np.newaxis])[0, label]
            losses[rows, columns] += loss
            counts[rows, columns] += 1
    np.testing.assert_allclose(received, losses / counts, atol=1e-5)


def test_a_strip_has_a_tile_a_step(classifier: Classifier) -> None:
    picture = photograph(3)
    prepared = make_input(picture, classifier.metadata)
    whole = strip(classifier, picture, prepared)
    assert whole.dtype == np.uint8
    plain = strip(classifier, digit(3), make_input(digit(3), classifier.metadata))
    assert whole.shape[0] == plain.shape[0]
    tile = (plain.shape[1] - 12) // 3  # the picture, the input, what decided
    assert (whole.shape[1] - 12) // tile == 3 + 4  # and gray, ground removed, ink, kept
