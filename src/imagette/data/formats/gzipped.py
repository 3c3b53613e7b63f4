"""Files that may be gzip, which their first bytes tell, whatever their names say."""

import gzip
from pathlib import Path
from typing import IO, cast

_MAGIC = b"\x1f\x8b"


def opened(path: Path) -> IO[bytes]:
    """The file, open to be read as bytes; a `gzip.GzipFile`, which unpacks it, if it is gzip.

    Raises:
        OSError: it cannot be opened, or its first bytes cannot be read.
    """
    with path.open("rb") as raw:
        packed = raw.read(len(_MAGIC)) == _MAGIC
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")
