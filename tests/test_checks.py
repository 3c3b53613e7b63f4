"""Planted faults are found, with the names of exactly those images; sound data is left in peace."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.data.checks import CHEAP, THOROUGH, Finding, Findings, check
from imagette.data.checks.evidence import Evidence, equal_sets
from imagette.data.checks.finding import by_severity
from imagette.data.contents import NO_LABEL, Contents, Skipped, Split
from imagette.data.dataset import Splits
from imagette.data.divide import assigned
from imagette.data.locate import bundled_digits
from imagette.data.names import Names
from imagette.data.options import DataOptions
from imagette.data.sources import open_contents
from imagette.errors import DatasetError
from tests.conftest import require_data

TEN = tuple("0123456789")


def contents(
    images: NDArray[np.uint8], labels: NDArray[np.int64], splits: int = Split.ANY
) -> Contents:
    """Images (n, height, width) as a source has them."""
    names = Names(blocks={"image": len(images)})
    of_split = np.full(len(labels), splits, np.int8)
    return Contents(images[..., np.newaxis], labels, TEN, names, of_split)


@pytest.fixture
def digits() -> Contents:
    """The bundled digits, to be spoilt."""
    images, labels = bundled_digits()
    return contents(images.copy(), labels.copy())


@pytest.fixture(scope="session")
def garments() -> Contents:
    """Fashion-MNIST, where it is to be had without a download."""
    require_data("fashion_mnist.npz")
    return open_contents("fashion-mnist", DataOptions())


def with_test(digits: Contents, first: int = 1400) -> Contents:
    """The digits from `first` on are the source's own test set."""
    splits = np.where(np.arange(len(digits)) < first, Split.TRAIN, Split.TEST)
    return replace(digits, splits=splits.astype(np.int8))


def codes(findings: Findings) -> list[tuple[str, str]]:
    return [(finding.severity, finding.code) for finding in findings]


def only(findings: Findings, code: str) -> Finding:
    (found,) = [finding for finding in findings if finding.code == code]
    return found


def test_sound_data_is_left_in_peace(digits: Contents, mnist: Splits) -> None:
    assert codes(check(digits, assigned("digits", digits, DataOptions()))) == []
    every_eighth = open_contents("mnist", DataOptions()).select(np.arange(0, 70_000, 8))
    assert codes(check(every_eighth, assigned("mnist", every_eighth, DataOptions()))) == []


def test_fewer_labels_than_images_end_the_check(digits: Contents) -> None:
    short = replace(digits, labels=digits.labels[:-2])
    findings = check(short)
    assert codes(findings) == [("error", "numbers-differ")]
    assert only(findings, "numbers-differ").text == (
        "there are 1,797 images and 1,795 labels: expected one for each"
    )


def test_images_without_a_label_and_labels_of_no_class_are_errors(digits: Contents) -> None:
    digits.labels[[3, 5]] = NO_LABEL
    digits.labels[7] = 10
    findings = check(digits)
    assert codes(findings)[:2] == [("error", "no-label"), ("error", "label-out-of-range")]
    assert only(findings, "no-label").images == ("image/3", "image/5")
    assert only(findings, "no-label").text.startswith("2 images of 1,797 without a label")
    assert only(findings, "label-out-of-range").images == ("image/7",)
    assert "the first is 10, expected 0 to 9" in only(findings, "label-out-of-range").text


def test_groups_in_two_splits_are_an_error(digits: Contents) -> None:
    groups = np.arange(len(digits)) // 100  # 1300 to 1399 are one, 1400 to 1499 the next
    assert codes(check(replace(with_test(digits), groups=groups))) == []
    findings = check(replace(with_test(digits, 1350), groups=groups))
    assert codes(findings) == [("error", "torn-groups")]
    torn = only(findings, "torn-groups")
    assert torn.text.startswith("1 group with 100 images in two splits")
    assert torn.images == tuple(f"image/{n}" for n in range(1300, 1400))


def test_classes_of_no_and_of_one_image_are_named(digits: Contents) -> None:
    nines = np.flatnonzero(digits.labels == 9)
    spoilt = digits.select(np.setdiff1d(np.arange(len(digits)), nines[1:]))
    findings = check(replace(spoilt, class_names=(*TEN, "ten", "eleven")))
    assert codes(findings) == [
        ("warning", "empty-class"), ("warning", "single-image"), ("warning", "imbalance"),
    ]  # fmt: skip
    assert only(findings, "empty-class").text.startswith("2 classes ('ten', 'eleven') have no im")
    single = only(findings, "single-image")
    assert single.text == "class '9' has one image: add some, or drop the class"
    assert single.images == (f"image/{nines[0]}",)
    assert "183 images, 183.0 times as many as '9' with 1" in only(findings, "imbalance").text


