"""Samples of the lines of a CSV, by which its layout is told.

The first lines, and where one can jump to them, others from its middle and end, for files
are often sorted by class.
"""

import gzip
import re
from pathlib import Path

from imagette.data.formats.gzipped import opened
from imagette.errors import SourceError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SAMPLE = 2**18  # bytes
_LONGEST = 2**24  # bytes of a line
_WIDE = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def sample(path: Path) -> list[str]:
    """Whole lines of the file; the first of them is its first.

    Raises:
        SourceError: it is empty or no text.
    """
    with opened(path) as file:
        head = file.read(_SAMPLE)
        for _ in range(2):  # a header and an image, however long
            if head.count(b"\n") < 2:
                head += file.readline(_LONGEST)
        for mark, encoding in _WIDE:
            if head.startswith(mark):
                raise SourceError(f"{path} is {encoding}, expected UTF-8. Save it as UTF-8")
        if b"\0" in head:
            raise SourceError(f"{path} is no text: it has bytes of value 0. Expected CSV")
        parts = [_whole(head, file.read(1) == b"")]
        size = path.stat().st_size
        if not isinstance(file, gzip.GzipFile) and size > 4 * _SAMPLE:
            for place in (size // 2, size - _SAMPLE):
                file.seek(place)
                file.readline()
                parts.append(_whole(file.read(_SAMPLE), place > size // 2))
    text = b"".join(parts).removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
    lines = [line for line in re.split("\r\n|\n|\r", text) if line.strip()]
    if not lines:
        raise SourceError(f"{path} is empty, expected a line an image: a label and its pixels")
    return lines


def _whole(block: bytes, at_end: bool) -> bytes:
    """The block without the beginning of a line that it does not hold to its end."""
    if at_end or b"\n" not in block:
        return block + b"\n"
    return block[: block.rfind(b"\n") + 1]
