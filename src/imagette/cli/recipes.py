"""`imagette recipes`: what there is to choose from."""

from typing import Annotated

import typer

from imagette.cli.text import print_json, print_table

_SHAPE, _CLASSES = (28, 28, 1), 10  # what parameters and costs are told for


def recipes(
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List the recipes: what for, parameters, multiply-adds of one image, claim."""
    from imagette.recipes import RECIPES

    networks = [recipe.saved_network(_SHAPE, _CLASSES) for recipe in RECIPES]
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
                }
                for recipe, (parameters, multiply_adds) in zip(RECIPES, costs, strict=True)
            ]
        )
        return
    print_table(
        ("name", "what for", "parameters", "multiply-adds", "claim"),
        [
            (recipe.name, recipe.purpose, f"{parameters:,}", f"{multiply_adds:,}", recipe.claim)
            for recipe, (parameters, multiply_adds) in zip(RECIPES, costs, strict=True)
        ],
        right=("parameters", "multiply-adds"),
    )
    print("\nparameters and multiply-adds: for images of 28x28x1 and 10 classes")
