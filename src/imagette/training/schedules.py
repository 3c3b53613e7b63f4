"""The learning rate at each step."""

from imagette.settings import Settings


def learning_rate(settings: Settings, step: int, steps: int) -> float:
    """The rate of step `step`, counted from 0, of `steps`.

    One-cycle (Smith and Topin 2017, arXiv:1708.07120), with straight lines: up to the peak in
    the first `warmup` share of the steps, then down to nearly 0.
    """
    if settings.schedule == "constant":
        return settings.learning_rate
    position, peak = (step + 0.5) / steps, settings.warmup
    if position < peak:
        return settings.learning_rate * position / peak
    return settings.learning_rate * (1 - position) / (1 - peak)
