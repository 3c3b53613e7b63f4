"""Short names that tell run folders apart."""

import os
from collections.abc import Sequence
from pathlib import Path

from imagette.bounded import real_path


def short_names(paths: Sequence[str | Path]) -> dict[str, str]:
    """Each path as text, and what is left of it without the folders that all have in common."""
    resolved = {str(path): real_path(path) for path in paths}
    common = Path(os.path.commonpath([path.parent for path in resolved.values()]))
    return {given: str(path.relative_to(common)) for given, path in resolved.items()}
