"""Distances in masks, against SciPy's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.distances import distances, distances_up_to

_MASKS = arrays.arrays(
    np.bool_,
    st.tuples(st.integers(1, 20), st.integers(1, 20)),
    # Mostly ink: else nothing is deep.
    elements=st.integers(0, 20).map(bool),
    fill=st.just(True),
)


@given(_MASKS)
def test_distances_are_scipys_with_all_beyond_the_picture_outside(mask: NDArray[np.bool_]) -> None:
    expected = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    np.testing.assert_array_equal(distances(mask), expected.astype(np.float32))


@given(_MASKS, st.integers(1, 8))
def test_distances_up_to_some_are_scipys(mask: NDArray[np.bool_], most: int) -> None:
    mask[0, 0] = False  # SciPy's distances to nothing are arbitrary
    expected = ndimage.distance_transform_edt(mask)
    found = distances_up_to(mask, most)
    near = expected <= most
    np.testing.assert_array_equal(found[near], expected[near])
    assert (found[~near] > most).all()
