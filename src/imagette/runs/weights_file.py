"""`weights.safetensors` of a run: the trained weights, by Keras's names."""

import numpy as np
from numpy.typing import NDArray

from imagette.bounded import LARGEST_MODEL
from imagette.errors import NetworkError
from imagette.network import Network
from imagette.runs.arrays_file import damaged, read_arrays
from imagette.runs.run import Run

WEIGHTS = "weights.safetensors"
_REMEDY = "Restore it, or train again"


def read_weights(run: Run, network: Network) -> dict[str, NDArray[np.float32]]:
    """The weights of the run's `network`, by "layer/weight".

    Raises:
        RunError: the file is missing, damaged, or another network's.
    """
    file = run.path / WEIGHTS
    weights = read_arrays(file, LARGEST_MODEL, _REMEDY)  # which must hold them
    try:
        network.check_weights(weights)
    except NetworkError as error:
        raise damaged(file, str(error), _REMEDY) from error
    return weights
