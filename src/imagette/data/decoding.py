"""A listing of encoded pictures as contents: decoded in parallel, in bounded memory, once.

The size is the one that was asked for, or the one that all pictures have, or their median.
The first picture is taken as an example, and only where another has another size is there
more than one pass. Pictures that cannot be read are left out, and named.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imagette.data.cache import Allocate, key_of, stored_contents
from imagette.data.contents import Contents, Listing, Skipped
from imagette.data.names import Names
from imagette.data.options import DataOptions
from imagette.data.parallel import Encoded, encoded_batches, in_order
from imagette.data.picture_sizes import LARGEST_COMMON, Size, all_sizes, chosen_size, first_size
from imagette.data.progress import DataProgress
from imagette.errors import PictureError, SourceError
from imagette.images.decode import decode_quietly, quiet_pillow
from imagette.images.fit_shape import fit_shape

_VERSION = 2  # raise it when the same files decode to other pixels: it makes the cache stale
_SHOWN = 3  # skipped pictures that the note names

Picture = NDArray[np.uint8] | PictureError


def decoded(
    listing: Listing, options: DataOptions, progress: DataProgress | None = None
) -> Contents:
    """The pictures of `listing`, as `options` say; decoded once, and then mapped from the cache.

    Raises:
        SourceError: more than half of the pictures cannot be read; or neither disk nor
            memory has room for the images.
    """

    def make(allocate: Allocate) -> Contents:
        with quiet_pillow():
            return _decoded(listing, options, progress or DataProgress(), allocate)

    return stored_contents(_key(listing, options), make)


def _key(listing: Listing, options: DataOptions) -> str:
    digest = hashlib.sha256(listing.labels.tobytes() + listing.splits.tobytes())
    for texts in (listing.names, listing.groups or ()):
        digest.update("\0".join(texts).encode("utf-8", "surrogatepass") + b"\n")
    digest.update(json.dumps((listing.class_names, listing.notes)).encode())
    wanted = (options.size(), options.channels, options.resize)
    return key_of("pictures", _VERSION, listing.identity, digest.hexdigest(), *wanted)


class _OtherSizeError(Exception):
    """A picture has not the size that was expected of all."""


@dataclass
class _Pass:
    """One pass over all pictures: their images so far, and what became of the others."""

    listing: Listing
    options: DataOptions
    size: Size
    exact: bool  # whether a picture of another size ends the pass
    progress: DataProgress
    allocate: Allocate
    kept: list[int] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    grays: int = 0

    def images(self) -> NDArray[np.uint8]:
        """All that can be read, in order.

        Raises:
            _OtherSizeError: one has another size, and the pass is `exact`.
        """
        total, done = len(self.listing), 0
        channels = 3 if self.options.channels == "3" else 1
        images = self.allocate((total, *self.size, channels))
        count = max(1, min(256, 2**22 // (3 * self.size[0] * self.size[1])))
        batches = encoded_batches(self.listing, count)
        with (
            self.progress.step("decoding", total),
            closing(in_order(self._fitted, batches)) as results,
        ):
            for batch in results:
                images = self._add(batch, done, images)
                self.progress.advanced(done := done + len(batch))
        return images[: len(self.kept)] if self.skipped else images

    def _add(
        self, batch: list[Picture], start: int, images: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """Write a batch behind what is there; from the first colours on, images have 3 channels."""
        array = np.asarray(images)  # a plain view: those of memory maps are slow
        for position, picture in enumerate(batch, start):
            if isinstance(picture, PictureError):
                self.skipped.append(_skipped(self.listing.names[position], picture))
                continue
            count = len(self.kept)
            if picture.shape[2] > images.shape[3]:
                grays, images = images, self.allocate((*images.shape[:3], 3))
                images[:count] = grays[:count]
                array = np.asarray(images)
            array[count] = picture
            self.grays += picture.shape[2] == 1
            self.kept.append(position)
        return images

    def _fitted(self, batch: list[Encoded]) -> list[Picture]:
        """The pictures of a batch in their final size; in a thread."""
        return [self._picture(name, content) for name, content in batch]

    def _picture(self, name: str, content: bytes | PictureError) -> Picture:
        if isinstance(content, PictureError):
            return content
        try:
            picture = decode_quietly(content, name)
        except PictureError as error:
            return error
        if self.exact and picture.shape[:2] != self.size:
            raise _OtherSizeError
        auto = self.options.channels == "auto"
        channels = picture.shape[2] if auto else int(self.options.channels)
        return fit_shape(picture, (*self.size, channels), self.options.resize)[0]


def _decoded(
    listing: Listing, options: DataOptions, progress: DataProgress, allocate: Allocate
) -> Contents:
    wanted, notes = options.size(), list(listing.notes)
    example = wanted or first_size(listing) or (1, 1)
    whole = _Pass(listing, options, example, wanted is None, progress, allocate)
    try:
        if wanted is None and max(example) > LARGEST_COMMON:
            raise _OtherSizeError
        images = whole.images()
    except _OtherSizeError:
        sizes = all_sizes(listing, progress)
        size, note = chosen_size(sizes, options.resize)
        notes.append(note)
        whole = _Pass(listing, options, size, False, progress, allocate)
        images = whole.images()
    if 0 < whole.grays < len(whole.kept) and options.channels == "auto":
        notes.append(
            f"{whole.grays} of {len(whole.kept)} pictures are gray, the others are in colour: all "
            "have 3 channels. `channels=1` makes all gray"
        )
    if whole.skipped:
        notes.append(_left_out(whole.skipped, len(listing)))
    kept = np.array(whole.kept, np.int64)
    return Contents(
        images=images,
        labels=listing.labels[kept],
        class_names=listing.class_names,
        names=Names([listing.names[position] for position in whole.kept]),
        splits=listing.splits[kept],
        groups=None if listing.groups is None else _numbered(listing.groups)[kept],
        notes=tuple(notes),
        skipped=tuple(whole.skipped),
    )


def _numbered(groups: Sequence[str]) -> NDArray[np.int64]:
    """Equal texts as equal numbers (n,)."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], np.int64)


def _skipped(name: str, error: PictureError) -> Skipped:
    """Without what the name says already, and without advice that is the same for all."""
    text = str(error).removesuffix(". Replace the file")
    return Skipped(name, text.partition(name)[2].strip() or text)


def _left_out(skipped: list[Skipped], total: int) -> str:
    """A sentence on what was skipped.

    Raises:
        SourceError: it is more than half.
    """
    named = "; ".join(f"{one.name} {one.reason}" for one in skipped[:_SHOWN])
    more = f"; and {len(skipped) - _SHOWN} more" if len(skipped) > _SHOWN else ""
    if 2 * len(skipped) > total:
        raise SourceError(
            f"{len(skipped)} of {total} pictures could not be read, expected most of them to be "
            f"sound: {named}{more}. Replace these files, or remove them"
        )
    one = len(skipped) == 1
    return (
        f"{len(skipped)} picture{'' if one else 's'} could not be read and "
        f"{'was' if one else 'were'} left out: {named}{more}"
    )
