"""Making a picture from outside into an input, as the classifier's metadata say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NoInkError, SettingsError
from imagette.images.fit_shape import fit_shape
from imagette.images.photo.familiar import looks_familiar
from imagette.images.photo.resizing import overlap
from imagette.inference.likelihood import likelihood
from imagette.inference.rejection import UNLIKE
from imagette.runs.metadata import Metadata

if TYPE_CHECKING:
    from imagette.images.photo.prepared import Prepared
    from imagette.images.photo.resizing import Box
    from imagette.inference.reading import Classify

PREPARES = ("auto", "photo", "none")
# Plausibility times likelihood. Below, the picture is searched with more effort, and if that finds
# nothing better, there is no answer: of many things seen in noise one always looks like a glyph.
_DOUBTFUL = 0.5
_ON_SHEETS = 0.65  # the same where but sheets of paper were looked at: in a box the hollow of a
# zero is a light one on a dark sheet, until the zero itself is seen.
_PLAIN = 0.75  # plausibility of what is a glyph, though one that the classifier does not know
_CUT = 0.37  # that suffices for what the border cuts, if nothing else is against it: bare strokes
# at the border are the edges of something.
_BARE = 0.45  # shorter side by longer one, at most, of a bare stroke,
_SOME_CARE = 2  # of whose plausibility this power counts;
_NARROW = 12  # pixels, and of one that is narrower
_CARE = 4  # this power: there is one between the sleeves of a shirt, too
_WHOLE = 0.5  # plausibility, at least, of a glyph of which something else may be a part:
_LEFT = 0.65  # its longer side is less than so much of the whole's,
_CLOSE = 3  # and it reaches fewer pixels beyond that,
_BEYOND = 0.03  # or a smaller share of its longer side.
_PART = 0.3  # A part counts so much of what it would by itself;
_PEN = 0.3  # and so much counts a straight stroke beside a glyph that is surely one,
_SURE = 0.8  # that likely,
_LONGER = 1.25  # if it is longer than that: a pen lies there, or an edge;
_FRAME = 0.3  # and so much what is drawn around a glyph that surely is one


@dataclass(frozen=True)
class Input:
    """What the network is given for a picture.

    Attributes:
        image: uint8 (height, width, channels), of the classifier's shape.
        note: what was done, "" if nothing.
        missing: why there is nothing to be answered, "" if there is.
        box: top, left, bottom, right of the glyph in the picture; None if it was not looked for.
        steps: pictures of the work by their names; None if there was none.
    """

    image: NDArray[np.uint8] = field(repr=False)
    note: str = ""
    missing: str = ""
    box: tuple[int, int, int, int] | None = None
    steps: "Mapping[str, NDArray[np.uint8]] | None" = field(default=None, repr=False)


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


def check_reads(metadata: Metadata) -> None:
    """Whether the classifier can look for glyphs on a page.

    Raises:
        SettingsError: it cannot.
    """
    if metadata.photo.kind != "glyph":
        raise SettingsError(
            "this classifier's training images are no glyphs on an even ground, so it cannot read "
            "what stands on a page. Ask for one answer a picture: predict, without --read"
        )


def make_input(
    picture: NDArray[np.uint8],
    metadata: Metadata,
    prepare: str = "auto",
    classify: "Classify | None" = None,
) -> Input:
    """The input for a picture, uint8 (height, width, 1 or 3).

    "photo" looks for the glyph and makes it look as the training images do; "none" only brings
    the picture to their size and channels; "auto" prepares what does not look like them
    already, where the training images are glyphs, and inverts what else does. Of several things
    that may be the glyph `classify` chooses; without it the most plausible is taken.
    """
    shape, photo = metadata.image_shape, metadata.photo
    if prepare == "none" or photo.kind != "glyph":
        return Input(*fit_shape(picture, shape, metadata.resize))
    if prepare == "auto" and picture.shape[:2] == shape[:2]:
        if looks_familiar(picture, shape, photo):
            return Input(*fit_shape(picture, shape, metadata.resize))
        if looks_familiar(255 - picture, shape, photo):
            image, note = fit_shape(255 - picture, shape, metadata.resize)
            return Input(image, f"inverted, {note}".removesuffix(", "))
    return _photographed(picture, metadata, classify)


def _photographed(
    picture: NDArray[np.uint8], metadata: Metadata, classify: "Classify | None"
) -> Input:
    from imagette.images.photo.candidates import candidates  # imports SciPy
    from imagette.inference.several import several

    shape, photo = metadata.image_shape, metadata.photo
    try:
        if classify is None:
            return _input(candidates(picture, shape, photo)[0])
        found, likely, worth = _found(picture, metadata, classify)
    except NoInkError as error:
        image, note = fit_shape(picture, shape, metadata.resize)
        return Input(image, note, missing=str(error).partition(". ")[0].partition(",")[0])
    best, most = found[int(worth.argmax())], float(worth.max())
    if most < (_CUT if best.cut and not _is_bare(best.box) else _DOUBTFUL):
        plain = best.plausibility > _PLAIN
        return _input(best, UNLIKE if plain else "nothing in the picture is clearly a glyph")
    if several(picture, found, likely, worth, photo, classify):
        return _input(best, "several glyphs, which --read reads")
    return _input(best)


def _input(one: "Prepared", missing: str = "") -> Input:
    return Input(one.image, "; ".join(one.notes), missing, one.box, one.steps)


def _found(
    picture: NDArray[np.uint8], metadata: Metadata, classify: "Classify"
) -> "tuple[list[Prepared], NDArray[np.float64], NDArray[np.float64]]":
    """What may be the glyph, and of each how likely it is one and how much speaks for it in all.

    With as little effort as finds one for which enough speaks.

    Raises:
        NoInkError: nothing in the picture stands out of its ground.
    """
    from imagette.images.photo.candidates import Finder
    from imagette.images.photo.locate import Effort

    finder = Finder(picture, metadata.image_shape, metadata.photo)
    for effort in finder.efforts:
        found = finder.found(effort)
        if found:
            likely, worth = _judged(found, classify)
            best = found[int(worth.argmax())]
            least = _ON_SHEETS if effort is Effort.SHEETS else _DOUBTFUL
            if worth.max() >= least and not (_leaves_open(best) and effort < Effort.WAYS):
                break
    return found, likely, worth


def _leaves_open(one: "Prepared") -> bool:
    """Whether there is other ink that may be the glyph instead."""
    return one.crowded or one.frames


def _judged(
    found: "Sequence[Prepared]", classify: "Classify"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How likely things are one of the classes; and that times how plausible they are as glyphs.

    Little may speak against a bare stroke, and hardly anything against one of few pixels: there are
    some in most pictures.
    """
    likely = likelihood(*classify(np.stack([one.image for one in found])))
    plausible = np.array([one.plausibility for one in found])
    care = np.array([_care(one.box) for one in found])
    part = np.array([_is_part(one, found) for one in found])
    sure = [one for one, value in zip(found, likely, strict=True) if value > _SURE]
    pen = np.array([_is_pen(one, sure) for one in found])
    frame = np.array([_is_frame(one, sure) for one in found])
    worth = plausible**care * likely
    for against, share in ((part, _PART), (pen, _PEN), (frame, _FRAME)):
        worth = np.where(against, share * worth, worth)
    return likely, worth


