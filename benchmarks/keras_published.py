"""A published system under Keras on TensorFlow, with the same protocol as `imagette reproduce`.

    python -m benchmarks.keras_published RECIPE [--runs 3]

Keras's side runs in the virtual environment of `same_work.py`, without a seed, as the texts do:
after `keras.utils.set_random_seed`, Keras 3.15 on TensorFlow goes through the images in one and
the same order in every epoch, which is another protocol.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from benchmarks.environment import environment
from benchmarks.jobs import jobs
from benchmarks.results_page import KERAS
from benchmarks.time_to_accuracy import run
from imagette.recipes import recipe


def main() -> None:
    parser = argparse.ArgumentParser(description="A published system under Keras on TensorFlow")
    parser.add_argument("recipe")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    chosen = recipe(options.recipe)
    if chosen.published is None:
        parser.error(f"{chosen.name} reproduces no published text")
    print(environment())
    job = next(one for one in jobs() if (one.engine, one.name) == (KERAS, chosen.name))
    accuracies = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.runs):
            line = run(job, number, Path(folder))
            accuracies.append(100 * line["accuracy"])
            print(
                f"  run {number + 1}: {accuracies[-1]:.2f} % in {line['seconds']:.0f} s, "
                f"Keras {line['versions']['keras']}"
            )
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    print(
        f"{chosen.name} under Keras on TensorFlow: {statistics.mean(accuracies):.3f} % mean, "
        f"{deviation:.3f} standard deviation, n = {len(accuracies)}"
    )


if __name__ == "__main__":
    main()
