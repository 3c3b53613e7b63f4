"""Training from a mapped set of two million images against one of 60,000: memory and speed.

The images are MNIST's training images, each copy with noise of its own, mapped from a file
as decoded pictures are. Each training (open, divide, `sprint`, evaluate, save) is a process of its
own, whose anonymous memory is sampled; pages of the mapped file are the system's to drop.

    python -m benchmarks.large_set [--images 2000000] [--rounds 1]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.environment import environment

SMALL = 60_000
_BLOCK = 20_000  # images that are made at a time


def fill(array: NDArray[np.uint8]) -> None:
    """MNIST's training images in turn, each with other noise: no two are equal."""
    import imagette

    mnist = imagette.open_data("mnist", validation=0.01).train.images
    random = np.random.default_rng(0)
    for start in range(0, len(array), _BLOCK):
        part = array[start : start + _BLOCK]
        chosen = np.arange(start, start + len(part)) % len(mnist)
        noise = random.integers(0, 32, part.shape, np.uint8)
        part[:] = np.maximum(mnist[chosen], noise)


def labels(count: int) -> NDArray[np.int64]:
    import imagette

    of_mnist = imagette.open_data("mnist", validation=0.01).train.labels
    return of_mnist[np.arange(count) % len(of_mnist)].astype(np.int64)


class Sampler(threading.Thread):
    """The largest amount of anonymous memory that this process was seen to have, in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.start()

    def run(self) -> None:
        while True:
            for line in Path("/proc/self/status").read_text().splitlines():
                if line.startswith("RssAnon"):
                    self.peak = max(self.peak, int(line.split()[1]) / 1000)
            time.sleep(0.01)


def work(count: int, epochs: int, folder: Path) -> dict[str, Any]:
    """One training on `count` images, in this process."""
    from imagette.data.cache import key_of, stored_contents
    from imagette.data.contents import Contents, Side
    from imagette.data.divide import divide
    from imagette.data.names import Names
    from imagette.data.options import DataOptions
    from imagette.experiment import Experiment
    from imagette.recipes import recipe

    def make(allocate: Any) -> Contents:
        images = allocate((count, 28, 28, 1))
        fill(images)
        sides = np.full(count, Side.ANY, np.int8)
        names = Names(blocks={"image": count})
        return Contents(images, labels(count), tuple("0123456789"), names, sides)

    key = key_of("large set", count)
    if epochs == 0:  # only make it
        stored_contents(key, make)
        return {}
    sampler = Sampler()
    start = time.perf_counter()
    splits = divide("large", stored_contents(key, make), DataOptions())
    opened = time.perf_counter() - start
    opened_peak = sampler.peak
    chosen = recipe("sprint")
    settings = chosen.settings.override(epochs=epochs)
    network = chosen.network(splits.shape, 10)
    run = Experiment("sprint", network, splits, settings, "large").run(folder)
    return {
        "opened": opened,
        "opened_peak": opened_peak,
        "peak": sampler.peak,
        "speed": statistics.median(epoch["images_per_second"] for epoch in run.history),
        "whole": time.perf_counter() - start,
        "accuracy": run.test.accuracy,
    }


def measured(count: int, epochs: int, folder: str) -> dict[str, Any]:
    """`work` in a process of its own."""
    arguments = ["--child", str(count), str(epochs), folder]
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.large_set", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"IMAGETTE_CACHE": folder},
    )
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--images", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        count, epochs, folder = options.child
        print(json.dumps(work(int(count), int(epochs), Path(folder) / "runs")))
        return
    print(environment(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        results: dict[int, list[dict[str, Any]]] = {SMALL: [], options.images: []}
        for count in results:
            measured(count, 0, folder)
        for _ in range(options.rounds):
            for count, epochs in ((SMALL, 5), (options.images, 1)):
                results[count].append(measured(count, epochs, folder))
        for count, rounds in results.items():
            print(f"{count:,} images, mapped from a file of {count * 784 / 1e9:.2f} GB")
            for name, words, unit in (
                ("opened", "opened and divided in", "s"),
                ("opened_peak", "anonymous memory until then", "MB"),
                ("speed", "training", "images/s"),
                ("peak", "anonymous memory at its peak", "MB"),
                ("whole", "whole run", "s"),
            ):
                values = [one[name] for one in rounds]
                print(
                    f"  {words:<30} {statistics.median(values):,.1f} {unit}  "
                    f"({min(values):,.1f} to {max(values):,.1f}, n = {len(values)})"
                )
        small, large = (results[count] for count in (SMALL, options.images))
        more = statistics.median(one["peak"] for one in large) - statistics.median(
            one["peak"] for one in small
        )
        ratio = statistics.median(one["speed"] for one in large) / statistics.median(
            one["speed"] for one in small
        )
        print(f"the larger set: {more:+.0f} MB of anonymous memory, {ratio:.3f} times the speed")


if __name__ == "__main__":
    main()
