"""CIFAR-10's binary version: records of one label byte and 3x32x32 pixels, in a .tar.gz.

Source: https://www.cs.toronto.edu/~kriz/cifar.html. (Its Python version is pickle: not read.)
"""

import tarfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.errors import SourceError

_SHAPE = (3, 32, 32)
_RECORD = 1 + 3 * 32 * 32
_RECORDS = 10_000
_TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
_TEST = ("test_batch.bin",)


def read(path: Path) -> dict[str, NDArray[np.uint8]]:
    """Arrays x_train, y_train, x_test, y_test; images (n, 32, 32, 3).

    Raises:
        SourceError: a member is missing or of another size.
    """
    wanted = {*_TRAIN, *_TEST}
    batches: dict[str, NDArray[np.uint8]] = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                if name in wanted and member.isreg() and member.size == _RECORD * _RECORDS:
                    file = archive.extractfile(member)
                    assert file is not None  # it is a regular file
                    batches[name] = np.frombuffer(file.read(), np.uint8).reshape(-1, _RECORD)
    except Exception as error:  # tarfile fed with broken bytes may raise anything
        raise SourceError(f"{path} cannot be read ({error}). Download it again") from error
    if missing := wanted - batches.keys():
        raise SourceError(f"{path} lacks {sorted(missing)[0]}. Download it again")
    train, test = (np.concatenate([batches[name] for name in names]) for names in (_TRAIN, _TEST))
    return {
        "x_train": _images(train),
        "y_train": train[:, 0],
        "x_test": _images(test),
        "y_test": test[:, 0],
    }


def _images(records: NDArray[np.uint8]) -> NDArray[np.uint8]:
    images = records[:, 1:].reshape(-1, *_SHAPE).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images)
