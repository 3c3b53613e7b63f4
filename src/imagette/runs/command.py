"""The command that trains a run again."""

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

    Where a published text divided the data, `imagette reproduce ...`.

    With `public`, of paths only the names, for those who are not at this machine. A network of
    the user's own is the `network.json` that the run folder keeps; it does not hold the weights
    that training may have started from.
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
    if "epochs" in changed:  # which sets this to 0
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
    if seed > first:  # one of a group; the last that is trained is this one
        words += ["--seeds", f"{seed - first + 1}"]
    return shlex.join(map(str, words))


def _settings_of_recipe(run: Run) -> Settings:
    """Those that training began with: of `standard` for a network of the user's own."""
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
    """The source without its folders: what is told to those who are not at this machine."""
    return Path(run.data["source"]).name or str(run.data["source"])
