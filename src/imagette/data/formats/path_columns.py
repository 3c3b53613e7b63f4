"""Which column of a table holds the paths of pictures, which their labels, splits and groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imagette.data.formats.column_names import LABELS, SPLITS, first_of
from imagette.data.formats.delimited_table import DelimitedTable
from imagette.data.formats.table_file import Table
from imagette.data.left_out import is_picture, shortened
from imagette.errors import SourceError, nearest_names

# By preference, where a table has several; capitals do not count.
PATHS = (
    "file_name", "filename", "image_path", "file_path", "filepath", "path", "image", "file",
)  # fmt: skip
_NO_HEADER = "the table has no header: one column of paths, one of labels"


@dataclass(frozen=True)
class PathColumns:
    """The columns that are read, by their names in the table; and what to say of them."""

    path: str
    label: str
    split: str | None = None
    group: str | None = None
    note: str = _NO_HEADER

    def wanted(self) -> list[str]:
        """Their names, those that are there."""
        return [name for name in (self.path, self.label, self.split, self.group) if name]


def of_table(path: Path, table: Table, group: str | None) -> PathColumns:
    """Those of `table`, which lies at `path`; `group` is the column that the user names.

    Raises:
        SourceError: there is no column of paths, of labels, or of the name `group`.
    """
    if isinstance(table, DelimitedTable) and group is None and starts_with_a_path(table.columns):
        return _without_header(path, table)
    columns = table.columns
    found, label, split = (first_of(names, columns) for names in (PATHS, LABELS, SPLITS))
    for what, name, names in (("paths", found, PATHS), ("labels", label, LABELS)):
        if name is None:
            raise SourceError(
                f"{path} has no column of {what}, expected one of {', '.join(names)}; it has "
                f"{_shown(columns)}. Name the column so"
            )
    if group is not None and group not in columns:
        raise SourceError(
            f"{path} has no column {group!r} of groups{nearest_names(group, columns) or ';'} it "
            f"has {_shown(columns)}"
        )
    note = f"paths from the column {found!r}, labels from {label!r}"
    note += f", splits from {split!r}" if split else ""
    return PathColumns(str(found), str(label), split, group, note)


def starts_with_a_path(columns: Sequence[str]) -> bool:
    """Whether a first line is no header: it has a picture's path where a header has names."""
    return first_of(PATHS, columns) is None and any(map(is_picture, columns))


def _without_header(path: Path, table: DelimitedTable) -> PathColumns:
    pictures = [is_picture(cell) for cell in table.columns]
    if sorted(pictures) != [False, True]:
        raise SourceError(
            f"{path} has no header and {len(pictures)} columns, expected one of paths and one of "
            "labels. Give it a header: image,label"
        )
    table.header, table.columns = False, ("image", "label") if pictures[0] else ("label", "image")
    return PathColumns("image", "label")


def _shown(columns: Sequence[str]) -> str:
    return shortened(columns, most=20) or "none"
