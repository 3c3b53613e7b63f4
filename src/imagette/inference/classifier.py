"""The classifier: `model.onnx` loaded, ready for arrays and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imagette.data.selection import Selection
from imagette.errors import ClassifierError, PictureError
from imagette.images.pixels import Picture, pixels, require_several
from imagette.inference.model import open_model, read_model
from imagette.inference.prediction import Prediction, prediction
from imagette.inference.preparing import Input, check_prepare, check_reads, make_input, make_inputs
from imagette.inference.rejection import IN_A_WORD, Rule
from imagette.inference.session import run_session
from imagette.runs.provenance import require_own
from imagette.runs.run import RUN_JSON, Run

if TYPE_CHECKING:
    from imagette.inference.pages.glyph import Glyph

_BATCH = 256  # images at a time: as fast as more, and little memory


class Classifier:
    """A saved network that answers. `metadata` is what it knows of itself."""

    def __init__(self, content: bytes, where: str = "model.onnx", threads: int | None = None):
        """Load the bytes of a `model.onnx`; `where` is for messages.

        So many `threads` answer, or one a core.

        Raises:
            ClassifierError: damaged, not made by imagette, or altered afterwards.
        """
        self._session, self.metadata = open_model(content, where, threads)
        self._loaded = content, where, threads

    def __reduce__(self) -> tuple[type[Classifier], tuple[bytes, str, int | None]]:
        """Copies, also those in other processes, load the same bytes once more."""
        return type(self), self._loaded

    def single_threaded(self) -> Classifier:
        """The same with one thread: beside others at work more would wait for cores."""
        content, where, _ = self._loaded
        return type(self)(content, where, threads=1)

    @classmethod
    def load(cls, path: str | Path | Run) -> Classifier:
        """The classifier of a run, of its folder or its `run.json`, or of a `model.onnx` by itself.

        Raises:
            RunError: a folder that is no complete run.
            ClassifierError: no such file, damaged, not made by imagette or by that run; what is no
                path.
        """
        if not isinstance(path, str | PathLike) or path == "":
            what = repr(path) if path == "" else f"a {type(path).__name__}"
            raise ClassifierError(
                f"received {what}, expected the path of a run folder or of a model.onnx. "
                "imagette train makes both"
            )
        path = Path(path)
        try:
            if path.name == RUN_JSON and path.is_file():
                path = path.parent
            if path.suffix == ".onnx" and not path.is_dir():
                return cls(read_model(path, "Give a run folder, or its model.onnx"), str(path))
            run = Run.load(path)
            model = read_model(run.model, "Restore it, or train again")
            classifier = cls(model, str(run.model))
            require_own(classifier.metadata, run)
            return classifier
        except OSError as error:
            raise ClassifierError(f"{path} cannot be read: {error.strerror}") from error

    def __repr__(self) -> str:
        size = "x".join(map(str, self.metadata.image_shape))
        return f"<Classifier: {len(self.class_names)} classes, images {size}>"

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.metadata.class_names

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities (n, classes) of uint8 images (n, height, width, channels).

        Raises:
            PictureError: images of another type or shape.
            ClassifierError: the network fails.
        """
        return self.probabilities_and_novelty(images)[0]

    def probabilities_and_novelty(
        self, images: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Beside the probabilities, how unlike the training images each image is (n,).

        More than 1 is too unlike for an answer. All 0 where the classifier does not know.

        Raises:
            PictureError: images of another type or shape.
            ClassifierError: the network fails.
        """
        shape = self.metadata.image_shape
        if not isinstance(images, np.ndarray | Selection):
            raise PictureError(
                f"images are a {type(images).__name__}, expected an array uint8 (n, "
                f"{', '.join(map(str, shape))}). predict_all() takes lists of pictures"
            )
        if images.dtype != np.uint8 or images.shape[1:] != shape:
            raise PictureError(
                f"images are {images.dtype} {images.shape}, expected uint8 (n, "
                f"{', '.join(map(str, shape))}). predict() makes pictures of other sizes fit"
            )
        if len(images) == 1:  # nothing to be joined: an answer takes as long as the network
            return self._run(np.asarray(images))
        probabilities = np.zeros((len(images), len(self.class_names)), np.float32)
        novelty = np.zeros(len(images), np.float32)
        for start in range(0, len(images), _BATCH):
            part = slice(start, start + _BATCH)
            probabilities[part], novelty[part] = self._run(images[part])
        return probabilities, novelty

    def _run(self, images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        where = self._loaded[1]
        answers = run_session(self._session, images, where)
        expected = [(len(images), len(self.class_names)), (len(images),)][: len(answers)]
        if (received := [answer.shape for answer in answers]) != expected:
            raise ClassifierError(
                f"{where} is damaged: its network gives arrays of {received} for {len(images):,} "
                f"images, expected {expected}. Restore it, or train again"
            )
        return answers[0], answers[1] if len(answers) > 1 else np.zeros(len(images), np.float32)

    def predict(
        self,
        picture: Picture,
        *,
        prepare: str = "auto",
        threshold: float | None = None,
        never_reject: bool = False,
    ) -> Prediction:
        """The answer for one picture: the name of a file, its bytes, a `PIL.Image`, or an array.

        A file that is open is read from where it stands. An array is uint8 (height, width[, 1, 3
        or 4 channels]), or bool (height, width).

        `prepare` says how a picture becomes an input: "photo" looks for the glyph in it, "none"
        only makes it fit, "auto" does what it needs.

        The answer is `rejected`, and has a `reason`, where the image is too unlike those of the
        training, where it shows nothing or several things, or where its probability is below
        `threshold`; with `never_reject` it never is. Its `label` is the best guess in any case.

        How the picture became an input, step by step, is what the method `prepare` gives.

        Raises:
            PictureError: the picture cannot be read.
            SettingsError: a `prepare` that this classifier does not know; a threshold that is no
                probability, or one beside `never_reject`.
        """
        return self.predict_all(
            [picture], prepare=prepare, threshold=threshold, never_reject=never_reject
        )[0]

    def predict_all(
        self,
        pictures: Iterable[Picture],
        *,
        prepare: str = "auto",
        threshold: float | None = None,
        never_reject: bool = False,
    ) -> list[Prediction]:
        """The answers for several pictures, in their order; the rest as for `predict`.

        Raises:
            PictureError: one of them cannot be read, or they are one picture, and not several.
            SettingsError: as for `predict`.
        """
        rule = Rule.of(self.metadata.rejection, threshold, never_reject)
        require_several(pictures)
        return self.answer([self.prepare(p, prepare) for p in pictures], rule)

    def prepare(self, picture: Picture, prepare: str = "auto") -> Input:
        """What the network is given for a picture, and the steps to it; both as for `predict`.

        `image` is the input, uint8 (height, width, channels) as the training images are; `note`,
        `box` and `missing` say what was done, where the glyph is, and why there is none.

        `steps` are the pictures that `imagette predict --explain` draws, arrays of uint8 by their
        names, in the order of the work; None where no glyph was looked for, or none was found:

        - "picture" (h, w, 1 or 3): in which the glyph was looked for; of all but drawings a small
          copy, with its ground around it if it is very small;
        - "gray" (h, w): the glyph and what is around it, ink bright, from 0 to 255; all that
          follow but for the last have the same height and width, with 40 pixels for the glyph
          or more;
        - "ground removed" (h, w): paper, light and shadow subtracted, from 0 to 255;
        - "ink" (h, w): 255 where ink is, else 0;
        - "kept" (h, w): of the ink the glyph, with soft edges, 0 to 255;
        - "input" (height, width, channels): the same as `image`.

        Raises:
            PictureError: the picture cannot be read.
            SettingsError: `prepare` is none that this classifier knows.
        """
        check_prepare(prepare, self.metadata)
        return make_input(pixels(picture), self.metadata, prepare, self.probabilities_and_novelty)

    def prepare_all(self, pictures: Iterable[tuple[NDArray[np.uint8], str]]) -> list[Input]:
        """As `prepare`, together, for arrays (height, width, 1 or 3), each with its `prepare`."""
        return make_inputs(pictures, self.metadata, self.probabilities_and_novelty)

    def answer(self, inputs: Sequence[Input], rule: Rule) -> list[Prediction]:
        """The answers for pictures that have been prepared already."""
        new = [each.image for each in inputs if each.answer is None]
        given = zip(*(self.probabilities_and_novelty(np.stack(new)) if new else ()), strict=True)
        answers = [each.answer or next(given) for each in inputs]
        return [
            prediction(
                self.class_names,
                row,
                float(novelty),
                rule,
                note=each.note,
                against=each.missing,
                box=each.box,
            )
            for each, (row, novelty) in zip(inputs, answers, strict=True)
        ]

    def read(
        self, picture: Picture, *, threshold: float | None = None, never_reject: bool = False
    ) -> list[list[Prediction]]:
        """All glyphs of a picture, in lines from the top down and from left to right.

        Each has its `box`, and is `rejected` where `predict` would give no answer for it, and in
        words and the like, of which most is unlike the training images: those are lines of their
        own. Empty where nothing stands out of the ground. What the network was given for each glyph
        is what the method `prepare_page` gives.

        Raises:
            PictureError: the picture cannot be read.
            SettingsError: the classifier was not trained on glyphs; a threshold that is no
                probability, or one beside `never_reject`.
        """
        rule = Rule.of(self.metadata.rejection, threshold, never_reject)
        return [
            [
                prediction(
                    self.class_names,
                    each.probabilities,
                    each.novelty,
                    rule,
                    against=IN_A_WORD if word else "",
                    box=each.box,
                )
                for each in glyphs
            ]
            for glyphs, word in self._lines(picture)
        ]

    def prepare_page(self, picture: Picture) -> list[list[Input]]:
        """What the network was given for each glyph that `read` finds, in the same lines.

        `image` is the input, uint8 (height, width, channels) as the training images are, and `box`
        where the glyph is in the picture; `missing` says that it is in a word or the like. `steps`
        are arrays of uint8: "ink" (h, w), what was read, at the size at which it was; "input"
        (height, width, channels), the same as `image`.

        Raises:
            PictureError: the picture cannot be read.
            SettingsError: the classifier was not trained on glyphs.
        """
        from imagette.images.photo.normalization import as_trained  # imports SciPy

        def given(glyph: Glyph, word: bool) -> Input:
            image = as_trained(glyph.ink, self.metadata.image_shape, self.metadata.photo)
            ink = np.rint(glyph.ink * 255).astype(np.uint8)
            steps = {"ink": ink, "input": image}
            return Input(image, missing=IN_A_WORD if word else "", box=glyph.box, steps=steps)

        return [[given(glyph, word) for glyph in glyphs] for glyphs, word in self._lines(picture)]

    def _lines(self, picture: Picture) -> list[tuple[list[Glyph], bool]]:
        """The glyphs of a picture in lines, and whether a line is a word or the like."""
        from imagette.inference.pages.reading import read_page  # imports SciPy
        from imagette.inference.pages.words import words_apart

        check_reads(self.metadata)
        shape, photo = self.metadata.image_shape, self.metadata.photo
        page = read_page(pixels(picture), shape, photo, self.probabilities_and_novelty)
        return words_apart(page)
