"""What the system refuses is told as such by every reader of arrays, with no wrong advice."""

from pathlib import Path

import pytest

from imagette.data.options import DataOptions
from imagette.data.progress import DataProgress
from imagette.data.readers import READERS
from imagette.errors import SourceError

NAMES = ("a.csv", "a.csv.gz", "a.npy", "a.npz", "train-images-idx3-ubyte")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_without_permission(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    labels = tmp_path / "train-labels-idx1-ubyte"
    labels.write_bytes(b"x")
    reader = next(reader for reader in READERS if reader.fits(path))

    def refused(self: Path, *_: object, **__: object) -> object:  # root may read everything
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr("zipfile.ZipFile", refused)
    with pytest.raises(SourceError, match=f"{name} cannot be read: Permission denied$"):
        reader.read(path, DataOptions(), DataProgress())
