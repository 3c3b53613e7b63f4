"""Near copies: found as comparing each with each finds them, and no two different pictures."""

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from imagette.data.checks.candidates import candidates, frequencies, standardized
from imagette.data.checks.evidence import Evidence
from imagette.data.checks.near_duplicates import ALIKE, near_copies, near_pairs
from imagette.data.contents import Contents, Split
from imagette.data.dataset import Splits
from imagette.data.locate import bundled_digits
from tests.test_checks import contents, garments  # noqa: F401


def pairs_of(source: Contents) -> set[tuple[int, int]]:
    left, right = near_pairs(Evidence(source, source.splits))
    return set(zip(left.tolist(), right.tolist(), strict=True))


def by_comparing_all(images: NDArray[np.uint8]) -> set[tuple[int, int]]:
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return {(int(a), int(b)) for a, b in np.argwhere(np.triu(rows @ rows.T, 1) >= ALIKE)}


def as_jpeg(image: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    stored = io.BytesIO()
    Image.fromarray(image).save(stored, "JPEG", quality=quality)
    return np.asarray(Image.open(stored))


def test_frequencies_are_scipys_cosine_transform() -> None:
    from scipy.fft import dctn

    images = np.random.default_rng(0).integers(0, 256, (5, 12, 10), dtype=np.uint8)
    source = contents(images, np.zeros(5, np.int64))
    rows = frequencies(Evidence(source, source.splits))
    unit = standardized(images).reshape(images.shape)
    for image, row in zip(unit, rows, strict=True):
        transform = dctn(image, norm="ortho")
        order = sorted((u * u + v * v, u, v) for u in range(12) for v in range(10))[1:65]
        np.testing.assert_allclose(row, [transform[u, v] for _, u, v in order], atol=1e-6)


def test_pictures_that_were_stored_again_are_found_and_nothing_else(mnist: Splits) -> None:
    images = np.array(mnist.train.images[:4000, ..., 0])
    random = np.random.default_rng(0)
    again = images[:400].copy()
    for n, image in enumerate(again):
        change = n % 4
        if change == 0:
            again[n] = as_jpeg(image, 90)
        elif change == 1:
            again[n] = (image * random.uniform(0.5, 0.95)).astype(np.uint8)
        elif change == 2:
            again[n] = np.clip(image + random.normal(0, 4, image.shape), 0, 255).astype(np.uint8)
        else:
            again[n] = image // 16 * 16 + 8 * (image > 15)
    source = contents(np.concatenate((images, again)), np.zeros(4400, np.int64))
    expected = {(n, 4000 + n) for n in range(400)}
    found = pairs_of(source)
    assert found <= expected
    assert len(found) >= 396


def test_garments_are_found_as_by_comparing_all(garments: Contents) -> None:  # noqa: F811
    """Of the trousers, of which many are alike."""
    trousers = garments.select(np.flatnonzero(garments.labels == 1))
    expected = by_comparing_all(trousers.images)
    found = pairs_of(trousers)
    assert len(expected) > 25
    assert found <= expected
    assert len(found) >= len(expected) - 1


def test_no_two_digits_are_near_copies() -> None:
    images, labels = bundled_digits()
    assert pairs_of(contents(images, labels)) == set() == by_comparing_all(images)


def test_copies_in_two_splits_and_under_two_labels_are_findings() -> None:
    images, labels = bundled_digits()
    splits = np.where(np.arange(len(labels)) < 1400, Split.TRAIN, Split.TEST).astype(np.int8)
    for old, new in ((7, 1500), (8, 1600), (8, 20)):
        images[new], labels[new] = images[old] * 0.8, labels[old]
    images[20] = images[8] * 0.9  # a set of three
    labels[1500] = (labels[7] + 1) % 10
    source = replace(contents(images, labels), splits=splits)
    found = {one.code: one for one in near_copies(Evidence(source, splits))}
    sets = (("image/7", "image/1500"), ("image/8", "image/20", "image/1600"))
    assert found["near-duplicates"].severity == "note"
    assert found["near-duplicates"].images == sets
    assert found["near-duplicates"].text.startswith("5 of 1,797 images are near copies")
    assert found["near-duplicates-labels"].severity == "warning"
    assert found["near-duplicates-labels"].images == sets[:1]
    assert found["near-duplicates-across"].severity == "warning"
    assert found["near-duplicates-across"].text.startswith("2 of 397 test images (0.50 %) are near")
    assert found["near-duplicates-across"].images == sets


def test_exact_copies_and_blank_images_are_not_near_copies() -> None:
    images, labels = bundled_digits()
    images[[100, 200]] = images[50]
    images[300:310] = np.arange(10)[:, np.newaxis, np.newaxis]
    source = contents(images, labels)
    assert list(near_copies(Evidence(source, source.splits))) == []


def test_thousands_of_frames_of_one_scene_are_one_set_and_bounded_work() -> None:
    random = np.random.default_rng(0)
    scene = random.integers(0, 256, (16, 16))
    frames = np.clip(scene + random.normal(0, 3, (3000, 16, 16)), 0, 255).astype(np.uint8)
    source = contents(frames, np.zeros(3000, np.int64))
    evidence = Evidence(source, source.splits)
    (found,) = near_copies(evidence)
    assert len(found.images) == 1
    assert len(found.images[0]) == 3000
    rows = frequencies(evidence)
    assert sum(len(left) for left, _ in candidates(rows)) < 3000 * 3000


@pytest.mark.parametrize("count", [0, 1, 2, 9])
@pytest.mark.parametrize("shape", [(3, 2), (1, 1), (1, 2)])
def test_few_and_tiny_images_are_no_trouble(count: int, shape: tuple[int, int]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)
    if shape == (1, 2):
        images[:] = 7  # and no contrast
    source = contents(images, np.zeros(count, np.int64))
    assert list(near_copies(Evidence(source, source.splits))) == []
