"""What a figure needs beside it: machine, versions, date."""

import importlib.metadata
from datetime import UTC, datetime

from imagette.machine import describe

_PACKAGES = ("imagette", "torch", "onnxruntime", "numpy")


def environment() -> str:
    """One line: processor, cores, system, versions, date."""
    machine = describe()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}; "
        f"Python {machine['python']}, {versions}; {datetime.now(UTC):%Y-%m-%d}"
    )