def test_a_class_that_is_asked_for_and_never_learned_is_an_error(digits: Contents) -> None:
    splits = np.where(digits.labels == 4, Split.TEST, Split.TRAIN).astype(np.int8)
    splits[:50][digits.labels[:50] != 4] = Split.VALIDATION
    findings = check(replace(digits, splits=splits))
    assert ("error", "never-trained") in codes(findings)
    assert only(findings, "never-trained").text.startswith("class '4' has no training images")
    assert len(only(findings, "never-trained").images) == (digits.labels == 4).sum()


@pytest.mark.parametrize(("kept", "severity"), [(100, None), (60, "note"), (10, "warning")])
def test_imbalance_is_told_from_twice_as_many_on(
    digits: Contents, kept: int, severity: str | None
) -> None:
    ones = np.flatnonzero(digits.labels == 1)
    findings = check(digits.select(np.setdiff1d(np.arange(len(digits)), ones[kept:])))
    assert codes(findings) == ([(severity, "imbalance")] if severity else [])
    if severity:
        share = 100 * 183 / (1797 - len(ones) + kept)  # of the threes
        text = only(findings, "imbalance").text
        assert f"always saying '3' would be right for {share:.1f} %" in text


def test_blank_images_are_found_and_faint_ones_are_not(digits: Contents) -> None:
    digits.images[10] = 77
    digits.images[20] = digits.images[20] // 32 + 200  # 0..255 to 200..207: nobody sees it
    digits.images[30] = digits.images[30] // 16 + 200  # a contrast of 15 is faint, but there
    findings = check(digits)
    assert codes(findings) == [("warning", "blank")]
    blank = only(findings, "blank")
    assert blank.images == ("image/10", "image/20")
    assert "on 2 of 1,797 images: 1 of a single value, 1 with at most 8 of 255" in blank.text
    digits.images[:900] = 0
    assert ("error", "blank") in codes(check(replace(digits)))


def test_images_of_inverted_polarity_are_found(digits: Contents) -> None:
    chosen = np.random.default_rng(0).choice(len(digits), 90, replace=False)
    digits.images[chosen] = 255 - digits.images[chosen]
    findings = check(digits)
    assert codes(findings) == [("warning", "inverted")]
    found = set(only(findings, "inverted").images)
    assert found <= {f"image/{n}" for n in chosen}
    assert len(found) >= 88


def test_a_third_of_a_class_may_be_inverted_and_is_found(digits: Contents) -> None:
    threes = np.flatnonzero(digits.labels == 3)[::3]
    digits.images[threes] = 255 - digits.images[threes]
    found = only(check(digits, checks=CHEAP), "inverted").images
    assert set(found) == {f"image/{n}" for n in threes}


def test_garments_and_digits_are_left_in_peace_by_what_train_checks(
    mnist: Splits, garments: Contents
) -> None:
    """All 70,000 of both sets; garments are dark and bright, a hard case for the polarity."""
    for source in (garments, open_contents("mnist", DataOptions())):
        assert codes(check(source, checks=CHEAP)) == []


def test_copies_and_copies_with_other_labels_are_told_apart(digits: Contents) -> None:
    digits.images[100] = digits.images[50]
    digits.labels[100] = digits.labels[50]
    digits.images[[300, 400]] = digits.images[200]
    digits.labels[[300, 400]] = digits.labels[200], (digits.labels[200] + 1) % 10
    findings = check(digits)
    assert codes(findings) == [("warning", "two-labels"), ("note", "duplicates")]
    assert only(findings, "duplicates").text == "3 exact copies of other images, of 1,797"
    sets = (("image/50", "image/100"), ("image/200", "image/300", "image/400"))
    assert only(findings, "duplicates").images == sets
    assert only(findings, "two-labels").images == sets[1:]
    assert only(findings, "two-labels").text.startswith("3 images have the same pixels")


def test_copies_in_two_splits_are_warned_of_and_beyond_half_of_the_test_set_an_error(
    digits: Contents,
) -> None:
    source = with_test(digits)  # 397 test images
    for count, severity in ((5, "warning"), (200, "error")):
        source.images[1400 : 1400 + count] = source.images[:count]
        source.labels[1400 : 1400 + count] = source.labels[:count]
        findings = check(replace(source))
        across = only(findings, "duplicates-across")
        assert across.severity == severity
        assert across.text.startswith(
            f"{count} of 397 test images ({100 * count / 397:.2f} %) are exact copies of training"
        )
        assert across.images[0] == ("image/0", "image/1400")
        assert len(across.images) == count


def test_validation_images_that_are_trained_on_are_told(digits: Contents) -> None:
    source = with_test(digits)
    source.splits[:100] = Split.VALIDATION
    source.images[0], source.labels[0] = source.images[200], source.labels[200]
    findings = check(source)
    assert codes(findings) == [("warning", "duplicates-across"), ("note", "duplicates")]
    assert "1 of 100 validation images (1.00 %)" in only(findings, "duplicates-across").text


