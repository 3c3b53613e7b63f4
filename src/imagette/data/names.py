"""What each image is called in its source, so that a finding can point at it."""

import bisect
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

_LINES = "lines"  # the runs of line numbers, in JSON


class LineNames(Sequence[str]):
    """Images called by their lines in a file: "line 17"."""

    def __init__(self, lines: NDArray[np.int64]):
        """`lines` are the numbers of the lines, int64 (n,), each larger than the one before."""
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> "LineNames": ...
    def __getitem__(self, index: int | slice) -> "str | LineNames":
        if isinstance(index, slice):
            return LineNames(self._lines[index])
        return f"line {self._lines[index]}"

    def runs(self) -> list[tuple[int, int]]:
        """The first line and the number of lines of each run that has no gap."""
        starts = np.flatnonzero(np.diff(self._lines, prepend=-1) != 1)
        counts = np.diff(starts, append=len(self._lines))
        return list(zip(self._lines[starts].tolist(), counts.tolist(), strict=True))

    @classmethod
    def from_runs(cls, runs: Sequence[tuple[int, int]]) -> "LineNames":
        """The names of which `runs` gave the value."""
        return cls(np.concatenate([np.arange(first, first + count) for first, count in runs]))


class Names(Sequence[str]):
    """A name an image: texts where the source has such, else a number ("train/17").

    Nothing is made before it is asked for: millions of numbered images cost eight bytes each.
    """

    def __init__(
        self,
        texts: Sequence[str] | None = None,
        blocks: Mapping[str, int] | None = None,
        positions: NDArray[np.int64] | None = None,
    ):
        """`texts`, or `blocks` of images that follow one another, so many of each prefix."""
        self._texts, self._blocks = texts, blocks or {}
        count = sum(self._blocks.values()) if texts is None else len(texts)
        self._positions = np.arange(count) if positions is None else positions

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> "Names": ...
    def __getitem__(self, index: int | slice) -> "str | Names":
        if isinstance(index, slice):
            return Names(self._texts, self._blocks, self._positions[index])
        position = int(self._positions[index])
        if self._texts is not None:
            return self._texts[position]
        ends = list(itertools.accumulate(self._blocks.values()))
        block = bisect.bisect_right(ends, position)
        return f"{list(self._blocks)[block]}/{position - (ends[block - 1] if block else 0)}"

    def to_json(self) -> list[str] | dict[str, Any]:
        """What `from_json` makes the same names of: texts; blocks or lines if they are whole."""
        count = sum(self._blocks.values()) if self._texts is None else len(self._texts)
        if not np.array_equal(self._positions, np.arange(count)):
            return list(self)
        if isinstance(self._texts, LineNames):
            return {_LINES: self._texts.runs()}
        return dict(self._blocks) if self._texts is None else list(self)

    @classmethod
    def from_json(cls, value: list[str] | dict[str, Any]) -> "Names":
        """The names of which `to_json` gave `value`."""
        if isinstance(value, list):
            return cls(value)
        lines = isinstance(value.get(_LINES), list)
        return cls(LineNames.from_runs(value[_LINES])) if lines else cls(blocks=value)

    @classmethod
    def joined(cls, parts: "Mapping[str, Names]") -> "Names":
        """The names of several sets of images; with those of the sets where not of one source."""
        every = list(parts.values())
        texts, blocks = every[0]._texts, every[0]._blocks
        if all(each._texts is texts and (texts or each._blocks is blocks) for each in every):
            return cls(texts, blocks, np.concatenate([each._positions for each in every]))
        return cls([f"{part}: {name}" for part, names in parts.items() for name in names])

    def take(self, chosen: NDArray[np.int64]) -> "Names":
        """The names at `chosen`, in that order."""
        return Names(self._texts, self._blocks, self._positions[chosen])
