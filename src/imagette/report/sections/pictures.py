"""Test images worth a look, each with what it is, what it was taken for, and what decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from imagette.evaluation import Judgements
from imagette.report import tiles
from imagette.report.material import Material, Pictures

_SHOWN = 3  # probabilities beside a picture


@dataclass(frozen=True)
class Card:
    """One picture: its addresses, and the words beside it.

    `of_label` is the probability of the label where it is not among the likeliest.
    """

    address: str
    decided: str
    name: str
    label: str
    prediction: str
    right: bool
    rejected: bool
    of_label: str
    probabilities: tuple[tuple[str, str, float], ...]


def pictures(material: Material) -> dict[str, Any]:
    """The cards of each kind; each picture is made once."""
    found, judgements = material.pictures, material.judgements
    if found is None or judgements is None:
        return {"groups": [], "missing": material.missing, "maps": False}
    names = material.class_names
    cards = {
        position: _card(position, found, judgements, names)
        for position in found.notable.positions().tolist()
        if position in found.images
    }
    groups = [
        _group("Most confidently wrong", found.notable.confidently_wrong, cards),
        _group("Least sure", found.notable.least_sure, cards),
    ]
    pairs = [
        _group(
            f"{names[pair.label]} taken for {names[pair.prediction]}", pair.positions, cards
        )
        | {"count": pair.count}
        for pair in found.notable.confusions
    ]  # fmt: skip
    return {
        "groups": [group for group in groups if group["cards"]],
        "pairs": pairs,
        "missing": "",
        "maps": bool(found.maps),
        "all_maps": len(found.maps) >= len(cards),
    }


def _group(title: str, positions: Any, cards: dict[int, Card]) -> dict[str, Any]:
    return {"title": title, "cards": [cards[i] for i in np.asarray(positions).tolist()]}


def _card(position: int, found: Pictures, judged: Judgements, names: Sequence[str]) -> Card:
    image, lost = found.images[position], found.maps.get(position)
    label, prediction = int(judged.labels[position]), int(judged.predictions[position])
    shown = judged.classes[position][:_SHOWN].tolist()
    likeliest = zip(
        shown,
        judged.probabilities[position][:_SHOWN].tolist(),
        strict=True,
    )
    return Card(
        address=tiles.picture(image),
        decided="" if lost is None else tiles.decided(image, lost),
        name=found.names[position],
        label=names[label],
        prediction=names[prediction],
        right=label == prediction,
        rejected=judged.rejected is not None and bool(judged.rejected[position]),
        of_label="" if label in shown else probability(float(judged.of_label[position])),
        probabilities=tuple(
            (names[number], probability(share), round(100 * share, 1))
            for number, share in likeliest
        ),
    )


def probability(share: float) -> str:
    """A probability of one image: "97.1 %", and the small ones as less than."""
    if share < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if share > 0.999 else f"{100 * share:.1f} %"
