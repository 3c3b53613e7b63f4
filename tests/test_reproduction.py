"""Reproduction: verdicts, tables, and a real one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import imagette
from imagette.cli.main import run
from imagette.data.dataset import Splits
from imagette.errors import RecipeError, RunError, SettingsError
from imagette.evaluation import difference_interval
from imagette.jobs import reproduction
from imagette.jobs.own_data import own_splits
from imagette.jobs.reproduction import compare, published_recipes, to_json, to_markdown
from imagette.recipes import recipe
from imagette.recipes.published import Published
from imagette.runs.command import train_command
from imagette.runs.run import Run
from tests.conftest import make_splits

PUBLISHED = Published("mnist", "test is validation", 0.99, 100.0, ("a note",))


def runs(run: Run, *correct: int) -> list[Run]:
    """Copies of a run, as if they had so many of 10,000 test images right."""
    return [
        replace(run, test=replace(run.test, images=10_000, correct=n, accuracy=n / 10_000))
        for n in correct
    ]


@pytest.mark.parametrize(
    ("correct", "verdict"),
    [(9960, "above"), (9925, "within noise"), (9880, "within noise"), (9850, "below")],
)
def test_the_verdict_is_that_of_the_interval_of_the_difference(
    correct: int, verdict: str, digits_run: Run
) -> None:
    row = compare("classic", PUBLISHED, runs(digits_run, correct))
    assert row.verdict == verdict
    assert row.difference_interval == difference_interval(correct, 10_000, 9900, 10_000)
    assert row.spread is None


def test_several_seeds_give_mean_and_spread(digits_run: Run) -> None:
    row = compare("classic", PUBLISHED, runs(digits_run, 9900, 9910, 9920))
    assert row.accuracy == pytest.approx(0.991)
    assert row.spread == pytest.approx(0.001)
    assert row.speed_up == pytest.approx(100.0 / digits_run.training["seconds"])
    assert len(row.runs) == 3


def test_a_system_without_a_number_says_so(digits_run: Run) -> None:
    row = compare("fashion", replace(PUBLISHED, accuracy=None, seconds=None), [digits_run])
    assert row.verdict == "no number was published"
    assert row.speed_up is None
    table = to_markdown([row])
    assert "| `fashion` | mnist | – |" in table
    assert "- a note" in table
    assert json.loads(to_json([row]))[0]["verdict"] == "no number was published"


def test_names() -> None:
    everything = ["three-conv", "wide-dense", "fashion", "lenet", "classic"]
    for names in (["all"], ["lenet", "all"]):
        assert [recipe.name for recipe in published_recipes(names)] == everything
    with pytest.raises(
        RecipeError,
        match=r"`names=\[\]`: expected a list of recipes that reproduce a text, or \['all'\]",
    ):
        published_recipes([])
    for wrong in ("all", None, 3):
        with pytest.raises(RecipeError, match=f"`names={wrong!r}`: expected a list of recipes"):
            published_recipes(wrong)  # type: ignore[arg-type]
    assert [recipe.name for recipe in published_recipes(["classic"])] == ["classic"]
    with pytest.raises(RecipeError, match="'sprint' reproduces no published text; those that do"):
        published_recipes(["sprint"])
    with pytest.raises(RecipeError, match="did you mean 'lenet'"):
        published_recipes(["all", "lent"])


@pytest.mark.parametrize("seeds", [0, -1, True, 1.5, "2"])
def test_what_is_no_number_of_seeds_is_told_before_the_data_are_opened(
    seeds: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reproduction, "open_protocol", _never)
    with pytest.raises(
        SettingsError, match=f"`seeds={seeds!r}`: expected a whole number, 1 or mor"
    ):
        imagette.reproduce(["lenet"], seeds=seeds, out=tmp_path)
    with pytest.raises(SettingsError, match="`epochs=0`: expected at least 1"):
        imagette.reproduce(["lenet"], epochs=0, out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_recipe_of_no_text_is_not_reproduced(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="'sprint' reproduces no .* with imagette train"):
        reproduction.reproduce(recipe("sprint"), tmp_path)


def test_what_is_done_is_in_the_tables_whatever_becomes_of_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = [make_splits((28, 28, 1))]

    def opened(*arguments: Any) -> Splits:
        if not small:
            raise KeyboardInterrupt
        return small.pop()

    monkeypatch.setattr(reproduction, "open_protocol", opened)
    with pytest.raises(KeyboardInterrupt):
        imagette.reproduce(["lenet", "classic"], epochs=1, out=tmp_path)
    (row,) = json.loads((tmp_path / "reproduction.json").read_text())
    assert row["recipe"] == "lenet"
    assert "| `lenet` | mnist |" in (tmp_path / "reproduction.md").read_text()
    small.append(make_splits((28, 28, 1)))
    imagette.reproduce(["lenet"], epochs=1, out=tmp_path)  # its own tables are replaced
    (row,) = json.loads((tmp_path / "reproduction.json").read_text())
    assert row["runs"] == [str(tmp_path / "corners-lenet-2")]


@pytest.mark.parametrize("name", ["reproduction.json", "reproduction.md"])
def test_a_file_of_somebody_elses_is_no_table(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reproduction, "open_protocol", _never)
    (tmp_path / name).write_text("[1, 2, 3]")
    with pytest.raises(RunError, match=f"{name} is there already .*left as it is. Move it away"):
        imagette.reproduce(["lenet"], out=tmp_path)
    assert (tmp_path / name).read_text() == "[1, 2, 3]"


def _never(*arguments: Any) -> None:
    raise AssertionError("the data must not be opened")


def test_from_the_command_line(
    mnist: Splits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reproduce", "lenet", "--epochs", "1", "--seeds", "2", "-o", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert "98.74 %" in printed.out
    assert "mnist-lenet, seed 1: training on 54,000 images" in printed.err
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "mnist-lenet-1", "mnist-lenet-2", "reproduction.json", "reproduction.md",
    ]  # fmt: skip
    last = Run.load(tmp_path / "mnist-lenet-2")
    assert train_command(last) == "imagette reproduce lenet --epochs 1 --seeds 2"
    assert "Again, to the same bits" in (last.path / "README.md").read_text()
    splits, _ = own_splits(last)  # as they were in training, and no others
    assert len(splits.train) == 54_000
    (row,) = json.loads((tmp_path / "reproduction.json").read_text())
    assert row["published_accuracy"] == 0.9874
    assert len(row["accuracies"]) == 2
    assert row["accuracy"] > 0.95
    assert "| `lenet` | mnist | 98.74 % |" in (tmp_path / "reproduction.md").read_text()
    assert run(["reproduce", "sprint"]) == 1
    assert "reproduces no published text" in capsys.readouterr().err