def test_what_opening_told_and_left_out_is_a_finding(digits: Contents) -> None:
    skipped = (
        Skipped("3/cut.jpg", "is damaged or truncated (OSError: 8 bytes)"),
        Skipped("4/cut.jpg", "is damaged or truncated (OSError: 9 bytes)"),
        Skipped("4/text.jpg", "is not a picture that imagette reads"),
    )
    notes = ("pictures are 20 to 30 pixels high", "3 could not be read: 3/cut.jpg is damaged")
    findings = check(replace(digits, skipped=skipped, notes=notes))
    assert codes(findings) == [
        ("warning", "unreadable"), ("warning", "unreadable"), ("note", "opening"),
    ]  # fmt: skip
    assert [finding.images for finding in findings] == [
        ("3/cut.jpg", "4/cut.jpg"), ("4/text.jpg",), (),
    ]  # fmt: skip
    texts = [finding.text for finding in findings]
    assert texts[0] == "2 of 1,800 files left out: damaged or truncated (OSError: 8 bytes)"
    assert texts[2] == notes[0]


def test_nothing_is_changed_and_nothing_is_asked_of_an_empty_source(digits: Contents) -> None:
    before = digits.images.tobytes(), digits.labels.tobytes()
    digits.images.flags.writeable = digits.labels.flags.writeable = False
    check(digits, checks=THOROUGH)
    assert (digits.images.tobytes(), digits.labels.tobytes()) == before
    assert codes(check(digits.select(np.empty(0, np.int64)))) == []


def test_findings_are_ordered_counted_and_become_json() -> None:
    findings = by_severity(
        7, 2, [Finding("note", "b", "B"), Finding("error", "a", "A", (("x", "y"),))]
    )
    assert codes(findings) == [("error", "a"), ("note", "b")]
    assert findings.counts() == {"error": 1, "warning": 0, "note": 1}
    assert json.loads(json.dumps(findings.to_dict())) == {
        "images": 7,
        "classes": 2,
        "counts": {"error": 1, "warning": 0, "note": 1},
        "findings": [
            {"severity": "error", "code": "a", "text": "A", "images": [["x", "y"]]},
            {"severity": "note", "code": "b", "text": "B", "images": []},
        ],
    }
    with pytest.raises(DatasetError, match="^A$"):
        findings.require_no_errors()
    two = [Finding("error", "a", "A"), Finding("error", "b", "B")]
    with pytest.raises(DatasetError, match=r"^2 errors, expected none:\n  A\n  B$"):
        by_severity(7, 2, two).require_no_errors()
    by_severity(7, 2, [Finding("warning", "a", "A")]).require_no_errors()


def test_images_in_colour_and_of_any_size_are_looked_at_by_batches(digits: Contents) -> None:
    images = np.random.default_rng(0).integers(0, 256, (60, 40, 23, 3), np.uint8)
    source = replace(digits.select(np.arange(60)), images=images)
    evidence = Evidence(source, source.splits)
    grid, known = evidence.grid(images), evidence.statistics
    np.testing.assert_allclose(grid, images[:, ::4, ::4].mean(axis=3).reshape(60, -1), rtol=1e-6)
    np.testing.assert_allclose(known.mean, grid.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(known.deviation, grid.std(axis=1), rtol=1e-4)
    of_class = [grid[source.labels == number].sum(axis=0) for number in range(10)]
    np.testing.assert_allclose(known.sums, of_class, rtol=1e-6)
    ranges = images.max(axis=(1, 2)).astype(int) - images.min(axis=(1, 2))
    np.testing.assert_array_equal(known.contrast, ranges.max(axis=1))
    assert not check(source, checks=CHEAP).of("error")


def test_equal_values_become_sets() -> None:
    values = np.array([5, 3, 5, 9, -2, 3, 5])
    assert [positions.tolist() for positions in equal_sets(values)] == [[0, 2, 6], [1, 5]]
    assert equal_sets(np.array([np.iinfo(np.int64).min, 4])) == []
    assert equal_sets(np.empty(0, np.int64)) == []


def test_every_code_is_in_the_docs() -> None:
    root = Path(__file__).parent.parent
    sources = [*(root / "src/imagette/data/checks").glob("*.py")]
    text = "".join(p.read_text() for p in [*sources, root / "src/imagette/data/checking.py"])
    used = set(re.findall(r'"((?:[a-z]+-)+[a-z]+)"', text)) | {"blank", "inverted", "imbalance"}
    page = (root / "docs/data.md").read_text()
    assert {"torn-groups", "near-duplicates-across", "cannot-be-divided"} <= used
    assert [code for code in used if f"`{code}`" not in page] == []
