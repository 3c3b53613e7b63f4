"""Reads and writes Keras's own models and files, through Keras itself.

Functions import Keras only when they need it. If no backend was chosen (KERAS_BACKEND, or Keras's
own configuration), it runs on PyTorch, which is there anyway.
A file's architecture is first read by our own reader, which knows a list of layers and refuses all
else. Only then does Keras make the network, from the architecture alone, and load its weights.
"""

import importlib.util
import json
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.bounded import LARGEST_MODEL, read_bounded, require_bounded
from imagette.errors import NetworkError, SettingsError
from imagette.machine import home_folder
from imagette.network.keras_objects import of_the_network
from imagette.network.keras_reader import from_json, inner_name

Arrays = Mapping[str, NDArray[np.float32]]
FORMATS = ("keras", "keras-json")
_MAXIMUM_CONFIG = 50 * 10**6  # bytes of JSON
_MAXIMUM_FILE = 4 * 2**30  # bytes unpacked
_MAXIMUM_WEIGHTS = LARGEST_MODEL  # bytes of weights, which must fit into `model.onnx`
_WEIGHTS, _SMALLER = "model.weights.h5", "Give a smaller network"


def import_keras() -> tuple[Any, bool]:
    """The module keras, and whether PyTorch was chosen as its backend here.

    Raises:
        NetworkError: Keras, or the backend that is asked for, is not installed.
    """
    chosen = "keras" not in sys.modules and "KERAS_BACKEND" not in os.environ
    chosen = chosen and not _configured_and_installed()
    if chosen:
        os.environ["KERAS_BACKEND"] = "torch"
    try:
        import keras
    except (ImportError, ValueError) as error:  # ValueError: Keras knows no such backend
        remedy = "Install it: pip install 'imagette[keras]'"
        backend = os.environ.get("KERAS_BACKEND", "torch")
        if backend != "torch" and importlib.util.find_spec("keras"):
            remedy = f"KERAS_BACKEND is {backend!r}, expected an installed one, such as torch"
        raise NetworkError(f"Keras cannot be imported ({error}). {remedy}") from error
    return keras, chosen


def to_keras(text: str, weights: Arrays | None = None) -> Any:
    """Keras's model of a network, from its JSON, with `weights` by "layer/weight", or fresh."""
    keras, _ = import_keras()
    model = keras.models.model_from_json(of_the_network(text))
    if weights is not None:
        put_weights(model, weights)
    return model


def from_keras(model: Any) -> tuple[str, dict[str, NDArray[np.float32]]]:
    """The JSON of a built Keras model, and its weights by "layer/weight".

    Raises:
        NetworkError: the model has not been built, so that it has no weights yet.
    """
    if not getattr(model, "built", False):
        raise NetworkError(
            f"model {model.name!r} has not been built. Start it with keras.Input((28, 28, 1)), "
            "or call model.build"
        )
    return model.to_json(), {key: _array(variable) for key, variable in _variables(model)}


def put_weights(model: Any, weights: Arrays) -> None:
    """Put `weights` by "layer/weight" into the user's own model."""
    for key, variable in _variables(model):
        variable.assign(weights[key])


