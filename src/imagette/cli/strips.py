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


def write_strip(
    rule: "Rule",
    folder: Path,
    classifier: "Classifier",
    number: int,
    name: str,
    picture: NDArray[np.uint8],
    given: "Input",
) -> None:
    """How a picture became what the classifier was given, what of that decided, and the answer."""
    from PIL import Image

    from imagette.inference.explain import strip
    from imagette.runs.files import write_atomically

    content = io.BytesIO()
    Image.fromarray(strip(classifier, picture, given, rule)).save(content, "PNG")
    stem = re.sub(r"[^\w.-]+", "_", Path(name).stem)[:60] or "picture"
    write_atomically(folder / f"{number:03}-{stem}.png", content.getvalue())
