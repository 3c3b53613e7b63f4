"""Training speed: imagette against Keras and a plain PyTorch loop, in turn, in one run.

Each peer is a process of its own that trains the same network with the same optimizer and
batch size on as many images; they take turns, and medians and ratios over the rounds count.
imagette's own recipes move the images at random; peers are spared that, and Keras Muon's steps
of convolution kernels and smoothed labels, too, which the plain loop has.
The rate of matrix products in the same run says how far it is to the machine's limit.
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
from benchmarks.results import write_section
from imagette.network import to_json
from imagette.network.summary import summarize
from imagette.recipes import Recipe, recipe

ROOT = Path(__file__).parent.parent

PUBLISHED = ("three-conv", "wide-dense", "fashion", "lenet", "classic")
SHAPE, CLASSES = (28, 28, 1), 10
PACKAGES = {
    "tensorflow": ["tensorflow-cpu", "keras"],
    "jax": ["jax", "keras"],
    "torch": ["torch==2.13.0", "keras"],
}
OURS, OURS_32, KERAS, PLAIN = "imagette", "imagette float32", "Keras", "plain PyTorch"
KINDS = {OURS: "bfloat16", OURS_32: "float32"}  # of imagette's peers, and of their limits
ALL = (*PUBLISHED, "sprint", "standard")
# Keras's Muon leaves kernels of convolutions to AdamW: such a peer is spared it.
_KERAS_NAMES = {
    "adam": "Adam",
    "rmsprop": "RMSprop",
    "adadelta": "Adadelta",
    "sgd": "SGD",
    "muon": "Adam",
}


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
    memories = {key: getattr(settings, key) for key in ("beta_1", "beta_2")}
    own = ("muon_rate", "label_smoothing") if settings.optimizer == "muon" else ()
    return {
        "network": to_json(chosen.network(SHAPE, CLASSES), indent=None),
        "optimizer": {
            "name": _KERAS_NAMES[settings.optimizer],
            "learning_rate": settings.learning_rate,
            **{key: value for key, value in memories.items() if value is not None},
        },
        "recipe": chosen.name,
        "batch_size": settings.batch_size,
        "shape": SHAPE,
        "classes": CLASSES,
        **{key: getattr(settings, key) for key in own},
    }


def measure(
    peers: list[Peer], chosen: Recipe, rounds: int, seconds: float
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Images a second of every peer, and the rates of matrix products, a figure a round."""
    batch = chosen.settings.batch_size
    counts = {}
    for peer in peers:
        peer.ask(task(chosen))
        speed = peer.ask({"images": 10 * batch})["images_per_second"]
        counts[peer.name] = max(4, round(seconds * speed / batch)) * batch
    speeds: dict[str, list[float]] = {peer.name: [] for peer in peers}
    limits: dict[str, list[float]] = {name: [] for name in KINDS}
    for _ in range(rounds):
        for name, kind in KINDS.items():  # beside the work: what else runs disturbs both
            limits[name].append(peers[0].ask({"rate": kind})["gigaflops"])
        for peer in peers:
            answer = peer.ask({"images": counts[peer.name]})
            speeds[peer.name].append(answer["images_per_second"])
    return speeds, limits


def training_flops(chosen: Recipe) -> int:
    """Floating-point operations of training on one image.

    Two for each multiply-add of the network, three times (forward, and the gradients of inputs
    and of weights), without the gradient of the images, which nobody needs.
    """
    found = summarize(chosen.network(SHAPE, CLASSES))
    first = next(layer.multiply_adds for layer in found.layers if layer.parameters)
    return 2 * (3 * found.multiply_adds - first)


def fraction(name: str, images: list[float], limit: list[float]) -> float:
    """Of the rate of matrix products (GFLOP/s), what so many images/s of a recipe take."""
    return training_flops(recipe(name)) / 1e9 * ratio(images, limit)


def ratio(ours: list[float], theirs: list[float]) -> float:
    """The median over the rounds, in which the peers stand side by side."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def fastest(speeds: dict[str, list[float]], start: str) -> list[float]:
    """Of each round, the fastest peer whose name starts so."""
    chosen = [values for name, values in speeds.items() if name.startswith(start)]
    return [max(figures) for figures in zip(*chosen, strict=True)]


def row(name: str, speeds: dict[str, list[float]], limits: dict[str, list[float]]) -> str:
    """A line of the table: images/s of all, ratios, and fractions of the machine's rate."""
    cells = [name]
    cells += [f"{statistics.median(v):,.0f} ({min(v):,.0f}-{max(v):,.0f})" for v in speeds.values()]
    cells += [f"{ratio(speeds[OURS], fastest(speeds, start)):.2f}" for start in (KERAS, PLAIN)]
    cells.append(f"{ratio(speeds[OURS_32], fastest(speeds, KERAS)):.2f}")
    for ours in KINDS:
        share = fraction(name, speeds[ours], limits[ours])
        cells.append(f"{share:.2f} of {statistics.median(limits[ours]):,.0f}")
    return f"| {' | '.join(cells)} |"


