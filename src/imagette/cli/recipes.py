"""`imagette recipes`: what there is to choose from, and how each trains."""

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated

import typer

from imagette.cli.arguments import as_options
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
    costs = [_costs(recipe) for recipe in chosen]
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
                    "mirrored": _mirrored(recipe),
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


def _costs(recipe: "Recipe") -> tuple[int, int]:
    """Parameters, and multiply-adds of an image."""
    network = recipe.saved_network(_SHAPE, _CLASSES)
    return sum(network.parameters()), network.multiply_adds()


def _mirrored(recipe: "Recipe") -> dict[str, object] | None:
    """What differs for images that training mirrors; None if nothing does."""
    if recipe.mirrored is None:
        return None
    suited = recipe.suited(True)
    parameters, multiply_adds = _costs(suited)
    return {
        "parameters": parameters,
        "multiply_adds": multiply_adds,
        "settings": asdict(suited.settings),
    }


def _print_settings(recipe: "Recipe") -> None:
    """What `train` can be told otherwise, each by the option of that name."""
    print(f"{recipe.name}: {recipe.purpose}; {recipe.claim}\n")
    forms = [recipe] if recipe.mirrored is None else [recipe, recipe.suited(True)]
    rows = []
    for field in fields(recipe.settings):
        values = [getattr(form.settings, field.name) for form in forms]
        has_effect = any(form.settings.has_effect(field.name) for form in forms)
        if has_effect and any(value not in (None, ()) for value in values):
            cells = map(_as_text, values)
            rows.append((field.name.replace("_", "-"), *cells, as_options(field.metadata["help"])))
    columns = ("value", "mirrored")[: len(forms)]
    print_table(("setting", *columns, "what it is"), rows)
    if recipe.mirrored is not None:
        other = "" if recipe.mirrored.build is recipe.build else ", with another network"
        print(f"\nmirrored: for images that training mirrors{other}")


def _as_text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
