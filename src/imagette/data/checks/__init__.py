"""What can be wrong with a source: a family of checks a file, all of them in two tuples."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks.blank import blank_images
from imagette.data.checks.classes import imbalance, small_classes
from imagette.data.checks.drift import drifts
from imagette.data.checks.duplicates import copies
from imagette.data.checks.evidence import Evidence
from imagette.data.checks.files import opening, unreadable
from imagette.data.checks.finding import SEVERITIES, Finding, Findings, Severity, by_severity
from imagette.data.checks.labels import as_many, one_of_the_classes, whole_groups
from imagette.data.checks.near_duplicates import near_copies
from imagette.data.checks.polarity import inverted
from imagette.data.contents import Contents
from imagette.data.progress import DataProgress

Check = Callable[[Evidence], Iterator[Finding]]

CHEAP: tuple[Check, ...] = (
    one_of_the_classes,
    whole_groups,
    small_classes,
    imbalance,
    blank_images,
    inverted,
    copies,
    drifts,
)
THOROUGH: tuple[Check, ...] = (unreadable, opening, *CHEAP, near_copies)


def check(
    contents: Contents,
    splits: NDArray[np.int8] | None = None,
    checks: tuple[Check, ...] = THOROUGH,
    progress: DataProgress | None = None,
) -> Findings:
    """Everything that `checks` find; nothing is changed.

    `splits`, int8 (n,), is how the images are divided (`divide.assigned`), if they can be;
    without it the source's own splits are looked at.
    """
    found = list(as_many(contents))
    if not found and len(contents):
        evidence = Evidence(contents, contents.splits if splits is None else splits)
        listener = progress or DataProgress()
        with listener.step("checking", len(contents)):
            for number, one in enumerate(checks, 1):
                found += one(evidence)
                listener.advanced(len(contents) * number // len(checks))
    return by_severity(len(contents.images), len(contents.class_names), found)


__all__ = ["CHEAP", "SEVERITIES", "THOROUGH", "Check", "Finding", "Findings", "Severity", "check"]
