"""Whether a `model.onnx` is the one that a `run.json` speaks of."""

from collections.abc import Mapping
from typing import Any

from imagette.errors import ClassifierError
from imagette.runs.metadata import Metadata
from imagette.runs.run import RUN_JSON, Run


def require_own(metadata: Metadata, run: Run) -> None:
    """Refuse the classifier of another training; what its metadata do not say is not compared.

    Raises:
        ClassifierError: it is such a one.
    """
    known = metadata.provenance
    kept = {name: getattr(run, name) for name in ("recipe", "created", "settings")}
    same = all(known[name] == value for name, value in kept.items() if name in known)
    if same and _trained_on(known) in (None, run.fingerprint("train")):
        return
    raise ClassifierError(
        f"{run.model} is not this run's: it was trained by {known.get('recipe')!r}, saved "
        f"{known.get('created')}, expected {run.recipe!r}, {run.created} and the settings and data "
        f"of {RUN_JSON}. Restore it, or train again"
    )


def _trained_on(known: Mapping[str, Any]) -> Any:
    """The fingerprint of the training images; None where it is not known."""
    data = known.get("data")
    train = data.get("train") if isinstance(data, Mapping) else None
    return train.get("fingerprint") if isinstance(train, Mapping) else None
