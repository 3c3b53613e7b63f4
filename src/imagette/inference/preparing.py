"""Makes a picture from outside into an input, as the classifier's metadata say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NoInkError, SettingsError
from imagette.images.fit_shape import fit_shape
from imagette.images.photo.familiar import looks_familiar
from imagette.inference.judging import is_bare, is_bare_part, judged
from imagette.inference.rejection import SEVERAL, UNLIKE
from imagette.inference.together import Answers, Asking, Classify, together
from imagette.runs.metadata import Metadata

if TYPE_CHECKING:
    from imagette.images.photo.prepared import Prepared

PREPARES = ("auto", "photo", "none")
# Plausibility times likelihood: below it the picture is searched with more effort, and if that
# finds nothing better, there is no answer: of many things seen in noise one always looks like a
# glyph.
_DOUBTFUL = 0.5
# As `_DOUBTFUL`, where only sheets of paper were searched: in a box, the hollow of a 0 looks like a
# light 0 on a dark sheet until the 0 itself is seen.
_ON_SHEETS = 0.65
_PLAIN = 0.75  # plausibility: what has more is a glyph, if one that the classifier does not know
# Plausibility times likelihood: it suffices for what the border cuts. Bare strokes at the border
# need `_DOUBTFUL`, as they are edges of something.
_CUT = 0.37
_KNOWN = 1.0  # novelty: what has more is unlike the training images


@dataclass(frozen=True)
class Input:
    """The input of the network for a picture.

    Attributes:
        image: uint8 (height, width, channels), of the classifier's shape.
        note: what was done, "" if nothing.
        missing: why there is nothing to be answered, "" if there is.
        box: top, left, bottom, right of the glyph in the picture; None if it was not looked for,
            or not found.
        steps: pictures of the steps by their names; None if there were none.
        answer: probabilities (classes,) and novelty of the image, by the classifier that prepared
            it, if the image was chosen by them.
    """

    image: NDArray[np.uint8] = field(repr=False)
    note: str = ""
    missing: str = ""
    box: tuple[int, int, int, int] | None = None
    steps: "Mapping[str, NDArray[np.uint8]] | None" = field(default=None, repr=False)
    answer: tuple[NDArray[np.float32], np.float32] | None = field(default=None, repr=False)


def check_prepare(prepare: str, metadata: Metadata) -> str:
    """`prepare`, if the classifier can do it.

    Raises:
        SettingsError: it is not one of PREPARES, or the classifier cannot do it.
    """
    if prepare not in PREPARES:
        raise SettingsError(f"`prepare={prepare!r}`: expected one of {', '.join(PREPARES)}")
    if prepare == "photo" and metadata.photo.kind != "glyph":
        raise SettingsError(
            "`prepare='photo'`: this classifier's training images are no glyphs on an even ground, "
            "so it does not know how photographs are to be prepared. Leave it at auto"
        )
    return prepare


def check_reads(metadata: Metadata) -> None:
    """Raise unless the classifier can look for glyphs on a page.

    Raises:
        SettingsError: its training images are no glyphs.
    """
    if metadata.photo.kind != "glyph":
        raise SettingsError(
            "this classifier's training images are no glyphs on an even ground, so it cannot read "
            "what stands on a page. Ask for one answer a picture: predict, without `read`"
        )


def make_input(
    picture: NDArray[np.uint8],
    metadata: Metadata,
    prepare: str = "auto",
    classify: Classify | None = None,
) -> Input:
    """The input for a picture, uint8 (height, width, 1 or 3).

    "photo" looks for the glyph and makes it look like the training images; "none" only brings the
    picture to their size and channels; "auto", if the training images are glyphs, leaves pictures
    that look like them, inverts those that do when inverted, and prepares all others; those in
    which that finds nothing to be answered, but which look like training images once brought to
    their size, and to the network too, get only that. `classify` chooses among several candidates;
    without it the most plausible is taken.
    """
    return make_inputs([(picture, prepare)], metadata, classify)[0]


def make_inputs(
    pictures: Iterable[tuple[NDArray[np.uint8], str]],
    metadata: Metadata,
    classify: Classify | None = None,
) -> list[Input]:
    """As `make_input`, for several pictures at a time, each with how it is to be prepared."""
    works = [_made(picture, metadata, prepare, classify) for picture, prepare in pictures]
    return together(works, classify)


def _made(
    picture: NDArray[np.uint8], metadata: Metadata, prepare: str, classify: Classify | None
) -> Asking[Input]:
    shape, photo = metadata.image_shape, metadata.photo
    if prepare == "none" or photo.kind != "glyph":
        return Input(*fit_shape(picture, shape, metadata.resize))
    if prepare == "auto" and picture.shape[:2] == shape[:2]:
        if looks_familiar(picture, shape, photo):
            return Input(*fit_shape(picture, shape, metadata.resize))
        if looks_familiar(255 - picture, shape, photo):
            image, note = fit_shape(255 - picture, shape, metadata.resize)
            return Input(image, f"inverted, {note}".removesuffix(", "))
    given = yield from _photographed(picture, metadata, classify)
    if prepare == "auto" and classify and _is_refused(given):
        return (yield from _resized(picture, metadata)) or given
    return given


def _is_refused(given: Input) -> bool:
    strange = given.answer is not None and bool(given.answer[1] > _KNOWN)
    return given.missing != SEVERAL and (bool(given.missing) or strange)


def _resized(picture: NDArray[np.uint8], metadata: Metadata) -> Asking[Input | None]:
    """The input without a search, if it looks like the training images; they may be resized, too.

    The search does not know how large its finds were meant to be: a colon becomes as large as an A.
    """
    image, note = fit_shape(picture, metadata.image_shape, metadata.resize)
    if not looks_familiar(image, metadata.image_shape, metadata.photo):
        return None
    probabilities, novelties = yield image[np.newaxis]
    if novelties[0] > _KNOWN:
        return None
    return Input(image, note, answer=(probabilities[0], novelties[0]))


def _photographed(
    picture: NDArray[np.uint8], metadata: Metadata, classify: Classify | None
) -> Asking[Input]:
    from imagette.images.photo.candidates import candidates  # imports SciPy
    from imagette.inference.several import several

    shape, photo = metadata.image_shape, metadata.photo
    try:
        if classify is None:
            return _input(candidates(picture, shape, photo)[0])
        found, answers, likely, worth = yield from _found(picture, metadata)
    except NoInkError as error:
        image, note = fit_shape(picture, shape, metadata.resize)
        return Input(image, note, missing=error.reason)
    number = int(worth.argmax())
    best, most = found[number], float(worth.max())
    missing = ""
    if most < (_CUT if best.cut and not is_bare(best.box) else _DOUBTFUL):
        plain = best.plausibility > _PLAIN
        missing = UNLIKE if plain else "nothing in the picture is clearly a glyph"
    elif several(picture, found, likely, worth, photo, classify):
        missing = SEVERAL
    answer = answers[0][number], answers[1][number]
    return replace(_input(best), missing=missing, answer=answer)


def _input(one: "Prepared") -> Input:
    return Input(one.image, "; ".join(one.notes), box=one.box, steps=one.steps)


def _found(
    picture: NDArray[np.uint8], metadata: Metadata
) -> "Asking[tuple[list[Prepared], Answers, NDArray[np.float64], NDArray[np.float64]]]":
    """The candidates, their answers, how likely each is a glyph (n,), and how much speaks for it.

    Found with the least effort that finds one for which enough speaks.

    Raises:
        NoInkError: nothing in the picture stands out of its ground.
    """
    from imagette.images.photo.candidates import Finder
    from imagette.images.photo.finding.locate import Effort

    finder = Finder(picture, metadata.image_shape, metadata.photo)
    known: dict[bytes, tuple[NDArray[np.float32], np.float32]] = {}
    for effort in finder.efforts:
        found = finder.found(effort)
        if found:
            answers = yield from _asked([one.image for one in found], known)
            likely, worth = judged(found, answers)
            best = found[int(worth.argmax())]
            least = _ON_SHEETS if effort is Effort.SHEETS else _DOUBTFUL
            doubt = (_leaves_open(best) and effort < Effort.WAYS) or is_bare_part(best, found)
            if worth.max() >= least and not doubt:
                break
    return found, answers, likely, worth


def _asked(
    images: list[NDArray[np.uint8]], known: dict[bytes, tuple[NDArray[np.float32], np.float32]]
) -> Asking[Answers]:
    """The answers to images, of which those `known` before need not be asked for."""
    keys = [image.tobytes() for image in images]
    new = {key: image for key, image in zip(keys, images, strict=True) if key not in known}
    if new:
        answers = yield np.stack(list(new.values()))
        known.update(zip(new, zip(*answers, strict=True), strict=True))
    rows, novelties = zip(*(known[key] for key in keys), strict=True)
    return np.stack(rows), np.array(novelties)


def _leaves_open(one: "Prepared") -> bool:
    """Whether other ink may be the glyph instead or, beside a straight stroke, part of it.

    Such a stroke was seen on a supposed sheet of paper that is only its own surroundings.
    """
    beside_stroke = one.accompanied or (one.on_sheet and one.is_straight)
    return one.crowded or one.frames or beside_stroke
