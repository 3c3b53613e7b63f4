"""`docs/pictures/pseudo-outliers.png`: what MNIST's digits become when turned and mirrored.

Of each digit and way one of the test images, and the share of all of them that a run rejects:
what is hardly ever rejected was never taken for a pseudo-outlier. Two digits in a row.

    python -m benchmarks.outliers_picture RUN [docs/pictures]
"""

import argparse
from pathlib import Path

import numpy as np

import imagette
from imagette import plot
from imagette.evaluation.pseudo_outliers import pseudo_outliers
from imagette.plot.files import encoded
from imagette.randomness import generator
from imagette.runs.files import write_atomically

_WAYS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description="What becomes of digits, turned and mirrored")
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args()
    test = imagette.open_data("mnist").test
    random = generator(0, "the picture of pseudo-outliers")
    made, kinds = pseudo_outliers(np.asarray(test.images), test.labels, random)
    rejected = imagette.load(options.run).probabilities_and_novelty(made)[1] > 1
    shown, captions = [], []
    for kind in np.unique(kinds[kinds >= 0]).tolist():
        own = np.flatnonzero(kinds == kind)
        shown.append(made[own[0]])
        captions.append(f"{100 * rejected[own].mean():.0f} %")
    ax = plot.batch(
        np.stack(shown),
        captions,
        columns=2 * _WAYS,
        title="Digits turned and mirrored, and how many of them get no answer",
        note=f"{np.count_nonzero(kinds >= 0):,} of MNIST's test images, one training of standard; "
        "two digits in a row",
    )
    write_atomically(options.folder / "pseudo-outliers.png", encoded(ax, "png"))


if __name__ == "__main__":
    main()
