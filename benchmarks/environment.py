"""What a figure needs beside it: machine, versions, date."""

import importlib.metadata
from datetime import UTC, datetime

from imagette.machine import describe

_PACKAGES = ("imagette", "torch", "onnxruntime", "numpy")


def machine() -> str:
    """Processor, cores in use, system: what figures must share to be compared."""
    found = describe()
    return f"{found['processor']}, {found['cores']} cores, {found['system']}"


def environment() -> str:
    """One line: processor, cores, system, versions, date."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    return f"{machine()}; Python {describe()['python']}, {versions}; {datetime.now(UTC):%Y-%m-%d}"
