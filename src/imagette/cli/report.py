"""`imagette report`: a finished run as one page, and its figures as files."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from imagette.cli.paths import a_path
from imagette.cli.progress import data_progress
from imagette.cli.streams import complain, printable
from imagette.errors import SettingsError


def report(
    run: Annotated[Path, typer.Argument(help="A run folder.", parser=a_path)],
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    figures: Annotated[
        Path | None,
        typer.Option(help="Folder for its figures, one file each.", parser=a_path),
    ] = None,
    format: Annotated[
        Literal["png", "svg"] | None,
        typer.Option(help="What the figures are written as; else png."),
    ] = None,
) -> None:
    """Make a run's report.html anew, from the run and its data."""
    from imagette import runs_api

    if format is not None and figures is None:
        raise SettingsError("--format is for --figures. Give a folder for them, or leave it out")

    with data_progress() as reading:
        page, *others = runs_api.write_report(
            run, figures=figures, format=format or "png", progress=reading
        )
    print(*(printable(str(path)) for path in (page, *others)), sep="\n")
    if open_it:
        import webbrowser

        if not webbrowser.open(page.resolve().as_uri()):
            complain(f"no browser could be started: open {page} yourself")
