"""Pages of a TIFF beside the one that is read: scanners put many into one file."""

from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from imagette.bounded import is_file
from imagette.images.decode import quiet_pillow
from imagette.numerals import counted

_SUFFIXES = (".tif", ".tiff")
_TOLD = 3  # files that are named at most
_MOST = 1000  # pages that are counted at most
_KIND = 254  # TIFF's tag; its lowest bit says that a page is a smaller copy of another


def pages(path: Path) -> int:
    """How many pages a file has that are no smaller copies; 1 for what is no sound TIFF.

    At most 1,000 are counted: Pillow takes time for each as long as for all before it.
    """
    found = 0
    try:
        with quiet_pillow(), Image.open(path, formats=("TIFF",)) as picture:
            for number in range(_MOST):
                picture.seek(number)  # beyond the last is an EOFError
                tags = getattr(picture, "tag_v2", {})
                found += not int(tags.get(_KIND, 0)) & 1
    except Exception:  # whatever Pillow makes of foreign bytes; who decodes them tells
        pass
    return max(found, 1)


def of_several_pages(files: Iterable[Path]) -> str:
    """A sentence on those of the files that have several pages, or ""."""
    tiffs = (file for file in files if file.suffix.lower() in _SUFFIXES and is_file(file))
    several = [(file.name, count) for file in tiffs if (count := pages(file)) > 1]
    if not several:
        return ""
    named = ", ".join(
        f"{name} ({count:,}{' or more' * (count >= _MOST)})" for name, count in several[:_TOLD]
    )
    more = ", ..." if len(several) > _TOLD else ""
    files_have = counted(len(several), "file has", "files have")
    return f"{files_have} several pages, of which only the first is read: {named}{more}"
