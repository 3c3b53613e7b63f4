"""How long opening takes, and how much memory: MNIST's training images as Kaggle's CSV.

Each time in a process of its own, from importing imagette to three sides; the first time with an
empty cache, and then again. Needs MNIST (see IMAGETTE_DATA).

    python -m benchmarks.opening [--repeats 5]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.environment import environment
from imagette.data.formats import csv_pixels
from imagette.data.sources import open_published_splits

PROGRAM = """
import json, resource, sys, time
start = time.perf_counter()
import imagette
images = len(imagette.open_data(sys.argv[1]).train)
seconds = time.perf_counter() - start
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([images, seconds, memory]))
"""


def opened(path: Path, cache: Path) -> tuple[float, float]:
    """Seconds, and MB resident at the peak."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"IMAGETTE_CACHE": str(cache)},
    )
    _, seconds, memory = json.loads(result.stdout)
    return seconds, memory


def told(what: str, measured: list[tuple[float, float]]) -> str:
    seconds, memory = zip(*measured, strict=True)
    return (
        f"CSV of 60,000 x 785, {what}  {statistics.median(seconds):.2f} s  ({min(seconds):.2f} "
        f"to {max(seconds):.2f}, n = {len(measured)}), {max(memory):.0f} MB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    print(environment(), flush=True)
    train, _, _ = open_published_splits("mnist")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.csv"
        csv_pixels.write(path, train.images, train.labels)
        caches = [Path(folder) / f"cache-{number}" for number in range(repeats)]
        print(told("first open ", [opened(path, cache) for cache in caches]), flush=True)
        print(told("second open", [opened(path, cache) for cache in caches]))


if __name__ == "__main__":
    main()
