"""Arrays get the size and channels that were asked for, in memory or mapped as they were."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imagette.data.cache import mapped
from imagette.data.conforming import conformed
from imagette.data.contents import Contents, Split
from imagette.data.names import Names
from imagette.data.options import DataOptions
from imagette.data.selection import Images, Selection
from imagette.data.sources import open_source
from imagette.errors import SettingsError
from imagette.images.fit_shape import fit_shape
from tests.pictures import noise


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("IMAGETTE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/decoded"


def contents(images: Images) -> Contents:
    count = len(images)
    names = Names(blocks={"image": count})
    splits = np.full(count, Split.ANY, np.int8)
    return Contents(images, np.arange(count), tuple(map(str, range(count))), names, splits)


@pytest.mark.parametrize("options", [{}, {"image_size": "6x4"}, {"channels": "3"}])
def test_what_is_as_asked_stays_as_it_is(options: dict[str, Any]) -> None:
    given = contents(noise(5, 6, 4, 3))
    assert conformed(given, DataOptions(**options)) is given


CHANGES: list[dict[str, Any]] = [
    {"image_size": "9"},
    {"image_size": "3x8", "resize": "pad"},
    {"image_size": "3x8", "resize": "crop", "channels": "1"},
    {"channels": "1"},
]


@pytest.mark.parametrize("kind", ["array", "map", "selection"])
@pytest.mark.parametrize("changes", CHANGES)
def test_images_are_resized_as_pictures_are(changes: dict[str, Any], kind: str) -> None:
    plain = noise(300, 6, 4, 3)
    images: Any = plain
    if kind != "array":
        images = mapped("key", plain.shape, lambda array: np.copyto(array, plain))
    if kind == "selection":
        images, plain = Selection(images, np.arange(300)[::-2]), plain[::-2]
    options = DataOptions(**changes)
    given = contents(images)
    received = conformed(given, options)
    shape = (*(options.size() or (6, 4)), 1 if "channels" in changes else 3)
    expected = [fit_shape(image, shape, options.resize)[0] for image in plain]
    np.testing.assert_array_equal(received.images, np.stack(expected))
    assert isinstance(received.images, np.memmap) == (kind != "array")
    assert received.names is given.names
    np.testing.assert_array_equal(images, plain)  # untouched


def test_mapped_images_are_resized_once_and_others_anew(own_cache: Path) -> None:
    for seed in (0, 0, 1):
        plain = noise(5, 6, 4, 3, seed=seed)
        images = mapped(f"key {seed}", plain.shape, lambda array, of=plain: np.copyto(array, of))  # type: ignore[misc]
        for size in ("9", "8"):
            conformed(contents(images), DataOptions(image_size=size))
    assert len(list(own_cache.iterdir())) == 2 + 4


def test_a_data_set_of_the_catalogue_is_resized_too() -> None:
    splits = open_source("digits", DataOptions(image_size="10x12", channels="3"))
    assert splits.shape == (10, 12, 3)
    usual = open_source("digits").test.images
    np.testing.assert_array_equal(splits.test.images[7], fit_shape(usual[7], (10, 12, 3))[0])


def test_options_for_a_shape_ask_for_it() -> None:
    options = DataOptions(seed=5, resize="pad").for_shape((10, 12, 3))
    assert options == DataOptions(seed=5, resize="pad", image_size="10x12", channels="3")
    with pytest.raises(SettingsError, match="`channels='4'`: expected one of auto, 1, 3"):
        options.for_shape((10, 12, 4))
