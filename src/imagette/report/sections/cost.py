"""What the training took, what an answer takes, and how large the files are."""

from __future__ import annotations

import statistics
from typing import Any

from imagette.numerals import counted, duration
from imagette.report.material import Material
from imagette.report.words import rounded
from imagette.runs.run import MODEL
from imagette.runs.weights_file import WEIGHTS


def cost(material: Material) -> dict[str, Any]:
    """Rows of what was measured and what it was."""
    run = material.run
    training, history = run.training, run.history
    speed = statistics.median(epoch["images_per_second"] for epoch in history)
    rows = [
        ("Training", duration(training["seconds"])),
        ("of it, an epoch", duration(training["seconds"] / max(1, len(history)))),
        ("Images a second in training", f"{speed:,.0f}"),
        ("Where", _where(material)),
    ]  # fmt: skip
    if memory := training.get("peak_memory"):
        rows.append(("Memory at most", f"{memory / 1e6:,.0f} MB"))
    if material.speed:
        rows += [
            ("Answering one image", duration(material.speed.seconds)),
            ("Images a second, answered in batches", rounded(material.speed.images_per_second)),
        ]
    rows += [(name, f"{size / 1e6:.2f} MB") for name, size in _sizes(material) if size is not None]
    return {"rows": rows}


def _where(material: Material) -> str:
    training = material.run.training
    return (
        f"{training.get('device', '?')}, {training.get('precision', '?')}, "
        f"{counted(int(training.get('threads', 1)), 'thread')}"
    )


def _sizes(material: Material) -> list[tuple[str, int | None]]:
    """Bytes of the run's files, of those that are there."""
    found: list[tuple[str, int | None]] = []
    for name in (MODEL, WEIGHTS):
        file = material.run.path / name
        found.append((name, file.stat().st_size if file.is_file() else None))
    return found
