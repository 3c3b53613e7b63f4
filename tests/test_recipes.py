"""Recipes: the published networks exactly, and sizes from 8x8 to 96x96."""

from dataclasses import replace
from typing import Any

import pytest

from imagette.errors import DatasetError, RecipeError, ShapeError
from imagette.jobs.planning import plan
from imagette.recipes import RECIPES, recipe

PUBLISHED = {
    "three-conv": 183_242,
    "wide-dense": 3_274_634,
    "fashion": 93_322,
    "lenet": 197_855,
    "classic": 1_199_882,
}


@pytest.mark.parametrize(("name", "parameters"), PUBLISHED.items())
def test_published_networks_have_the_published_parameters(name: str, parameters: int) -> None:
    assert recipe(name).network((28, 28, 1), 10).parameters() == (parameters, 0)


@pytest.mark.parametrize("classes", [2, 10, 1000])
@pytest.mark.parametrize(
    "shape",
    [
        (8, 8, 1),
        (9, 9, 3),
        (8, 96, 1),
        (96, 8, 3),
        (28, 28, 1),
        (32, 32, 3),
        (33, 47, 1),
        (96, 96, 3),
    ],
)
@pytest.mark.parametrize("name", ["sprint", "standard", "best", "tiny"])
def test_own_recipes_fit_any_size(name: str, shape: tuple[int, int, int], classes: int) -> None:
    for mirrored in (False, True):
        network = recipe(name).suited(mirrored).network(shape, classes)
        assert network.input_shape == shape
        assert network.output_shape == (classes,)
        assert network.gives_probabilities
        assert sum(network.parameters()) < 6_000_000


def test_images_that_are_mirrored_may_be_trained_in_another_form() -> None:
    standard = recipe("standard")
    assert standard.suited(False) is standard
    suited = standard.suited(True)
    assert suited.settings == replace(standard.settings, epochs=4)
    assert (suited.name, suited.claim) == (standard.name, standard.claim)
    assert suited.suited(True) is suited
    sprint = recipe("sprint")
    assert sprint.suited(True) is sprint


@pytest.mark.parametrize(
    ("asked", "epochs"), [({}, 2), ({"mirror": "yes"}, 4), ({"epochs": 3, "mirror": "yes"}, 3)]
)
def test_it_is_trained_so_where_training_mirrors(asked: dict[str, Any], epochs: int) -> None:
    planned = plan("digits", "standard", asked)
    assert planned.settings.epochs == epochs


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 32, 3), (96, 96, 3)])
def test_tiny_keeps_its_promise(shape: tuple[int, int, int]) -> None:
    assert sum(recipe("tiny").network(shape, 10).parameters()) <= 10_000


def test_a_recipe_too_deep_says_the_smallest_size() -> None:
    with pytest.raises(ShapeError, match="'lenet' is too deep for images of 8x8.*is 12x12"):
        recipe("lenet").network((8, 8, 1), 10)
    recipe("lenet").network((12, 12, 1), 10)
    with pytest.raises(ShapeError):
        recipe("lenet").network((11, 11, 1), 10)


def test_one_class_is_nothing_to_tell_apart() -> None:
    with pytest.raises(DatasetError, match="1 class: expected two or more"):
        recipe("sprint").network((28, 28, 1), 1)


def test_an_unknown_recipe_gets_the_nearest_names() -> None:
    with pytest.raises(RecipeError, match="no recipe 'clasic'; did you mean 'classic'"):
        recipe("clasic")
    with pytest.raises(RecipeError, match="recipe 5: expected the name of one, of "):
        recipe(5)  # type: ignore[arg-type]


def test_names_are_unique_and_every_recipe_says_what_it_is() -> None:
    assert len({r.name for r in RECIPES}) == len(RECIPES)
    assert all(r.purpose and r.claim for r in RECIPES)
