"""What a user waits for beside the training: whole commands, and answers of a classifier.

Commands are processes of their own, on files that are in the system's cache; answers come from
a `sprint` of MNIST, Keras's from the same network and weights in TensorFlow's virtual
environment. Needs MNIST (see IMAGETTE_DATA).

    python -m benchmarks.waiting [--repeats 7] [--without-keras]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import imagette
from benchmarks.environment import environment
from benchmarks.same_work import ROOT, keras_python

EXAMPLE = ROOT / "examples" / "seven.png"
ALONE = 2000  # images that are asked for one by one

_KERAS = """
import json, sys, time
import keras, numpy as np
model = keras.saving.load_model(sys.argv[1])
images = np.load(sys.argv[2]).astype("float32")
def seconds(run):
    times = []
    for image in images[:110]:
        start = time.perf_counter()
        run(image[np.newaxis])
        times.append(time.perf_counter() - start)
    return sorted(times[10:])[50]
alone = seconds(lambda image: model.predict(image, verbose=0))
called = seconds(lambda image: np.asarray(model(image, training=False)))
start = time.perf_counter()
model.predict(images, batch_size=1024, verbose=0)
print(json.dumps([alone, called, len(images) / (time.perf_counter() - start)]))
"""


def command(*arguments: str) -> float:
    """Seconds of wall time of a command line."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "imagette", *arguments], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - start


def repeated(repeats: int, *arguments: str) -> list[float]:
    return [command(*arguments) for _ in range(repeats)]


def row(what: str, goal: float, values: list[float], unit: str = "s", most: bool = True) -> None:
    """A line: the median, the range, and whether the goal is reached."""
    median, low, high = statistics.median(values), min(values), max(values)
    reached = median <= goal if most else median >= goal
    digits = 2 if unit == "s" else 0
    print(
        f"{what:44} {median:8,.{digits}f} {unit:9} ({low:,.{digits}f} to {high:,.{digits}f}, "
        f"n = {len(values)})  goal {goal:,g}: {'reached' if reached else 'missed'}",
        flush=True,
    )


def alone(classifier: imagette.Classifier, images: NDArray[np.uint8]) -> Iterator[float]:
    """Microseconds of `predict` of one array."""
    for image in images:
        start = time.perf_counter()
        classifier.predict(image)
        yield 1e6 * (time.perf_counter() - start)


def together(classifier: imagette.Classifier, images: NDArray[np.uint8]) -> float:
    """Images a second in batches."""
    start = time.perf_counter()
    classifier.probabilities(images)
    return len(images) / (time.perf_counter() - start)


def against_keras(run: Path, images: NDArray[np.uint8], microseconds: float, folder: Path) -> None:
    (model,) = imagette.export(run, "keras", folder)
    np.save(folder / "images.npy", images)
    result = subprocess.run(
        [keras_python("tensorflow"), "-c", _KERAS, model, folder / "images.npy"],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"KERAS_BACKEND": "tensorflow"},
    )
    predict, call, batches = json.loads(result.stdout.splitlines()[-1])
    ratio = 1e6 * predict / microseconds
    print(
        f"Keras on TensorFlow: model.predict of one {1e6 * predict:,.0f} us, "
        f"{ratio:.0f} times as long; goal 50: {'reached' if ratio >= 50 else 'missed'}"
    )
    print(
        f"  model(image) {1e6 * call:,.0f} us, {1e6 * call / microseconds:.0f} times as long; "
        f"in batches {batches:,.0f} images/s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="What a user waits for beside the training")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--without-keras", action="store_true")
    options = parser.parse_args()
    print(environment(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = max(1, options.repeats // 2)
        sprint = ("train", "mnist", "--recipe", "sprint", "-o", name)
        row("imagette train mnist --recipe sprint", 7, repeated(few, *sprint))
        row("imagette train digits", 4, repeated(few, "train", "digits", "-o", name))
        run = folder / "mnist-sprint-1"
        row("imagette --help", 0.2, repeated(options.repeats, "--help"))
        predict = ("predict", str(run), str(EXAMPLE))
        row("imagette predict RUN x.png", 0.4, repeated(options.repeats, *predict))
        classifier, images = imagette.load(run), imagette.open_data("mnist").test.images
        together(classifier, images[:1000])
        times = list(alone(classifier, images[:ALONE]))
        row("classifier.predict of one 28x28 array", 100, times, "us")
        speeds = [together(classifier, images) for _ in range(options.repeats)]
        row("classifier.probabilities in batches", 50_000, speeds, "images/s", most=False)
        if not options.without_keras:
            against_keras(run, images, statistics.median(times), folder)


if __name__ == "__main__":
    main()
