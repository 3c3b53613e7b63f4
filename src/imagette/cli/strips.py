"""Strips that explain answers, as PNG files in a folder of the user's choice."""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from imagette.inference import Classifier
    from imagette.inference.preparing import Input
    from imagette.inference.rejection import Rule

_COMPRESSION = 3  # of 1 to 9: half of the time of the usual 6, for 3 % more bytes


def write_strip(
    rule: "Rule",
    folder: Path,
    written: list[Path],
    classifier: "Classifier",
    number: int,
    name: str,
    picture: NDArray[np.uint8],
    given: "Input",
) -> None:
    """How a picture became what the classifier was given, what of that decided, and the answer.

    The strip goes into the folder, and its path to those `written`.

    Raises:
        RunError: a file that imagette has not made has the strip's name, or it cannot be written.
    """
    from PIL import Image

    from imagette.images.own import is_own, of_imagette
    from imagette.inference.explanation import explain
    from imagette.runs.files import in_the_way, write_atomically
    from imagette.strips import strip

    stem = re.sub(r"[^\w.-]+", "_", Path(name).stem)[:60] or "picture"
    stem = stem.encode()[:120].decode(errors="ignore")  # a name may have 255 bytes
    path = folder / f"{number:03}-{stem}.png"
    if path.exists() and not is_own(path):
        raise in_the_way(path, "strip of imagette's", "Give another folder with --explain")
    content = io.BytesIO()
    drawn = Image.fromarray(strip(explain(classifier, picture, given, rule)))
    drawn.save(content, "PNG", pnginfo=of_imagette(), compress_level=_COMPRESSION)
    write_atomically(path, content.getvalue())
    written.append(path)
