"""Fetching the files of a catalogue's data set, from the first mirror that gives them."""

import logging
from pathlib import Path

from imagette.data.catalogue import Entry
from imagette.errors import DownloadError

_TIMEOUT = 20  # seconds of silence, after which the next mirror is tried


class DownloadProgress:
    """Listens to a download. This one is silent; override what is of interest."""

    total: int = 0  # bytes of the current file; pooch sets it

    def started(self, file: str, address: str) -> None:
        """A file is about to be fetched from `address`."""

    def update(self, received: int) -> None:
        """So many bytes more have come."""

    def reset(self) -> None:
        """The file is complete."""

    def close(self) -> None:
        """Nothing more will come from this address."""


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
            downloader = pooch.HTTPDownloader(progressbar=progress, timeout=_TIMEOUT)
            try:
                pooch.retrieve(mirror + name, known_hash, name, folder, downloader=downloader)
                break
            except Exception as error:  # whatever a network, a server or a disk can come up with
                failures.append(f"  {mirror}: {_short(error)}")
        else:
            raise DownloadError(f"{name} could not be downloaded:\n" + "\n".join(failures))


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:120]}{'...' if len(text) > 120 else ''}"
