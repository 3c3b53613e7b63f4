"""Other labels for single images, from a CSV: the source itself is never touched.

Columns file, label and, if you like, suggested and confidence, as `imagette data check` and
the search for label errors write them. Where there is `suggested`, it is the new label and
`label` the present one; else `label` is the new one. An empty one drops the image.
"""

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from imagette.bounded import read_bounded
from imagette.data.contents import NO_LABEL, Contents
from imagette.errors import SourceError, nearest_names

COLUMNS = ("file", "label", "suggested", "confidence")
MAXIMUM_BYTES = 2**28


@dataclass(frozen=True)
class _Line:
    """What line `number` of the CSV says of an image; labels are class names, "" for none."""

    number: int
    present: str | None
    wanted: str


def relabelled(contents: Contents, path: Path) -> Contents:
    """The contents with the labels of the CSV at `path`, and a note on how many were changed.

    Raises:
        SourceError: it cannot be read, or names an image or a class that is not there, or was
            made for other labels.
    """
    lines = _read(path)
    labels, dropped = contents.labels.copy(), []
    for name, positions in _positions(contents, lines, path).items():
        wanted = _number(contents, lines[name], path)
        for position in positions:
            _require_present(contents, position, lines[name], path)
            labels[position] = wanted
        if wanted == NO_LABEL:
            dropped += positions
    changed = int(((labels != contents.labels) & (labels != NO_LABEL)).sum())
    note = f"{path.name}: labels changed: {changed:,}, images dropped: {len(dropped):,}"
    result = replace(contents, labels=labels, notes=(*contents.notes, note))
    return result.select(np.delete(np.arange(len(labels)), dropped)) if dropped else result


def _positions(contents: Contents, lines: dict[str, _Line], path: Path) -> dict[str, list[int]]:
    """Where the images of the lines are; a name may be there several times."""
    found: dict[str, list[int]] = {}
    for position, name in enumerate(contents.names):
        if name in lines:
            found.setdefault(name, []).append(position)
    for name, line in lines.items():
        if name not in found:
            raise SourceError(
                f"{path}, line {line.number}: the source has no image {name!r}; its images are "
                f"called {', '.join(map(repr, contents.names[:2]))}, ... Correct or remove the line"
            )
    return found


def _read(path: Path) -> dict[str, _Line]:
    """What is said of each image, by its name."""
    try:
        content = read_bounded(path, MAXIMUM_BYTES, SourceError, "Give only what changes a label")
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        return _by_name(csv.reader(text, strict=True), path)
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}. Expected a CSV of file,label"
        ) from error
    except (ValueError, csv.Error) as error:
        raise SourceError(
            f"{path} cannot be read as CSV of file,label: {error}. Replace it, or save it as UTF-8"
        ) from error


def _by_name(rows: Any, path: Path) -> dict[str, _Line]:
    header = [cell.strip().lower() for cell in next(rows, [])]
    columns = {name: header.index(name) for name in COLUMNS if name in header}
    if "file" not in columns or "label" not in columns:
        raise SourceError(
            f"{path} has the columns {', '.join(header)[:80] or 'of an empty file'}; expected "
            "file,label and, if you like, suggested,confidence"
        )
    lines: dict[str, _Line] = {}
    for row in rows:
        if not row:
            continue
        if len(row) != len(header):
            raise SourceError(
                f"{path}, line {rows.line_num}: {len(row)} values, expected {len(header)} as in "
                "the first line"
            )
        name = row[columns["file"]]
        if name in lines:
            raise SourceError(
                f"{path}, line {rows.line_num}: {name!r} is in line {lines[name].number} already"
            )
        lines[name] = _line(rows.line_num, row, columns)
    return lines


def _line(number: int, row: list[str], columns: dict[str, int]) -> _Line:
    label = row[columns["label"]].strip()
    if "suggested" not in columns:
        return _Line(number, None, label)
    return _Line(number, label, row[columns["suggested"]].strip())


def _number(contents: Contents, line: _Line, path: Path) -> int:
    if not line.wanted:
        return NO_LABEL
    if line.wanted not in contents.class_names:
        classes = contents.class_names
        raise SourceError(
            f"{path}, line {line.number}: there is no class {line.wanted!r}"
            f"{nearest_names(line.wanted, classes) or ';'} expected one of "
            f"{', '.join(classes[:10])}{', ...' if len(classes) > 10 else ''}, or nothing to drop "
            "the image"
        )
    return contents.class_names.index(line.wanted)


def _require_present(contents: Contents, position: int, line: _Line, path: Path) -> None:
    """Raise SourceError where the CSV was made for other labels than the source has."""
    number = int(contents.labels[position])
    present = "" if number == NO_LABEL else contents.class_names[number]
    if line.present is not None and line.present != present:
        raise SourceError(
            f"{path}, line {line.number}: it is for an image {contents.names[position]!r} with the "
            f"label {line.present!r}, and the source has {present!r}: it was made for other data. "
            "Make it again"
        )