def heading(peers: list[str]) -> str:
    columns = ["", *peers, "by Keras", "by plain PyTorch", "float32 by Keras"]
    columns += ["of bfloat16 GFLOP/s", "of float32"]
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def goals(found: dict[str, dict[str, list[float]]], fractions: dict[str, float]) -> list[str]:
    """What was aimed at, and whether it was reached, a line each."""
    speeds = next(iter(found.values()), {})
    backends = [peer.partition(", ")[2] for peer in speeds if peer.startswith(KERAS)]
    keras = (
        f"Keras on {' or '.join(backends)}, the faster"
        if len(backends) > 1
        else (f"Keras on {''.join(backends)}")
    )
    five = [speeds for name, speeds in found.items() if name in PUBLISHED]
    lines = []
    for ours, mean, least in ((OURS, 2.5, 1.8), (OURS_32, 1.3, 0.0)):
        if not five:
            break
        reached = [ratio(speeds[ours], fastest(speeds, KERAS)) for speeds in five]
        geometric, smallest = statistics.geometric_mean(reached), min(reached)
        verdict = "reached" if geometric >= mean and smallest >= least else "missed"
        lines.append(
            f"- {ours} by {keras} (in float32), published networks: geometric mean {geometric:.2f} "
            f"(goal {mean}), smallest {smallest:.2f}{f' (goal {least})' * (least > 0)}: {verdict}"
        )
    for name, least in (("classic", 0.5), ("wide-dense", 0.7)):
        if name in fractions:
            verdict = "reached" if fractions[name] >= least else "missed"
            lines.append(
                f"- {name}: {fractions[name]:.2f} of the bfloat16 rate (goal {least}): {verdict}"
            )
    if "standard" in found:
        plain = ratio(found["standard"][OURS], fastest(found["standard"], PLAIN))
        verdict = "reached" if plain >= 1.5 else "missed"
        lines.append(f"- standard by the faster plain PyTorch: {plain:.2f} (goal 1.5): {verdict}")
    return lines


def start_peers(backends: list[str]) -> list[Peer]:
    worker, plain = "benchmarks.imagette_worker", "benchmarks.torch_worker"
    return [
        Peer(OURS, [sys.executable, "-m", worker]),
        Peer(OURS_32, [sys.executable, "-m", worker, "float32"]),
        Peer(f"{PLAIN} float32", [sys.executable, "-m", plain, "float32"]),
        Peer(f"{PLAIN} bfloat16", [sys.executable, "-m", plain, "bfloat16"]),
        *(
            Peer(
                f"{KERAS}, {backend}",
                [keras_python(backend), str(ROOT / "benchmarks" / "keras_worker.py")],
                KERAS_BACKEND=backend,
                TF_CPP_MIN_LOG_LEVEL="3",
            )
            for backend in backends
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Training speed against Keras, in turn")
    parser.add_argument("recipes", nargs="*", default=ALL)
    parser.add_argument("--backends", nargs="+", default=["tensorflow"], choices=PACKAGES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--save", action="store_true", help="into RESULTS.md")
    options = parser.parse_args()
    peers = start_peers(options.backends)
    lines = [
        "## The same work\n",
        f"{environment()}. Images/s of training, median (smallest-largest) of {options.rounds} "
        f"rounds; ratios of {OURS}, medians over the rounds. The last columns are fractions of "
        "the rate of matrix products of 2048 in the same rounds; the work of an image is "
        "2 x (3 x multiply-adds - those of the first layer).\n",
        heading([peer.name for peer in peers]),
    ]
    print("\n".join(lines), flush=True)
    found, fractions = {}, {}
    for name in options.recipes:
        found[name], limits = measure(peers, recipe(name), options.rounds, options.seconds)
        fractions[name] = fraction(name, found[name][OURS], limits[OURS])
        lines.append(row(name, found[name], limits))
        print(lines[-1], flush=True)
    reached = ["", *goals(found, fractions)]
    print("\n".join(reached))
    if options.save:
        write_section("same_work", "\n".join([*lines, *reached]) + "\n")
    for peer in peers:
        peer.close()


if __name__ == "__main__":
    main()
