"""The classifier: `model.onnx` loaded, ready for arrays and pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import ClassifierError, PictureError
from imagette.images.decode import decode
from imagette.images.fit_shape import fit_shape
from imagette.machine import usable_cores
from imagette.runs.metadata import Metadata
from imagette.runs.run import MODEL, Run

Picture = str | Path | NDArray[np.uint8]
_BATCH = 256  # images at a time: as fast as more, and little memory


@dataclass(frozen=True)
class Prediction:
    """The answer for one picture.

    Attributes:
        label, probability: the likeliest class.
        runner_up, runner_up_probability: the second.
        probabilities: of every class, by its name.
        note: what was done to the picture to make it fit, "" if nothing.
    """

    label: str
    probability: float
    runner_up: str
    runner_up_probability: float
    probabilities: dict[str, float]
    note: str = ""


class Classifier:
    """A saved network that answers. `metadata` is what it knows of itself."""

    def __init__(self, content: bytes, where: str = "model.onnx"):
        """Load the bytes of a `model.onnx`; `where` is for messages.

        Raises:
            ClassifierError: damaged, or not made by imagette.
        """
        self._session = _session(content, where)
        properties = self._session.get_modelmeta().custom_metadata_map
        self.metadata = Metadata.from_properties(properties, where)

    @classmethod
    def load(cls, path: str | Path) -> Classifier:
        """The classifier of a run folder, or of a `model.onnx` by itself.

        Raises:
            RunError: a folder that is no complete run.
            ClassifierError: no such file, damaged, or not made by imagette.
        """
        path = Path(path)
        if path.suffix != ".onnx":
            path = Run.load(path).path / MODEL
        try:
            return cls(path.read_bytes(), str(path))
        except OSError as error:
            raise ClassifierError(f"{path} cannot be read: {error.strerror}") from error

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.metadata.class_names

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities (n, classes) of uint8 images (n, height, width, channels).

        Raises:
            PictureError: images of another type or shape.
        """
        shape = self.metadata.image_shape
        if images.dtype != np.uint8 or images.shape[1:] != shape:
            raise PictureError(
                f"images are {images.dtype} {images.shape}, expected uint8 (n, "
                f"{', '.join(map(str, shape))}). predict() makes pictures of other sizes fit"
            )
        parts: list[Any] = [np.empty((0, len(self.class_names)), np.float32)]
        for start in range(0, len(images), _BATCH):
            parts += self._session.run(None, {"images": images[start : start + _BATCH]})
        return np.concatenate(parts)

    def predict(self, picture: Picture) -> Prediction:
        """The answer for one picture: a file, or an array uint8 (height, width[, channels]).

        Raises:
            PictureError: the picture cannot be read.
        """
        return self.predict_all([picture])[0]

    def predict_all(self, pictures: Iterable[Picture]) -> list[Prediction]:
        """The answers for several pictures, in their order."""
        fitted = [fit_shape(_pixels(p), self.metadata.image_shape) for p in pictures]
        if not fitted:
            return []
        rows = self.probabilities(np.stack([image for image, _ in fitted]))
        return [self._prediction(row, note) for row, (_, note) in zip(rows, fitted, strict=True)]

    def _prediction(self, row: NDArray[np.float32], note: str) -> Prediction:
        names = self.class_names
        second, first = np.argsort(row, kind="stable")[-2:]
        return Prediction(
            label=names[first],
            probability=float(row[first]),
            runner_up=names[second],
            runner_up_probability=float(row[second]),
            probabilities={name: float(p) for name, p in zip(names, row, strict=True)},
            note=note,
        )


def _pixels(picture: Picture) -> NDArray[np.uint8]:
    if isinstance(picture, str | Path):
        return decode(Path(picture))
    array = np.asarray(picture)
    if array.ndim == 2:
        array = array[..., np.newaxis]
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] not in (1, 3) or not array.size:
        raise PictureError(
            f"the picture is {array.dtype} {array.shape}, "
            "expected uint8 (height, width) or (height, width, 1 or 3)"
        )
    return array


def _session(content: bytes, where: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # only fatal; what matters is raised
    options.intra_op_num_threads = usable_cores()
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        inputs = [value.name for value in session.get_inputs()]
        outputs = [value.name for value in session.get_outputs()]
    except Exception as error:  # ONNX Runtime's errors have no common root
        raise ClassifierError(
            f"{where} is damaged or not an ONNX model ({type(error).__name__}). "
            "Restore it, or train again"
        ) from error
    if inputs != ["images"] or outputs != ["probabilities"]:
        raise ClassifierError(
            f"{where} takes {inputs} and gives {outputs}, expected images and probabilities: "
            "it was not made by imagette"
        )
    return session
