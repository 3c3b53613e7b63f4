"""A picture from outside becomes an input: left alone, made to fit, or prepared."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from imagette.data.locate import bundled_digits
from imagette.errors import SettingsError
from imagette.images.photo.familiar import looks_familiar
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.prepared import Prepared
from imagette.images.photo.statistics import learn_preparation
from imagette.inference import Classifier
from imagette.inference.judging import judged
from imagette.inference.preparing import check_prepare, make_input
from imagette.inference.rejection import Rule
from imagette.inference.together import Answers, Classify
from tests.drawn import certain

SHAPE = (8, 8, 1)


def judged_by(
    found: list[Prepared], classify: Classify
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return judged(found, classify(np.stack([one.image for one in found])))


def digit(position: int) -> NDArray[np.uint8]:
    image: NDArray[np.uint8] = bundled_digits()[0][position][..., np.newaxis]
    return image


def photograph(*positions: int) -> NDArray[np.uint8]:
    """A digit, enlarged and written dark on a page in uneven light, in colour; others beside it."""
    ink = np.zeros((260, 340, 1), np.float32)
    for position, left in zip(positions, (110, 10), strict=False):
        large = Image.fromarray(digit(position)[..., 0]).resize(
            (120, 120), Image.Resampling.BICUBIC
        )
        drawn = np.clip((np.asarray(large, np.float32) - 90) / 60, 0, 1)
        ink[70:190, left : left + 120, 0] += drawn[:, :120]
    page = np.array([235, 230, 210]) * (1 - ink) + np.array([40, 50, 90]) * ink
    light = np.linspace(1, 0.55, 340, dtype=np.float32)[:, np.newaxis]
    return np.rint(page * light).astype(np.uint8)


def test_the_preparation_is_learned_and_kept_in_the_model(classifier: Classifier) -> None:
    learned = classifier.metadata.photo
    assert learned.kind == "glyph"
    assert learned == Preparation.from_dict(classifier.metadata.preparation)
    assert classifier.metadata.resize == "stretch"


def test_what_looks_like_the_training_images_is_left_alone(classifier: Classifier) -> None:
    images = bundled_digits()[0][:300, ..., np.newaxis]
    learned = learn_preparation(images)
    assert np.mean([looks_familiar(image, SHAPE, learned) for image in images]) >= 0.99
    assert not any(looks_familiar(255 - image, SHAPE, learned) for image in images)
    assert not looks_familiar(np.zeros((8, 8, 1), np.uint8), SHAPE, learned)
    assert not looks_familiar(np.zeros((16, 16, 1), np.uint8), SHAPE, learned)
    given = make_input(images[0], classifier.metadata)
    assert (given.note, given.box) == ("", None)
    np.testing.assert_array_equal(given.image, images[0])


@pytest.mark.parametrize("side", [16, 40])
def test_images_of_another_size_are_answered_as_those_of_the_training_are(
    side: int, classifier: Classifier
) -> None:
    """The search in a picture need not find what fills an image of the training."""
    images = [Image.fromarray(digit(number)[..., 0]) for number in range(100)]
    large = [image.resize((side, side), Image.Resampling.BICUBIC) for image in images]
    as_they_are = classifier.predict_all(large, prepare="none")
    pairs = list(zip(classifier.predict_all(large), as_they_are, strict=True))
    assert np.mean([answer.rejected and not other.rejected for answer, other in pairs]) < 0.02
    assert np.mean([other.rejected for _, other in pairs]) < 0.1
    sought = classifier.predict_all(large, prepare="photo")
    assert np.mean([answer.rejected for answer in sought]) > 0.02  # "photo" means photographs


def test_photographs_of_what_was_learned_are_read(classifier: Classifier) -> None:
    labels = bundled_digits()[1]
    answers = classifier.predict_all(map(photograph, range(30)), never_reject=True)
    right = [answer.label == str(label) for answer, label in zip(answers, labels, strict=False)]
    assert np.mean(right) >= 0.9
    assert answers[0].note == "dark ink on light ground"
    top, left, bottom, right_ = answers[0].box or (0, 0, 0, 0)
    assert 65 < top < bottom < 195
    assert 105 < left < right_ < 235
    squeezed = classifier.predict_all(map(photograph, range(30)), prepare="none")
    assert squeezed[0].note == "colour to gray, 260x340 to 8x8 (height x width)"
    assert squeezed[0].box is None


def test_of_several_digits_the_one_that_is_known_is_chosen(classifier: Classifier) -> None:
    looked_at = []

    def classify(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sure of what is like the second digit, by its correlation."""
        looked_at.append(len(images))
        known = digit(4).ravel().astype(float)
        alike = [np.corrcoef(known, image.ravel().astype(float))[0, 1] for image in images]
        sure = np.array(alike, np.float32).clip(0, 1)[:, np.newaxis]
        return sure, np.where(sure[:, 0] > 0.7, 0, 3).astype(np.float32)

    picture = photograph(0, 4)
    chosen = make_input(picture, classifier.metadata, classify=classify)
    assert (chosen.box or (0, 0, 0, 999))[3] < 135
    other = make_input(photograph(4, 0), classifier.metadata, classify=classify)
    assert (other.box or (0, 0, 0, 0))[1] > 105
    assert looked_at[0] <= 8


