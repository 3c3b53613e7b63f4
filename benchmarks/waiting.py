"""What a user waits for beside the training: whole commands, and answers of a classifier.

Commands are processes of their own, on files that are in the system's cache; answers come from
a `sprint` of MNIST, Keras's from the same network and weights in TensorFlow's virtual
environment. Needs MNIST (see IMAGETTE_DATA).

    python -m benchmarks.waiting [--repeats 7] [--without-keras] [--save]
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
from benchmarks.results import write_section
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
together = []
for _ in range(8):  # the first compiles
    start = time.perf_counter()
    model.predict(images, batch_size=1024, verbose=0)
    together.append(time.perf_counter() - start)
print(json.dumps([alone, called, len(images) / sorted(together[1:])[3]]))
"""


# Python keeps what it compiled, as it does for everybody who does not forbid it.
_ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def command(*arguments: str) -> float:
    """Seconds of wall time of a command line."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "imagette", *arguments],
        check=True,
        capture_output=True,
        env=_ENVIRONMENT,
    )
    return time.perf_counter() - start


def repeated(repeats: int, *arguments: str) -> list[float]:
    """Seconds of each time; one before them is not counted."""
    command(*arguments)
    return [command(*arguments) for _ in range(repeats)]


def row(what: str, goal: float, values: list[float], unit: str = "s", most: bool = True) -> str:
    """A line of the table: the median, the range, and whether the goal is reached."""
    median, low, high = statistics.median(values), min(values), max(values)
    reached = median <= goal if most else median >= goal
    digits = 2 if unit == "s" else 0
    line = (
        f"| {what} | {median:,.{digits}f} {unit} | {low:,.{digits}f} to {high:,.{digits}f}, "
        f"n = {len(values)} | {goal:,g} | {'reached' if reached else 'missed'} |"
    )
    print(line, flush=True)
    return line


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


def against_keras(run: Path, images: NDArray[np.uint8], ours: float, folder: Path) -> str:
    """A line on Keras's answers; `ours` are microseconds for one image."""
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
    ratio = 1e6 * predict / ours
    return (
        f"\nThe same network in Keras on TensorFlow: `model.predict` of one image "
        f"{1e6 * predict:,.0f} us, {ratio:.0f} times as long (goal 50: "
        f"{'reached' if ratio >= 50 else 'missed'}); `model(image)` {1e6 * call:,.0f} us, "
        f"{1e6 * call / ours:.0f} times; in batches {batches:,.0f} images/s.\n"
    )


def commands(folder: Path, repeats: int) -> Iterator[str]:
    """The rows of whole commands; leaves a run of `sprint` on MNIST in `folder`."""
    few = max(1, repeats // 2)
    sprint = ("train", "mnist", "--recipe", "sprint", "-o", str(folder))
    yield row("`imagette train mnist --recipe sprint`", 7, repeated(few, *sprint))
    digits = ("train", "digits", "-o", str(folder))
    yield row("`imagette train digits`", 4, repeated(few, *digits))
    yield row("`imagette --help`", 0.2, repeated(repeats, "--help"))
    predict = ("predict", str(folder / "mnist-sprint-1"), str(EXAMPLE))
    yield row("`imagette predict RUN x.png`", 0.4, repeated(repeats, *predict))


def main() -> None:
    parser = argparse.ArgumentParser(description="What a user waits for beside the training")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--without-keras", action="store_true")
    parser.add_argument("--save", action="store_true", help="into RESULTS.md")
    options = parser.parse_args()
    lines = [
        "## What a user waits for\n",
        f"{environment()}. Whole commands, each a new process; their files are in the system's "
        "cache. Answers are of a `sprint` on MNIST.\n",
        "| | median | range | goal | |\n|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as name:
        lines += commands(Path(name), options.repeats)
        run = Path(name) / "mnist-sprint-1"
        classifier, images = imagette.load(run), imagette.open_data("mnist").test.images
        together(classifier, images[:1000])
        times = list(alone(classifier, images[:ALONE]))
        lines.append(row("`classifier.predict` of one 28x28 array", 100, times, "us"))
        speeds = [together(classifier, images) for _ in range(options.repeats)]
        lines.append(row("`classifier.probabilities`", 50_000, speeds, "images/s", most=False))
        if not options.without_keras:
            lines.append(against_keras(run, images, statistics.median(times), Path(name)))
            print(lines[-1])
    if options.save:
        write_section("waiting", "\n".join(lines))


if __name__ == "__main__":
    main()
