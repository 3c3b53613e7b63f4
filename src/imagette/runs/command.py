"""The command that repeats the training of a run."""

import dataclasses
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_origin

from imagette.data.arrays.given import ARRAYS
from imagette.data.options import DATA_OPTIONS, DataOptions
from imagette.recipes import is_recipe, recipe
from imagette.runs.network_file import NETWORK
from imagette.runs.run import Run
from imagette.settings import Settings


def train_command(run: Run, *, public: bool = False) -> str:
    """`imagette train ...` with all that differs from the recipe's settings; "" for arrays.

    It is `imagette reproduce ...` if the data were divided as in a published text.

    If `public`, paths are reduced to names, for readers at other machines. The user's own network
    is the `network.json` in the run folder; that does not hold the weights from which training may
    have started.
    """
    data, settings = run.data, run.settings
    if data["source"] == ARRAYS:
        return ""
    if "protocol" in data:
        return _reproduce_command(run)
    chosen = ["--recipe", run.recipe]
    if not is_recipe(run.recipe):
        network = run.path / NETWORK
        chosen = ["--network", network.name if public else f"{network}"]
    of_recipe = _settings_of_recipe(run)
    fields = {f.name for f in dataclasses.fields(Settings) if get_origin(f.type) is not tuple}
    changed = _changed(settings, dataclasses.asdict(of_recipe), fields - {"seed"})
    if "epochs" in changed:  # then minimum_steps is 0
        changed["minimum_steps"] = settings.get("minimum_steps") or None
    options = _changed(
        data["options"], dataclasses.asdict(DataOptions()), set(DATA_OPTIONS) - {"seed"}
    )
    source = data["source"]
    if public:
        source = data_name(run)
        for key in {"test", "relabel"} & options.keys():
            options[key] = Path(options[key]).name
    words = ["imagette", "train", source, *chosen, *_words(options | changed)]
    seed = settings.get("seed", 0)
    first = data["options"].get("seed", seed)
    words += ["--seed", f"{first}"]
    if seed > first:  # this run is the last of a group
        words += ["--seeds", f"{seed - first + 1}"]
    return shlex.join(map(str, words))


def _settings_of_recipe(run: Run) -> Settings:
    """The settings that training began with; those of `standard` for the user's own network."""
    chosen = recipe(run.recipe if is_recipe(run.recipe) else "standard")
    return chosen.suited(run.data.get("mirror", False), run.settings["mirror"]).settings


def _reproduce_command(run: Run) -> str:
    words = ["imagette", "reproduce", run.recipe]
    if run.settings["epochs"] != recipe(run.recipe).settings.epochs:
        words += ["--epochs", f"{run.settings['epochs']}"]
    if seed := run.settings["seed"]:  # they are counted from 0
        words += ["--seeds", f"{seed + 1}"]
    return shlex.join(words)


def _changed(
    values: Mapping[str, Any], defaults: Mapping[str, Any], names: set[str]
) -> dict[str, Any]:
    return {
        name: values[name]
        for name in sorted(names & values.keys())
        if values[name] is not None and values[name] != defaults[name]
    }


def _words(values: Mapping[str, Any]) -> list[str]:
    words = []
    for name, value in values.items():
        if value is None:
            continue
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        else:
            words += [f"--{option}", f"{value}"]
    return words


def data_name(run: Run) -> str:
    """The source without its folders, for readers at other machines."""
    return Path(run.data["source"]).name or str(run.data["source"])
