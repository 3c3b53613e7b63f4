"""Strips that explain answers, as PNG files in a folder of the user's choice."""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imagette.errors import RunError

if TYPE_CHECKING:
    from imagette.inference import Classifier
    from imagette.inference.preparing import Input
    from imagette.inference.rejection import Rule


def write_strip(
    rule: "Rule",
    folder: Path,
    classifier: "Classifier",
    number: int,
    name: str,
    picture: NDArray[np.uint8],
    given: "Input",
) -> None:
    """How a picture became what the classifier was given, what of that decided, and the answer.

    Raises:
        RunError: a file that imagette has not made has the strip's name, or it cannot be written.
    """
    from PIL import Image

    from imagette.images.own import is_own, of_imagette
    from imagette.inference.explanation import explain
    from imagette.plot.strip import strip
    from imagette.runs.files import write_atomically

    stem = re.sub(r"[^\w.-]+", "_", Path(name).stem)[:60] or "picture"
    path = folder / f"{number:03}-{stem}.png"
    if path.exists() and not is_own(path):
        raise RunError(
            f"{path} is there already and is no strip of imagette's: it is left as it is. "
            "Give another folder with --explain"
        )
    content = io.BytesIO()
    drawn = Image.fromarray(strip(explain(classifier, picture, given, rule)))
    drawn.save(content, "PNG", pnginfo=of_imagette())
    write_atomically(path, content.getvalue())
