"""Equal contents are found, as NumPy's own set operations find them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagette.data.duplicates import among, content_hashes

hashes = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=12)


@given(hashes, hashes)
def test_among_is_isin(values: list[int], others: list[int]) -> None:
    one, other = np.array(values, np.int64), np.array(others, np.int64)
    received = among(one, other)
    assert received.dtype == bool
    np.testing.assert_array_equal(received, np.isin(one, other))


@pytest.mark.parametrize("batch", [1, 7, 2**22])
def test_equal_images_have_equal_hashes_whatever_is_read_at_a_time(
    monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    images = np.random.default_rng(0).integers(0, 2, (500, 2, 2, 1), np.uint8)
    monkeypatch.setattr("imagette.data.duplicates._BATCH", batch)
    received = content_hashes(images)
    equal = (images[:, None] == images[None]).all(axis=(2, 3, 4))
    np.testing.assert_array_equal(received[:, None] == received[None], equal)
    np.testing.assert_array_equal(received, [hash(image.tobytes()) for image in images])
