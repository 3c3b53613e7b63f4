"""A network of the user's own: from a Keras file, or in memory, to be trained for a recipe's."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import SettingsError
from imagette.network import Network, from_json
from imagette.network.scaling import rescaled, scales_pixels
from imagette.recipes import is_recipe


@dataclass(frozen=True, eq=False)
class OwnNetwork:
    """What is trained.

    Attributes:
        name: of the run; never that of a recipe, for which it would be taken.
        network: which scales its pixels.
        weights: where training starts, by "layer/weight"; None for fresh ones.
        notes: what the user should know.
    """

    name: str
    network: Network
    weights: dict[str, NDArray[np.float32]] | None
    notes: tuple[str, ...]

    @classmethod
    def of(cls, given: Any, from_scratch: bool, raw_pixels: bool) -> OwnNetwork:
        """That of a Keras file (.keras, .json), a `Network` or a Keras model.

        Raises:
            NetworkError: a file that cannot be read, or a model that has not been built.
            UnsupportedLayerError: a layer that imagette does not have.
            SettingsError: it is none of these.
        """
        notes: list[str] = []
        if isinstance(given, str | PathLike):
            path = Path(given)
            title, (network, weights) = path.name, _read(path, from_scratch, notes)
            name = path.stem
        else:
            network, weights = _held(given)
            title = name = network.name
        weights = None if from_scratch else weights
        if weights is None and not isinstance(given, Network):
            notes.append(f"{title}: training starts from fresh weights")
        if not raw_pixels and not scales_pixels(network):
            network = rescaled(network)
            notes.append(
                f"{title} does not scale its pixels: Rescaling(1/255) was put before it "
                "(`raw_pixels=True` leaves that out)"
            )
        # The name in `run.json` must tell it from recipes: the run's command is made from it.
        return cls(f"{name}-network" if is_recipe(name) else name, network, weights, tuple(notes))


_Weights = dict[str, NDArray[np.float32]]


def _read(path: Path, from_scratch: bool, notes: list[str]) -> tuple[Network, _Weights | None]:
    from imagette.network.keras_models import read_file

    text, weights, told = read_file(path, with_weights=not from_scratch)
    notes += told
    return from_json(text), weights


def _held(given: Any) -> tuple[Network, _Weights | None]:
    if isinstance(given, Network):
        return given, None
    if not hasattr(given, "to_json"):
        raise SettingsError(
            f"network is a {type(given).__name__}, expected the path of a Keras file, an "
            "imagette.network.Network or a Keras model"
        )
    from imagette.network.keras_models import from_keras

    text, weights = from_keras(given)
    return from_json(text), weights
