"""Reads and opens a file `model.onnx`, and compares its network with its metadata."""

from pathlib import Path
from typing import Any

from imagette.bounded import LARGEST_MODEL, read_bounded
from imagette.errors import ClassifierError
from imagette.inference.session import open_session
from imagette.runs.metadata import Metadata


def read_model(path: Path, remedy: str) -> bytes:
    """The bytes of a file `model.onnx`; `remedy` is what to do if there is none.

    Raises:
        ClassifierError: there is no such file, or it is not regular or larger than ONNX allows.
        OSError: it cannot be read.
    """
    try:
        return read_bounded(path, LARGEST_MODEL, ClassifierError, remedy)
    except FileNotFoundError as error:
        raise ClassifierError(f"there is no file {path}. {remedy}") from error
    except ValueError as error:  # a name that no system can have
        raise ClassifierError(f"there is no file {str(path)!r}. {remedy}") from error


def open_model(content: bytes, where: str, threads: int | None = None) -> tuple[Any, Metadata]:
    """An `onnxruntime.InferenceSession` of a `model.onnx`, and its metadata.

    It has as many `threads`, or one per core. `where` is for messages.

    Raises:
        ClassifierError: it is damaged, not made by imagette, or altered afterwards.
    """
    session = open_session(content, where, threads)
    inputs = [value.name for value in session.get_inputs()]
    outputs = [value.name for value in session.get_outputs()]
    if inputs != ["images"] or outputs not in (["probabilities"], ["probabilities", "novelty"]):
        raise ClassifierError(
            f"{where} takes {inputs} and gives {outputs}, expected images and probabilities: "
            "it was not made by imagette"
        )
    metadata = Metadata.from_properties(session.get_modelmeta().custom_metadata_map, where)
    _require_agreement(session, metadata, where)
    return session, metadata


def _require_agreement(session: Any, metadata: Metadata, where: str) -> None:
    """Raise unless the network takes and gives what the metadata say; only batch size is free."""
    (images,), answers = session.get_inputs(), session.get_outputs()[0]
    received = (images.type, images.shape[1:], answers.type, answers.shape[1:])
    sides, classes = list(metadata.image_shape), len(metadata.class_names)
    if received != ("tensor(uint8)", sides, "tensor(float)", [classes]):
        raise ClassifierError(
            f"{where} is damaged: its network takes {images.type} {images.shape[1:]} and gives "
            f"{answers.type} {answers.shape[1:]}, its metadata say tensor(uint8) {sides} and "
            f"tensor(float) [{classes}], one number a class. Restore it, or train again"
        )
    if metadata.rejection and len(session.get_outputs()) == 1:
        raise ClassifierError(
            f"{where} is damaged: its metadata name a rejection, and its network gives no "
            "novelty to reject by. Restore it, or train again"
        )
    for novelty in session.get_outputs()[1:]:
        if (novelty.type, len(novelty.shape)) != ("tensor(float)", 1):
            raise ClassifierError(
                f"{where} is damaged: its novelty is {novelty.type} {novelty.shape}, expected "
                "tensor(float) [batch]. Restore it, or train again"
            )
