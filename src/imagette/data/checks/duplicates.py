"""Images that are equal, pixel for pixel: in one split, in two, and under two labels."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks.evidence import Evidence, equal_sets
from imagette.data.checks.finding import Finding, Severity
from imagette.data.contents import Split
from imagette.numerals import counted

_LEARNED_BY_HEART = 0.5  # share of the test images: beyond it the accuracy measures memory


def copies(evidence: Evidence) -> Iterator[Finding]:
    """Exact copies, counted; those of test images among the others; those with other labels."""
    sets = equal_sets(evidence.contents.hashes)
    labels = evidence.contents.labels
    if not sets:
        return
    again = sum(len(members) - 1 for members in sets)
    yield Finding(
        "note",
        "duplicates",
        f"{counted(again, 'exact copy', 'exact copies')} of other images, of {len(evidence):,}",
        tuple(evidence.named(members) for members in sets),
    )
    conflicts = [members for members in sets if len(set(labels[members].tolist())) > 1]
    if conflicts:
        count = sum(map(len, conflicts))
        yield Finding(
            "warning",
            "two-labels",
            f"{count:,} images have the same pixels as another one and another label, in "
            f"{counted(len(conflicts), 'set')}: some of these labels are wrong",
            tuple(evidence.named(members) for members in conflicts),
        )
    yield from across(evidence, sets, "duplicates-across", "exact copies of")


def across(
    evidence: Evidence, sets: list[NDArray[np.int64]], code: str, what: str
) -> Iterator[Finding]:
    """Findings on `sets` of images that belong together and lie in two splits."""
    splits = evidence.splits
    torn = [members for members in sets if len(set(splits[members].tolist())) > 1]
    for split, others in ((Split.TEST, "training or validation"), (Split.VALIDATION, "training")):
        known = [Split.TRAIN] if split == Split.VALIDATION else [Split.TRAIN, Split.VALIDATION]
        concerned = [
            members
            for members in torn
            if (splits[members] == split).any() and np.isin(splits[members], known).any()
        ]
        if not concerned:
            continue
        count = sum(int((splits[members] == split).sum()) for members in concerned)
        total = int((splits == split).sum())
        severity: Severity = "warning"
        if split == Split.TEST and count > _LEARNED_BY_HEART * total:
            severity = "error"
        name = split.name.lower()
        yield Finding(
            severity,
            code,
            f"{count:,} of {total:,} {name} images ({100 * count / total:.2f} %) are {what} "
            f"{others} images, known by heart: the {name} accuracy flatters",
            tuple(evidence.named(members) for members in concerned),
        )
