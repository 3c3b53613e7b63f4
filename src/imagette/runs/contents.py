"""Writes the files of a run folder."""

import csv
import io
from collections.abc import Mapping

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from imagette.runs.card import CARD, model_card
from imagette.runs.judgements_file import JUDGEMENTS
from imagette.runs.network_file import NETWORK
from imagette.runs.run import MODEL, RUN_JSON, Run
from imagette.runs.run_folder import RunFolder
from imagette.runs.weights_file import WEIGHTS


def write_contents(
    folder: RunFolder,
    run: Run,
    model: bytes,
    network_json: str,
    weights: Mapping[str, NDArray[np.float32]],
    judgements: bytes,
) -> None:
    """Write all files of a run, `run.json` last, so that its presence means a complete run."""
    folder.write(MODEL, model)
    folder.write(NETWORK, network_json.encode())
    folder.write(WEIGHTS, safetensors.numpy.save(dict(weights)))
    folder.write(JUDGEMENTS, judgements)
    folder.write(CARD, model_card(run).encode("utf-8", "replace"))
    folder.write("history.csv", _history_csv(run).encode())
    folder.write(RUN_JSON, run.to_json().encode())


def _history_csv(run: Run) -> str:
    """The history as CSV, one line per epoch, under Keras's names."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(run.history[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(run.history)
    return text.getvalue()
