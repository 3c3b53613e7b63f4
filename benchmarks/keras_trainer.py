"""A whole training under Keras: runs in a virtual environment of its own, without imagette.

    python -m benchmarks.keras_trainer TASK.json DATA.npz

The task is Keras's JSON of a network, an optimizer, batch size and epochs; the data are the
sides of a protocol. Prints one line of JSON. Tracing is done before the clock starts, on one
batch, after which everything the model holds is put back; it is counted as `warm_up`. There is
no seed: after `keras.utils.set_random_seed`, Keras 3.15 on TensorFlow goes through the images in
one and the same order in every epoch, which is another protocol.
"""

import json
import os
import platform
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from benchmarks.keras_worker import build

_PACKAGES = {"tensorflow": "tensorflow_cpu", "jax": "jax", "torch": "torch"}


class Curve(keras.callbacks.Callback):  # type: ignore[misc]
    """Seconds of training and test accuracy after each epoch; the test costs no training time."""

    def __init__(self, x_test: Any, y_test: Any):
        super().__init__()
        self._test = (x_test, y_test)
        self.points: list[tuple[float, float]] = []
        self._start = time.perf_counter()

    def on_train_begin(self, logs: Any = None) -> None:
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        now = time.perf_counter()
        images, labels = self._test
        answers = self.model.predict(images, batch_size=500, verbose=0).argmax(1)
        self.points.append((now - self._start, float((answers == labels).mean())))
        self._start += time.perf_counter() - now


def warm_up(model: Any, options: dict[str, Any], sides: dict[str, Any]) -> float:
    """Seconds that compiling takes: one whole batch and one as large as the last."""
    start = time.perf_counter()
    model.optimizer.build(model.trainable_variables)
    variables = [*model.variables, *model.optimizer.variables]
    before = [keras.ops.convert_to_numpy(variable) for variable in variables]
    batch = options["batch_size"]
    images = batch + (len(sides["x_train"]) % batch)
    part = {key: value[:images] for key, value in sides.items()}
    model.fit(
        part["x_train"],
        part["y_train"],
        **options,
        epochs=1,
        validation_data=(part["x_validation"], part["y_validation"]),
    )
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)
    return time.perf_counter() - start


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a backend prints goes to stderr
    task = json.loads(Path(sys.argv[1]).read_text())
    data = np.load(sys.argv[2])
    sides = {key: data[key] for key in data}
    for side in ("x_train", "x_validation", "x_test"):
        sides[side] = sides[side].astype(np.float32)
    model = build(task, jit_compile=False)
    options = {"batch_size": task["batch_size"], "verbose": 0}
    seconds = warm_up(model, options, sides)
    curve = Curve(sides["x_test"], sides["y_test"])
    model.fit(
        sides["x_train"],
        sides["y_train"],
        **options,
        epochs=task["epochs"],
        validation_data=(sides["x_validation"], sides["y_validation"]),
        callbacks=[curve],
    )
    package = _PACKAGES[keras.backend.backend()]
    result = {
        "accuracy": curve.points[-1][1],
        "seconds": curve.points[-1][0],
        "warm_up": seconds,
        "curve": curve.points,
        "epochs": task["epochs"],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            package: version(package),
        },
    }
    print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main()
