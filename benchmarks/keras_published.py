"""A published system under Keras on TensorFlow, with the same protocol as `imagette reproduce`.

    python -m benchmarks.keras_published RECIPE [--runs 3]

Keras's side runs in the virtual environment of `same_work.py`, without a seed, as the texts do:
after `keras.utils.set_random_seed`, Keras 3.15 on TensorFlow goes through the images in one and
the same order in every epoch, which is another protocol.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.environment import environment
from benchmarks.same_work import ROOT, keras_python, task
from imagette.data.protocols import open_protocol
from imagette.recipes import recipe

_PROGRAM = """
import json, sys, time
import keras, numpy as np
sys.path.insert(0, {folder!r})
from keras_worker import build
task, data = json.load(open(sys.argv[1])), np.load(sys.argv[2])
model = build(task, jit_compile=False)
start = time.perf_counter()
model.fit(data["x_train"].astype("float32"), data["y_train"], batch_size=task["batch_size"],
          epochs=task["epochs"], verbose=0,
          validation_data=(data["x_validation"].astype("float32"), data["y_validation"]))
seconds = time.perf_counter() - start
predictions = model.predict(data["x_test"].astype("float32"), verbose=0).argmax(1)
print(json.dumps([float((predictions == data["y_test"]).mean()), seconds, keras.__version__]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="A published system under Keras on TensorFlow")
    parser.add_argument("recipe")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    chosen = recipe(options.recipe)
    if chosen.published is None:
        parser.error(f"{chosen.name} reproduces no published text")
    print(environment())
    splits = open_protocol(chosen.published.data, chosen.published.split)
    arrays = {}
    for side in ("train", "validation", "test"):
        dataset = getattr(splits, side)
        arrays[f"x_{side}"], arrays[f"y_{side}"] = dataset.images, dataset.labels
    accuracies = []
    with tempfile.TemporaryDirectory() as folder:
        task_file, data_file = Path(folder) / "task.json", Path(folder) / "data.npz"
        task_file.write_text(json.dumps(task(chosen) | {"epochs": chosen.settings.epochs}))
        np.savez(data_file, **arrays)
        program = _PROGRAM.format(folder=str(ROOT / "benchmarks"))
        for number in range(options.runs):
            result = subprocess.run(
                [keras_python("tensorflow"), "-c", program, task_file, data_file],
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=os.environ | {"KERAS_BACKEND": "tensorflow"},
            )
            accuracy, seconds, version = json.loads(result.stdout.splitlines()[-1])
            accuracies.append(100 * accuracy)
            print(f"  run {number + 1}: {100 * accuracy:.2f} % in {seconds:.0f} s, Keras {version}")
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    print(
        f"{chosen.name} under Keras on TensorFlow: {statistics.mean(accuracies):.3f} % mean, "
        f"{deviation:.3f} standard deviation, n = {len(accuracies)}"
    )


if __name__ == "__main__":
    main()
