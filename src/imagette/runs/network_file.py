"""`network.json` of a run: the network that was trained, as Keras writes it."""

from imagette.bounded import read_bounded
from imagette.errors import NetworkError, RunError
from imagette.network import Network, from_json
from imagette.runs.run import Run

NETWORK = "network.json"
_LARGEST = 50 * 10**6  # bytes, as of other Keras files
_REMEDY = "Restore it, or train again"


def read_network(run: Run) -> Network:
    """The network of a run, without its weights.

    Raises:
        RunError: the file is missing, damaged, or cannot be read.
    """
    try:
        return from_json(network_text(run))
    except NetworkError as error:
        cause = error.__cause__
        reason = f"{type(cause).__name__}: {cause}" if cause else str(error).rstrip(".")
        raise RunError(f"{run.path / NETWORK} is damaged ({reason}). {_REMEDY}") from error


def network_text(run: Run) -> str:
    """The file as it is, JSON.

    Raises:
        RunError: it is missing or cannot be read.
    """
    file = run.path / NETWORK
    try:
        return read_bounded(file, _LARGEST, RunError, _REMEDY).decode()
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror}. {_REMEDY}") from error
    except UnicodeDecodeError as error:
        raise RunError(f"{file} is damaged ({error}). {_REMEDY}") from error
