"""What each image is called in its source, so that a finding can point at it."""

import bisect
import itertools
from collections.abc import Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray


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

    def to_json(self) -> list[str] | dict[str, int]:
        """What `from_json` makes the same names of: texts, or blocks where they are whole."""
        whole = np.array_equal(self._positions, np.arange(sum(self._blocks.values())))
        return dict(self._blocks) if self._texts is None and whole else list(self)

    @classmethod
    def from_json(cls, value: list[str] | dict[str, int]) -> "Names":
        """The names of which `to_json` gave `value`."""
        return cls(blocks=value) if isinstance(value, dict) else cls(value)

    def take(self, chosen: NDArray[np.int64]) -> "Names":
        """The names at `chosen`, in that order."""
        return Names(self._texts, self._blocks, self._positions[chosen])
