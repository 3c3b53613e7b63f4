"""Folds: the same mix of classes in each, and nothing that belongs together apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagette.data.folds import assign_folds
from imagette.errors import DatasetError, SettingsError


def test_each_fold_has_as_many_of_each_class() -> None:
    labels = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [50, 23, 7]))
    folds = assign_folds(labels, np.arange(80), 5, seed=0)
    counts = np.array([[(labels[folds == f] == c).sum() for c in range(3)] for f in range(5)])
    assert (counts.max(axis=0) - counts.min(axis=0) <= 1).all()
    assert np.ptp(counts.sum(axis=1)) <= 2


def test_the_seed_decides() -> None:
    labels, units = np.arange(60) % 3, np.arange(60)
    first, same, other = (assign_folds(labels, units, 4, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), min_size=30, max_size=80),
    st.integers(2, 4),
)
def test_units_stay_whole_whatever_their_classes(pairs: list[tuple[int, int]], folds: int) -> None:
    labels, names = (np.array(column) for column in zip(*pairs, strict=True))
    units = np.unique(names, return_inverse=True)[1]
    if len(set(units.tolist())) < folds:
        return
    assigned = assign_folds(labels, units, folds, seed=0)
    assert assigned.min() >= 0
    assert assigned.max() < folds
    for unit in set(units.tolist()):
        assert len(set(assigned[units == unit].tolist())) == 1


def test_what_cannot_be_divided_is_refused() -> None:
    labels = np.zeros(3, np.int64)
    for folds in (1, 51):
        with pytest.raises(SettingsError, match=f"`folds={folds}`: expected 2 to 50"):
            assign_folds(labels, np.arange(3), folds, 0)
    for wrong in ("3", 2.5, True):
        with pytest.raises(SettingsError, match=f"`folds={wrong!r}`: expected a whole number"):
            assign_folds(labels, np.arange(3), wrong, 0)  # type: ignore[arg-type]
    with pytest.raises(DatasetError) as error:
        assign_folds(labels, np.array([0, 1, 1]), 3, 0)
    assert str(error.value) == (
        "there are 2 different images, or groups, for 3 folds: expected at least one for each. "
        "Add images, or ask for fewer folds"
    )
