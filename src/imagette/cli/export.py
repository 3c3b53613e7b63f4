"""`imagette export`: a run's network and weights as Keras's files."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from imagette.cli.paths import a_path
from imagette.cli.streams import say


def export(
    run: Annotated[Path, typer.Argument(help="A run folder.", parser=a_path)],
    format: Annotated[
        Literal["keras", "keras-json"],
        typer.Option(
            help="keras: model.keras; keras-json: model.json and its weights, model.weights.h5."
        ),
    ] = "keras",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="A folder, or a file called *.keras (default: the run folder).",
            parser=a_path,
        ),
    ] = None,
) -> None:
    """Write a trained network as Keras reads it. (model.onnx is in the run folder already.)"""
    from imagette import runs_api

    for path in runs_api.export(run, format, out):
        say(str(path))
