"""Listings become images of one size, once; what cannot be read is left out and named."""

import gc
import threading
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from imagette.data import decoding, parallel
from imagette.data.contents import Skipped, Split
from imagette.data.decoding import decoded
from imagette.data.options import DataOptions
from imagette.data.parallel import in_order
from imagette.data.progress import DataProgress
from imagette.errors import ImagetteError, PictureError, SourceError
from imagette.images.decode import decode_bytes
from imagette.images.fit_shape import fit_shape
from tests.pictures import Source, encoded, noise
from tests.test_decode import SAMPLES, png
from tests.test_idx import altered

PLAIN = DataOptions()


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("IMAGETTE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def pictures(*shapes: tuple[int, int, int]) -> list[NDArray[np.uint8]]:
    return [noise(*shape, seed=number) for number, shape in enumerate(shapes)]


def source(images: list[NDArray[np.uint8]], **changes: Any) -> Source:
    return Source([encoded(image) for image in images], **changes)


def test_pictures_of_one_size_come_back_bit_for_bit_in_one_pass() -> None:
    images = pictures(*[(6, 4, 1)] * 700)
    made = source(images, groups=[f"w{n // 2}" for n in range(700)], notes=("two classes",))
    contents = decoded(made.listing, PLAIN)
    assert made.reads == 2  # once for the size of the first
    np.testing.assert_array_equal(contents.images, np.stack(images))
    np.testing.assert_array_equal(contents.labels, np.arange(700) % 2)
    np.testing.assert_array_equal(contents.groups, np.arange(700) // 2)
    assert contents.groups is not None
    assert contents.groups.dtype == np.int64
    assert list(contents.names) == made.listing.names
    assert (contents.class_names, contents.notes) == (("a", "b"), ("two classes",))
    assert (contents.splits == Split.ANY).all()
    assert contents.skipped == ()


def test_a_second_open_reads_nothing() -> None:
    made = source(pictures(*[(6, 4, 3)] * 5))
    first, again = decoded(made.listing, PLAIN), decoded(made.listing, PLAIN)
    assert made.reads == 2
    np.testing.assert_array_equal(first.images, again.images)
    assert isinstance(again.images, np.memmap)


@pytest.mark.parametrize(
    "changes",
    [
        {"identity": "v2"},
        {"labels": np.array([1, 0, 1, 0])},
        {"class_names": ("a", "c")},
        {"splits": np.full(4, Split.TEST, np.int8)},
        {"names": list("wxyz")},
        {"groups": list("wxyz")},
        {"notes": ("other",)},
    ],
)
def test_another_listing_is_decoded_anew(changes: dict[str, Any]) -> None:
    made = source(pictures(*[(6, 4, 1)] * 4))
    decoded(made.listing, PLAIN)
    reads = made.reads
    contents = decoded(replace(made.listing, **changes), PLAIN)
    assert made.reads > reads
    assert contents.class_names == changes.get("class_names", ("a", "b"))


@pytest.mark.parametrize(
    "options", [{"image_size": "8"}, {"channels": "3"}, {"resize": "pad"}, {"seed": 3}]
)
def test_only_options_that_matter_to_the_images_decode_anew(options: dict[str, Any]) -> None:
    made = source(pictures(*[(6, 4, 1)] * 4))
    decoded(made.listing, PLAIN)
    reads = made.reads
    decoded(made.listing, DataOptions(**options))
    assert (made.reads > reads) == ("seed" not in options)


@pytest.mark.parametrize("resize", ["stretch", "pad", "crop"])
@pytest.mark.parametrize("channels", ["auto", "1", "3"])
def test_pictures_get_the_size_and_channels_asked_for(resize: str, channels: str) -> None:
    images = pictures((6, 4, 1), (9, 9, 3), (3, 20, 1), (5, 7, 3))
    options = DataOptions(image_size="5x7", resize=resize, channels=channels)
    contents = decoded(source(images).listing, options)
    shape = (5, 7, 1 if channels == "1" else 3)
    expected = [fit_shape(image, shape, resize)[0] for image in images]
    np.testing.assert_array_equal(contents.images, np.stack(expected))


def test_without_a_common_size_the_median_is_taken_and_said() -> None:
    images = pictures((6, 4, 1), (9, 10, 1), (12, 5, 1))
    made = source(images)
    contents = decoded(made.listing, PLAIN)
    assert contents.images.shape == (3, 9, 5, 1)
    expected = [fit_shape(image, (9, 5, 1))[0] for image in images]
    np.testing.assert_array_equal(contents.images, np.stack(expected))
    assert contents.notes == (
        "pictures are 6 to 12 pixels high and 4 to 10 wide: all become 9 x 5 (height x width; "
        "stretch). `image_size` (HEIGHTxWIDTH) and `resize` change that",
    )


def test_a_median_above_64_is_scaled_down_to_it() -> None:
    images = pictures((100, 200, 1), (101, 200, 1), (102, 200, 1))
    assert decoded(source(images).listing, PLAIN).images.shape == (3, 32, 64, 1)


def test_a_common_size_is_kept_unless_it_is_too_large_to_train_on() -> None:
    kept = decoded(source(pictures(*[(256, 200, 1)] * 2)).listing, PLAIN)
    assert (kept.images.shape, kept.notes) == ((2, 256, 200, 1), ())
    shrunk = decoded(source(pictures(*[(200, 320, 1)] * 2)).listing, PLAIN)
    assert shrunk.images.shape == (2, 40, 64, 1)
    assert shrunk.notes[0].startswith(
        "pictures are 200 x 320 pixels: all become 40 x 64 (height x width; stretch)."
    )


def test_extreme_proportions_keep_a_pixel() -> None:
    images = pictures((1, 400, 1), (1, 500, 1))
    assert decoded(source(images).listing, PLAIN).images.shape == (2, 1, 64, 1)


@pytest.mark.parametrize("first_colour", [0, 3, 599])
def test_one_picture_in_colour_makes_all_of_them_so(first_colour: int) -> None:
    images = pictures(*[(6, 4, 1)] * 600)
    images[first_colour] = noise(6, 4, 3)
    contents = decoded(source(images).listing, PLAIN)
    expected = [fit_shape(image, (6, 4, 3))[0] for image in images]
    np.testing.assert_array_equal(contents.images, np.stack(expected))
    assert contents.notes == (
        "599 of 600 pictures are gray, the others are in colour: all have 3 channels. "
        "`channels=1` makes all gray",
    )


def test_pictures_in_colour_that_are_gray_have_one_channel() -> None:
    gray = pictures(*[(6, 4, 1)] * 3)
    made = source([np.repeat(image, 3, axis=2) for image in gray])
    np.testing.assert_array_equal(decoded(made.listing, PLAIN).images, np.stack(gray))


def test_turned_pictures_have_their_upright_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    images = [noise(4, 6, 3, seed=n) for n in range(4)]
    made = Source([encoded(image, exif=exif) for image in images])
    contents = decoded(made.listing, PLAIN)
    assert contents.notes == ()
    np.testing.assert_array_equal(contents.images, [np.rot90(image, -1) for image in images])


TRUNCATED = encoded(noise(6, 4, 1), "JPEG")[:-60]
BAD: list[tuple[bytes | PictureError, str]] = [
    (TRUNCATED, "is damaged or truncated (OSError: Truncated File Read)"),
    (b"just some text", "is not a picture that imagette reads (PNG, JPEG, BMP, GIF, TIFF, WEBP)"),
    (b"", "is empty (0 bytes), expected a picture"),
    (png(50_000, 50_000, b"x"), "claims more pixels than the limit of 50 million. Make it"),
    (
        png(9_000, 9_000, b"x"),
        "claims 9000 x 9000 pixels (height x width), more than the limit of 50 million",
    ),
    (PictureError("/data/b/1.png cannot be read: Permission denied"), "cannot be read: Permission"),
    (PictureError("no such member"), "no such member"),
]


@pytest.mark.parametrize(("content", "reason"), BAD, ids=range(len(BAD)))
@pytest.mark.parametrize("options", [PLAIN, DataOptions(image_size="6x4")])
def test_what_cannot_be_read_is_left_out_and_named(
    content: bytes | PictureError, reason: str, options: DataOptions
) -> None:
    images = pictures(*[(6, 4, 1)] * 4)
    made = source(images)
    made.pictures[1] = content
    contents = decoded(made.listing, options)
    np.testing.assert_array_equal(contents.images, np.stack([images[n] for n in (0, 2, 3)]))
    assert contents.labels.tolist() == [0, 0, 1]
    assert list(contents.names) == ["a/0.png", "a/2.png", "b/3.png"]
    (skipped,) = contents.skipped
    assert skipped.name == "b/1.png"
    assert skipped.reason.startswith(reason)
    start = f"1 picture could not be read and was left out: b/1.png {reason}"
    assert contents.notes[-1].startswith(start)
    assert decoded(made.listing, options).skipped == contents.skipped  # from the cache


def test_a_bad_picture_may_be_the_first_and_groups_go_with_their_images() -> None:
    made = source(pictures(*[(6, 4, 1)] * 4), groups=list("uvwu"))
    made.pictures[0] = b"text"
    contents = decoded(made.listing, PLAIN)
    assert contents.groups is not None
    assert contents.groups.tolist() == [1, 2, 0]
    assert contents.images.shape == (3, 6, 4, 1)


def test_of_many_bad_pictures_three_are_named() -> None:
    made = source(pictures(*[(6, 4, 1)] * 10))
    for position in (1, 2, 4, 6, 9):
        made.pictures[position] = b""
    contents = decoded(made.listing, PLAIN)
    empty = "is empty (0 bytes), expected a picture"
    assert contents.notes == (
        f"5 pictures could not be read and were left out: b/1.png {empty}; a/2.png {empty}; "
        f"a/4.png {empty}; and 2 more",
    )
    assert contents.skipped[4] == Skipped("b/9.png", empty)
    made.pictures[0] = b""
    message = "6 of 10 pictures could not be read, expected most .*; and 3 more. Replace these"
    with pytest.raises(SourceError, match=message):
        decoded(replace(made.listing, identity="v2"), PLAIN)


def test_nothing_but_bad_pictures_is_an_error() -> None:
    with pytest.raises(SourceError, match="2 of 2 pictures could not be read"):
        decoded(Source([b"", b"text"]).listing, PLAIN)


def test_an_error_of_the_source_ends_the_decoding_and_keeps_nothing(own_cache: Path) -> None:
    content = encoded(noise(6, 4, 1))

    def fail() -> Iterator[bytes]:
        for number in range(3000):
            if number == 2000:
                raise SourceError("the archive is damaged")
            yield content

    made = Source([b""] * 3000, read=fail)
    before = threading.active_count()
    with pytest.raises(SourceError, match="the archive is damaged"):
        decoded(made.listing, PLAIN)
    assert list((own_cache / "decoded").iterdir()) == []
    gc.collect()
    assert threading.active_count() == before


class Recorder(DataProgress):
    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def started(self, what: str, total: int) -> None:
        self.events.append((what, total))

    def advanced(self, done: int) -> None:
        self.events.append((done,))

    def finished(self) -> None:
        self.events.append(())


def test_progress_is_told_batch_by_batch() -> None:
    recorder = Recorder()
    decoded(source(pictures(*[(6, 4, 1)] * 600)).listing, PLAIN, recorder)
    assert recorder.events == [("decoding", 600), (256,), (512,), (600,), ()]
    recorder = Recorder()
    decoded(source(pictures(*[(6, 4, 1)] * 299, (7, 4, 1))).listing, PLAIN, recorder)
    assert recorder.events[-4:] == [("decoding", 300), (256,), (300,), ()]
    assert ("measuring", 300) in recorder.events
    assert [event for event in recorder.events if not event] == [()] * 3


def test_no_more_is_read_ahead_than_a_few_batches_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "usable_threads", lambda: 2)
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = in_order(lambda number: number * number, items())
    for number in range(50):
        assert next(results) == number * number
        assert len(taken) <= number + 6
    results.close()
    assert len(taken) < 60


def test_large_files_make_small_batches() -> None:
    made = Source([bytes(3 * 2**20)] * 5 + [b"x"] * 300)
    sizes = [len(batch) for batch in parallel.encoded_batches(made.listing, 256)]
    assert sizes == [2, 2, 256, 45]


def test_warnings_of_pillow_are_silent_and_filters_stay_as_they_were() -> None:
    made = source(pictures(*[(6, 4, 1)] * 4))
    made.pictures[1] = png(10_000, 9_500, b"x")  # Pillow warns of a decompression bomb
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert len(decoded(made.listing, PLAIN)) == 3
    assert caught == []
    assert list(warnings.filters) == before


def test_another_version_of_the_decoding_decodes_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made = source(pictures(*[(6, 4, 1)] * 4))
    decoded(made.listing, PLAIN)
    monkeypatch.setattr(decoding, "_VERSION", decoding._VERSION + 1)
    reads = made.reads
    decoded(made.listing, PLAIN)
    assert made.reads > reads


files = st.sampled_from(sorted(SAMPLES)).flatmap(lambda kind: altered(SAMPLES[kind]))
anything = files | st.binary(max_size=40) | st.sampled_from(list(SAMPLES.values()))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(anything, min_size=1, max_size=6), st.sampled_from(["auto", "1", "3"]))
def test_whatever_the_bytes_only_imagette_errors_escape(
    contents: list[bytes], channels: str
) -> None:
    made = Source(contents)
    options = DataOptions(channels=channels)
    try:
        received = decoded(made.listing, options)
    except ImagetteError as error:
        assert "pictures could not be read" in str(error)
        return
    assert len(received) + len(received.skipped) == len(contents)
    for image, name in zip(received.images, received.names, strict=True):
        picture = decode_bytes(contents[made.listing.names.index(name)], name)
        np.testing.assert_array_equal(image, fit_shape(picture, image.shape)[0])
