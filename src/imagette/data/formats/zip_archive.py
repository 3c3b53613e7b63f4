"""The members of a .zip and their bytes, trusting nothing that it says of itself."""

import io
import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from imagette.data.contents import Pictures
from imagette.data.formats.members import MAXIMUM_MEMBERS, Member, most_unpacked, too_large
from imagette.errors import PictureError, SourceError
from imagette.images.decode import require_bytes

_ENCRYPTED = 1  # flag bit 0
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz"}
_MAXIMUM_DIRECTORY = MAXIMUM_MEMBERS * 256  # bytes


def members(path: Path) -> Iterator[Member]:
    """All members; the format gives each a number as its position.

    Raises:
        SourceError: it unpacks to far more bytes than it has.
        Exception: whatever zipfile raises on a damaged file.
    """
    with _File(path) as file, zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
    packed = sum(info.compress_size for info in infos)
    if sum(info.file_size for info in infos) > most_unpacked(packed):
        raise too_large(str(path))
    for position, info in enumerate(infos):
        if info.file_size > most_unpacked(info.compress_size):
            raise too_large(f"{path}: {info.filename!r}")
        name = info.filename.replace("\\", "/")  # some tools of Windows write them
        yield Member(name, position, info.file_size, _kind(info), _obstacle(info))


def contents(path: Path, positions: Sequence[int], names: Sequence[str]) -> Pictures:
    """The bytes of the members at `positions`; for a damaged one the error."""
    with _File(path) as file, zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        for position, name in zip(positions, names, strict=True):
            try:
                yield _content(archive, infos[position], name)
            except PictureError as error:
                yield error


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    require_bytes(name, info.file_size)
    try:
        with archive.open(info) as member:
            content = member.read(info.file_size)
            if len(content) == info.file_size and not member.read(1):  # the checksum comes last
                return content
    except Exception as error:  # zipfile fed with broken bytes may raise anything
        raise PictureError(f"{name} is damaged in its archive ({error})") from error
    raise PictureError(f"{name} is damaged in its archive: not the {info.file_size} bytes claimed")


def _kind(info: zipfile.ZipInfo) -> str:
    if info.filename.endswith(("/", "\\")):
        return "folder"
    return "link" if stat.S_ISLNK(info.external_attr >> 16) else "file"


def _obstacle(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted. Unpack it with its password and name the folder"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Python unpacks those other methods that it knows without a bound.
        method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
        return f"is packed by {method}, expected store or deflate. Unpack it and name the folder"
    return ""


class _File(io.FileIO):
    """A file of which at most so much is read at a time as a large list of members takes."""

    def __init__(self, path: Path):
        super().__init__(path, "rb")

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAXIMUM_DIRECTORY:
            raise SourceError(
                f"{self.name} claims a list of members of {size} bytes, expected at most "
                f"{_MAXIMUM_DIRECTORY}. Unpack it and name the folder"
            )
        return super().read(-1 if size is None else size) or b""
