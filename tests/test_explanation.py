"""What decided an answer, and the strip that shows how it came about."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib import get_data_path
from numpy.typing import NDArray
from PIL import Image

from imagette.inference import Classifier, Prediction
from imagette.inference.explanation import explain
from imagette.inference.occlusion import occlusion_map
from imagette.inference.preparing import make_input
from imagette.inference.rejection import Rule
from imagette.strips import answer_tile as answer_tiles
from imagette.strips import strip
from imagette.strips.answer_tile import answer_tile
from tests.test_preparing import digit, photograph


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
    whole = strip(explain(classifier, picture, prepared))
    assert whole.dtype == np.uint8
    plain = strip(explain(classifier, digit(3), make_input(digit(3), classifier.metadata)))
    assert whole.shape[0] == plain.shape[0]
    tile = (plain.shape[1] - 12) // 4  # the picture, the input, what decided, the answer
    assert (whole.shape[1] - 12) // tile == 4 + 4  # and gray, ground removed, ink, kept


@pytest.mark.parametrize("side", [24, 60, 1200])
def test_the_line_around_a_glyph_covers_nothing_of_it(classifier: Classifier, side: int) -> None:
    large = Image.fromarray(photograph(3)[:260, 40:300])
    picture = np.asarray(large.resize((side, side), Image.Resampling.LANCZOS))
    given = classifier.prepare(picture, "photo")
    assert given.box is not None
    explained = explain(classifier, picture, given)
    bare = replace(explained, given=replace(given, box=None))
    shown, plain = (strip(each)[12:172, 12:172].astype(int) for each in (explained, bare))
    top, left, bottom, right = (round(edge * 160 / side) for edge in given.box)
    np.testing.assert_array_equal(shown[top:bottom, left:right], plain[top:bottom, left:right])
    around = shown[top - 3 : bottom + 3, left - 3 : right + 3]
    assert {tuple(pixel) for pixel in around[:2].reshape(-1, 3)} == {(230, 60, 30)}


def test_a_strip_ends_with_the_answer(classifier: Classifier) -> None:
    picture = digit(3)
    given = classifier.prepare(picture)
    for rule in (Rule(always=True), Rule(least_probability=1.0)):
        (answer,) = classifier.answer([given], rule)
        shown = strip(explain(classifier, picture, given, rule))
        np.testing.assert_array_equal(shown[12:172, -172:-12], np.asarray(answer_tile(answer, 160)))
    assert answer.rejected


def tile(label: str, reason: str = "") -> NDArray[np.uint8]:
    answer = Prediction(label, 0.9, "x", 0.1, {}, rejected=bool(reason), reason=reason)
    return np.asarray(answer_tile(answer, 160))


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("7", ""),
        ("Ärmelloses Kleid", ""),
        ("kana \u304a", ""),
        ("x" * 300, ""),
        ("many words " * 30, ""),
        ("7", "nothing in the picture stands out of its ground"),
        ("y" * 300, "torn between " + "y" * 300 + " and z"),
    ],
)
def test_answers_of_any_length_stay_within_their_tile(label: str, reason: str) -> None:
    shown = tile(label, reason)
    assert shown.shape == (160, 160, 3) and shown.min() < 100
    border = np.concatenate([shown[:4], shown[-4:], shown[:, :4].swapaxes(0, 1)], axis=None)
    assert border.min() == shown[:, -4:].min() == 255


@pytest.fixture
def broad(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Says which fonts are on the machine beside DejaVu."""

    def choose(*files: str) -> None:
        monkeypatch.setattr(answer_tiles, "_BROAD", files)
        answer_tiles._having.cache_clear()

    yield choose
    answer_tiles._having.cache_clear()


def test_a_label_is_set_in_a_font_that_has_its_letters(broad: Callable[..., None]) -> None:
    only_in_stix = "\u1d81\u20dd"
    broad("nowhere.ttf")
    code = tile(only_in_stix)
    np.testing.assert_array_equal(code, tile("\\u1d81\\u20dd"))
    broad("nowhere.ttf", str(Path(get_data_path(), "fonts", "ttf", "STIXGeneral.ttf")))
    assert (tile(only_in_stix) != code).any()
    np.testing.assert_array_equal(tile("\u304a"), tile("\\u304a"))


def test_a_letter_that_the_font_lacks_is_shown_as_its_code(broad: Callable[..., None]) -> None:
    broad()
    np.testing.assert_array_equal(tile("\u304a"), tile("\\u304a"))
    assert (tile("\u304a") != tile("\u304b")).any()
    assert (tile("ä") != tile("ü")).any()