def test_of_two_digits_that_are_both_known_none_is_the_answer(classifier: Classifier) -> None:
    def classify(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sure of what is like one of the two digits."""
        known = np.stack([digit(0).ravel(), digit(3).ravel()]).astype(float)
        alike = [np.corrcoef(known, image.ravel().astype(float))[2, :2].max() for image in images]
        sure = np.array(alike, np.float32) > 0.7
        return sure[:, np.newaxis].astype(np.float32), np.where(sure, 0, 3).astype(np.float32)

    both = np.full((200, 300, 3), 235, np.uint8)
    for left, known in ((20, 3), (170, 0)):
        large = digit(known).repeat(12, axis=0).repeat(12, axis=1)
        both[60:156, left : left + 96] -= (large > 90) * np.uint8(190)
    given = make_input(both, classifier.metadata, classify=classify)
    assert given.missing == "several glyphs"
    assert make_input(photograph(0), classifier.metadata, classify=classify).missing == ""
    lower = np.full((300, 300, 3), 235, np.uint8)
    lower[40:136, 20:116], lower[120:216, 170:266] = both[60:156, 20:116], both[60:156, 170:266]
    assert make_input(lower, classifier.metadata, classify=classify).missing == ""


def test_of_a_number_no_digit_is_the_answer_though_one_is_likelier(classifier: Classifier) -> None:
    def classify(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Knows one of the digits well, the other less."""
        known = np.stack([digit(0).ravel(), digit(3).ravel()]).astype(float)
        alike = np.array([np.corrcoef(known, i.ravel().astype(float))[2, :2] for i in images])
        novelty = np.where(alike[:, 0] > 0.7, 0, np.where(alike[:, 1] > 0.7, 0.8, 3))
        return (novelty[:, np.newaxis] < 1).astype(np.float32), novelty.astype(np.float32)

    def picture(gap: int) -> NDArray[np.uint8]:
        page = np.full((200, 400, 3), 235, np.uint8)
        for left, known in ((60, 3), (60 + 76 + gap, 0)):
            large = digit(known).repeat(12, axis=0).repeat(12, axis=1)
            page[60:156, left : left + 96] -= (large > 90) * np.uint8(190)
        return page

    given = make_input(picture(20), classifier.metadata, classify=classify)
    assert given.missing == "several glyphs"
    assert make_input(picture(140), classifier.metadata, classify=classify).missing == ""


def test_a_glyph_that_the_border_cuts_is_an_answer_and_a_stroke_is_not(
    classifier: Classifier,
) -> None:
    classify = certain(-1.0)
    cut = photograph(0)[:, :200]
    given = make_input(cut, classifier.metadata, classify=classify)
    assert (given.missing, (given.box or (0, 0, 0, 0))[3]) == ("", 200)
    assert "cut by the border" in given.note
    edge = np.full((260, 200, 3), 230, np.uint8)
    edge[60:200, 186:] = 60
    given = make_input(edge, classifier.metadata, classify=classify)
    assert given.missing == "nothing in the picture is clearly a glyph"


def test_where_there_is_no_ink_the_reason_alone_is_told(classifier: Classifier) -> None:
    given = make_input(np.full((300, 200, 3), 255, np.uint8), classifier.metadata)
    assert given.missing == "nothing in the picture stands out of its ground"


def test_where_nothing_is_likely_there_is_no_answer(classifier: Classifier) -> None:
    def strange(images: NDArray[np.uint8]) -> Answers:
        return classifier.probabilities(images), np.full(len(images), 1.5, np.float32)

    given = make_input(photograph(0), classifier.metadata, classify=strange)
    assert given.missing == "unlike the training images"
    rule = Rule.of(None)
    assert classifier.answer([given], rule)[0].reason == given.missing
    assert classifier.answer([given], rule)[0].note == ""
    forced = classifier.answer([given], Rule(always=True))[0]
    assert (forced.rejected, forced.note) == (False, given.note)
    assert given.note.startswith("dark ink on light ground")


def test_no_image_is_classified_twice(classifier: Classifier) -> None:
    asked: list[bytes] = []

    def classify(images: NDArray[np.uint8]) -> Answers:
        asked.extend(image.tobytes() for image in images)
        return classifier.probabilities_and_novelty(images)

    for picture in (photograph(3), photograph(3)[75:175, 115:225]):
        asked.clear()
        given = make_input(picture, classifier.metadata, classify=classify)
        assert 0 < len(asked) == len(set(asked))
        (known,), (new,) = (
            classifier.answer([one], Rule(always=True))
            for one in (given, replace(given, answer=None))
        )
        assert known.label == new.label
        assert list(known.probabilities.values()) == pytest.approx(
            list(new.probabilities.values()), abs=1e-5
        )


def test_what_is_familiar_but_inverted_is_only_inverted(classifier: Classifier) -> None:
    given = classifier.prepare(255 - digit(3))
    assert (given.note, given.box) == ("inverted", None)
    np.testing.assert_array_equal(given.image, digit(3))


def test_what_is_read_on_a_page_is_given_as_arrays(classifier: Classifier) -> None:
    page = np.hstack([photograph(3), photograph(5)])
    given, read = classifier.prepare_page(page), classifier.read(page)
    assert [[one.box for one in line] for line in given] == [[g.box for g in line] for line in read]
    ((three, five),) = given
    for one, answer in zip((three, five), read[0], strict=True):
        steps = one.steps or {}
        assert list(steps) == ["ink", "input"]
        assert {step.dtype for step in steps.values()} == {np.dtype(np.uint8)}
        assert steps["ink"].shape[0] > steps["ink"].shape[1] / 2 > 0
        np.testing.assert_array_equal(steps["input"], one.image)
        again = classifier.answer([one], Rule(always=True))[0]
        assert (again.label, again.box) == (answer.label, answer.box)
        assert again.probability == pytest.approx(answer.probability, abs=1e-4)


def test_the_steps_of_any_picture_are_given_as_arrays(
    classifier: Classifier, tmp_path: Path
) -> None:
    picture = photograph(3)
    file = tmp_path / "three.png"
    Image.fromarray(picture).save(file)
    expected = classifier.prepare(picture)
    assert expected.box is not None
    for same in (file, str(file), file.read_bytes(), Image.fromarray(picture)):
        given = classifier.prepare(same)
        assert (given.note, given.box) == (expected.note, expected.box)
        np.testing.assert_array_equal(given.image, expected.image)
    steps = expected.steps or {}
    assert list(steps) == ["picture", "gray", "ground removed", "ink", "kept", "input"]
    assert {step.dtype for step in steps.values()} == {np.dtype(np.uint8)}
    assert len({steps[name].shape for name in ("gray", "ground removed", "ink", "kept")}) == 1
    assert set(np.unique(steps["ink"])) == {0, 255}
    np.testing.assert_array_equal(steps["input"], expected.image)
    assert all(f'"{name}"' in str(Classifier.prepare.__doc__) for name in steps)
    assert classifier.prepare(picture, "none").steps is None
    with pytest.raises(
        SettingsError, match="`prepare='always'`: expected one of auto, photo, none"
    ):
        classifier.prepare(picture, "always")


def test_a_sheet_without_ink_has_no_answer(classifier: Classifier) -> None:
    blank = np.full((200, 300, 3), 230, np.uint8)
    answer = classifier.predict(blank)
    assert answer.rejected
    assert answer.reason == "nothing in the picture stands out of its ground"
    assert not classifier.predict(blank, never_reject=True).rejected


def test_only_glyphs_can_be_prepared(classifier: Classifier) -> None:
    with pytest.raises(
        SettingsError, match="`prepare='always'`: expected one of auto, photo, none"
    ):
        classifier.predict(digit(0), prepare="always")
    things = replace(classifier.metadata, preparation={"kind": "resize"})
    with pytest.raises(SettingsError, match="training images are no glyphs on an even ground"):
        check_prepare("photo", things)
    assert (
        make_input(photograph(0), things).note == "colour to gray, 260x340 to 8x8 (height x width)"
    )


def test_what_is_left_of_a_glyph_without_its_other_half_is_hardly_an_answer() -> None:
    def seen(ink: int, box: tuple[int, int, int, int], crowded: bool) -> Prepared:
        return Prepared(np.full((28, 28, 1), ink, np.uint8), box, crowded=crowded)

    def classify(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        unlike = images[:, 0, 0, 0] == 4
        sure = np.where(unlike, 0.3, 1.0).astype(np.float32)
        return np.stack((sure, 1 - sure), axis=1), np.where(unlike, 1.3, -1.0).astype(np.float32)

    four, stroke = seen(4, (10, 10, 110, 80), False), seen(1, (10, 15, 60, 30), True)
    beside, tall = seen(1, (10, 90, 60, 105), True), seen(1, (10, 15, 110, 30), True)
    _, (whole, part, other, long) = judged_by([four, stroke, beside, tall], classify)
    assert part < 0.35 * other
    assert other == long > whole > 0
    assert judged_by([stroke], classify)[1] == [other]


def test_what_is_drawn_around_a_glyph_is_hardly_an_answer_and_the_glyph_is_no_part_of_it() -> None:
    def classify(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        sure = np.full(len(images), 1.0, np.float32)
        return np.stack((sure, 1 - sure), axis=1), np.full(len(images), -1.0, np.float32)

    image = np.zeros((28, 28, 1), np.uint8)
    ring = Prepared(image, (10, 10, 210, 210), frames=True)
    within = Prepared(image, (60, 70, 160, 140), crowded=True, framed=True)
    alone = judged_by([ring], classify)[1][0]
    _, (around, glyph) = judged_by([ring, within], classify)
    assert around < 0.35 * alone
    assert glyph == alone
    part = replace(within, framed=False)
    _, (around, glyph) = judged_by([ring, part], classify)
    assert around == alone > glyph


def test_a_stroke_of_a_glyph_in_two_is_hardly_an_answer() -> None:
    def classify(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        label = images[:, 0, 0, 0]
        return np.eye(2, dtype=np.float32)[label], np.full(len(images), -1.0, np.float32)

    def seen(label: int, box: tuple[int, int, int, int]) -> Prepared:
        image = np.full((28, 28, 1), label, np.uint8)
        return Prepared(image, box, is_straight=label == 1, on_sheet=label == 1)

    four, stroke, alike = seen(0, (10, 10, 110, 80)), seen(1, (40, 68, 108, 78)), seen(1, (1,) * 4)
    alone = judged_by([stroke], classify)[1][0]
    assert judged_by([four, stroke], classify)[1][1] < 0.35 * alone
    one = replace(alike, box=four.box, is_straight=False)  # with dirt beside it
    assert judged_by([one, stroke], classify)[1][1] == alone


@pytest.mark.parametrize("channels", [1, 3])
def test_a_usual_gray_that_no_pixel_has_is_a_ground_as_others_are(channels: int) -> None:
    images = np.full((60, 28, 28, channels), 100, np.uint8)
    images[:, :, 14:] = 120
    for number, image in enumerate(images):
        image[6:22, 8 + number % 10 :][:, :3] = 200
    preparation = learn_preparation(images)
    assert preparation is not None
    assert preparation.ground == 110
    assert preparation.ground_colour is None
