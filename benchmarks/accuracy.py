"""What a recipe reaches on a data set: test accuracy over seeds, and seconds of training.

Each seed is a whole run: its own split, initial weights and order, the saved classifier
measured once on the test images.

    python -m benchmarks.accuracy RECIPE DATA [--seeds 5]
"""

import argparse
import statistics
import tempfile

import imagette
from benchmarks.environment import environment


def main() -> None:
    parser = argparse.ArgumentParser(description="Test accuracy of a recipe over seeds")
    parser.add_argument("recipe")
    parser.add_argument("data")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    print(environment())
    accuracies, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seeds):
            run = imagette.train(options.data, options.recipe, out=folder, seed=seed)
            accuracies.append(100 * run.test.accuracy)
            seconds.append(run.training["seconds"])
            print(f"  seed {seed}: {accuracies[-1]:.2f} % in {seconds[-1]:.1f} s", flush=True)
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    print(
        f"{options.recipe} on {options.data}: {statistics.mean(accuracies):.3f} % mean, "
        f"{deviation:.3f} standard deviation, n = {len(accuracies)}; "
        f"{statistics.median(seconds):.1f} s median"
    )


if __name__ == "__main__":
    main()
