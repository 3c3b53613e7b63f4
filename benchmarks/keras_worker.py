"""Keras's side of `same_work.py`: runs in a virtual environment of its own, without imagette.

Reads lines of JSON from stdin. A line with "network" builds it (Keras's JSON, optimizer, batch
size); any other line {"images": n} trains on n images. Answers each with a line of JSON.
"""

import json
import os
import sys
import time
from typing import Any

import keras
import numpy as np

WARM_UP = 4  # batches


def build(task: dict[str, Any], jit_compile: bool) -> Any:
    model = keras.models.model_from_json(task["network"])
    options = dict(task["optimizer"])
    optimizer = getattr(keras.optimizers, options.pop("name"))(**options)
    model.compile(
        optimizer,
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=jit_compile,
    )
    return model


def train(model: Any, images: int, batch_size: int, data: tuple[Any, Any]) -> float:
    """Seconds that `fit` takes over so many images, as a user calls it."""
    x, y = (np.resize(part, (images, *part.shape[1:])) for part in data)
    start = time.perf_counter()
    model.fit(x, y, batch_size=batch_size, epochs=1, verbose=0)
    return time.perf_counter() - start


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a backend prints goes to stderr
    random = np.random.default_rng(0)
    model: Any = None
    task: dict[str, Any] = {}
    data: tuple[Any, Any] = ((), ())
    for line in sys.stdin:
        request = json.loads(line)
        if "network" in request:
            task = request
            batch = task["batch_size"]
            shape = (2048, *task["shape"])
            data = (
                random.integers(0, 256, shape).astype(np.float32),
                random.integers(0, task["classes"], 2048),
            )
            # XLA is faster with some backends and slower with others: the better one counts.
            speeds = {}
            for jit in (False, True):
                candidate = build(task, jit)
                train(candidate, WARM_UP * batch, batch, data)
                speeds[jit] = WARM_UP * batch / train(candidate, WARM_UP * batch, batch, data)
                if speeds[jit] == max(speeds.values()):
                    model = candidate
            answer = {
                "jit_compile": max(speeds, key=lambda jit: speeds[jit]),
                "keras": keras.__version__,
                "backend": keras.backend.backend(),
            }
        else:
            seconds = train(model, request["images"], task["batch_size"], data)
            answer = {"images_per_second": request["images"] / seconds}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
