"""Whether a training went well, in words, from its history: over- or underfitting, too short.

Knows the numbers of the epochs and how many images stand behind them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imagette.evaluation import difference_interval, wilson_interval
from imagette.numerals import counted
from imagette.report.words import percent

_RISEN, _BY = 1.1, 0.01  # overfitting: the validation loss rose by this factor, and by this much
_ENOUGH = 50  # validation images: the curves of fewer say little
_GAP = 0.02  # overfitting: training accuracy is higher than validation accuracy by this
_POOR = 0.9  # accuracy on the training images themselves
_FALLING = 0.05  # still learning: the validation loss fell by this share in the last fifth
_ENDED = 0.05  # share of the highest learning rate: below it nothing more is learned
_FEW = 5  # epochs: the curves of fewer show no trend


@dataclass(frozen=True)
class Fitting:
    """What a history says.

    Attributes:
        text: a sentence or two.
        good: whether there is nothing to watch out for.
        best: the epoch with the lowest validation loss; the last of equal ones.
    """

    text: str
    good: bool
    best: int


def fitting(history: Sequence[Mapping[str, float]], images: int, validation: int) -> Fitting:
    """The verdict on a `history` of so many training and `validation` images."""
    losses = [epoch["val_loss"] for epoch in history]
    lowest = min(losses)
    best = len(losses) - losses[::-1].index(lowest)
    if validation < _ENOUGH:
        text = (
            f"Only {counted(validation, 'image was', 'images were')} held out: the curves say "
            "little of over- or underfitting."
        )
        return Fitting(text, False, best)
    told = [
        *_too_long(losses, best),
        *_memorised(history[-1], images, validation),
        *_too_short(history),
        *_too_small(history, validation),
    ]
    if len(history) == 1 and not told:
        told = ["One epoch shows no trend: it does not tell whether more would do better."]
    if told:
        return Fitting(" ".join(told), False, best)
    last = history[-1]
    interval = wilson_interval(round(last["val_accuracy"] * validation), validation)
    answered = (
        f"validation images are answered ({percent(last['val_accuracy'], interval)} right) about "
        "as well as training images"
    )
    ended = "the validation loss ended at its lowest or near it"
    text = f"Training went well: {ended}, and {answered}."
    if len(history) < _FEW:
        text = (
            f"Nothing speaks against the training: {ended}, and {answered}. {len(history)} epochs "
            "are too few to show whether more would do better."
        )
    return Fitting(text, True, best)


def _too_long(losses: Sequence[float], best: int) -> list[str]:
    lowest, last = losses[best - 1], losses[-1]
    if last <= max(_RISEN * lowest, lowest + _BY):
        return []
    return [
        f"Overfitting: the validation loss was lowest after epoch {best} of {len(losses)} "
        f"({lowest:.3g}) and rose to {last:.3g}. Fewer epochs, or stronger augmentation or "
        "dropout, would do better."
    ]


def _memorised(last: Mapping[str, float], images: int, validation: int) -> list[str]:
    train, held_out = last["accuracy"], last["val_accuracy"]
    low, _ = difference_interval(
        round(train * images), images, round(held_out * validation), validation
    )
    if low <= _GAP:
        return []
    return [
        f"Overfitting: training images are answered better ({percent(train)} right) than "
        f"validation images ({percent(held_out)}). More images, augmentation or dropout would "
        "help; so might a smaller network."
    ]


def _too_short(history: Sequence[Mapping[str, float]]) -> list[str]:
    losses, rates = ([epoch[name] for epoch in history] for name in ("val_loss", "learning_rate"))
    if len(losses) < 2 or rates[-1] < _ENDED * max(rates):
        return []
    before = losses[-1 - max(1, len(losses) // 5)]
    if losses[-1] > min(losses) or losses[-1] >= (1 - _FALLING) * before:
        return []
    return [
        "The validation loss was still falling at the end, and the learning rate had not run out: "
        "more epochs may do better."
    ]


def _too_small(history: Sequence[Mapping[str, float]], validation: int) -> list[str]:
    """Training images are counted while the weights change, augmented and under dropout.

    In the first epoch that says nothing; later, where validation images are answered better, not
    how well training images could be.
    """
    train, held_out = history[-1]["accuracy"], history[-1]["val_accuracy"]
    _, high = wilson_interval(round(held_out * validation), validation)
    if len(history) == 1 or train >= _POOR or high >= _POOR:
        return []
    remedy = (
        "A larger network, more epochs, less augmentation or another learning rate may do better; "
        "so may better labels."
    )
    if held_out > train:
        return [f"Only {percent(held_out)} of the validation images are answered right. {remedy}"]
    return [
        f"Underfitting: even of the training images only {percent(train)} are answered right. "
        f"{remedy}"
    ]
