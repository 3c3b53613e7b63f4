"""What opening a source brought to light: files that cannot be read, and what was decided."""

from collections.abc import Iterator

from imagette.data.checks.evidence import Evidence
from imagette.data.checks.finding import Finding
from imagette.data.contents import Skipped


def unreadable(evidence: Evidence) -> Iterator[Finding]:
    """Files that are truncated, or no pictures; a finding a kind of reason."""
    kinds: dict[str, list[Skipped]] = {}
    for one in evidence.contents.skipped:
        kinds.setdefault(one.reason.partition("(")[0], []).append(one)
    for files in kinds.values():
        yield Finding(
            "warning",
            "unreadable",
            f"{len(files):,} of {len(evidence) + len(evidence.contents.skipped):,} files left out: "
            + files[0].reason.removeprefix("is "),
            tuple(one.name for one in files),
        )


def opening(evidence: Evidence) -> Iterator[Finding]:
    """What the reader detected or decided: sizes that differ, files that are no pictures."""
    told = [one.name for one in evidence.contents.skipped[:1]]  # by `unreadable`
    for note in evidence.contents.notes:
        if not any(name in note for name in told):
            yield Finding("note", "opening", note)
