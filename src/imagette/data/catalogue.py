"""The data sets that imagette knows by name: where they come from and how they are told apart.

Data only: `locate.py` finds them on disk, `download.py` fetches them.
"""

from dataclasses import dataclass
from typing import Literal

from imagette.errors import SourceError, nearest_names

_DIGITS = tuple("0123456789")
_GARMENTS = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
_KUZUSHIJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_OBJECTS = (
    "airplane", "automobile", "bird", "cat", "deer",
    "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

# The array that each of MNIST's four files holds, under Keras's name for it.
IDX_FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


@dataclass(frozen=True)
class Entry:
    """One data set of the catalogue.

    Attributes:
        kind: "bundled" with scikit-learn, four "idx" files, or "cifar" binary records.
        mirror: whether an image means the same when mirrored left to right.
        checksums: MD5 of the contents of each array, as an IDX file; where they are known,
            any container with these contents is accepted.
        npz: names that an .npz with all four arrays may have.
        downloads: file name and its hash ("md5:...").
        mirrors: addresses of folders that hold these files, in the order of trying.
    """

    name: str
    title: str
    licence: str
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    kind: Literal["bundled", "idx", "cifar"]
    mirror: bool = False
    checksums: tuple[tuple[str, str], ...] = ()
    npz: tuple[str, ...] = ()
    downloads: tuple[tuple[str, str], ...] = ()
    mirrors: tuple[str, ...] = ()


CATALOGUE = (
    Entry(
        name="digits",
        title="1,797 handwritten digits, 8x8 (UCI, with scikit-learn)",
        licence="CC BY 4.0",
        class_names=_DIGITS,
        image_shape=(8, 8, 1),
        kind="bundled",
    ),
    Entry(
        name="mnist",
        title="70,000 handwritten digits, 28x28",
        licence="CC BY-SA 3.0",
        class_names=_DIGITS,
        image_shape=(28, 28, 1),
        kind="idx",
        checksums=(
            ("x_train", "6bbc9ace898e44ae57da46a324031adb"),
            ("y_train", "a25bea736e30d166cdddb491f175f624"),
            ("x_test", "2646ac647ad5339dbf082846283269ea"),
            ("y_test", "27ae3e4e09519cfbb04c329615203637"),
        ),
        npz=("mnist.npz",),
        downloads=(
            ("train-images-idx3-ubyte.gz", "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873"),
            ("train-labels-idx1-ubyte.gz", "md5:d53e105ee54ea40749a09fcbcd1e9432"),
            ("t10k-images-idx3-ubyte.gz", "md5:9fb629c4189551a2d022fa330f9573f3"),
            ("t10k-labels-idx1-ubyte.gz", "md5:ec29112dd5afa0611ce80d1b7f02629c"),
        ),
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
    ),
    Entry(
        name="fashion-mnist",
        title="70,000 pictures of garments, 28x28",
        licence="MIT",
        class_names=_GARMENTS,
        image_shape=(28, 28, 1),
        kind="idx",
        mirror=True,
        checksums=(
            ("x_train", "f4a8712d7a061bf5bd6d2ca38dc4d50a"),
            ("y_train", "9018921c3c673c538a1fc5bad174d6f9"),
            ("x_test", "8181f5470baa50b63fa0f6fddb340f0a"),
            ("y_test", "15d484375f8d13e6eb1aabb0c3f46965"),
        ),
        npz=("fashion-mnist.npz", "fashion_mnist.npz"),
        downloads=(
            ("train-images-idx3-ubyte.gz", "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            ("train-labels-idx1-ubyte.gz", "md5:25c81989df183df01b3e8a0aad5dffbe"),
            ("t10k-images-idx3-ubyte.gz", "md5:bef4ecab320f06d8554ea6380940ec79"),
            ("t10k-labels-idx1-ubyte.gz", "md5:bb300cfdad3c16e7a12a480ee83cd310"),
        ),
        mirrors=(
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
    ),
    Entry(
        name="kmnist",
        title="70,000 cursive Japanese characters, 28x28",
        licence="CC BY-SA 4.0",
        class_names=_KUZUSHIJI,
        image_shape=(28, 28, 1),
        kind="idx",
        downloads=(
            ("train-images-idx3-ubyte.gz", "md5:bdb82020997e1d708af4cf47b453dcf7"),
            ("train-labels-idx1-ubyte.gz", "md5:e144d726b3acfaa3e44228e80efcd344"),
            ("t10k-images-idx3-ubyte.gz", "md5:5c965bf0a639b31b8f53240b1b52f4d7"),
            ("t10k-labels-idx1-ubyte.gz", "md5:7320c461ea6c1c855c0b718fb2a4b134"),
        ),
        mirrors=(
            "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            "https://web.archive.org/web/2024id_/http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        ),
    ),
    Entry(
        name="cifar10",
        title="60,000 colour photographs of ten kinds of object, 32x32",
        licence="not stated; cite Krizhevsky 2009",
        class_names=_OBJECTS,
        image_shape=(32, 32, 3),
        kind="cifar",
        mirror=True,
        downloads=(("cifar-10-binary.tar.gz", "md5:c32a1d4ab5d03f1284b67883e8d87530"),),
        mirrors=(
            "https://www.cs.toronto.edu/~kriz/",
            "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
        ),
    ),
)


def knows(name: str) -> bool:
    """Whether there is a data set of that name."""
    return any(entry.name == name for entry in CATALOGUE)


def entry(name: str) -> Entry:
    """The data set of that name.

    Raises:
        SourceError: there is none.
    """
    names = [entry.name for entry in CATALOGUE]
    if name not in names:
        raise SourceError(
            f"no source {name!r}{nearest_names(name, names) or ';'} imagette knows "
            f"{', '.join(names)}"
        )
    return CATALOGUE[names.index(name)]
