"""`imagette data check`: what is wrong with a source, by severity, with the files' names."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imagette.cli import data_label_errors as label_errors
from imagette.cli.arguments import as_options
from imagette.cli.options import with_data_options
from imagette.cli.paths import a_path, some_text
from imagette.cli.progress import data_progress, download_progress
from imagette.cli.text import print_json, print_table
from imagette.errors import SettingsError
from imagette.numerals import counted

if TYPE_CHECKING:
    from imagette.data.checks import Finding, Findings

_SHOWN = 3  # images, or sets of them, that are named; --json names all


@with_data_options
def check(
    source: Annotated[
        str,
        typer.Argument(help="A source: a name (digits, mnist, ...) or a path.", parser=some_text),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the findings as JSON, with all images' names.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if there are errors (not for warnings).")
    ] = False,
    find_label_errors: Annotated[
        bool,
        typer.Option(
            "--find-label-errors",
            help="Also train on parts of it, and rank images whose label looks wrong (a minute).",
        ),
    ] = False,
    folds: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="Folds of the cross-validation by which label errors are found.  [default: 5]",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=a_path,
            help="Folder of the page and the table of label errors (SOURCE-label-errors).",
        ),
    ] = None,
    **options: Any,
) -> None:
    """Read a whole source and say what is wrong with it; nothing is changed."""
    from imagette import api

    for option, value in (("--folds", folds), ("--out", out)):
        if value is not None and not find_label_errors:
            raise SettingsError(f"{option} is for --find-label-errors. Give that, or leave it out")
    with download_progress() as downloads, data_progress() as reading:
        checked = api.check_data(source, downloads=downloads, progress=reading, **options)
    worded = tuple(replace(one, text=as_options(one.text)) for one in checked)
    findings = replace(checked, found=worded)
    if not as_json:
        _print_findings(findings)
    wrong = label_errors.search(source, out, folds, **options) if find_label_errors else None
    if as_json:
        more = {} if wrong is None else {"label_errors": label_errors.to_dict(wrong)}
        print_json({"source": source} | findings.to_dict() | more)
    elif wrong is not None:  # one that found nothing is empty
        label_errors.print_found(wrong, source)
    if strict and findings.of("error"):
        raise typer.Exit(1)


def _print_findings(findings: "Findings") -> None:
    if len(findings):
        print_table(
            ("severity", "finding", "what"),
            [(one.severity, one.code, one.text + _examples(one)) for one in findings],
        )
        print()
    severities = [counted(count, severity) for severity, count in findings.counts().items()]
    print(
        f"{findings.images:,} images of {findings.classes:,} classes: {', '.join(severities)}"
        + ". imagette train would refuse" * any(map(_refused, findings.of("error")))
    )


def _refused(error: "Finding") -> bool:
    """Whether `train` finds it too: it does not look for near copies."""
    return not error.code.startswith("near-duplicates")


def _examples(finding: "Finding") -> str:
    """The first names: " (a.png, b.png, ...)"; those that belong together as "a.png = b.png"."""
    if not finding.images:
        return ""
    shown = [one if isinstance(one, str) else " = ".join(one[:2]) for one in finding.images]
    more = [f"and {len(shown) - _SHOWN:,} more"] if len(shown) > _SHOWN else []
    return f" ({', '.join([*shown[:_SHOWN], *more])})"
