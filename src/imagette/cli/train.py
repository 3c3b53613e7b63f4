"""`imagette train`: from a source to a run folder."""

from pathlib import Path
from typing import Annotated, Any

import typer

from imagette.cli.options import with_settings
from imagette.cli.text import percent, print_json


@with_settings
def train(
    source: Annotated[
        str, typer.Argument(help="A data set by name (digits, mnist, ...) or an .npz file.")
    ] = "digits",
    recipe: Annotated[
        str, typer.Option("--recipe", "-r", help="See: imagette recipes.")
    ] = "standard",
    out: Annotated[Path, typer.Option("--out", "-o", help="Where run folders go.")] = Path("runs"),
    validation: Annotated[
        float, typer.Option(help="Share of the images held out of training.")
    ] = 0.1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
    **settings: Any,
) -> None:
    """Train, evaluate and save a classifier; without a source, on bundled handwritten digits."""
    from imagette import api
    from imagette.cli.progress import download_progress, training_progress

    with training_progress() as progress, download_progress() as downloads:
        run = api.train(
            source,
            recipe,
            out=out,
            validation=validation,
            progress=progress,
            downloads=downloads,
            **settings,
        )
    if as_json:
        print_json({"path": str(run.path), "test": run.test.to_dict()})
        return
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
    print(f"next: imagette predict {run.path} PICTURE")
