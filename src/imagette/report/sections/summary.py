"""The run in words: what was trained on what, how well, how sure, how fast, what to watch for."""

from __future__ import annotations

from typing import Any

import numpy as np

from imagette.evaluation import Evaluation
from imagette.evaluation.temperature import FEW, bound_of_certainty
from imagette.network.summary import summarize
from imagette.numerals import counted, duration
from imagette.report.fitting import fitting
from imagette.report.material import Material
from imagette.report.words import between, listed, percent, rounded

_FEW = 30  # test images of a class: of fewer little can be said
_BELOW = 0.8  # recall: a class is named if the whole interval lies below
_UNEXPECTED = 0.05  # calibration error that is worth a warning


def summary(material: Material) -> dict[str, Any]:
    """Sentences by what they answer, and warnings."""
    run = material.run
    test = run.test
    return {
        "accuracy": percent(test.accuracy, test.accuracy_interval),
        "interval": between(test.accuracy_interval),
        "images": counted(test.images, "test image"),
        "answers": [
            ("What", _what(material)),
            ("How well", _how_well(material)),
            ("How sure", _how_sure(material)),
            ("How fast", _how_fast(material)),
        ],
        "warnings": _warnings(material),
        "good": _verdict(material).good,
    }


def _verdict(material: Material) -> Any:
    data = material.run.data
    return fitting(material.run.history, data["train"]["images"], data["validation"]["images"])


def _what(material: Material) -> str:
    run = material.run
    height, width, channels = run.data["image_shape"]
    found = summarize(material.network)
    kind = {1: "gray", 3: "colour"}.get(channels, f"{channels}-channel")
    return (
        f"Network {run.recipe} ({counted(found.trainable + found.other, 'parameter')}) was trained "
        f"on {run.data['train']['images']:,} {kind} images of {height}\xa0×\xa0{width} pixels in "
        f"{counted(len(material.class_names), 'class', 'classes')} from {run.data['source']}: "
        f"{run.trained}, with "
        f"{counted(run.data['validation']['images'], 'image')} held out to watch it."
    )


def _how_well(material: Material) -> str:
    test = material.run.test
    wrong = test.images - test.correct
    return (
        f"It is right on {percent(test.accuracy, test.accuracy_interval)} of "
        f"{counted(test.images, 'test image')} and wrong on {wrong:,}; with 95 % confidence the "
        f"accuracy lies between {between(test.accuracy_interval, 'and')}. "
        f"Always naming the largest class would be right on {percent(_largest(test))}."
    )


def _largest(test: Evaluation) -> float:
    """The share of the test images that the largest class has."""
    return float(np.array(test.confusion_matrix).sum(axis=1).max()) / test.images


def _how_sure(material: Material) -> str:
    test = material.run.test
    error = percent(test.calibration_error, test.calibration_error_interval)
    text = f"Between how sure it is and how often it is right there is a mean gap of {error}"
    if test.uncalibrated_error is not None:
        text += f" ({percent(test.uncalibrated_error)} before the temperature)"
        few = material.run.validation.images
        if few < FEW and test.uncalibrated_error < test.calibration_error:
            text += f": {bound_of_certainty(few)}"
    text += "."
    return f"{text} {_rejecting(test.accepted, test.accepted_accuracy)}"


def _rejecting(accepted: float | None, accuracy: float | None) -> str:
    if accepted is None:
        return "It rejects nothing: there were too few validation images to fit a rule."
    if accuracy is None:
        return "It calls all test images “none of these”."
    if accepted == 1:
        return "It answers all test images, and calls none of them “none of these”."
    return (
        f"It answers {percent(accepted)} of the test images and calls the others “none of these”; "
        f"of those it answers {percent(accuracy)} are right."
    )


def _how_fast(material: Material) -> str:
    run = material.run
    text = (
        f"Training took {duration(run.training['seconds'])} in "
        f"{run.training.get('precision', 'unknown')} precision on {run.training.get('device', '?')}"
        f" with {counted(int(run.training.get('threads', 1)), 'thread')}."
    )
    if material.speed:
        text += (
            f" It answers one image in {duration(material.speed.seconds)}, and "
            f"{rounded(material.speed.images_per_second)} images a second in batches, measured "
            "when this page was made."
        )
    return text


def _warnings(material: Material) -> list[str]:
    verdict = _verdict(material)
    warnings = [] if verdict.good else [verdict.text]
    return (
        _of_nothing(material)
        + warnings
        + _of_classes(material)
        + _of_data(material)
        + _of_test(material)
    )


def _of_nothing(material: Material) -> list[str]:
    test = material.run.test
    if test.accuracy_interval[0] > _largest(test):
        return []
    return [
        f"Nothing shows that anything was learned: the accuracy lies between "
        f"{between(test.accuracy_interval, 'and')}, and always naming the largest class would be "
        f"right on {percent(_largest(test))}."
    ]


def _of_classes(material: Material) -> list[str]:
    scores = material.run.test.classes
    found = []
    few = [score.name for score in scores if score.support < _FEW]
    if few:
        found.append(
            f"Few test images: {counted(len(few), 'class has', 'classes have')} fewer than {_FEW} "
            f"({listed(few)}), so their numbers have wide intervals."
        )
    poor = [score for score in scores if score.recall_interval[1] < _BELOW]
    if poor:
        poor.sort(key=lambda score: score.recall or 0)
        words = [f"{score.name} ({percent(score.recall or 0)})" for score in poor]
        found.append(f"Poor recall, the share of a class that is recognised: {listed(words)}.")
    return found


def _of_data(material: Material) -> list[str]:
    found = [f.text for f in material.findings or () if f.severity == "warning"]
    duplicates = material.run.data.get("test_duplicates", 0)
    if duplicates and material.findings is None:
        found.append(
            f"{counted(duplicates, 'test image is', 'test images are')} among the training or "
            "validation images, too: accuracy on new images is likely lower."
        )
    return [text[:1].upper() + text[1:] + "." * (not text.endswith(".")) for text in found]


def _of_test(material: Material) -> list[str]:
    test, found = material.run.test, []
    if test.calibration_error > _UNEXPECTED and test.images >= 500:
        found.append(
            "Probabilities are off by more than 5 percentage points: do not take them at their "
            "word."
        )
    if material.run.validates_on_test:
        found.append(
            "The test images were the validation images, too, as the protocol says: temperature "
            "and rejection were fitted on them, so that calibration and coverage look too good."
        )
    readings = material.run.test_readings
    if readings > 1:
        found.append(
            f"The test set was read {readings} times, the first by the training. Where choices are "
            "made by what is seen there, the accuracy becomes too good."
        )
    return found
