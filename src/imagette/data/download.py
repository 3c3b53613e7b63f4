"""Fetching the files of a catalogue's data set, from the first mirror that gives them."""

import logging
from contextlib import suppress
from pathlib import Path

from imagette.data.catalogue import Entry
from imagette.errors import DownloadError

_TIMEOUT = 20  # seconds of silence, after which the next mirror is tried


class DownloadProgress:
    """Listens to a download. This one is silent; override what is of interest.

    Each file from each address is one `started`, any number of `update`, and one `close`.
    """

    total: int = 0  # bytes of the current file, or 0 where the server does not tell

    def started(self, file: str, address: str) -> None:
        """A file is about to be fetched from `address`."""

    def update(self, received: int) -> None:
        """So many bytes more have come."""

    def close(self) -> None:
        """Nothing more will come from this address."""


class _Counter:
    """Stands between pooch and a listener: pooch counts whole chunks, and in the end all again."""

    def __init__(self, listener: DownloadProgress):
        self._listener = listener
        self._received = 0

    @property
    def total(self) -> int:
        return self._listener.total

    @total.setter
    def total(self, size: int) -> None:
        self._listener.total = size

    def update(self, chunk: int) -> None:
        more = min(chunk, self.total - self._received) if self.total else chunk
        self._received += more
        self._listener.update(more)

    def reset(self) -> None:
        """Pooch says so before it counts all again."""

    def close(self) -> None:
        """Pooch says so only when all went well; `download` tells the listener always."""


def download(entry: Entry, folder: Path, progress: DownloadProgress | None = None) -> None:
    """Put the files of `entry` into `folder`, each verified by its hash before it gets its name.

    Raises:
        DownloadError: no mirror gave a good copy of a file.
    """
    import pooch

    pooch.get_logger().setLevel(logging.CRITICAL)  # failures are told below, in one message
    progress = progress or DownloadProgress()
    for name, known_hash in entry.downloads:
        failures = []
        for mirror in entry.mirrors:
            progress.started(name, mirror)
            downloader = pooch.HTTPDownloader(progressbar=_Counter(progress), timeout=_TIMEOUT)
            try:
                pooch.retrieve(mirror + name, known_hash, name, folder, downloader=downloader)
                break
            except Exception as error:  # whatever a network, a server or a disk can come up with
                failures.append(f"  {mirror}: {_short(error)}")
            finally:
                progress.close()
        else:
            with suppress(OSError):  # as long as nothing is in it
                folder.rmdir()
            raise DownloadError(
                "\n".join([f"{name} could not be downloaded:", *failures, _by_hand(entry, folder)])
            )


def _by_hand(entry: Entry, folder: Path) -> str:
    put = entry.npz[0] if entry.npz else ", ".join(name for name, _ in entry.downloads)
    own = ", or into a folder that IMAGETTE_DATA names" if entry.npz else ""
    return f"Expected one of these to give it. Without a network, put {put} into {folder}{own}"


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:120]}{'...' if len(text) > 120 else ''}"
