"""The learning rate at each step."""

import math
from bisect import bisect_left

from imagette.settings import Settings


def learning_rate(settings: Settings, step: int, steps: int) -> float:
    """The learning rate of step `step`, counted from 0, of `steps`.

    "exponential", "cosine" and "piecewise" are Keras's ExponentialDecay, CosineDecay and
    PiecewiseConstantDecay. One-cycle (Smith and Topin 2017, arXiv:1708.07120) is linear: up to the
    peak in the first `warmup` share of the steps, then down to nearly 0.
    """
    rate, decay_steps = settings.learning_rate, settings.decay_steps or steps
    if settings.schedule == "one-cycle":
        position, peak = (step + 0.5) / steps, settings.warmup
        return rate * (position / peak if position < peak else (1 - position) / (1 - peak))
    if settings.schedule == "exponential":
        periods = step / decay_steps
        try:
            decay = settings.decay_rate ** (math.floor(periods) if settings.staircase else periods)
        except OverflowError:  # training will diverge, and say so
            decay = math.inf
        return rate * decay
    if settings.schedule == "cosine":
        cosine = (1 + math.cos(math.pi * min(step, decay_steps) / decay_steps)) / 2
        return rate * (cosine * (1 - settings.final_share) + settings.final_share)
    if settings.schedule == "piecewise":
        return settings.rates[bisect_left(settings.boundaries, step)]
    return rate
