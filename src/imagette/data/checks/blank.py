"""Images on which nothing is to be seen."""

from collections.abc import Iterator

import numpy as np

from imagette.data.checks.evidence import Evidence
from imagette.data.checks.finding import Finding

_CONTRAST = 8  # gray levels between darkest and brightest pixel; an eye sees about 2 % of 255


def blank_images(evidence: Evidence) -> Iterator[Finding]:
    """Images of one value, or so nearly that nobody would see anything."""
    contrast = evidence.statistics.contrast
    found = np.flatnonzero(contrast <= _CONTRAST)
    if not len(found):
        return
    constant = int((contrast == 0).sum())
    share = len(found) / len(evidence)
    yield Finding(
        "error" if share > 0.5 else "warning",
        "blank",
        f"nothing to be seen on {len(found):,} of {len(evidence):,} images: {constant:,} of a "
        f"single value, {len(found) - constant:,} with at most {_CONTRAST} of 255 gray levels "
        "between their darkest and their brightest pixel",
        evidence.named(found),
    )
