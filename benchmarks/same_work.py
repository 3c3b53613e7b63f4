"""Training speed of the published networks: imagette against Keras, in turn, in one run.

Each peer is a process of its own that trains the same network with the same optimizer and
batch size on as many images; they take turns, and medians and ratios over the rounds count.
Keras's virtual environment is made in .venvs on first use.

    python -m benchmarks.same_work [RECIPE ...] [--backends tensorflow jax torch] [--rounds 3]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.environment import environment
from imagette.network import to_json
from imagette.recipes import Recipe, recipe

ROOT = Path(__file__).parent.parent

PUBLISHED = ("three-conv", "wide-dense", "fashion", "lenet", "classic")
SHAPE, CLASSES = (28, 28, 1), 10
PACKAGES = {
    "tensorflow": ["tensorflow-cpu", "keras"],
    "jax": ["jax", "keras"],
    "torch": ["torch==2.13.0", "keras"],
}
_KERAS_NAMES = {"adam": "Adam", "rmsprop": "RMSprop", "adadelta": "Adadelta", "sgd": "SGD"}


class Peer:
    """A worker process: give it a task, then ask it for speeds."""

    def __init__(self, name: str, command: list[str], **environment: str):
        self.name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=os.environ | environment,
        )

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} stopped with code {process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def keras_python(backend: str) -> str:
    """The interpreter of the virtual environment for a backend, which is made if need be."""
    folder = ROOT / ".venvs" / backend
    python = folder / "bin" / "python"
    installed = folder / ".installed"
    if not installed.exists():
        print(f"making {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        for package in PACKAGES[backend]:  # in this order: the first decides which build
            subprocess.run([python, "-m", "pip", "install", "--quiet", package], check=True)
        installed.touch()
    return str(python)


def task(chosen: Recipe) -> dict[str, Any]:
    """What every peer is to train."""
    settings = chosen.settings
    return {
        "network": to_json(chosen.network(SHAPE, CLASSES), indent=None),
        "optimizer": {
            "name": _KERAS_NAMES[settings.optimizer],
            "learning_rate": settings.learning_rate,
        },
        "recipe": chosen.name,
        "batch_size": settings.batch_size,
        "shape": SHAPE,
        "classes": CLASSES,
    }


def measure(
    peers: list[Peer], chosen: Recipe, rounds: int, seconds: float
) -> dict[str, list[float]]:
    """Images a second of every peer, a figure a round."""
    batch = chosen.settings.batch_size
    counts = {}
    for peer in peers:
        peer.ask(task(chosen))
        speed = peer.ask({"images": 10 * batch})["images_per_second"]
        counts[peer.name] = max(4, round(seconds * speed / batch)) * batch
    speeds: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            answer = peer.ask({"images": counts[peer.name]})
            speeds[peer.name].append(answer["images_per_second"])
    return speeds


def main() -> None:
    parser = argparse.ArgumentParser(description="Training speed against Keras, in turn")
    parser.add_argument("recipes", nargs="*", default=PUBLISHED)
    parser.add_argument("--backends", nargs="+", default=["tensorflow"], choices=PACKAGES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    options = parser.parse_args()
    worker = "benchmarks.imagette_worker"
    peers = [
        Peer("imagette", [sys.executable, "-m", worker]),
        Peer("imagette float32", [sys.executable, "-m", worker, "float32"]),
    ]
    for backend in options.backends:
        peers.append(
            Peer(
                f"Keras, {backend}",
                [keras_python(backend), str(ROOT / "benchmarks" / "keras_worker.py")],
                KERAS_BACKEND=backend,
                TF_CPP_MIN_LOG_LEVEL="3",
            )
        )
    print(environment())
    print(f"images/s of training, median of {options.rounds} rounds (smallest to largest)\n")
    against_fastest = []
    for name in options.recipes:
        speeds = measure(peers, recipe(name), options.rounds, options.seconds)
        ours = speeds[peers[0].name]
        for peer in peers:
            theirs = speeds[peer.name]
            ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
            print(
                f"{name:12} {peer.name:18} {statistics.median(theirs):8,.0f} "
                f"({min(theirs):,.0f} to {max(theirs):,.0f})   "
                f"imagette is {statistics.median(ratios):.2f} times as fast",
                flush=True,
            )
        fastest = [
            max(figures) for figures in zip(*(speeds[p.name] for p in peers[2:]), strict=True)
        ]
        ratios = [a / b for a, b in zip(ours, fastest, strict=True)]
        against_fastest.append(statistics.median(ratios))
        print(f"{name:12} against the fastest Keras: {against_fastest[-1]:.2f} times\n", flush=True)
    print(
        f"all: geometric mean {statistics.geometric_mean(against_fastest):.2f}, "
        f"smallest {min(against_fastest):.2f}"
    )
    for peer in peers:
        peer.close()


if __name__ == "__main__":
    main()
