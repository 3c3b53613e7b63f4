"""How cost grows: seconds and memory of `sprint` against images, image side and classes.

Each row is a process of its own that opens made images, trains one epoch, evaluates and saves.
Images lie in .npy files; of memory the anonymous part counts, since pages of a mapped file are
the system's to drop. Linux; needs room for 1.6 GB of images.

    python -m benchmarks.growth [--short] [--save]

--save puts the table into RESULTS.md and the picture into docs/pictures.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import imagette
from benchmarks.environment import environment
from benchmarks.large_set import Sampler
from benchmarks.results import write_section
from benchmarks.same_work import ROOT
from imagette.plot.canvas import AMBER, BLUE, FAINT

PICTURE = ROOT / "docs" / "pictures" / "growth.png"
_BLOCK = 2**24  # bytes that are made at a time


@dataclass(frozen=True)
class Case:
    """A made data set: square gray images."""

    images: int = 20_000
    side: int = 28
    classes: int = 10


@dataclass(frozen=True)
class Cost:
    """Seconds of opening, of the training loop, of everything; MB of anonymous memory."""

    opened: float
    trained: float
    whole: float
    peak_mb: float


IMAGES = tuple(Case(images=n) for n in (1_000, 10_000, 100_000, 500_000, 2_000_000))
SIDES = tuple(Case(side=n) for n in (8, 16, 28, 48, 64, 96))
CLASSES = tuple(Case(classes=n) for n in (2, 10, 100, 1_000))
PARTS = {"images": IMAGES, "side": SIDES, "classes": CLASSES}


def write_images(case: Case, folder: Path) -> Path:
    """A pattern a class under noise, so that there is something to learn and no two are equal."""
    random = np.random.default_rng(0)
    shape = (case.side, case.side)
    patterns = random.integers(0, 160, (case.classes, *shape), np.uint8)
    labels = np.arange(case.images) % case.classes
    folder.mkdir()
    path = folder / "images.npy"
    array = np.lib.format.open_memmap(path, "w+", np.uint8, (case.images, *shape))
    step = max(1, _BLOCK // case.side**2)
    for start in range(0, case.images, step):
        part = array[start : start + step]
        noise = random.integers(0, 96, part.shape, np.uint8)
        part[:] = patterns[labels[start : start + step]] + noise
    array.flush()
    np.save(folder / "labels.npy", labels)
    return path


def cost(path: Path) -> Cost:
    """Of one training in this process."""
    sampler = Sampler()
    start = time.perf_counter()
    imagette.open_data(path)
    opened = time.perf_counter() - start
    start = time.perf_counter()
    run = imagette.train(path, "sprint", epochs=1, out=path.parent)
    whole = time.perf_counter() - start
    return Cost(opened, run.training["seconds"], whole, sampler.peak)


def measured(case: Case) -> Cost:
    """`cost` in a process of its own, on images that are removed afterwards."""
    with tempfile.TemporaryDirectory() as place:
        path = write_images(case, Path(place) / "made")
        result = subprocess.run(
            [sys.executable, "-m", "benchmarks.growth", "--child", str(path)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return Cost(**json.loads(result.stdout))


def size(part: str, case: Case) -> int:
    """What a part grows by: images, pixels of an image, or classes."""
    found: int = asdict(case)[part]
    return found**2 if part == "side" else found


def exponent(part: str, cases: list[Case], costs: list[Cost]) -> float:
    """Of the whole's last step: 1 is linear in `size`, less is better."""
    times = costs[-1].whole / costs[-2].whole
    return math.log(times) / math.log(size(part, cases[-1]) / size(part, cases[-2]))


def rows(part: str, cases: list[Case], costs: list[Cost]) -> list[str]:
    """A table of one part, Markdown."""
    lines = [
        f"| {part} | opening, s | training, s | whole run, s | peak, MB |",
        "|---|---|---|---|---|",
    ]
    for case, found in zip(cases, costs, strict=True):
        lines.append(
            f"| {asdict(case)[part]:,} | {found.opened:.2f} | {found.trained:.2f} "
            f"| {found.whole:.2f} | {found.peak_mb:,.0f} |"
        )
    unit = "pixels" if part == "side" else part
    last = exponent(part, cases, costs)
    verdict = "linear or better" if last <= 1.05 else "worse than linear"
    lines.append(f"\nThe last step grows with {unit} to the power of {last:.2f}: {verdict}.\n")
    return lines


def draw(ax: Axes, part: str, cases: list[Case], costs: list[Cost]) -> None:
    """Seconds and memory on logarithmic axes; the gray line is linear growth to the last."""
    sizes = [size(part, case) for case in cases]
    whole = [found.whole for found in costs]
    linear = [whole[-1] * n / sizes[-1] for n in sizes]
    ax.loglog(sizes, linear, color=FAINT, linewidth=3, label="linear")
    ax.loglog(sizes, whole, color=BLUE, marker="o", label="whole run, s")
    ax.loglog(sizes, [found.peak_mb for found in costs], color=AMBER, marker="s", label="peak, MB")
    ax.set_xlabel({"side": "pixels of an image"}.get(part, part))
    ax.set_ylim(bottom=min(whole) / 2)
    ax.grid(visible=True, color=FAINT)
    ax.spines[["top", "right"]].set_visible(False)


def save_picture(found: dict[str, tuple[list[Case], list[Cost]]]) -> None:
    figure = Figure(figsize=(9, 3), dpi=150, layout="constrained")
    axes = figure.subplots(1, len(found), squeeze=False)[0]
    for ax, (part, (cases, costs)) in zip(axes, found.items(), strict=True):
        draw(ax, part, cases, costs)
    axes[0].legend(frameon=False)
    PICTURE.parent.mkdir(exist_ok=True)
    FigureCanvasAgg(figure).print_png(str(PICTURE))  # type: ignore[no-untyped-call]


def main() -> None:
    parser = argparse.ArgumentParser(description="How cost grows")
    parser.add_argument("--short", action="store_true", help="without the two largest of each")
    parser.add_argument("--save", action="store_true", help="into RESULTS.md and docs/pictures")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(asdict(cost(options.child))))
        return
    lines = [
        "## How cost grows\n",
        f"{environment()}. `sprint`, one epoch, on made images: 20,000 of 28x28 in 10 classes, "
        "but for what a table varies. The whole run opens, checks, trains, evaluates and saves; "
        "peak is of anonymous memory.\n",
    ]
    print("\n".join(lines), flush=True)
    found = {}
    for part, every in PARTS.items():
        cases = list(every[:-2] if options.short else every)
        costs = [measured(case) for case in cases]
        found[part] = cases, costs
        lines += rows(part, cases, costs)
        print("\n".join(rows(part, cases, costs)), flush=True)
    if options.save:
        save_picture(found)
        picture = f"../{PICTURE.relative_to(ROOT)}"
        lines.append(f"![seconds and memory against size]({picture})\n")
        write_section("growth", "\n".join(lines))


if __name__ == "__main__":
    main()
