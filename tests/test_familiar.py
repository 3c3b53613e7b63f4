"""Whether a picture looks like the training data: by tables of bytes as by plain NumPy."""

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.images.photo.familiar import looks_familiar
from imagette.images.photo.preparation import Preparation

LIGHT = Preparation("glyph", True, 8.0, 247.5, 0.7, "mass", (0.2, -0.1))
DARK = Preparation("glyph", False, 230.0, 31.0, 0.95, "box", (0.0, 0.0))


def plainly(image: NDArray[np.uint8], preparation: Preparation) -> bool:
    """The same question, answered pixel by pixel in float64."""
    gray = image.mean(axis=2)
    gray = gray if image.shape[2] == 1 else np.rint(gray)
    height, width = gray.shape
    edge = np.ones_like(gray, bool)
    edge[1:-1, 1:-1] = False
    ground = np.abs(gray - preparation.ground) < 12
    if ground[edge].mean() < (0.9 if preparation.box < 0.9 else 0.3):
        return False
    strength = (gray - preparation.ground) / (preparation.ink - preparation.ground)
    if strength.max() < 0.5:
        return False
    rows, columns = (np.flatnonzero((strength > 0.25).any(axis=axis)) for axis in (1, 0))
    sides = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    if not 0.55 <= max(sides) / max(height, width) / preparation.box <= 1.25:
        return False
    centre = np.array([rows[0] + rows[-1], columns[0] + columns[-1]]) / 2
    if preparation.centring == "mass":
        mass = np.clip(strength, 0, 1)
        centre = np.array([(mass * places).sum() for places in np.indices(mass.shape)]) / mass.sum()
    middle = np.array([height - 1, width - 1]) / 2 + preparation.centre
    return bool(np.abs(centre - middle).max() <= max(1.0, 0.12 * max(height, width)))


def glyph(
    random: np.random.Generator, channels: int, preparation: Preparation
) -> NDArray[np.uint8]:
    """A blot on a noisy ground, of about the right size, in about the right place: or not."""
    height, width = random.integers(12, 29, 2)
    strength = random.normal(0, 0.015, (height, width))
    size = np.array([height, width]) * preparation.box * random.uniform(0.5, 1.2, 2)
    top, left = ((np.array([height, width]) - size) / 2 + random.normal(0, 1.5, 2)).astype(int)
    rows = slice(max(0, top), max(1, top + int(size[0])))
    columns = slice(max(0, left), max(1, left + int(size[1])))
    strength[rows, columns] += random.uniform(0.3, 1.1) * (random.random() < 0.95)
    levels = preparation.ground + strength * (preparation.ink - preparation.ground)
    image = np.clip(levels, 0, 255)[..., np.newaxis] + random.integers(0, 3, channels)
    return np.clip(image, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("preparation", [LIGHT, DARK])
def test_it_is_what_numpy_says(channels: int, preparation: Preparation) -> None:
    random = np.random.default_rng(0)
    answers = []
    for _ in range(400):
        image = glyph(random, channels, preparation)
        received = looks_familiar(image, image.shape, preparation)
        assert received == plainly(image, preparation)
        inverted = 255 - image
        assert looks_familiar(inverted, image.shape, preparation) == plainly(inverted, preparation)
        answers.append(received)
    assert 50 < sum(answers) < 350


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 5, 1), (5, 1, 1), (2, 2, 3)])
def test_the_smallest_images_have_a_border_too(shape: tuple[int, int, int]) -> None:
    everywhere = Preparation("glyph", True, 0.0, 255.0, 1.0, "box", (0.0, 0.0))
    assert not looks_familiar(np.zeros(shape, np.uint8), shape, everywhere)
    assert not looks_familiar(np.full(shape, 255, np.uint8), shape, everywhere)


def test_without_a_difference_between_ink_and_ground_nothing_is() -> None:
    flat = Preparation("glyph", True, 9.0, 9.0, 0.7, "mass", (0.0, 0.0))
    assert not looks_familiar(np.full((9, 9, 1), 9, np.uint8), (9, 9, 1), flat)