def keras_files(text: str, weights: Arrays, format: str) -> dict[str, bytes]:
    """A network and its weights as Keras writes them: contents by file name.

    Raises:
        SettingsError: there is no such format.
    """
    if format not in FORMATS:
        raise SettingsError(f"format {format!r}: expected {' or '.join(FORMATS)}")
    model = to_keras(text, weights)
    with tempfile.TemporaryDirectory() as folder:
        if format == "keras":
            model.save(Path(folder) / "model.keras")
        else:
            (Path(folder) / "model.json").write_text(model.to_json(indent=2), encoding="utf-8")
            model.save_weights(Path(folder) / "model.weights.h5")
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def read_file(
    path: Path, with_weights: bool = True
) -> tuple[str, dict[str, NDArray[np.float32]] | None, list[str]]:
    """The JSON in a `.json` or `.keras` file, the weights if there are any, and notes.

    The notes tell the user which backend was chosen. The weights of `model.json` are those of
    `model.weights.h5` beside it, if it exists.

    Raises:
        NetworkError: the file is missing, damaged, or not a Keras model.
        UnsupportedLayerError: imagette does not have a layer; nothing more is read then.
    """
    try:
        if path.suffix == ".keras":
            require_bounded(path, _MAXIMUM_FILE, NetworkError, _SMALLER)
            text = _config_in(path)
        elif path.suffix == ".json":
            text = _text(read_bounded(path, _MAXIMUM_CONFIG, NetworkError, _SMALLER), path)
        else:
            raise NetworkError(
                f"{path} is no network file: expected .keras, or .json of model.to_json(). "
                "Save the model as one of these"
            )
    except OSError as error:
        raise NetworkError(
            f"{path} cannot be read: {error.strerror}. Give a file that Keras wrote"
        ) from error
    except ValueError as error:  # a name that no system can have
        raise NetworkError(f"there is no file {str(path)!r}. Give one that Keras wrote") from error
    from_json(text)  # refuses what is not on our list
    beside = path.with_suffix(".weights.h5")
    if not with_weights or (path.suffix == ".json" and not beside.is_file()):
        return text, None, []
    if path.suffix == ".json":
        require_bounded(beside, _MAXIMUM_WEIGHTS, NetworkError, _SMALLER)
    _, chosen = import_keras()
    try:
        model = to_keras(text)
        model.load_weights(path if path.suffix == ".keras" else beside)
    except Exception as error:  # whatever Keras and HDF5 make of damaged bytes
        raise NetworkError(
            f"the weights of {path} cannot be read ({type(error).__name__}: "
            f"{' '.join(str(error).split())[:200]}). Save the model again"
        ) from error
    notes = ["Keras reads the weights on PyTorch: KERAS_BACKEND names no other"] * chosen
    return text, from_keras(model)[1], notes


def _config_in(path: Path) -> str:
    """The architecture in a `.keras` file, which is a zip; nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = PurePosixPath(member.filename.replace("\\", "/"))
                if name.is_absolute() or ".." in name.parts or ":" in member.filename:
                    raise NetworkError(
                        f"{path} holds {member.filename!r}, which leads out of the file, expected "
                        "names within it. Save the model again with model.save"
                    )
            _require_sizes(path, archive)
            with archive.open("config.json") as file:
                return _text(file.read(), path)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError,
        NotImplementedError,
    ) as error:  # fmt: skip
        raise NetworkError(
            f"{path} is not a Keras file, or damaged ({error}). Save the model again with "
            "model.save"
        ) from error


def _require_sizes(path: Path, archive: zipfile.ZipFile) -> None:
    """Raise NetworkError if the contents are too large to read, before unpacking anything."""
    sizes = {member.filename: member.file_size for member in archive.infolist()}
    sizes["in all"] = sum(member.file_size for member in archive.infolist())
    limits = {"in all": _MAXIMUM_FILE, "config.json": _MAXIMUM_CONFIG, _WEIGHTS: _MAXIMUM_WEIGHTS}
    for name, most in limits.items():
        if sizes.get(name, 0) > most:
            raise NetworkError(
                f"{path} unpacks to {sizes[name]:,} bytes ({name}), expected at most {most:,}. "
                f"{_SMALLER}"
            )


def _text(content: bytes, path: Path) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NetworkError(
            f"{path} is not JSON ({error}), expected that of model.to_json(). Save it again"
        ) from error


def _variables(model: Any, outer: str = "") -> Iterator[tuple[str, Any]]:
    """The variables of a Keras model by "layer/weight"; inner models' have our flat names."""
    for layer in model.layers:
        name = inner_name(outer, layer.name)
        if hasattr(layer, "layers"):
            yield from _variables(layer, name)
        else:
            for variable in layer.weights:
                yield f"{name}/{variable.name}", variable


def _array(variable: Any) -> NDArray[np.float32]:
    keras, _ = import_keras()
    return np.array(keras.ops.convert_to_numpy(variable.value), np.float32)


def _configured_and_installed() -> bool:
    """Whether Keras's own configuration names a backend that is installed.

    Keras writes that file itself, and names TensorFlow in it even where that is not installed.
    """
    home = Path(os.environ.get("KERAS_HOME") or home_folder() / ".keras")
    try:
        backend = json.loads((home / "keras.json").read_text())["backend"]
        return importlib.util.find_spec(backend) is not None
    except (OSError, ValueError, TypeError, KeyError):
        return False
