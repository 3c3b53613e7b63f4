"""How to repeat the run exactly: the command, the seed, versions, machine and fingerprints."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from typing import Any

from imagette.data.options import DataOptions
from imagette.errors import RecipeError
from imagette.recipes import recipe
from imagette.report.material import Material
from imagette.runs.run import Run
from imagette.settings import Settings


def repeat(material: Material) -> dict[str, Any]:
    """The command and what it depends on."""
    run = material.run
    known = _known(run.recipe)
    return {
        "command": command(run),
        "own_network": known is None,
        "split_seed": run.data["options"].get("seed", 0),
        "seed": run.settings.get("seed", 0),
        "created": run.created,
        "settings": {
            name: value for name, value in run.settings.items() if value not in (None, (), [])
        },
        "versions": run.versions,
        "machine": run.machine,
        "fingerprints": {
            side: run.data[side].get("fingerprint", "") for side in ("train", "validation", "test")
        },
    }


def command(run: Run) -> str:
    """The command line that trains it again, with what differs from the recipe and defaults."""
    words = ["imagette", "train", str(run.data["source"])]
    base = _known(run.recipe)
    if base is None:  # a network of the user's own, which the run folder keeps
        words += ["--network", str(run.path / "network.json")]
        base = Settings()
    else:
        words += ["--recipe", run.recipe]
    words += _options(base, run.settings)
    options = {k: v for k, v in run.data["options"].items() if k != "seed"}
    words += _options(DataOptions(), options)
    return shlex.join(words)


def _known(name: str) -> Settings | None:
    try:
        return recipe(name).settings
    except RecipeError:
        return None


def _options(base: Any, values: Mapping[str, Any]) -> list[str]:
    """Options for those `values` that are not as in the dataclass `base`; the seed in any case."""
    words = []
    for field in dataclasses.fields(base):
        value, usual = values.get(field.name), getattr(base, field.name)
        if isinstance(usual, tuple) or value is None:
            continue  # not an option of the command line, or the optimizer's own default
        if value == usual and field.name != "seed":
            continue
        option = field.name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        else:
            words += [f"--{option}", f"{value}"]
    return words
