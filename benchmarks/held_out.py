"""What a recipe, or another choice of its settings, reaches on 10,000 images held out of training.

For choosing: the test images are not read. Accuracies are those of the network after its last
epoch, in float32, with the mean over mirror images where the settings ask for it.

    python -m benchmarks.held_out RECIPE DATA [--seeds 3] [--set muon_rate=0.1 epochs=4 ...]
"""

import argparse
import json
import statistics
from typing import Any

import imagette
from benchmarks.environment import environment
from imagette.data.dataset import Splits
from imagette.inference import Classifier
from imagette.recipes import Recipe
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import build_model
from imagette.training.members import fit_members

HELD_OUT = 1 / 6  # 10,000 of 60,000


def main() -> None:
    parser = argparse.ArgumentParser(description="Accuracy on held-out training images")
    parser.add_argument("recipe")
    parser.add_argument("data")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", dest="changes")
    options = parser.parse_args()
    print(environment())
    chosen = imagette.recipes.recipe(options.recipe)
    changes = dict(map(setting, options.changes))
    accuracies, seconds = [], []
    for seed in range(options.seeds):
        splits = imagette.open_data(options.data, validation=HELD_OUT, seed=seed)
        suited = chosen.suited(splits.mirror, changes.get("mirror"))
        accuracy, time = trial(suited, changes | {"seed": seed}, splits)
        accuracies.append(100 * accuracy)
        seconds.append(time)
        print(f"  seed {seed}: {accuracies[-1]:.2f} % in {time:.1f} s", flush=True)
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    told = " ".join([options.recipe, *options.changes])
    print(
        f"{told} on {options.data}, held out: {statistics.mean(accuracies):.3f} % mean, "
        f"{deviation:.3f} standard deviation, n = {len(accuracies)}; "
        f"{statistics.median(seconds):.1f} s median"
    )


def trial(chosen: Recipe, changes: dict[str, Any], splits: Splits) -> tuple[float, float]:
    """Accuracy on the validation images, and seconds of training."""
    settings = chosen.settings.override(**changes)
    network = chosen.network(splits.shape, len(splits.class_names))
    network, fitted = fit_members(network, None, splits, settings)
    metadata = Metadata(splits.class_names, splits.shape, {"kind": "resize"}, None, None, {})
    mirrored = settings.mirror_average and settings.mirrors(splits.mirror)
    classifier = Classifier(build_model(network, fitted.weights, metadata, mirrored=mirrored))
    answers = classifier.probabilities(splits.validation.images).argmax(axis=1)
    return float((answers == splits.validation.labels).mean()), fitted.seconds


def setting(text: str) -> tuple[str, Any]:
    """Of the command line: NAME=VALUE; values are JSON's, or else text."""
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


if __name__ == "__main__":
    main()
