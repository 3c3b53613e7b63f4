"""The work of `benchmarks.photos`, spread over processes of one thread each."""

import io
import multiprocessing
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tests.photographs import KINDS, NON_DIGITS, PAGES, non_digit, page, picture
from tests.photographs.photograph import Page, Parameter, Photograph

import imagette
from imagette.errors import PictureError
from imagette.inference import Classifier
from imagette.randomness import generator


@dataclass(frozen=True)
class Answer:
    """What was answered for one picture.

    Attributes:
        predicted, published, clean: labels by the run, by the published preparation and its
            network, and by the run for the digit as MNIST has it.
        rejected: whether `predicted` is but a best guess, the answer "none of these".
        content: of the file, for those answered wrong; else empty.
    """

    number: int
    label: str
    kind: str
    parameters: dict[str, Parameter]
    predicted: str
    published: str
    clean: str
    rejected: bool
    content: bytes


@dataclass(frozen=True)
class NumberAnswer:
    """True and read numbers of a page; `right` counts those that agree, in order."""

    kind: str
    texts: tuple[str, ...]
    read: tuple[str, ...]

    @property
    def right(self) -> int:
        matcher = SequenceMatcher(a=self.texts, b=self.read, autojunk=False)
        return sum(block.size for block in matcher.get_matching_blocks())


class Worker:
    """What a process holds: the classifiers and the digits."""

    def __init__(self, run: Path, lenet: Path, seed: int):
        self.run, self.lenet, self.seed = imagette.load(run), imagette.load(lenet), seed
        test = imagette.open_data("mnist").test
        self.digits, self.labels = test.images[..., 0], [int(label) for label in test.labels]
        self.order = generator(seed, "which digits").permutation(len(self.digits))
        self.garments = imagette.open_data("fashion-mnist").test.images[..., 0]

    def digit(self, number: int, kinds: Sequence[str]) -> Answer:
        index = int(self.order[number % len(self.order)])
        label = str(self.labels[index])
        kind = kinds[number % len(kinds)]
        made = picture(self.digits[index], label, kind, self.seed, number)
        clean = self.run.predict(self.digits[index]).label
        return self._answer(number, made, published(self.lenet, made.content), clean)

    def nothing(self, number: int, kinds: Sequence[str]) -> Answer:
        kind = kinds[number % len(kinds)]
        made = non_digit(kind, self.seed, number, garments=self.garments)
        return self._answer(number, made, "", "")

    def page(self, number: int, kinds: Sequence[str]) -> NumberAnswer:
        kind = kinds[number % len(kinds)]
        made = page(self.digits, self.labels, kind, self.seed, number)
        with _file(made) as path:
            return NumberAnswer(kind, made.texts, texts_read(self.run, path))

    def _answer(self, number: int, made: Photograph, other: str, clean: str) -> Answer:
        label, rejected = "refused", True
        with suppress(PictureError), _file(made) as path:
            answer = self.run.predict(path)
            label, rejected = answer.label, answer.rejected
        return Answer(
            number=number,
            label=made.label,
            kind=made.kind,
            parameters=made.parameters,
            predicted=label,
            published=other,
            clean=clean,
            rejected=rejected,
            content=made.content if label != made.label else b"",
        )


def published(lenet: Classifier, content: bytes) -> str:
    """The label after the published preparation: gray, resized, inverted, and nothing else."""
    with Image.open(io.BytesIO(content)) as opened:
        small = np.asarray(opened.convert("L").resize((28, 28)))
    row = lenet.probabilities((255 - small)[np.newaxis, ..., np.newaxis])[0]
    return lenet.class_names[int(row.argmax())]


def answers(
    what: str,
    count: int,
    run: Path,
    lenet: Path,
    seed: int,
    processes: int,
    kinds: tuple[str, ...] | None = None,
) -> list[Any]:
    """The answers for `count` pictures of "digits", "nothing" or "pages", in their order."""
    chosen = kinds or {"digits": KINDS, "nothing": NON_DIGITS, "pages": tuple(PAGES)}[what]
    context = multiprocessing.get_context("spawn")
    cores = context.Queue()
    for number in range(processes):
        cores.put(number)
    with ProcessPoolExecutor(processes, context, _start, (run, lenet, seed, cores)) as pool:
        tasks = [(what, number, chosen) for number in range(count)]
        return list(pool.map(_work, tasks, chunksize=4))


_worker: Worker


def _start(run: Path, lenet: Path, seed: int, cores: Any) -> None:
    """One core a process: two that share their cores' threads are far slower."""
    global _worker
    number = cores.get()
    os.environ["OMP_NUM_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):
        usable = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {usable[number % len(usable)]})
    _worker = Worker(run, lenet, seed)


def _work(task: tuple[str, int, tuple[str, ...]]) -> Answer | NumberAnswer:
    what, number, kinds = task
    if what == "digits":
        return _worker.digit(number, kinds)
    if what == "nothing":
        return _worker.nothing(number, kinds)
    return _worker.page(number, kinds)


@contextmanager
def _file(made: Photograph | Page) -> Iterator[Path]:
    """A file with a picture's bytes, while it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"picture{made.suffix}"
        path.write_bytes(made.content)
        yield path


def texts_read(classifier: Classifier, picture: Path | NDArray[np.uint8]) -> tuple[str, ...]:
    """The texts of the lines that `read` finds."""
    try:
        lines = classifier.read(picture)
    except PictureError:
        return ()
    return tuple("".join(glyph.label for glyph in line) for line in lines)
