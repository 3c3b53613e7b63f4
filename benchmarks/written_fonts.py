"""Digits and numbers in fonts that people have written: hands that no classifier was trained on.

    python -m benchmarks.written_fonts RUN FOLDER [--pages 320] [--seed 0]

FOLDER has the fonts of `written_fonts.txt` as NAME.ttf: of Fontsource's package of each name the
Latin letters of regular weight. Each digit of each font by itself, drawn plainly; then pages of
one to three numbers of four to eight digits, spaced as their font has it, on unevenly lit, noisy
paper, turned by 4 degrees at most, as JPEG.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from tests.photographs.camera import jpeg

import imagette
from benchmarks.environment import environment
from benchmarks.photos import share
from benchmarks.photos_work import NumberAnswer, texts_read
from benchmarks.strangers import fonts_within
from imagette.errors import PictureError
from imagette.images.decode import decode_bytes
from imagette.inference import Classifier
from imagette.randomness import generator

Picture = NDArray[np.uint8]

HANDS = Path(__file__).with_suffix(".txt")
_HEIGHT = 200  # pixels of a font's em, for digits by themselves
_AROUND = 0.35  # of the digit's longer side: the ground around it
_WHITE, _INK = 255, 20  # gray levels
_INKS = ((25, 25, 30), (30, 40, 120), (70, 70, 75), (150, 30, 30))
_EDGE = 30  # pixels of a page
_SHOWN = 8  # confusions


def main() -> None:
    parser = argparse.ArgumentParser(description="Accuracy on digits in fonts")
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=320)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(environment(), flush=True)
    classifier = imagette.load(options.run)
    wanted = HANDS.read_text().split()
    fonts = [font for font in fonts_within(options.folder) if font.stem in wanted]
    print(f"{len(fonts)} of {len(wanted)} fonts")
    by_themselves(classifier, fonts)
    as_numbers(classifier, fonts, options.pages, options.seed)


def by_themselves(classifier: Classifier, fonts: Sequence[Path]) -> None:
    """Of each font's ten digits, each a picture: how many are right, and answered."""
    confusions: Counter[str] = Counter()
    right = answered = answered_right = total = 0
    for font in fonts:
        for digit in "0123456789":
            total += 1
            try:
                answer = classifier.predict(plain(font, digit))
            except PictureError:
                continue
            right += answer.label == digit
            answered += not answer.rejected
            answered_right += answer.label == digit and not answer.rejected
            confusions[f"{digit} as {answer.label}"] += answer.label != digit
    print(f"\ndigits by themselves right: {share(right, total)}, n = {total}")
    print(f"  not rejected: {share(answered, total)}")
    print(f"  of those right: {share(answered_right, answered)}")
    _print_most(confusions)


def as_numbers(classifier: Classifier, fonts: Sequence[Path], pages: int, seed: int) -> None:
    """Of numbers on pages: how many are read whole."""
    confusions: Counter[str] = Counter()
    whole = as_long = total = 0
    for number in range(pages):
        font = fonts[number % len(fonts)]
        texts, picture = page(font, seed, number)
        found = NumberAnswer(font.stem, texts, texts_read(classifier, picture))
        whole += found.right
        total += len(texts)
        if list(map(len, texts)) == list(map(len, found.read)):
            as_long += len(texts)
            for text, its in zip(texts, found.read, strict=True):
                wrong = (f"{a} as {b}" for a, b in zip(text, its, strict=True) if a != b)
                confusions.update(wrong)
    print(f"\nnumbers of 4 to 8 digits read whole: {share(whole, total)}, n = {total}")
    print(f"  on pages where all have as many digits as are there: {share(as_long, total)}")
    _print_most(confusions)


def plain(font: Path, digit: str) -> Picture:
    """The digit in dark ink on white, uint8 (height, width)."""
    drawn = ImageFont.truetype(str(font), _HEIGHT)
    left, top, right, bottom = drawn.getbbox(digit)
    margin = round(_AROUND * max(right - left, bottom - top))
    size = (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin)
    canvas = Image.new("L", size, _WHITE)
    ImageDraw.Draw(canvas).text((margin - left, margin - top), digit, fill=_INK, font=drawn)
    return np.asarray(canvas)


def page(font: Path, seed: int, number: int) -> tuple[tuple[str, ...], Picture]:
    """Numbers in one hand and their picture, uint8 (height, width, 3)."""
    random = generator(seed, f"written page {number}")
    height = int(random.uniform(40, 110))
    drawn = ImageFont.truetype(str(font), height)
    texts = tuple(
        "".join(map(str, random.integers(0, 10, random.integers(4, 9))))
        for _ in range(random.integers(1, 4))
    )
    step = height * random.uniform(1.5, 2.2)
    widest = max(drawn.getbbox(text)[2] for text in texts)
    size = (
        int(widest * random.uniform(1.25, 1.9)) + 2 * _EDGE,
        int(step * (len(texts) + 0.8)) + 2 * _EDGE,
    )
    canvas = Image.new("L", size)
    for line, text in enumerate(texts):
        room = size[0] - drawn.getbbox(text)[2] - _EDGE / 2
        at = (random.uniform(_EDGE / 2, max(room, _EDGE)), _EDGE + line * step)
        ImageDraw.Draw(canvas).text(at, text, fill=255, font=drawn)
    turned = canvas.rotate(random.uniform(-4, 4), Image.Resampling.BICUBIC)
    return texts, photographed(turned, random)


def photographed(ink: Image.Image, random: np.random.Generator) -> Picture:
    """Ink, bright in a gray picture, on paper, as a camera's JPEG has it."""
    blurred = np.asarray(ink.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 1.4))))
    cover = blurred[..., np.newaxis] / 255 * random.uniform(0.6, 1)
    paper = random.uniform(170, 245) + random.uniform(-14, 10, 3)
    colour = np.array(_INKS[random.integers(len(_INKS))])
    y, x = np.mgrid[: ink.height, : ink.width] / np.array((ink.height, ink.width)).reshape(2, 1, 1)
    slope = x * random.uniform(-1, 1) + y * random.uniform(-1, 1) + 0.5
    light = 1 - random.uniform(0, 0.35) * slope[..., np.newaxis]
    noise = random.normal(0, random.uniform(1, 6), (*y.shape, 1))
    seen = (paper * (1 - cover) + colour * cover) * light + noise
    content = jpeg(np.clip(seen, 0, 255).astype(np.uint8), int(random.uniform(60, 95)))
    return decode_bytes(content, "page")


def _print_most(confusions: Counter[str]) -> None:
    most = [f"{what} {count}" for what, count in confusions.most_common(_SHOWN) if count]
    print(f"  most often wrong: {', '.join(most) or 'nothing'}")


if __name__ == "__main__":
    main()