def _is_part(one: "Prepared", found: "Sequence[Prepared]") -> bool:
    """Whether it is what is left of a whole glyph when other ink is left out."""
    return (one.crowded and not one.framed) and any(
        other.plausibility > _WHOLE
        and _side(one.box) < _LEFT * _side(other.box)
        and _holds(other.box, one.box)
        for other in found
    )


def _is_frame(one: "Prepared", sure: "Sequence[Prepared]") -> bool:
    """Whether what surely is a glyph stands in it, as in a circle that was drawn around it."""
    return any(
        other.framed
        and other.plausibility > _WHOLE
        and other is not one
        and _holds(one.box, other.box)
        and _side(other.box) < _side(one.box)
        for other in sure
    )


def _is_pen(one: "Prepared", sure: "Sequence[Prepared]") -> bool:
    """Whether it is a straight stroke beside other things, surely glyphs, and longer than one."""
    return one.is_straight and any(
        not other.is_straight
        and _side(one.box) > _LONGER * _side(other.box)
        and not overlap(one.box, other.box)
        for other in sure
    )


def _holds(outer: "Box", inner: "Box") -> bool:
    """Whether a box lies within another, or nearly."""
    close = max(_CLOSE, _BEYOND * _side(outer))
    return all(outer[i] <= inner[i] + close for i in (0, 1)) and all(
        outer[i] >= inner[i] - close for i in (2, 3)
    )


def _side(box: "Box") -> int:
    """The longer one."""
    return max(box[2] - box[0], box[3] - box[1])


def _care(box: "Box") -> int:
    """The power of a glyph's plausibility that counts, by its box."""
    if _is_bare(box, _NARROW):
        return _CARE
    return _SOME_CARE if _is_bare(box) else 1


def _is_bare(box: "Box", narrow: float = np.inf) -> bool:
    """Whether it is that of a bare stroke, of less than `narrow` pixels."""
    shorter, longer = sorted((box[2] - box[0], box[3] - box[1]))
    return shorter < min(narrow, _BARE * longer)
