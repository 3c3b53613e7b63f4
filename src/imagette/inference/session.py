"""Runs ONNX Runtime quietly on the available cores, and tells its failures."""

import math
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import ClassifierError
from imagette.machine import usable_threads
from imagette.numerals import counted

_TOLD = 300  # characters of ONNX Runtime's message that are told at most


def open_session(content: bytes, where: str, threads: int | None = None) -> Any:
    """An `onnxruntime.InferenceSession` with as many `threads`, or one per core.

    `where` is for messages.

    Raises:
        ClassifierError: the content is damaged or not a model.
    """
    # ONNX Runtime reads this when it is imported. Else it would send Microsoft what machine this
    # is, and keep that in the user's cache until then.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # only fatal; what matters is raised
    options.intra_op_num_threads = threads or usable_threads()
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common root
        raise ClassifierError(
            f"{where} is damaged or not an ONNX model ({type(error).__name__}). "
            "Restore it, or train again"
        ) from error


def run_session(session: Any, images: NDArray[np.uint8], where: str) -> list[NDArray[np.float32]]:
    """The outputs of a session of `open_session` for images (n, height, width, channels).

    Raises:
        ClassifierError: its network fails on them, or answers what are no probabilities.
    """
    try:
        outputs: list[NDArray[np.float32]] = session.run(None, {"images": images})
    except Exception as error:  # as above
        said = " ".join(str(error).split())[:_TOLD]
        raise ClassifierError(
            f"the network of {where} fails on {counted(len(images), 'image')} "
            f"({type(error).__name__}: {said}). If there is memory enough, it is damaged: restore "
            "it, or train again"
        ) from error
    if not math.isfinite(outputs[0].sum()):
        raise ClassifierError(
            f"{where} is damaged: its network gives probabilities that are not finite (NaN or "
            "infinity). Restore it, or train again"
        )
    return outputs
