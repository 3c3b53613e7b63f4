"""The trainings that are compared: imagette's, and those a user would pick instead.

Says what is to be run and by which program; runs nothing.
"""

import hashlib
import json
import sys
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from benchmarks.results_page import KERAS, OURS, TORCH
from benchmarks.same_work import SHAPE, keras_python, task
from imagette.data.catalogue import CATALOGUE
from imagette.data.protocols import Protocol
from imagette.network import (
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    Network,
    Rescaling,
    Sequential,
    to_json,
)
from imagette.recipes import RECIPES, recipe

_MIRROR = {entry.name: entry.mirror for entry in CATALOGUE}


@dataclass(frozen=True)
class Job:
    """One training, `runs` times: who trains what on which images.

    `short` is how many of the runs belong to the short form; `settings` replace a recipe's own,
    or are what a peer's program is given.
    """

    engine: str
    name: str
    data: str
    split: Protocol | None
    runs: int
    short: int = 0
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        extra = [f"{key} {value}" for key, value in self.settings.items() if key != "task"]
        return ", ".join([f"{self.engine}: {self.name}", *extra])

    @property
    def key(self) -> str:
        """Changes when what is trained changes: then what was measured counts no more."""
        told: dict[str, Any] = asdict(replace(self, runs=0, short=0))
        if self.engine == OURS:
            chosen = recipe(self.name).suited(_MIRROR[self.data])
            # What is None is as if it did not exist: a new setting makes no run an old one.
            given = {
                key: value for key, value in asdict(chosen.settings).items() if value is not None
            }
            told["recipe"] = given, to_json(chosen.network(SHAPE, 10))
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]

    def command(self, seed: int, task_file: str, data_file: str) -> list[str]:
        """The command line of one run; it prints a line of JSON."""
        if self.engine == OURS:
            settings = json.dumps(self.settings | {"seed": seed})
            module = "benchmarks.imagette_trainer"
            return [sys.executable, "-m", module, self.name, self.data, settings]
        if self.engine == KERAS:
            module = "benchmarks.keras_trainer"
            return [keras_python("tensorflow"), "-m", module, task_file, data_file]
        precision = self.settings["precision"]
        program = "benchmarks/torch_trainer.py"
        return [sys.executable, program, self.name, data_file, str(seed), precision]


def keras_convnet() -> Network:
    """keras.io, "Simple MNIST convnet": 34,826 parameters."""
    return Sequential(
        [
            *(Input(SHAPE), Rescaling(1 / 255)),
            *(Conv2D(32, 3, activation="relu"), MaxPooling2D(2)),
            *(Conv2D(64, 3, activation="relu"), MaxPooling2D(2)),
            *(Flatten(), Dropout(0.5), Dense(10, activation="softmax")),
        ]
    )


def _published() -> list[Job]:
    """The published systems, by imagette and by Keras, under the protocols of their texts."""
    found = []
    for chosen in RECIPES:
        if published := chosen.published:
            trained = {"task": task(chosen) | {"epochs": chosen.settings.epochs}}
            common = (chosen.name, published.data, published.split, 3)
            found.append(Job(OURS, *common))
            found.append(Job(KERAS, *common, settings=trained))
    return found


def _convnet() -> Job:
    told = {
        "network": to_json(keras_convnet(), indent=None),
        "optimizer": {"name": "Adam"},
        "batch_size": 128,
        "epochs": 15,
    }
    return Job(KERAS, "convnet", "mnist", "last tenth", 3, settings={"task": told})


def _own(name: str, data: str, runs: int, short: int = 0, **settings: Any) -> list[Job]:
    """Imagette's own recipes, those that exist."""
    if name not in [chosen.name for chosen in RECIPES]:
        return []
    return [Job(OURS, name, data, None, runs, short, settings)]


def jobs() -> list[Job]:
    """All of them, the quick ones first."""
    plain: tuple[str, Protocol] = ("mnist", "test is validation")
    return [
        *_own("sprint", "mnist", 30, 5),
        Job(TORCH, "one-epoch", *plain, 30, 5, {"precision": "float32"}),
        Job(TORCH, "one-epoch", *plain, 30, 5, {"precision": "bfloat16"}),
        *_own("standard", "mnist", 10, 1),
        *_own("standard", "fashion-mnist", 10, 1),
        *_own("tiny", "mnist", 5),
        *_published(),
        _convnet(),
        Job(TORCH, "example", *plain, 3, 0, {"precision": "float32"}),
        *_own("best", "mnist", 5),
        *_own("best", "fashion-mnist", 5),
        # Most of what 3,000 s allow, with smaller images at first and without.
        *_own("best", "fashion-mnist", 1, epochs=64),
        *_own("best", "fashion-mnist", 1, epochs=54, small_share=0.0),
    ]
