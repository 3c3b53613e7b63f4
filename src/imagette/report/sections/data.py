"""The data: how many images each class has in each split, samples, and what the check found."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks import Finding
from imagette.data.dataset import SPLITS, Dataset, Splits
from imagette.data.overview import drawn
from imagette.report import tiles
from imagette.report.chart import Axis, Chart, Line, axis
from imagette.report.material import Material

MOST_ROWS = 40  # classes with a row each; of more there is a curve
MOST_STRIPS = 20  # classes of which samples are shown
_SAMPLES = 8  # of each


def data(material: Material) -> dict[str, Any]:
    """Counts, samples and findings; without the images what the run itself knows."""
    of_run, splits = material.run.data, material.splits
    height, width, channels = of_run["image_shape"]
    found: dict[str, Any] = {
        "source": of_run["source"],
        "shape": f"{height} × {width}",
        "colour": {1: "gray", 3: "colour"}.get(channels, f"{channels} channels"),
        "splits": {split: of_run[split]["images"] for split in SPLITS},
        "classes": len(material.class_names),
        "test_duplicates": of_run.get("test_duplicates", 0),
        "missing": material.missing,
        "findings": _findings(material),
        "checked": material.findings is not None,
        "notes": splits.notes if splits else (),
        "rows": [],
        "profile": None,
        "range": (0, 0),
        "strips": [],
    }
    if splits is None:
        return found
    counts = {split: dataset.counts() for split, dataset in splits.named().items()}
    many = len(splits.class_names) > MOST_ROWS
    return found | {
        "rows": [] if many else _rows(splits, counts),
        "profile": _profile(counts) if many else None,
        "range": _range(counts["train"]),
        "strips": _strips(splits.train, splits),
    }


def _findings(material: Material) -> list[Finding]:
    return list(material.findings or ())


def _rows(splits: Splits, counts: dict[str, NDArray[np.int64]]) -> list[dict[str, Any]]:
    largest = max(1, int(counts["train"].max()))
    return [
        {
            "name": name,
            "counts": [int(counts[split][number]) for split in SPLITS],
            "width": round(100 * int(counts["train"][number]) / largest, 1),
        }
        for number, name in enumerate(splits.class_names)
    ]


def _range(counts: NDArray[np.int64]) -> tuple[int, int]:
    return int(counts.min()), int(counts.max())


def _profile(counts: dict[str, NDArray[np.int64]]) -> Chart:
    """The training images of each class, the largest first."""
    sizes = np.sort(counts["train"])[::-1].tolist()
    places = list(range(1, len(sizes) + 1))
    across = axis([1, len(sizes)], "classes, the largest first")
    return Chart(
        title="Training images of each class",
        description=f"From {sizes[0]:,} images of the largest class to {sizes[-1]:,} of the "
        f"smallest of {len(sizes):,}.",
        x=Axis(1, len(sizes), tuple(t for t in across.ticks if 1 <= t[0] <= len(sizes)),
               across.title),
        y=axis([0, *sizes], ""),
        lines=(Line("", "training", places, sizes),),
    )  # fmt: skip


def _strips(train: Dataset, splits: Splits) -> list[dict[str, Any]]:
    """Random training images of the first classes, as one picture a class."""
    strips = []
    chosen = drawn(train, _SAMPLES, 0, min(len(splits.class_names), MOST_STRIPS))
    for name, positions in zip(splits.class_names, chosen, strict=False):
        if len(positions):
            address, width, height = tiles.strip([train.images[int(i)] for i in positions])
            strips.append(
                {
                    "name": name,
                    "address": address,
                    "count": len(positions),
                    "width": width,
                    "height": height,
                }
            )
    return strips
