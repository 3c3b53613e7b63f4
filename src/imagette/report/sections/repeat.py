"""How to repeat the run exactly: the command, the seed, versions, machine and fingerprints."""

from __future__ import annotations

from typing import Any

from imagette.data.dataset import SPLITS
from imagette.recipes import is_recipe
from imagette.report.material import Material
from imagette.runs.command import train_command


def repeat(material: Material) -> dict[str, Any]:
    """The command and what it depends on."""
    run = material.run
    return {
        "command": train_command(run),
        "own_network": not is_recipe(run.recipe),
        "split_seed": run.data["options"].get("seed", 0),
        "seed": run.settings.get("seed", 0),
        "created": run.created,
        "settings": {
            name: value for name, value in run.settings.items() if value not in (None, (), [])
        },
        "versions": run.versions,
        "machine": run.machine,
        "fingerprints": {split: run.fingerprint(split) or "" for split in SPLITS},
    }
