"""A classifier of signs that are no digits prepares photographs in its own way.

Its training images are dark on light, 20x20, and the signs are centred by their boxes.
"""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import imagette
from imagette.inference import Classifier
from tests.drawn import ink

pytestmark = pytest.mark.slow  # it trains a classifier

SIGNS = {
    "arrow": (((0.1, 0.5), (0.9, 0.5)), ((0.55, 0.15), (0.9, 0.5), (0.55, 0.85))),
    "cross": (((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.1), (0.1, 0.9))),
    "tee": (((0.1, 0.1), (0.9, 0.1)), ((0.5, 0.1), (0.5, 0.9))),
    "triangle": (((0.5, 0.1), (0.9, 0.85), (0.1, 0.85), (0.5, 0.1)),),
}


def sign(name: str, random: np.random.Generator, side: int) -> NDArray[np.float32]:
    """Ink 0 to 1 in a square of `side` pixels; a hand is never quite the same."""
    width, lean = float(random.uniform(0.07, 0.12)), random.uniform(-0.12, 0.12)
    lines = []
    for stroke in SIGNS[name]:
        points = np.array(stroke) + random.normal(0, 0.015, (len(stroke), 2))
        points[:, 0] += lean * (points[:, 1] - 0.5)
        lines.append(points.tolist())
    return ink(lines, side, width, finer=8 if side < 100 else 2)


def photograph(name: str, random: np.random.Generator) -> NDArray[np.uint8]:
    """Chalk on a green board, in uneven light, anywhere in the picture."""
    side = int(random.integers(70, 160))
    chalk = np.zeros((300, 400, 1), np.float32)
    top, left = (int(random.integers(20, limit - side - 20)) for limit in (300, 400))
    chalk[top : top + side, left : left + side, 0] = sign(name, random, side)
    board = np.array([40, 75, 60]) * (1 - chalk) + np.array([215, 215, 200]) * chalk
    light = np.linspace(1, 0.6, 400)[:, np.newaxis]
    shown = (board * light + random.normal(0, 4, board.shape)).clip(0, 255)
    return np.asarray(np.rint(shown), np.uint8)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    folder, random = tmp_path_factory.mktemp("signs"), np.random.default_rng(0)
    for name in SIGNS:
        (folder / "data" / name).mkdir(parents=True)
        for number in range(60):
            image = np.full((20, 20), 250, np.float32)
            image[3:17, 3:17] -= 230 * sign(name, random, 14)
            pixels = np.rint(image).astype(np.uint8)
            Image.fromarray(pixels).save(folder / "data" / name / f"{number}.png")
    run = imagette.train(folder / "data", "sprint", epochs=12, batch_size=16, out=folder / "runs")
    return imagette.load(run.path)


def test_how_the_signs_look_is_learned(classifier: Classifier) -> None:
    learned = classifier.metadata.photo
    assert (learned.kind, learned.light_ink, learned.centring) == ("glyph", False, "box")
    assert learned.box == pytest.approx(12 / 20, abs=0.1)


def test_photographs_of_signs_are_read(classifier: Classifier) -> None:
    random = np.random.default_rng(1)
    names = [name for name in SIGNS for _ in range(8)]
    pictures = [photograph(name, random) for name in names]
    answers = classifier.predict_all(pictures, never_reject=True)
    right = np.mean([answer.label == name for answer, name in zip(answers, names, strict=True)])
    squeezed = classifier.predict_all(pictures, prepare="none", never_reject=True)
    resized = np.mean([answer.label == name for answer, name in zip(squeezed, names, strict=True)])
    assert right >= 0.9 > 0.6 > resized
    assert answers[0].note == "light ink on dark ground"


def test_a_line_of_signs_is_read(classifier: Classifier) -> None:
    random = np.random.default_rng(2)
    page = np.full((160, 560), 235, np.float32)
    for position, name in enumerate(SIGNS):
        page[40:120, 40 + 130 * position : 120 + 130 * position] -= 190 * sign(name, random, 80)
    lines = classifier.read(page.astype(np.uint8))
    assert [[glyph.label for glyph in line] for line in lines] == [list(SIGNS)]
