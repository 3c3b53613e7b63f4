"""`network.json` of a run: the network that was trained, as Keras writes it."""

from imagette.errors import RunError
from imagette.network import Network, from_json
from imagette.runs.run import Run

NETWORK = "network.json"


def read_network(run: Run) -> Network:
    """The network of a run, without its weights.

    Raises:
        RunError: the file is missing or cannot be read.
        NetworkError: it is damaged.
    """
    return from_json(network_text(run))


def network_text(run: Run) -> str:
    """The file as it is, JSON.

    Raises:
        RunError: it is missing or cannot be read.
    """
    file = run.path / NETWORK
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror}. Restore it") from error
    except UnicodeDecodeError as error:
        raise RunError(f"{file} is damaged ({error}). Restore it, or train again") from error
