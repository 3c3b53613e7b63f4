"""`imagette summary`: the network of a recipe or of a run, layer by layer."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from imagette.cli.paths import some_text
from imagette.cli.text import print_json, print_table

if TYPE_CHECKING:
    from imagette.network.summary import LayerSummary


def summary(
    recipe: Annotated[
        str,
        typer.Argument(help="A recipe (see: imagette recipes), or a run folder.", parser=some_text),
    ],
    data: Annotated[
        str | None,
        typer.Option(help="Data set that a recipe's network is for.  [default: mnist]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show a network: layers, output shapes, parameters, multiply-adds."""
    from imagette import api

    result = api.summary(recipe, data)
    if as_json:
        print_json(asdict(result))
        return
    print_table(
        ("Layer (type)", "Output shape", "Parameters", "Multiply-adds"),
        [
            (
                _named(layer),
                f"({', '.join(map(str, ('None', *layer.shape)))})",
                f"{layer.parameters:,}",
                f"{layer.multiply_adds:,}",
            )
            for layer in result.layers
        ],
        right=("Parameters", "Multiply-adds"),
    )
    if any(layer.members > 1 for layer in result.layers):
        print("\nN x: so many members have such a layer; what it costs is told for one of them")
    total = result.trainable + result.other
    print(f"\nTotal parameters:          {total:,} ({4 * total / 1e6:.2f} MB)")
    print(f"Trainable parameters:      {result.trainable:,}")
    print(f"Other parameters:          {result.other:,}")
    print(f"Multiply-adds of an image: {result.multiply_adds:,}")


def _named(layer: "LayerSummary") -> str:
    name = f"{layer.name} ({layer.kind})"
    return f"{layer.members} x {name}" if layer.members > 1 else name
