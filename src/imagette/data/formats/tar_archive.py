"""The members of a .tar, plain or packed by gzip, bzip2 or xz, and their bytes.

A packed one is read from its start to its end, once to list it and once for each reading.
"""

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from imagette.data.contents import Pictures
from imagette.data.formats.members import MAXIMUM_UNPACKED, Member, most_unpacked, too_large
from imagette.errors import PictureError, SourceError
from imagette.images.decode import require_bytes

_PACKED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}
_MAXIMUM_HEADER = 2**20  # bytes of a member's header, with all its extensions
_BUFFER = 2**18
_BLOCK = 512


def is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in _PACKED


def members(path: Path) -> Iterator[Member]:
    """All members; the position of each is the offset of its bytes in the unpacked stream.

    Raises:
        SourceError: it unpacks to far more bytes than it has.
        Exception: whatever tarfile and its unpackers raise on a damaged file.
    """
    with _open(path) as file:
        bounded = _Bounded(path, file)
        archive: Any
        last = -1
        with tarfile.open(fileobj=cast(Any, bounded), mode="r:") as archive:
            while (member := archive.next()) is not None:
                archive.members.clear()  # it would keep a kilobyte of each
                if member.size < 0 or member.offset_data <= last:  # it would never end
                    raise tarfile.ReadError(f"the size {member.size} of {member.name!r}")
                last = member.offset_data
                kind = "folder" if member.isdir() else "file"
                if not member.isdir() and (not member.isreg() or member.issparse()):
                    kind = "link"
                size = member.size if kind == "file" else 0
                yield Member(member.name, member.offset_data, size, kind)
            _require_end(bounded, archive.offset)


def contents(
    path: Path, offsets: Sequence[int], sizes: Sequence[int], names: Sequence[str]
) -> Pictures:
    """The bytes of the members at `offsets`, which increase where the archive is packed.

    In place of those of a member that is too large it gives the PictureError.

    Raises:
        SourceError: it ends within a member.
        Exception: whatever opening, seeking and the unpackers raise on a damaged file.
    """
    with _open(path) as file:
        for offset, size, name in zip(offsets, sizes, names, strict=True):
            try:
                require_bytes(name, size)
            except PictureError as error:
                yield error
                continue
            file.seek(offset)
            content = file.read(size)
            if len(content) < size:
                raise SourceError(f"{path} ends within {name!r}: it was altered while it was read")
            yield content


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        unpack = _PACKED.get(file.read(2))
    raw: Any = unpack(path) if unpack else path.open("rb", buffering=0)
    return io.BufferedReader(raw, _BUFFER)


def _require_end(file: "_Bounded", offset: int) -> None:
    """Read what is left: damage there shows, and checksums are compared.

    tarfile takes a damaged header for the end, which is a block of zeros or nothing.
    """
    file.seek(offset)
    block = file.read(_BLOCK)
    if block.strip(b"\0") or 0 < len(block) < _BLOCK:
        raise tarfile.ReadError(f"the header of a member at byte {offset} is damaged")
    while file.read(_BUFFER):
        pass


class _Bounded:
    """The unpacked stream, refusing to go further than an archive of pictures does."""

    def __init__(self, path: Path, file: BinaryIO):
        self._file, self._path = file, path
        size = path.stat().st_size
        self._most = most_unpacked(size) if is_packed(path) else MAXIMUM_UNPACKED

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, position: int) -> int:
        if position > self._most:
            raise too_large(str(self._path))
        return self._file.seek(position)

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _MAXIMUM_HEADER:
            raise SourceError(f"{self._path} has a header of {size} bytes, expected a few hundred")
        content = self._file.read(size)
        if self.tell() > self._most:
            raise too_large(str(self._path))
        return content
