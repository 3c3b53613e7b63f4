"""A run's network and weights as Keras's files, where the user wants them.

In the run folder a file of the same name is replaced; elsewhere only an export of the same network.
Keras is imported when files are made.
"""

import io
import re
import zipfile
import zlib
from pathlib import Path

from imagette.errors import RunError, SettingsError
from imagette.network.keras_models import keras_files
from imagette.runs.files import in_the_way, write_atomically
from imagette.runs.network_file import network_text, read_network
from imagette.runs.run import Run
from imagette.runs.weights_file import read_weights

_ONE = ".keras"  # the ending of a file that holds everything
_FILES = (_ONE, ".json", ".h5")
_DATED = "metadata.json"  # in that file: when it was saved, by which Keras
_CONFIG = "config.json"  # in that file, too
_LARGEST = 50 * 10**6  # bytes of it that are read, as of other Keras files
_SHARED = re.compile(rb'(?<="shared_object_id": )\d+')


def export(run: Run, format: str, out: Path | None) -> list[Path]:
    """Write the files of "keras" or "keras-json" into a folder, or as one file; returns the paths.

    Raises:
        RunError: somebody else's file is in the way, a damaged file of the run, or one that cannot
            be written.
        SettingsError: no such format; the name of one file, where there will be others.
        NetworkError: Keras is not installed.
    """
    weights = read_weights(run, read_network(run))
    files = keras_files(network_text(run), weights, format)
    contents = _placed(files, format, run.path if out is None else out)
    own = run.path.resolve()
    for path, content in contents.items():
        spared = path.is_file() and not path.resolve().is_relative_to(own)
        if spared and not _holds(path, content):
            remedy = "Move it away, or choose another place with `out`"
            raise in_the_way(path, "export of this run", remedy)
    for path, content in contents.items():
        write_atomically(path, content)
    return list(contents)


def _placed(files: dict[str, bytes], format: str, out: Path) -> dict[Path, bytes]:
    """Contents by path: in the folder `out`, or in the file `out` if it is called as one."""
    if out.suffix.lower() not in _FILES or out.is_dir():
        return {out / name: content for name, content in files.items()}
    if out.suffix.lower() != _ONE or len(files) > 1:
        raise SettingsError(
            f"`out={str(out)!r}`: format {format!r} writes {' and '.join(files)}, expected a folder"
        )
    return dict.fromkeys([out], *files.values())


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file holds the same network and weights, whenever it was saved."""
    try:
        if path.stat().st_size > 2 * len(content):
            return False
        return _essence(path.read_bytes()) == _essence(content)
    except OSError as error:
        raise RunError(f"{path} is there already and cannot be read: {error.strerror}") from error


def _essence(content: bytes) -> object:
    """What two exports of one network have in common; of a `.keras` file, that of each member."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {
                member.filename: _numbered(archive.read(member))
                if member.filename == _CONFIG and member.file_size <= _LARGEST
                else (member.file_size, member.CRC)
                for member in archive.infolist()
                if member.filename != _DATED
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError):  # none, damaged
        return content


def _numbered(text: bytes) -> bytes:
    """Keras's JSON with shared objects numbered in order, for Keras gives their place in memory."""
    found: dict[bytes, bytes] = {}
    return _SHARED.sub(lambda match: found.setdefault(match[0], b"%d" % len(found)), text)
