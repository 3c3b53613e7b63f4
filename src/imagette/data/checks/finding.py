"""What a check finds: how bad it is, what it is, and which images it concerns."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from imagette.errors import DatasetError

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        severity: "error" where training would be impossible or its result worthless,
            "warning" where something should be looked at, "note" for what is good to know.
        code: a short name of what it is, the same in every version ("near-duplicates").
        text: a sentence with the numbers.
        images: the names of all images concerned, or tuples of the names that belong together.
    """

    severity: Severity
    code: str
    text: str
    images: tuple[str, ...] | tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Findings:
    """All that was found in a source, the worst first.

    Attributes:
        images: how many were looked at.
        classes: how many the source has.
    """

    images: int
    classes: int
    found: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Those of one severity."""
        return tuple(finding for finding in self.found if finding.severity == severity)

    def counts(self) -> dict[Severity, int]:
        """How many there are of each severity."""
        counted = Counter(finding.severity for finding in self.found)
        return {severity: counted[severity] for severity in SEVERITIES}

    def to_dict(self) -> dict[str, Any]:
        """As `data check --json` prints it."""
        return {
            "images": self.images,
            "classes": self.classes,
            "counts": self.counts(),
            "findings": [asdict(finding) for finding in self.found],
        }

    def require_no_errors(self) -> None:
        """Raise DatasetError with all errors, if there are any."""
        errors = [finding.text for finding in self.of("error")]
        if len(errors) == 1:
            raise DatasetError(errors[0])
        if errors:
            listed = "\n".join(f"  {text}" for text in errors)
            raise DatasetError(f"{len(errors)} errors, expected none:\n{listed}")


def by_severity(images: int, classes: int, found: list[Finding]) -> Findings:
    """The findings in their order: errors, warnings, notes."""
    ordered = sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))
    return Findings(images, classes, tuple(ordered))
