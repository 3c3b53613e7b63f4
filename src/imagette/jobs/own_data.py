"""The data of a run from its own source, opened and divided as it was in training."""

from collections.abc import Mapping
from typing import Any

from imagette.data.arrays.given import ARRAYS
from imagette.data.checking import open_checked
from imagette.data.checks import Findings
from imagette.data.dataset import Dataset, Splits
from imagette.data.options import data_options
from imagette.data.progress import DataProgress
from imagette.data.protocols import PROTOCOLS, open_protocol
from imagette.errors import DatasetError
from imagette.runs.run import Run


def own_splits(run: Run, progress: DataProgress | None = None) -> tuple[Splits, Findings | None]:
    """What the run was trained, watched and measured on; and what the cheap checks find in it.

    A published protocol takes its data as they are: nothing is looked for there.

    Raises:
        SourceError: the source cannot be found or read.
        DatasetError: it was arrays in memory, or its images are others than in training.
    """
    own = run.data
    if own["source"] == ARRAYS:
        raise DatasetError(
            "it was trained on arrays in memory, which are not kept with it, expected a file or a "
            "folder. Save them as .npz, and train on that"
        )
    splits, findings = _opened(own, progress)
    for split, dataset in splits.named().items():
        require_as_trained(run, split, dataset)
    return splits, findings


def require_as_trained(run: Run, split: str, dataset: Dataset) -> None:
    """Raise DatasetError unless `dataset` is the run's own "train", "validation" or "test"."""
    expected, received = run.fingerprint(split), dataset.fingerprint
    if expected and received != expected:
        raise DatasetError(
            f"the {split} images of {run.data['source']} are not those of the run any more: "
            f"fingerprint {received[:12]}, expected {expected[:12]}. Restore the data; if they are "
            "as they were, an older imagette divided them otherwise: train again"
        )


def _opened(
    own: Mapping[str, Any], progress: DataProgress | None
) -> tuple[Splits, Findings | None]:
    if "protocol" in own:
        if own["protocol"] not in PROTOCOLS:
            raise DatasetError(
                f"data.protocol is {own['protocol']!r}, expected one of {', '.join(PROTOCOLS)}. "
                "Restore run.json, or train again"
            )
        return open_protocol(own["source"], own["protocol"]), None
    return open_checked(own["source"], data_options(**own["options"]), progress=progress)
