"""`weights.safetensors` of a run: the trained weights, by Keras's names."""

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from imagette.errors import NetworkError, RunError
from imagette.network import Network
from imagette.runs.run import Run

WEIGHTS = "weights.safetensors"


def read_weights(run: Run, network: Network) -> dict[str, NDArray[np.float32]]:
    """The weights of the run's `network`, by "layer/weight".

    Raises:
        RunError: the file is missing, damaged, or of another network.
    """
    file = run.path / WEIGHTS
    weights: dict[str, NDArray[np.float32]]
    try:
        weights = safetensors.numpy.load_file(file)
        network.check_weights(weights)
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror or error}. Restore it") from error
    except (safetensors.SafetensorError, NetworkError) as error:
        reason = str(error).rstrip(".")
        raise RunError(f"{file} is damaged ({reason}). Restore it, or train again") from error
    return weights
