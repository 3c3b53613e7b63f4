"""Numbers of four to eight digits among words: forms, print, and handwriting.

    python -m benchmarks.among_words RUN [--hands FOLDER] [--pages 24] [--seed 0]

Of forms the words are printed and the numbers beside them of MNIST's test digits; of print, and of
hands, words and numbers are in one font: Matplotlib's, and those of FOLDER named in
`written_fonts.txt`. A number counts as read where a line that `read` gives an answer for is that
number and nothing else; every other such line counts as false.
"""

import argparse
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import get_data_path
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

import imagette
from benchmarks.environment import environment
from benchmarks.photos import share
from benchmarks.strangers import fonts_within
from benchmarks.written_fonts import HANDS, photographed
from imagette.randomness import generator

_WORDS = """account after amount and anything balance be customer date delivery for house if in
invoice is keep keys letter march meter missing name number of order our paid part please reading
received repair roof second street sum thanks the this to together total us will winter with
write"""
_WIDE, _EDGE = 1600, 80  # pixels
_NUMBERS = 0.15  # of what stands on a page of words
_APART = 0.18  # of their height between MNIST's digits
_BOX = 20  # pixels of MNIST's digits, of 28


@dataclass(frozen=True)
class Found:
    """What was read of a page, in seconds: numbers, of so many, and lines that are none."""

    kind: str
    numbers: int
    read: int
    false: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Numbers among words, read whole")
    parser.add_argument("run", type=Path)
    parser.add_argument("--hands", type=Path, metavar="FOLDER")
    parser.add_argument("--pages", type=int, default=24, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(environment(), flush=True)
    kinds = ("form", "print", "hand") if options.hands else ("form", "print")
    work = (options.run, options.hands, options.seed)
    tasks = [(kind, number) for kind in kinds for number in range(options.pages)]
    os.environ["OMP_NUM_THREADS"] = "1"
    with multiprocessing.get_context("spawn").Pool(2, _start, work) as pool:
        found = list(pool.imap_unordered(_page, tasks))
    for kind in kinds:
        pages = [one for one in found if one.kind == kind]
        numbers, read, false = (
            sum(getattr(page, what) for page in pages) for what in ("numbers", "read", "false")
        )
        seconds = np.median([page.seconds for page in pages])
        print(
            f"{kind:6} numbers read whole: {share(read, numbers)}, n = {numbers} on "
            f"{len(pages)} pages; false lines: {false}; seconds a page: {seconds:.1f}"
        )


_worker: dict[str, Any] = {}


def _start(run: Path, hands: Path | None, seed: int) -> None:
    print_fonts = fonts_within(Path(get_data_path(), "fonts", "ttf"))
    wanted = HANDS.read_text().split()
    written = [font for font in fonts_within(hands) if font.stem in wanted] if hands else []
    test = imagette.open_data("mnist").test
    _worker.update(
        classifier=imagette.load(run),
        fonts={"form": print_fonts, "print": print_fonts, "hand": written},
        digits=test.images[..., 0],
        labels=test.labels,
        seed=seed,
    )


def _page(task: tuple[str, int]) -> Found:
    kind, number = task
    random = generator(_worker["seed"], f"{kind} {number}")
    fonts: Sequence[Path] = _worker["fonts"][kind]
    font = ImageFont.truetype(
        str(fonts[int(random.integers(len(fonts)))]), int(random.uniform(34, 60))
    )
    canvas = Image.new("L", (_WIDE, int(random.uniform(900, 1500))))
    draw = _form if kind == "form" else _text
    numbers = list(draw(canvas, font, random))
    picture = photographed(
        canvas.rotate(random.uniform(-1.5, 1.5), Image.Resampling.BICUBIC), random
    )
    start = time.perf_counter()
    lines = _worker["classifier"].read(picture)
    seconds = time.perf_counter() - start
    answered = [line for line in lines if not all(glyph.rejected for glyph in line)]
    texts = Counter("".join(glyph.label for glyph in line) for line in answered)
    read = (texts & Counter(numbers)).total()
    return Found(kind, len(numbers), read, len(answered) - read, seconds)


def _form(
    canvas: Image.Image, font: ImageFont.FreeTypeFont, random: np.random.Generator
) -> Iterator[str]:
    """A word or two and a number in each line; gives the numbers."""
    draw, size = ImageDraw.Draw(canvas), font.size
    for top in np.arange(_EDGE, canvas.height - 2.2 * size, 2.1 * size):
        words = random.choice(_WORDS.split(), random.integers(1, 4))
        text = f"{' '.join(words).capitalize()}:"
        draw.text((_EDGE, top), text, fill=255, font=font)
        number = _number(random)
        ink = _written(number, size * random.uniform(0.9, 1.5), random)
        left = int(_EDGE + font.getlength(text) + size * random.uniform(0.6, 3))
        if left + ink.width < _WIDE - _EDGE:
            canvas.paste(ink, (left, int(top + 0.55 * size - ink.height / 2)), ink)
            yield number


def _text(
    canvas: Image.Image, font: ImageFont.FreeTypeFont, random: np.random.Generator
) -> Iterator[str]:
    """Lines of words, and numbers among them; gives the numbers."""
    draw, size = ImageDraw.Draw(canvas), font.size
    step = size * random.uniform(1.5, 1.7)
    space = font.getlength(" ") + 0.12 * size
    for top in np.arange(_EDGE, canvas.height - 2.2 * size, step):
        left = float(_EDGE)
        while True:
            is_number = random.random() < _NUMBERS
            text = _number(random) if is_number else str(random.choice(_WORDS.split()))
            if left + font.getlength(text) > _WIDE - _EDGE:
                break
            draw.text((left, top), text, fill=255, font=font)
            left += font.getlength(text) + space
            if is_number:
                yield text


def _number(random: np.random.Generator) -> str:
    return "".join(map(str, random.integers(0, 10, random.integers(4, 9))))


def _written(text: str, height: float, random: np.random.Generator) -> Image.Image:
    """A number of MNIST's test digits, ink bright."""
    digits: NDArray[np.uint8] = _worker["digits"]
    scale, apart, parts = height / _BOX, int(_APART * height), []
    for label in text:
        image = digits[random.choice(np.flatnonzero(_worker["labels"] == int(label)))]
        inked = [np.flatnonzero(image.any(axis=axis)) for axis in (1, 0)]
        cut = image[inked[0][0] : inked[0][-1] + 1, inked[1][0] : inked[1][-1] + 1]
        size = [max(2, round(side * scale)) for side in cut.shape[::-1]]
        parts.append(Image.fromarray(cut).resize((size[0], size[1]), Image.Resampling.BICUBIC))
    whole = Image.new("L", (sum(part.width + apart for part in parts), int(1.1 * height)))
    left = 0
    for part in parts:
        whole.paste(part, (left, (whole.height - part.height) // 2))
        left += part.width + apart
    return whole


if __name__ == "__main__":
    main()
