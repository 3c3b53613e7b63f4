"""How long a folder of 70,000 small PNGs takes to open: decoded the first time, mapped later.

The pictures are MNIST's, in train/ and test/ and a folder a class; the files themselves are in the
system's cache. Each time in a process of its own. Needs MNIST (see IMAGETTE_DATA).

    python -m benchmarks.pictures [--repeats 5]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from benchmarks.environment import environment
from imagette.data.sources import open_published_splits

PROGRAM = """
import json, resource, sys, time
start = time.perf_counter()
import imagette
imagette.open_data
imported = time.perf_counter()
splits = imagette.open_data(sys.argv[1])
opened = time.perf_counter()
images = sum(len(side) for side in (splits.train, splits.validation, splits.test))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([images, imported - start, opened - imported, memory]))
"""


def write_folder(folder: Path) -> int:
    """MNIST as train/0/00000.png and so on; returns the number of pictures."""
    train, test, _ = open_published_splits("mnist")
    for split, dataset in (("train", train), ("test", test)):
        for name in dataset.class_names:
            (folder / split / name).mkdir(parents=True)
        for number, (image, label) in enumerate(zip(dataset.images, dataset.labels, strict=True)):
            path = folder / split / dataset.class_names[int(label)] / f"{number:05}.png"
            Image.fromarray(image[..., 0]).save(path)
    return len(train) + len(test)


def opened(path: Path, cache: Path) -> list[float]:
    """Images, seconds of importing and of opening, and MB resident at the peak."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"IMAGETTE_CACHE": str(cache)},
    )
    values: list[float] = json.loads(result.stdout)
    return values


def report(what: str, rounds: list[list[float]]) -> None:
    _, imports, opens, memory = zip(*rounds, strict=True)
    print(
        f"{what:<24} {statistics.median(opens):.2f} s  ({min(opens):.2f} to {max(opens):.2f}, "
        f"n = {len(opens)}), {max(memory):.0f} MB at most; and {statistics.median(imports):.2f} s "
        "of importing"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    print(environment(), flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder, cache = Path(place) / "mnist", Path(place) / "cache"
        count = write_folder(folder)
        first, second = [], []
        for _ in range(repeats):
            shutil.rmtree(cache, ignore_errors=True)
            first.append(opened(folder, cache))
            second.append(opened(folder, cache))
        assert {one[0] for one in first + second} == {count}
        print(f"a folder of {count:,} PNGs of 28x28")
        report("  first open", first)
        report("  second open", second)


if __name__ == "__main__":
    main()
