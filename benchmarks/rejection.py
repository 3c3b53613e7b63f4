"""How sure a classifier of MNIST is: calibration, and what gets no answer, over seeds.

The rule is fitted on each run's validation images at a coverage of 99 %. The method is one of
three that were tried, and what it remembers one of six choices; the strangers of this table were
seen while choosing, so that what it says of rejection is somewhat too good. The temperature was
fitted on validation images alone. The last rows are those of a threshold at which just 99 % of the
test digits are accepted: no rule, but how well strangers are told apart.

    python -m benchmarks.rejection [--recipe standard] [--seeds 3] [--fonts FOLDER] [--runs RUN...]
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import imagette
from benchmarks import strangers
from benchmarks.environment import environment
from benchmarks.strangers import Images
from imagette.inference import Classifier

_TO_BE_REJECTED = (
    "blank",
    "noise",
    "letters",
    "digit-shaped letters",
    "garments",
    "two digits",
)
_IN_THE_MEAN = ("blank", "noise", "letters", "garments")
_ACCEPTED = 0.99  # of the test digits, where the threshold is put to compare with others


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibration and rejection over seeds")
    parser.add_argument("--recipe", default="standard")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"))
    parser.add_argument("--runs", type=Path, nargs="*", help="finished runs, not trained anew")
    options = parser.parse_args()
    print(environment())
    fonts = strangers.fonts_within(options.fonts)
    if not fonts:
        raise SystemExit(f"{options.fonts} has no TrueType fonts: name a folder with --fonts")
    print(f"{len(fonts)} fonts of {options.fonts}")
    print(f"digit-shaped letters: {' '.join(strangers.DIGIT_SHAPED)}")
    kinds = _kinds(fonts)
    rows: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for run in options.runs or _trained(options.recipe, options.seeds, folder):
            classifier = imagette.load(run)
            for name, value in _figures(run, classifier, kinds).items():
                rows.setdefault(name, []).append(100 * value)
    for name, values in rows.items():
        deviation = statistics.stdev(values) if len(values) > 1 else 0.0
        each = ", ".join(f"{value:.2f}" for value in values)
        print(f"{name:34}{statistics.mean(values):8.2f} %  ± {deviation:.2f}  ({each})")
    _print_letters(classifier, fonts)


def _trained(recipe: str, seeds: int, folder: str) -> Iterator[Path]:
    for seed in range(seeds):
        yield imagette.train("mnist", recipe, out=folder, seed=seed).path


def _kinds(fonts: list[Path]) -> dict[str, Images]:
    digits = imagette.open_data("mnist").test.images
    return {
        "blank": strangers.blank(),
        "noise": strangers.noise(1600, seed=1),
        "letters": strangers.glyphs(fonts, strangers.OTHER_LETTERS),
        "digit-shaped letters": strangers.glyphs(fonts, strangers.DIGIT_SHAPED),
        "garments": imagette.open_data("fashion-mnist").test.images,
        "two digits": strangers.pairs(digits, 1000, seed=2),
        "printed digits": strangers.glyphs(fonts, "0123456789"),
        "test digits turned to 15 degrees": strangers.turned(digits[:2000], 15, seed=3),
    }


def _figures(run: Path, classifier: Classifier, kinds: dict[str, Images]) -> dict[str, float]:
    test = imagette.evaluate(run)
    figures = {
        "test accuracy": test.accuracy,
        "calibration error before": test.uncalibrated_error or 0.0,
        "calibration error": test.calibration_error,
        "test digits accepted": test.accepted or 0.0,
        "accuracy of those": test.accepted_accuracy or 0.0,
    }
    digits = _novelty(classifier, imagette.open_data("mnist").test.images)
    exact = np.quantile(digits, _ACCEPTED)
    shares = {}
    for kind, images in kinds.items():
        novelty = _novelty(classifier, images)
        share, shares[kind] = (novelty > 1).mean(), float((novelty > exact).mean())
        rejected = kind in _TO_BE_REJECTED
        figures[f"{kind} {'rejected' if rejected else 'accepted'}"] = float(
            share if rejected else 1 - share
        )
    figures["mean of blank, noise, letters, garments"] = statistics.mean(
        figures[f"{kind} rejected"] for kind in _IN_THE_MEAN
    )
    figures["letters, at 99 % of the digits"] = shares["letters"]
    figures["garments, at 99 %"] = shares["garments"]
    figures["that mean, at 99 %"] = statistics.mean(shares[kind] for kind in _IN_THE_MEAN)
    return figures


def _novelty(classifier: Classifier, images: Images) -> NDArray[np.float32]:
    return classifier.probabilities_and_novelty(images)[1]


def _print_letters(classifier: Classifier, fonts: list[Path]) -> None:
    letters = strangers.OTHER_LETTERS + strangers.DIGIT_SHAPED
    novelty = _novelty(classifier, strangers.glyphs(fonts, letters)).reshape(len(fonts), -1)
    shares = sorted(zip((novelty > 1).mean(0), letters, strict=True))
    print("letters by the share of fonts rejected, the last run:")
    print("  ".join(f"{letter} {100 * share:.0f}" for share, letter in shares))


if __name__ == "__main__":
    main()
