"""imagette's side of `time_to_accuracy.py`: one whole training, in a process of its own.

    python -m benchmarks.imagette_trainer RECIPE DATA SETTINGS

SETTINGS is JSON of what replaces the recipe's own, the seed among it. Prints one line of JSON:
`seconds` are those of the training loop, its validation at the end of each epoch included;
`whole` is everything from `imagette.train` to the complete run folder, without the import.
Accuracy is that of the saved classifier. Published systems train on the split of their text.
"""

import importlib.metadata
import json
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import imagette
from imagette.recipes import recipe


def train(name: str, data: str, settings: dict[str, Any], out: str) -> imagette.Run:
    chosen = recipe(name)
    if chosen.published is None:
        return imagette.train(data, name, out=out, **settings)
    from imagette.data.protocols import open_protocol
    from imagette.jobs.experiment import Experiment

    splits = open_protocol(data, chosen.published.split)
    network = chosen.network(splits.shape, len(splits.class_names))
    replaced = chosen.settings.override(**settings)
    return Experiment(name, network, splits, replaced, data).run(Path(out))


def main() -> None:
    name, data, settings = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run = train(name, data, json.loads(settings), folder)
        whole = time.perf_counter() - start
    packages = ("imagette", "torch", "onnxruntime", "numpy")
    result = {
        "accuracy": run.test.accuracy,
        "seconds": run.training["seconds"],
        "warm_up": 0.0,
        "whole": whole,
        "epochs": len(run.history),
        "precision": run.training["precision"],
        "device": run.training["device"],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": {"python": platform.python_version()}
        | {package: importlib.metadata.version(package) for package in packages},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
