"""The kinds of photographs on paper and boards: which pens, papers and troubles go together.

Every photograph has some of everything that cameras do; its look says what it has much of.
"""

from dataclasses import dataclass

_WRITING = ("ballpoint", "fountain pen", "felt tip", "pencil", "marker")
_LIGHT = ("white", "white", "bluish", "cream", "recycled")
_NOTES = ("yellow", "yellow", "pink", "green", "sky", "orange", "lilac")


@dataclass(frozen=True)
class Look:
    """Attributes:
    pens, papers: to choose from; where they contrast too little, another ink is taken.
    ruling: "", or which lines the paper has.
    shadows: to choose from: "", "soft", "hard", "hand".
    form: "", or what numbers are written on: "underline", or a kind of `forms.form`.
    border: "" or "edge", where a part of the table shows, or "note", a small square paper.
    creases: strength of the shading of a crumpled sheet.
    noise: range of its standard deviation at middle gray.
    blur: range, in widths of the stroke.
    """

    pens: tuple[str, ...] = _WRITING
    papers: tuple[str, ...] = _LIGHT
    ruling: str = ""
    form: str = ""
    shadows: tuple[str, ...] = ("", "", "", "soft")
    border: str = ""
    creases: tuple[float, float] = (0.0, 0.0)
    noise: tuple[float, float] = (0.5, 5.0)
    blur: tuple[float, float] = (0.0, 0.15)
    motion: bool = False
    dim: bool = False
    dirty: bool = False
    broken: bool = False
    turned: bool = False


LOOKS: dict[str, Look] = {
    "ballpoint": Look(("ballpoint",)),
    "felt tip": Look(("felt tip", "fountain pen"), (*_LIGHT, "gray")),
    "pencil": Look(("pencil", "coloured pencil")),
    "marker": Look(("marker",), (*_LIGHT, "kraft")),
    "ruled": Look(ruling="ruled"),
    "squared": Look(ruling="squared"),
    "dotted": Look(ruling="dotted"),
    "coloured paper": Look(("ballpoint", "felt tip", "marker"), (*_NOTES, "kraft", "gray")),
    "light on dark": Look(("gel pen", "paint"), ("black", "navy", "wine", "black")),
    "sticky note": Look(("felt tip", "marker", "ballpoint"), _NOTES, border="note"),
    "chalk": Look(("chalk",), ("blackboard", "greenboard")),
    "whiteboard": Look(("whiteboard marker",), ("whiteboard",)),
    "shadow": Look(shadows=("hard", "hand", "hand", "soft")),
    "crumpled": Look(creases=(0.06, 0.22)),
    "table edge": Look(papers=(*_LIGHT, "yellow", "kraft"), border="edge"),
    "dirty": Look(dirty=True),
    "dim": Look(dim=True, noise=(5.0, 12.0)),
    "blurred": Look(blur=(0.25, 0.6), motion=True),
    "broken": Look(broken=True),
    "turned": Look(turned=True),
}
