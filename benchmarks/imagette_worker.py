"""imagette's side of `same_work.py`: the training loop's own steps, in a process of its own.

python -m benchmarks.imagette_worker [auto|float32|bfloat16]
"""

import json
import statistics
import sys
import time
from typing import Any

import numpy as np
import torch

from imagette.data.dataset import Dataset, Splits
from imagette.network import from_json
from imagette.recipes import recipe
from imagette.training.memory import freed_memory_kept
from imagette.training.steps import Training

MATRIX, PRODUCTS = 2048, 15
BATCHES = 16  # different ones, gone through again and again


def prepare(task: dict[str, Any], precision: str) -> Training:
    random = np.random.default_rng(0)
    images = BATCHES * task["batch_size"]
    dataset = Dataset(
        random.integers(0, 256, (images, *task["shape"]), dtype=np.uint8),
        random.integers(0, task["classes"], images),
        tuple(map(str, range(task["classes"]))),
    )
    # Epochs without end: the learning rate must not run out.
    settings = recipe(task["recipe"]).settings.override(epochs=10**6, precision=precision)
    network = from_json(task["network"])
    splits = Splits("benchmark", dataset, dataset, dataset)
    return Training(network, network.initial_weights(0), splits, settings)


def advance(training: Training, images: int) -> float:
    """Seconds that steps over so many images take."""
    goal = images
    start = time.perf_counter()
    while goal > 0:
        training.step()
        goal -= training.settings.batch_size
    training.means()
    return time.perf_counter() - start


def matmul_rate(dtype: str) -> float:
    """GFLOP/s of products of large matrices: what this machine can do at most, the median."""
    matrix = torch.randn(MATRIX, MATRIX, dtype=getattr(torch, dtype))
    torch.mm(matrix, matrix)
    times = []
    for _ in range(PRODUCTS):
        start = time.perf_counter()
        torch.mm(matrix, matrix)
        times.append(time.perf_counter() - start)
    return 2 * MATRIX**3 / statistics.median(times) / 1e9


def main() -> None:
    precision = sys.argv[1] if len(sys.argv) > 1 else "auto"
    training = None
    with freed_memory_kept():
        for line in sys.stdin:
            request = json.loads(line)
            if "network" in request:
                training = prepare(request, precision)
                answer: dict[str, Any] = training.plan.__dict__
            elif "rate" in request:
                answer = {"gigaflops": matmul_rate(request["rate"])}
            else:
                assert training is not None
                seconds = advance(training, request["images"])
                answer = {"images_per_second": request["images"] / seconds}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
