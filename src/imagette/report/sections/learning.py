"""Learning curves: loss and accuracy on training and validation images, and the learning rate."""

from __future__ import annotations

from typing import Any

from imagette.report.chart import (
    Chart,
    Dot,
    Line,
    as_percent,
    axis,
    loss_axis,
    whole_axis,
)
from imagette.report.fitting import fitting
from imagette.report.material import Material


def learning(material: Material) -> dict[str, Any]:
    """Three charts, and in words whether the training went well."""
    run = material.run
    history = run.history
    train, validation = (run.data[split]["images"] for split in ("train", "validation"))
    verdict = fitting(history, train, validation)
    charts = [
        _curves(material, "loss", "val_loss", "Loss", verdict.best),
        _curves(material, "accuracy", "val_accuracy", "Accuracy", verdict.best),
        _rates(material),
    ]
    return {
        "verdict": verdict,
        "charts": charts,
        "epochs": len(history),
        "members": run.members,
    }


def _curves(material: Material, train: str, validation: str, title: str, best: int) -> Chart:
    history = material.run.history
    epochs = [epoch["epoch"] for epoch in history]
    measured = {name: [epoch[name] for epoch in history] for name in (train, validation)}
    everything = [value for values in measured.values() for value in values]
    last = history[-1]
    words = as_percent if train == "accuracy" else lambda value: f"{value:.4g}"
    up = axis(everything, "", as_percent) if train == "accuracy" else loss_axis(everything, "")
    best_value = history[best - 1][validation]
    return Chart(
        title=title,
        description=(
            f"{title} over {len(history)} epochs: on training images {words(last[train])} at the "
            f"end, on validation images {words(last[validation])}."
        ),
        x=whole_axis(len(history), "epoch"),
        y=up,
        lines=(
            Line("training", "training", epochs, measured[train]),
            Line("validation", "validation", epochs, measured[validation]),
        ),
        dots=(
            Dot(best, best_value, "best", f"lowest validation loss: epoch {best}", radius=4.5),
            Dot(last["epoch"], last[validation], "saved", f"saved: epoch {last['epoch']:.0f}"),
        ),
    )


def _rates(material: Material) -> Chart:
    history = material.run.history
    rates = [epoch["learning_rate"] for epoch in history]
    return Chart(
        title="Learning rate",
        description=f"Learning rate at the end of each epoch, from {rates[0]:.3g} to "
        f"{rates[-1]:.3g}, {max(rates):.3g} at most.",
        x=whole_axis(len(history), "epoch"),
        y=axis([0.0, *rates], ""),
        lines=(Line("", "rate", [epoch["epoch"] for epoch in history], rates),),
    )
