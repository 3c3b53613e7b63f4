"""What is likely a glyph that the classifier knows: sure of its class, and like the training."""

import numpy as np
import pytest

from imagette.inference.likelihood import likelihood


def test_sure_and_familiar_images_are_likely() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.5, 0.5], [0.9, 0.1]], np.float32)
    novelty = np.array([0.0, 1.0, 0.0, 5.0], np.float32)
    likely = likelihood(probabilities, novelty)
    assert likely == pytest.approx([0.884, 0.45, 0.491, 0], abs=0.002)


def test_what_is_no_number_is_not_likely() -> None:
    likely = likelihood(np.array([[1.0, 0.0]], np.float32), np.array([np.nan], np.float32))
    assert likely[0] < 1e-6
