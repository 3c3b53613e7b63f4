"""`imagette train`: from a source to a run folder."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imagette.cli.interruption import InterruptionError
from imagette.cli.options import with_settings
from imagette.cli.paths import a_path
from imagette.cli.streams import results_kept_in
from imagette.cli.text import print_json
from imagette.digits import percent

if TYPE_CHECKING:
    from imagette.runs.run import Run


@with_settings
def train(
    source: Annotated[
        str, typer.Argument(help="A source: a name (digits, mnist, ...), a folder or a file.")
    ] = "digits",
    recipe: Annotated[
        str, typer.Option("--recipe", "-r", help="See: imagette recipes.")
    ] = "standard",
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where run folders go.", parser=a_path)
    ] = Path("runs"),
    network: Annotated[
        Path | None,
        typer.Option(
            help="A Keras file (.keras, or .json) to train instead of the recipe's.", parser=a_path
        ),
    ] = None,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Do not start from the Keras file's weights.")
    ] = False,
    raw_pixels: Annotated[
        bool, typer.Option("--raw-pixels", help="Do not scale 0..255 to 0..1 before a Keras file.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the run's path and its test evaluation as JSON."),
    ] = False,
    **settings: Any,
) -> None:
    """Train, evaluate and save a classifier; without a source, on bundled handwritten digits."""
    run = _trained(
        source,
        recipe,
        network=network,
        from_scratch=from_scratch,
        raw_pixels=raw_pixels,
        out=out,
        **settings,
    )
    with results_kept_in(run.path):
        if as_json:
            print_json({"path": str(run.path), "test": run.test.to_dict()})
        else:
            _print_results(run)


def _trained(source: str, recipe: str, **options: Any) -> "Run":
    """The finished run, with progress on stderr."""
    from imagette import api
    from imagette.cli.progress import data_progress, download_progress, training_progress
    from imagette.runs.run_folder import NothingSaved

    try:
        with (
            training_progress() as progress,
            download_progress() as downloads,
            data_progress() as reading,
        ):
            return api.train(
                source, recipe, progress=progress, downloads=downloads, reading=reading, **options
            )
    except NothingSaved as error:
        raise InterruptionError(", nothing was saved") from error


def _print_results(run: "Run") -> None:
    test = run.test
    low, high = (percent(bound, test.accuracy_interval) for bound in test.accuracy_interval)
    print(
        f"test accuracy {percent(test.accuracy, test.accuracy_interval)} "
        f"(95 % interval {low} to {high}, {test.images:,} images)"
    )
    print(
        f"{len(run.history)} epoch{'s' * (len(run.history) > 1)} "
        f"in {run.training['seconds']:.1f} s, "
        f"{run.training['precision']} on {run.training['device']}"
    )
    print(f"saved in {run.path}")
    print(f"next: imagette predict {shlex.quote(str(run.path))} PICTURE")
