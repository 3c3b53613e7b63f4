"""How long the checks of a source take, and whether near copies are found as by comparing all.

`data check` from the shell, each time in a process of its own; the checks that `train` runs;
with `--all-pairs`, each image compared with each (a minute a set), as a reference for the search by
hashes. Needs MNIST and Fashion-MNIST (see IMAGETTE_DATA).

    python -m benchmarks.checks [--repeats 3] [--all-pairs]
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.environment import environment
from imagette.data.checks import CHEAP, check
from imagette.data.checks.evidence import Evidence
from imagette.data.checks.near_duplicates import ALIKE, near_pairs
from imagette.data.contents import Contents
from imagette.data.divide import assigned
from imagette.data.options import DataOptions
from imagette.data.sources import open_contents

BLOCK = 5000


def from_the_shell(name: str) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "imagette", "data", "check", name]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def before_training(name: str) -> float:
    contents = open_contents(name, DataOptions())
    splits = assigned(name, contents, DataOptions())  # what training needs in any case
    start = time.perf_counter()
    check(contents, splits, CHEAP)
    return time.perf_counter() - start


def all_pairs(contents: Contents) -> set[tuple[int, int]]:
    """Pairs of positions whose pixels correlate by `ALIKE` or more, by comparing all."""
    rows = np.asarray(contents.images).reshape(len(contents), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    pairs: list[NDArray[np.int64]] = []
    for first in range(0, len(rows), BLOCK):
        for second in range(first, len(rows), BLOCK):
            alike = rows[first : first + BLOCK] @ rows[second : second + BLOCK].T
            pairs.append(np.argwhere(alike >= ALIKE) + np.array([first, second]))
    return {(int(a), int(b)) for a, b in np.concatenate(pairs) if a < b}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--all-pairs", action="store_true")
    options = parser.parse_args()
    print(environment(), flush=True)
    for name in ("mnist", "fashion-mnist"):
        for what, measure in (("data check", from_the_shell), ("before train", before_training)):
            seconds = [measure(name) for _ in range(options.repeats)]
            print(
                f"{what:13} {name:14} {statistics.median(seconds):.3f} s  ({min(seconds):.3f} to "
                f"{max(seconds):.3f}, n = {options.repeats})",
                flush=True,
            )
        if options.all_pairs:
            contents = open_contents(name, DataOptions())
            expected = all_pairs(contents)
            left, right = near_pairs(Evidence(contents, contents.splits))
            found = set(zip(left.tolist(), right.tolist(), strict=True))
            print(
                f"near copies   {name:14} {len(expected)} pairs by comparing all; of these the "
                f"hashes find {len(found & expected)}, and {len(found - expected)} others"
            )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"data check: {peak:.0f} MB at most")


if __name__ == "__main__":
    main()
