"""Operations of a training step against PyTorch's own, in turn, in one process.

Each row: an operation with its gradient, on images as a recipe has them, in bfloat16; medians.
The matrix products at the end say what this machine can do at most, in the same run.

    python -m benchmarks.operations [--rounds 25] [--threads 2]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from benchmarks.environment import environment
from imagette.machine import usable_cores
from imagette.training.max_pooling import max_pool
from imagette.training.memory import freed_memory_kept
from imagette.training.small_maps import conv2d
from imagette.training.step_generator import StepGenerator

# (batch, channels, height, width) of what each recipe pools.
POOLED = {
    "lenet, first": (400, 30, 24, 24),
    "lenet, second": (400, 15, 10, 10),
    "sprint, first": (256, 24, 24, 24),
    "standard, first": (128, 32, 28, 28),
    "fashion, first": (512, 32, 26, 26),
    "classic": (128, 64, 24, 24),
}
# (batch, channels, side, padding) of 3x3 convolutions, of as many filters, that give small maps.
SMALL_MAPS = {"fashion, last": (512, 64, 5, 0), "4x4 pixels of 128": (128, 128, 4, 1)}
OTHER_WORK = 10 * 2**20  # float32 numbers gone through between two timings, to empty the caches
MATRIX = 2048


def seconds(run: Callable[[], object], between: torch.Tensor) -> float:
    between.add_(1)
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def medians(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Milliseconds of each, in turn."""
    between = torch.zeros(OTHER_WORK)
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(1000 * seconds(run, between))
    return {name: statistics.median(values) for name, values in times.items()}


def pooling(shape: tuple[int, int, int, int], own: bool) -> Callable[[], object]:
    x = torch.randn(shape).bfloat16().to(memory_format=torch.channels_last).requires_grad_()
    incoming = torch.ones_like(F.max_pool2d(x, 2))

    def run() -> object:
        pooled = max_pool(x, (2, 2)) if own else F.max_pool2d(x, 2)
        return torch.autograd.grad(pooled, x, incoming)

    return run


def small_map(case: tuple[int, int, int, int], own: bool) -> Callable[[], object]:
    batch, channels, side, padding = case
    sizes = ((batch, channels, side, side), (channels, channels, 3, 3))
    x, kernel = (
        torch.randn(size).bfloat16().to(memory_format=torch.channels_last).requires_grad_()
        for size in sizes
    )
    around = (padding, padding)
    incoming = torch.ones_like(F.conv2d(x, kernel, padding=around))

    def run() -> object:
        y = conv2d(x, kernel, None, around) if own else F.conv2d(x, kernel, padding=around)
        return torch.autograd.grad(y, (x, kernel), incoming)

    return run


def dropout(count: int, own: bool) -> Callable[[], object]:
    like, random = torch.empty(count, dtype=torch.bfloat16), StepGenerator(0, 0)
    if own:
        return lambda: random.dropout(like, 0.25)
    return lambda: torch.empty_like(like).bernoulli_(0.75).mul_(1 / 0.75)


def row(name: str, make: Callable[[bool], Callable[[], object]], rounds: int) -> None:
    found = medians({"own": make(True), "PyTorch": make(False)}, rounds)
    print(
        f"{name:32} {found['own']:6.2f} ms, PyTorch {found['PyTorch']:6.2f} ms: "
        f"{found['PyTorch'] / found['own']:.2f} times as fast"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Operations of a step against PyTorch's own")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--threads", type=int, default=usable_cores())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"{environment()}; {options.threads} threads")
    with freed_memory_kept():
        for name, shape in POOLED.items():
            row(f"max pooling, {name}", partial(pooling, shape), options.rounds)
        for name, case in SMALL_MAPS.items():
            row(f"convolution, {name}", partial(small_map, case), options.rounds)
        row("dropout mask, classic", partial(dropout, 128 * 9216), options.rounds)
        for dtype in (torch.bfloat16, torch.float32):
            matrix = torch.randn(MATRIX, MATRIX, dtype=dtype)
            found = medians({"product": partial(torch.mm, matrix, matrix)}, options.rounds)
            rate = 2 * MATRIX**3 / found["product"] / 1e6
            print(f"matrix product of {MATRIX}, {str(dtype)[6:]:8} {rate:7,.0f} GFLOP/s")


if __name__ == "__main__":
    main()
