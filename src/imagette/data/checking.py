"""Opening a source with a look at what it holds: before training, and for its own sake."""

from dataclasses import replace

from imagette.bounded import exists
from imagette.data.arrays.given import is_given
from imagette.data.checks import CHEAP, Finding, Findings, check
from imagette.data.dataset import Splits
from imagette.data.divide import assigned, by_split, with_limit
from imagette.data.download import DownloadProgress
from imagette.data.options import DataOptions
from imagette.data.progress import DataProgress, noted_if_refused
from imagette.data.sources import Source, is_known, open_contents, source_name
from imagette.errors import DatasetError, SourceError


def open_checked(
    source: Source,
    options: DataOptions,
    downloads: DownloadProgress | None = None,
    progress: DataProgress | None = None,
) -> tuple[Splits, Findings]:
    """As `open_source`, and what the cheap checks find; they take milliseconds.

    Raises:
        SourceError: the source is unknown, cannot be found, read, trusted or downloaded.
        DatasetError: its images or labels cannot be trained on, or it has errors.
    """
    name = source_name(source)
    contents = open_contents(source, options, downloads, progress)
    with noted_if_refused(contents.notes, progress):
        contents, options = with_limit(name, contents, options)
        splits = assigned(name, contents, options)
        findings = check(contents, splits, CHEAP)
        findings.require_no_errors()
    return by_split(name, contents, splits), findings


def check_source(
    source: Source,
    options: DataOptions,
    downloads: DownloadProgress | None = None,
    progress: DataProgress | None = None,
) -> Findings:
    """All findings on a source; what `train` would refuse is an error among them.

    Raises:
        SourceError: the source is unknown, cannot be found, downloaded, or read by the system.
    """
    try:
        contents = open_contents(source, options, downloads, progress)
    except (DatasetError, SourceError) as error:
        if isinstance(error, SourceError) and not _is_of_contents(error, source, options):
            raise
        return Findings(0, 0, (Finding("error", "unusable", str(error)),))
    name = source_name(source)
    try:
        contents, options = with_limit(name, contents, options)
        splits = assigned(name, contents, options)
        return check(contents, splits, progress=progress)
    except DatasetError as error:
        findings = check(contents, progress=progress)
        if findings.of("error"):  # they say the same, and which images
            return findings
        refusal = Finding("error", "cannot-be-divided", str(error))
        return replace(findings, found=(refusal, *findings.found))


def _is_of_contents(error: SourceError, source: Source, options: DataOptions) -> bool:
    """Whether it is what lies in the source that was refused, and not another or the system."""
    if options.test is not None or options.relabel is not None or options.groups is not None:
        return False
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno is not None:
        return False
    return not is_given(source) and not is_known(source) and exists(source)
