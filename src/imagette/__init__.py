"""imagette: labelled small images in; a trained, evaluated, saved classifier out.

Importing this module imports nothing heavy; each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imagette import plot, recipes
    from imagette.api import (
        check_data,
        open_data,
        reproduce,
        summary,
        train,
        train_seeds,
    )
    from imagette.data.dataset import Dataset, Splits
    from imagette.data_api import find_label_errors, show_data
    from imagette.errors import ImagetteError
    from imagette.inference import Classifier
    from imagette.jobs.keras_training import fit_keras
    from imagette.network import Network
    from imagette.runs.run import Run
    from imagette.runs_api import (
        compare,
        evaluate,
        export,
        load,
        write_comparison,
        write_report,
    )
    from imagette.settings import Settings

__version__ = "0.1.0"

_HOMES = {
    "Classifier": "imagette.inference",
    "Dataset": "imagette.data.dataset",
    "ImagetteError": "imagette.errors",
    "Network": "imagette.network",
    "Run": "imagette.runs.run",
    "Settings": "imagette.settings",
    "Splits": "imagette.data.dataset",
    "check_data": "imagette.api",
    "compare": "imagette.runs_api",
    "evaluate": "imagette.runs_api",
    "export": "imagette.runs_api",
    "find_label_errors": "imagette.data_api",
    "fit_keras": "imagette.jobs.keras_training",
    "load": "imagette.runs_api",
    "open_data": "imagette.api",
    "reproduce": "imagette.api",
    "show_data": "imagette.data_api",
    "summary": "imagette.api",
    "train": "imagette.api",
    "train_seeds": "imagette.api",
    "write_comparison": "imagette.runs_api",
    "write_report": "imagette.runs_api",
}

__all__ = [
    "Classifier",
    "Dataset",
    "ImagetteError",
    "Network",
    "Run",
    "Settings",
    "Splits",
    "check_data",
    "compare",
    "evaluate",
    "export",
    "find_label_errors",
    "fit_keras",
    "load",
    "open_data",
    "plot",
    "recipes",
    "reproduce",
    "show_data",
    "summary",
    "train",
    "train_seeds",
    "write_comparison",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name in ("plot", "recipes"):
        return import_module(f"imagette.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'imagette' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
