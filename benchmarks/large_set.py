"""Training from a mapped set of two million images against one of 60,000: memory and speed.

The images are MNIST's training images, each copy with noise of its own, in .npy files: the
large one (1.6 GB) is mapped, the small one read. Each training (open, check, `sprint`,
evaluate, save) is a process of its own, whose anonymous memory is sampled; pages of the mapped
file are the system's to drop. Linux; needs MNIST (see IMAGETTE_DATA).

    python -m benchmarks.large_set [--images 2000000] [--rounds 1]
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

import imagette
from benchmarks.environment import environment
from imagette.data.sources import open_published_splits

SMALL, SMALL_EPOCHS = 60_000, 5
_BLOCK = 20_000  # images that are made at a time

_FIGURES = (
    ("opened", "opened and divided in", "s"),
    ("opened_peak", "anonymous memory until then", "MB"),
    ("speed", "training", "images/s"),
    ("peak", "anonymous memory at its peak", "MB"),
    ("whole", "whole run", "s"),
)


def write_set(folder: Path, count: int) -> Path:
    """MNIST's training images in turn, each with other noise: no two are equal."""
    mnist, _, _ = open_published_splits("mnist")
    random = np.random.default_rng(0)
    folder.mkdir()
    path = folder / "images.npy"
    array = np.lib.format.open_memmap(path, "w+", np.uint8, (count, 28, 28))
    for start in range(0, count, _BLOCK):
        part = array[start : start + _BLOCK]
        chosen = np.arange(start, start + len(part)) % len(mnist)
        noise = random.integers(0, 32, part.shape, np.uint8)
        part[:] = np.maximum(mnist.images[chosen, ..., 0], noise)
    array.flush()
    np.save(folder / "labels.npy", mnist.labels[np.arange(count) % len(mnist)])
    return path


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


def work(path: str, epochs: int) -> dict[str, Any]:
    """One training, in this process."""
    sampler = Sampler()
    start = time.perf_counter()
    imagette.open_data(path)
    opened, opened_peak = time.perf_counter() - start, sampler.peak
    start = time.perf_counter()
    run = imagette.train(path, "sprint", epochs=epochs, out=Path(path).parent)
    return {
        "opened": opened,
        "opened_peak": opened_peak,
        "peak": sampler.peak,
        "speed": statistics.median(epoch["images_per_second"] for epoch in run.history),
        "whole": time.perf_counter() - start,
    }


def measured(path: Path, epochs: int) -> dict[str, Any]:
    """`work` in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.large_set", "--child", str(path), str(epochs)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def report(count: int, rounds: list[dict[str, Any]]) -> None:
    print(f"{count:,} images, a file of {count * 784 / 1e9:.2f} GB")
    for name, words, unit in _FIGURES:
        values = [one[name] for one in rounds]
        spread = f"({min(values):,.1f} to {max(values):,.1f}, n = {len(values)})"
        print(f"  {words:<30} {statistics.median(values):,.1f} {unit}  {spread}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--images", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(work(options.child[0], int(options.child[1]))))
        return
    print(environment(), flush=True)
    with tempfile.TemporaryDirectory() as place:
        small = write_set(Path(place) / "small", SMALL)
        large = write_set(Path(place) / "large", options.images)
        of_small, of_large = [], []
        for _ in range(options.rounds):
            of_small.append(measured(small, SMALL_EPOCHS))
            of_large.append(measured(large, 1))
        report(SMALL, of_small)
        report(options.images, of_large)
        medians = [
            {name: statistics.median(one[name] for one in rounds) for name in ("peak", "speed")}
            for rounds in (of_small, of_large)
        ]
        print(
            f"the larger set: {medians[1]['peak'] - medians[0]['peak']:+.0f} MB of anonymous "
            f"memory, {medians[1]['speed'] / medians[0]['speed']:.3f} times the speed"
        )


if __name__ == "__main__":
    main()
