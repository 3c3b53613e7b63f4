"""Planted label errors: how many of them stand at the head of the ranking.

Labels of a training set are changed at random to another class; a share of the changed ones
should be among the first images of the ranking, one and a half times as many as were changed.
What a data set has of its own wrong labels is there, too, and counts as not planted.

    python -m benchmarks.label_errors [DATA] [--planted 300] [--seeds 3]
"""

import argparse
import statistics
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.environment import environment
from imagette.data.contents import Contents, Split
from imagette.data.options import DataOptions
from imagette.data.sources import open_contents
from imagette.jobs.label_errors import find_label_errors
from imagette.randomness import generator
from imagette.recipes import recipe


def main() -> None:
    parser = argparse.ArgumentParser(description="Planted label errors and their ranks")
    parser.add_argument("data", nargs="?", default="mnist")
    parser.add_argument("--planted", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--recipe", default="sprint")
    options = parser.parse_args()
    print(environment())
    contents = open_contents(options.data, DataOptions())
    train = contents.select(np.flatnonzero(contents.splits == Split.TRAIN))
    first, shares, seconds = round(1.5 * options.planted), [], []
    for seed in range(options.seeds):
        wrong, places = planted(train, options.planted, seed)
        start = time.perf_counter()
        found = find_label_errors(
            options.data, wrong, recipe(options.recipe), folds=options.folds, seed=seed
        )
        seconds.append(time.perf_counter() - start)
        shares.append(100 * np.isin(places, found.positions[:first]).mean())
        right = found.suggested[:first] == train.labels[found.positions[:first]]
        restored = np.isin(found.positions[:first], places) & right
        print(
            f"  seed {seed}: {shares[-1]:.1f} % of {options.planted} among the first {first} "
            f"({restored.sum()} with their label suggested), "
            f"{100 * np.isin(places, found.positions[: found.expected]).mean():.1f} % among the "
            f"{found.expected:,} that are expected to be wrong; {seconds[-1]:.1f} s",
            flush=True,
        )
    deviation = statistics.stdev(shares) if len(shares) > 1 else 0.0
    print(
        f"{options.data}, {options.recipe}, {options.folds} folds: {statistics.mean(shares):.1f} % "
        f"mean, {deviation:.1f} standard deviation, n = {len(shares)}; "
        f"{statistics.median(seconds):.1f} s median"
    )


def planted(contents: Contents, count: int, seed: int) -> tuple[Contents, NDArray[np.int64]]:
    """The contents with `count` labels changed to another class, and which."""
    random = generator(seed, "planted label errors")
    places = random.choice(len(contents), count, replace=False)
    labels, classes = contents.labels.copy(), len(contents.class_names)
    labels[places] = (labels[places] + random.integers(1, classes, count)) % classes
    return replace(contents, labels=labels), places


if __name__ == "__main__":
    main()
