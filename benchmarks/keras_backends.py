"""An exported run in Keras on each backend: the largest difference in probability to `model.onnx`.

    python -m benchmarks.keras_backends RUN [--images 1000]

RUN is a run folder on MNIST. Each backend runs in the virtual environment of `same_work.py`.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import imagette
from benchmarks.environment import environment
from benchmarks.same_work import PACKAGES, keras_python

_PROGRAM = """
import sys, keras, numpy as np
folder, kind = sys.argv[1:]
if kind == "keras":
    model = keras.saving.load_model(folder + "/model.keras")
else:
    model = keras.models.model_from_json(open(folder + "/model.json").read())
    model.load_weights(folder + "/model.weights.h5")
images = np.load(folder + "/images.npy").astype("float32")
np.save(folder + "/answers.npy", model.predict(images, verbose=0))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="An exported run in Keras on each backend")
    parser.add_argument("run", type=Path)
    parser.add_argument("--images", type=int, default=1000)
    options = parser.parse_args()
    print(environment())
    record = imagette.Run.load(options.run)
    images = imagette.open_data(record.data["source"]).test.images[: options.images]
    expected = imagette.load(options.run).probabilities(images)
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "images.npy", images)
        for kind in ("keras", "keras-json"):
            imagette.export(options.run, kind, folder)
            for backend in PACKAGES:
                subprocess.run(
                    [keras_python(backend), "-c", _PROGRAM, folder, kind],
                    check=True,
                    capture_output=True,
                    env=os.environ | {"KERAS_BACKEND": backend},
                )
                answers = np.load(Path(folder) / "answers.npy")
                difference = float(np.abs(answers - expected).max())
                print(json.dumps({"format": kind, "backend": backend, "difference": difference}))


if __name__ == "__main__":
    main()
