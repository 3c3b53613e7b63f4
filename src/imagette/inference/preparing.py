"""Making a picture from outside into an input, as the classifier's metadata say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NoInkError, SettingsError
from imagette.images.fit_shape import fit_shape
from imagette.images.photo.familiar import looks_familiar
from imagette.images.photo.preparation import Preparation
from imagette.runs.metadata import Metadata

PREPARES = ("auto", "photo", "none")


@dataclass(frozen=True)
class Input:
    """What the network is given for a picture.

    Attributes:
        image: uint8 (height, width, channels), of the classifier's shape.
        note: what was done, "" if nothing.
        missing: why there is nothing to be answered, "" if there is.
        box: top, left, bottom, right of the glyph in the picture; None if it was not looked for.
        steps: pictures of the work by their names; empty if there was none.
    """

    image: NDArray[np.uint8]
    note: str = ""
    missing: str = ""
    box: tuple[int, int, int, int] | None = None
    steps: "dict[str, NDArray[np.uint8]] | None" = None


def check_prepare(prepare: str, metadata: Metadata) -> str:
    """`prepare`, if it is one of PREPARES and the classifier can do it.

    Raises:
        SettingsError: it is not.
    """
    if prepare not in PREPARES:
        raise SettingsError(f"prepare={prepare!r}: expected one of {', '.join(PREPARES)}")
    if prepare == "photo" and metadata.photo.kind != "glyph":
        raise SettingsError(
            "prepare='photo': this classifier's training images are no glyphs on an even ground, "
            "so it does not know how photographs are to be prepared. Leave it at auto"
        )
    return prepare


def make_input(picture: NDArray[np.uint8], metadata: Metadata, prepare: str = "auto") -> Input:
    """The input for a picture, uint8 (height, width, 1 or 3).

    "photo" looks for the glyph and makes it look as the training images do; "none" only brings
    the picture to their size and channels; "auto" prepares what does not look like them
    already, where the training images are glyphs.
    """
    shape, photo = metadata.image_shape, metadata.photo
    if prepare == "none" or photo.kind != "glyph":
        return Input(*fit_shape(picture, shape, metadata.resize))
    if prepare == "auto" and looks_familiar(picture, shape, photo):
        return Input(*fit_shape(picture, shape, metadata.resize))
    return _photographed(picture, metadata, photo)


def _photographed(picture: NDArray[np.uint8], metadata: Metadata, photo: Preparation) -> Input:
    from imagette.images.photo.prepare import prepare  # imports SciPy

    try:
        prepared = prepare(picture, metadata.image_shape, photo)
    except NoInkError as error:
        image, note = fit_shape(picture, metadata.image_shape, metadata.resize)
        return Input(image, note, missing=str(error).partition(",")[0])
    return Input(prepared.image, "; ".join(prepared.notes), "", prepared.box, prepared.steps)
