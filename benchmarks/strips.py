"""Draws the strips of docs/images.md: three photographs, simulated from MNIST's test digits.

Each is what `imagette predict RUN PICTURE --explain FOLDER` writes for such a photograph.

    python -m benchmarks.strips RUN [docs/pictures]
"""

import argparse
from pathlib import Path

from PIL import Image
from tests.photographs import picture

import imagette
from imagette.images.decode import decode_bytes
from imagette.inference.explanation import explain
from imagette.strips import strip

# The kind of photograph, which of the test digits it shows, and the seed that draws the rest.
PHOTOGRAPHS = (("ruled", 8, 1), ("chalk", 0, 5), ("sticky note", 4, 2))
_SHAPE = (600, 800)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the strips of docs/images.md")
    parser.add_argument("run", type=Path, help="a run on MNIST")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args()
    classifier, test = imagette.load(options.run), imagette.open_data("mnist").test
    options.folder.mkdir(parents=True, exist_ok=True)
    for kind, number, seed in PHOTOGRAPHS:
        label = str(test.labels[number])
        made = picture(test.images[number, ..., 0], label, kind, seed, shape=_SHAPE)
        pixels = decode_bytes(made.content, kind)
        given = classifier.prepare(pixels)
        explained = explain(classifier, pixels, given)
        drawn = Image.fromarray(strip(explained)).quantize(256)
        drawn.save(options.folder / f"strip-{kind.replace(' ', '-')}.png", optimize=True)


if __name__ == "__main__":
    main()
