"""An .npz of images and labels as a source; large images go through the cache, not memory."""

from pathlib import Path

from imagette.data.cache import key_of
from imagette.data.contents import Contents
from imagette.data.formats import npz
from imagette.data.named_arrays import contents_by_name
from imagette.data.options import DataOptions
from imagette.data.origin import identity
from imagette.data.progress import DataProgress


def read(path: Path, options: DataOptions, progress: DataProgress | None = None) -> Contents:
    """The arrays of a file: x_train, y_train and the like.

    Raises:
        SourceError: an array is missing, or the file damaged, or in need of pickle.
        DatasetError: an array is of another type or shape.
    """
    return contents_by_name(
        npz.names(path),
        lambda name: npz.read(path, [name])[name],
        lambda name: npz.blocks(path, name),
        str(path),
        options.groups,
        key_of("npz", identity(path), options.groups),
        progress,
    )
