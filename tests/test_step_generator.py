"""Dropout masks: their rate, their scale, their seed."""

import pytest
import torch
from scipy import stats

from imagette.training.step_generator import StepGenerator


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.25, 0.5, 0.9])
def test_the_rate_is_exact_and_the_mean_is_kept(rate: float) -> None:
    like = torch.empty(200_001)
    mask = StepGenerator(0, 0).dropout(like, rate)
    zeros = int((mask == 0).sum())
    assert stats.binomtest(zeros, like.numel(), rate).pvalue > 1e-4
    assert mask.max().item() == pytest.approx(1 / (1 - rate))
    assert mask.mean().item() == pytest.approx(1, abs=0.03)


def test_a_mask_depends_on_seed_and_step_and_on_the_masks_before() -> None:
    like = torch.empty(1000)
    first = StepGenerator(1, 5).dropout(like, 0.5)
    torch.testing.assert_close(first, StepGenerator(1, 5).dropout(like, 0.5))
    assert not torch.equal(first, StepGenerator(1, 6).dropout(like, 0.5))
    assert not torch.equal(first, StepGenerator(2, 5).dropout(like, 0.5))
    source = StepGenerator(1, 5)
    assert torch.equal(source.dropout(like, 0.5), first)
    assert not torch.equal(source.dropout(like, 0.5), first)


def test_a_mask_lies_in_memory_as_what_it_is_for() -> None:
    images = torch.empty(2, 3, 4, 5, dtype=torch.bfloat16).to(memory_format=torch.channels_last)
    mask = StepGenerator(0, 0).dropout(images, 0.5)
    assert mask.shape == images.shape
    assert mask.stride() == images.stride()
    assert mask.dtype == torch.bfloat16
