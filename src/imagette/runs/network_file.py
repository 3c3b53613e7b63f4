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
    file = run.path / NETWORK
    try:
        return from_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror}. Restore it") from error
