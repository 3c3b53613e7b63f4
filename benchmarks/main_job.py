"""The figures of the main job: `train mnist --recipe sprint`, its memory, and `model.onnx`.

Whole commands run as a user runs them, in processes of their own, `sprint` with five seeds.
Needs MNIST (see IMAGETTE_DATA).

    python -m benchmarks.main_job [--seeds 5]
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import safetensors.numpy
import torch

import imagette
from benchmarks.environment import environment
from imagette.network import from_json
from imagette.training.lowered import LoweredNetwork


def command(*arguments: str) -> tuple[float, str]:
    """Seconds of wall time of a command line, and its stdout."""
    start = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-m", "imagette", *arguments], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - start, result.stdout


def spread(values: list[float], unit: str) -> str:
    """Median, smallest and largest."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):.2f} {unit}  ({low:.2f} to {high:.2f}, n = {len(values)})"


def peak_memory() -> float:
    """MB that the largest of the finished child processes had resident at its peak."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def onnx_difference(run: Path) -> tuple[float, int]:
    """Largest difference in probability to PyTorch in float32, and how many labels differ."""
    images = imagette.open_data("mnist").test.images
    network = from_json((run / "network.json").read_text())
    weights = safetensors.numpy.load_file(run / "weights.safetensors")
    lowered = LoweredNetwork(network, weights, torch.device("cpu"), torch.float32)
    expected = lowered.probabilities(torch.from_numpy(images)).numpy()
    received = imagette.load(run).probabilities(images)
    differing = int((expected.argmax(1) != received.argmax(1)).sum())
    return float(np.abs(expected - received).max()), differing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=5)
    seeds = parser.parse_args().seeds
    print(environment(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        accuracies, training, whole, runs = [], [], [], []
        for seed in range(seeds):
            seconds, printed = command(
                "train", "mnist", "--recipe", "sprint", "--seed", str(seed), "-o", folder, "--json"
            )
            path = Path(json.loads(printed)["path"])
            run = imagette.Run.load(path)
            runs.append(path)
            accuracies.append(100 * run.test.accuracy)
            training.append(run.training["seconds"])
            whole.append(seconds)
        memory = peak_memory()
        deviation = statistics.stdev(accuracies) if seeds > 1 else 0.0
        print(
            f"sprint on MNIST, test accuracy   {statistics.mean(accuracies):.3f} % mean, "
            f"{deviation:.3f} standard deviation, {min(accuracies):.2f} to {max(accuracies):.2f}, "
            f"n = {seeds}"
        )
        print(f"  seconds of training            {spread(training, 's')}")
        print(f"  whole command                  {spread(whole, 's')}")
        print(f"  peak memory                    {memory:.0f} MB")
        difference, differing = onnx_difference(runs[0])
        print(
            f"model.onnx against PyTorch       {difference:.1e} at most, {differing} other labels"
        )


if __name__ == "__main__":
    main()
