"""`imagette recipes`: what there is to choose from, and how each trains."""

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated

import typer

from imagette.cli.paths import some_text
from imagette.cli.text import print_json, print_table

if TYPE_CHECKING:
    from imagette.recipes import Recipe

_SHAPE, _CLASSES = (28, 28, 1), 10  # what parameters and costs are told for


def recipes(
    name: Annotated[
        str | None, typer.Argument(help="One of them, to see its settings.", parser=some_text)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List the recipes: what for, parameters, multiply-adds, claim; or show one's settings."""
    from imagette.recipes import RECIPES, recipe

    if name is not None and not as_json:
        _print_settings(recipe(name))
        return
    chosen = RECIPES if name is None else (recipe(name),)
    networks = [recipe.saved_network(_SHAPE, _CLASSES) for recipe in chosen]
    costs = [(sum(network.parameters()), network.multiply_adds()) for network in networks]
    if as_json:
        print_json(
            [
                {
                    "name": recipe.name,
                    "purpose": recipe.purpose,
                    "parameters": parameters,
                    "multiply_adds": multiply_adds,
                    "claim": recipe.claim,
                    "settings": asdict(recipe.settings),
                }
                for recipe, (parameters, multiply_adds) in zip(chosen, costs, strict=True)
            ]
        )
        return
    print_table(
        ("name", "what for", "parameters", "multiply-adds", "claim"),
        [
            (recipe.name, recipe.purpose, f"{parameters:,}", f"{multiply_adds:,}", recipe.claim)
            for recipe, (parameters, multiply_adds) in zip(chosen, costs, strict=True)
        ],
        right=("parameters", "multiply-adds"),
    )
    print("\nparameters and multiply-adds: for images of 28x28x1 and 10 classes")
    print("imagette recipes NAME shows how one trains")


def _print_settings(recipe: "Recipe") -> None:
    """What `train` can be told otherwise, each by the option of that name."""
    print(f"{recipe.name}: {recipe.purpose}; {recipe.claim}\n")
    given = [(field, getattr(recipe.settings, field.name)) for field in fields(recipe.settings)]
    print_table(
        ("setting", "value", "what it is"),
        [
            (field.name.replace("_", "-"), _as_text(value), field.metadata["help"])
            for field, value in given
            if value not in (None, ())
        ],
    )


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
