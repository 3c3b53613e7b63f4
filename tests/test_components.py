"""The pieces of ink in a picture."""

import numpy as np

from imagette.images.photo.finding.components import without_pieces
from imagette.images.photo.separation.ink import Ink


def ink(mask: np.ndarray) -> Ink:
    return Ink(np.where(mask, 100, 0).astype(np.float32), mask, 100.0, 1.0, 2.0)


def test_pieces_that_lie_in_a_region_are_left_out() -> None:
    mask = np.zeros((20, 30), bool)
    mask[5:15, 5:8] = mask[5:15, 20:23] = True
    region = np.zeros_like(mask)
    region[:, :10] = True
    left = without_pieces(ink(mask), region)
    assert left.mask[:, 20:].sum() == 30
    assert not left.mask[:, :20].any()
    assert not left.strength[:, :10].any()


def test_no_ink_has_no_pieces_to_leave_out() -> None:
    nothing = np.zeros((20, 30), bool)
    assert not without_pieces(ink(nothing), ~nothing).mask.any()
