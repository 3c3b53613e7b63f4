"""A folder of pictures from the shell: seconds that `imagette predict RUN FOLDER --csv` takes.

The folders hold MNIST's test digits as images of 28x28, as drawings of 280x280 and as simulated
photographs of 140x140 (tests/photographs). The goal is 5 s for 1,000 small ones.

    python -m benchmarks.many_pictures RUN [--count 1000] [--repeats 3]
"""

import argparse
import io
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tests.photographs import KINDS, picture
from tests.photographs.kinds import SCREENS

import imagette
from benchmarks.environment import environment
from benchmarks.waiting import repeated

_DRAWING, _PHOTO = 280, 140  # pixels a side
_PHOTOGRAPHED = [kind for kind in KINDS if kind not in SCREENS]

Digit = NDArray[np.uint8]


def _stored(digit: Digit, label: str, number: int) -> bytes:
    return _png(Image.fromarray(digit))


def _drawn(digit: Digit, label: str, number: int) -> bytes:
    """Black on white, somewhere in the canvas, which is 1.5 to 3 times as large."""
    side = _DRAWING * 10 // (15 + number % 16)
    ink = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    canvas = Image.new("L", (_DRAWING, _DRAWING), 255)
    place = (_DRAWING - side) * (number % 7) // 6
    canvas.paste(0, (place, _DRAWING - side - place), ink.point(lambda gray: 255 * (gray > 127)))
    return _png(canvas)


def _photographed(digit: Digit, label: str, number: int) -> bytes:
    kind = _PHOTOGRAPHED[number % len(_PHOTOGRAPHED)]
    return picture(digit, label, kind, 0, number, shape=(_PHOTO, _PHOTO)).content


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


_FOLDERS: dict[str, Callable[[Digit, str, int], bytes]] = {
    "images of 28x28": _stored,
    f"drawings of {_DRAWING}x{_DRAWING}": _drawn,
    f"photographs of {_PHOTO}x{_PHOTO}": _photographed,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds for a folder of pictures")
    parser.add_argument("run", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(environment(), flush=True)
    test = imagette.open_data("mnist").test
    print(f"\nseconds for {options.count:,} pictures, median of {options.repeats}")
    for what, make in _FOLDERS.items():
        with tempfile.TemporaryDirectory() as folder:
            for number in range(options.count):
                digit, label = test.images[number, ..., 0], str(test.labels[number])
                Path(folder, f"{number:05}").with_suffix(".png").write_bytes(
                    make(digit, label, number)
                )
            csv = str(Path(folder, "answers.csv"))
            taken = repeated(options.repeats, "predict", str(options.run), folder, "--csv", csv)
        spread = f"({min(taken):.1f} to {max(taken):.1f})"
        print(f"  {what:26}{statistics.median(taken):6.1f} {spread}", flush=True)


if __name__ == "__main__":
    main()
