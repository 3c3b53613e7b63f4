"""What columns are called that any table may have, by preference; capitals do not count."""

from collections.abc import Sequence

LABELS = (
    "label", "labels", "class", "target", "targets", "category", "class_name", "character",
    "fine_label", "digit",
)  # fmt: skip
LABELS_OR_Y = (*LABELS, "y")  # where no column is a coordinate
SPLITS = ("split", "subset", "set", "usage", "side")


def first_of(names: Sequence[str], columns: Sequence[str]) -> str | None:
    """The column that has the first of `names` that there is."""
    known = {column.strip().lower(): column for column in reversed(columns)}
    return next((known[name] for name in names if name in known), None)
