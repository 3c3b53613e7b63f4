"""The network: its layers with their shapes and costs, drawn as a funnel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from imagette.network.shapes import Shape
from imagette.network.summary import LayerSummary, summarize
from imagette.report.material import Material

_WIDTH = 96  # of the widest layer, in the drawing's units


@dataclass(frozen=True)
class Row:
    """A layer with its block: `width` for the side of its maps, `kind` for its colour."""

    layer: LayerSummary
    shape: str
    source: str
    width: float
    kind: str


def network(material: Material) -> dict[str, Any]:
    """The layers in their order, and totals."""
    found = summarize(material.network)
    widest = max(_extent(layer.shape) for layer in found.layers)
    rows: list[Row] = []
    for layer in found.layers:
        usual = layer.sources in ((), (rows[-1].layer.name,) if rows else ())
        source = "" if usual else " and ".join(layer.sources)
        width = round(max(4.0, _WIDTH * _extent(layer.shape) / widest), 1)
        rows.append(Row(layer, _shape(layer.shape), source, width, _kind(layer)))
    return {
        "rows": rows,
        "found": found,
        "parameters": found.trainable + found.other,
        "megabytes": 4 * (found.trainable + found.other) / 1e6,
        "ensemble": any(layer.members > 1 for layer in found.layers),
        "named": any(_differs(row.layer) for row in rows),
    }


def _extent(shape: Shape) -> float:
    """How wide a layer is drawn: as the root of its number of values."""
    return math.sqrt(math.prod(shape))


def _shape(shape: Shape) -> str:
    return " × ".join(f"{side:,}" for side in shape)


def _kind(layer: LayerSummary) -> str:
    if layer.kind == "InputLayer":
        return "input"
    if layer.parameters and layer.multiply_adds:
        return "dense" if "Dense" in layer.kind else "convolution"
    return "other"


def _differs(layer: LayerSummary) -> bool:
    """Whether the name says more than the kind does."""
    return layer.kind.lower() not in layer.name.replace("_", "").lower()
