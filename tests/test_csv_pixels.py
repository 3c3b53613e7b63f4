"""CSV of pixels: round trip, and what is refused."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagette.data.formats import csv_pixels
from imagette.errors import SourceError

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 4, 4), dtype=np.uint8)
LABELS = np.array([3, 1, 4, 1, 5])


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    csv_pixels.write(tmp_path / "a.csv", IMAGES[..., np.newaxis], LABELS)
    first, second = (tmp_path / "a.csv").read_text().splitlines()[:2]
    assert first.startswith("label,pixel1,pixel2,")
    assert second.startswith(f"3,{IMAGES[0, 0, 0]},{IMAGES[0, 0, 1]},")
    images, labels = csv_pixels.read(tmp_path / "a.csv")
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has 1 columns"),
        ("a,b,c\n1,2,3\n", "the first is 'a'; expected 'label'"),
        ("label,p1,p2\n1,2,3\n", "has 3 columns"),
        ("label,p1\n1,300\n", "cannot be read as CSV of pixels 0 to 255"),
        ("label,p1\n1,2\n1,2,3\n", "cannot be read as CSV of pixels"),
        ("label,p1\n1,\n2,3\n", "has missing values"),
        ("label,p1\nx,3\n", "cannot be read"),
    ],
)
def test_what_is_wrong_is_told(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(SourceError, match=message):
        csv_pixels.read(tmp_path / "a.csv")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        csv_pixels.read(tmp_path / "none.csv")


@settings(
    max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=80), keep=st.integers(0, 120))
def test_no_bytes_get_past_the_reader(content: bytes, keep: int, tmp_path: Path) -> None:
    csv_pixels.write(tmp_path / "a.csv", IMAGES, LABELS)
    good = (tmp_path / "a.csv").read_bytes()
    (tmp_path / "b.csv").write_bytes(good[:keep] + content + good[keep:])
    with contextlib.suppress(SourceError):
        csv_pixels.read(tmp_path / "b.csv")
