"""`imagette report`: a finished run as one page, and its figures as files."""

from pathlib import Path
from typing import Annotated

import typer

from imagette.cli.figures import Format, format_of
from imagette.cli.paths import a_path
from imagette.cli.progress import data_progress
from imagette.cli.streams import complain, say


def report(
    run: Annotated[Path, typer.Argument(help="A run folder.", parser=a_path)],
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    figures: Annotated[
        Path | None,
        typer.Option(help="Folder for its figures, one file each.", parser=a_path),
    ] = None,
    format: Format = None,
) -> None:
    """Make a run's report.html anew, from the run and its data."""
    from imagette import runs_api

    written_as = format_of(figures, format)

    with data_progress() as reading:
        page, *others = runs_api.write_report(
            run, figures=figures, format=written_as, progress=reading
        )
    for path in (page, *others):
        say(str(path))
    if open_it:
        import webbrowser

        if not webbrowser.open(page.resolve().as_uri()):
            complain(f"no browser could be started: open {page} yourself")
