"""Recipes: one file each, and this list of them."""

from imagette.errors import RecipeError, nearest_names
from imagette.recipes import (
    best,
    classic,
    fashion,
    lenet,
    sprint,
    standard,
    three_conv,
    tiny,
    wide_dense,
)
from imagette.recipes.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    standard.RECIPE,
    sprint.RECIPE,
    best.RECIPE,
    tiny.RECIPE,
    three_conv.RECIPE,
    wide_dense.RECIPE,
    fashion.RECIPE,
    lenet.RECIPE,
    classic.RECIPE,
)


def is_recipe(name: str) -> bool:
    """Whether there is a recipe of that name; runs of other names are of users' own networks."""
    return any(recipe.name == name for recipe in RECIPES)


def recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        RecipeError: there is none.
    """
    names = [recipe.name for recipe in RECIPES]
    if not isinstance(name, str):
        raise RecipeError(f"recipe {name!r}: expected the name of one, of {', '.join(names)}")
    if name not in names:
        raise RecipeError(
            f"no recipe {name!r}{nearest_names(name, names) or ';'} there are {', '.join(names)}"
        )
    return RECIPES[names.index(name)]


__all__ = ["RECIPES", "Recipe", "is_recipe", "recipe"]
