"""Strips that explain answers, as PNG files in a folder of the user's choice."""

import io
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imagette.errors import PictureError

if TYPE_CHECKING:
    from imagette.inference import Classifier


def write_strip(
    classifier: "Classifier",
    name: str,
    load: Callable[[], NDArray[np.uint8]],
    prepare: str,
    folder: Path,
    number: int,
) -> None:
    """The strip of one picture; none for a picture that cannot be read, which is told later."""
    from PIL import Image

    from imagette.inference.explain import strip
    from imagette.runs.files import write_atomically

    with suppress(PictureError):
        picture = load()
        given = classifier.prepare(picture, prepare)
        content = io.BytesIO()
        Image.fromarray(strip(classifier, picture, given)).save(content, "PNG")
        folder.mkdir(parents=True, exist_ok=True)
        stem = re.sub(r"[^\w.-]+", "_", Path(name).stem)[:60] or "picture"
        write_atomically(folder / f"{number:03}-{stem}.png", content.getvalue())
