"""A finished run, as `run.json` records it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from imagette.errors import RunError
from imagette.evaluation import Evaluation

FORMAT = 1
RUN_JSON, MODEL = "run.json", "model.onnx"


@dataclass(frozen=True)
class Run:
    """Attributes:
    path: the run folder.
    recipe: the name of the recipe.
    data: source, validation share, counts, fingerprints, class names, image shape.
    settings: the settings of the training, by name.
    training: device, precision, threads, epochs as they came to be, and seconds.
    history: one entry an epoch.
    validation, test: evaluations of the saved classifier.
    versions, machine: what it ran with and on.
    created: UTC, ISO 8601.
    """

    path: Path
    recipe: str
    data: Mapping[str, Any]
    settings: Mapping[str, Any]
    training: Mapping[str, Any]
    history: tuple[Mapping[str, float], ...]
    validation: Evaluation
    test: Evaluation
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    created: str

    @property
    def model(self) -> Path:
        """The classifier's file."""
        return self.path / MODEL

    def to_json(self) -> str:
        """The contents of `run.json`."""
        values = {"format": FORMAT} | asdict(self)
        del values["path"]
        return json.dumps(values, indent=2) + "\n"

    @classmethod
    def load(cls, path: Path) -> Run:
        """The run in the folder `path`.

        Raises:
            RunError: no such folder, no `run.json` in it, or a damaged one.
        """
        if not path.is_dir():
            raise RunError(f"there is no run folder {path}. imagette train makes one")
        file = path / RUN_JSON
        if not file.is_file():
            raise RunError(
                f"{path} has no {RUN_JSON}: it is not a run folder, or its training did not "
                "finish. Give a complete run folder, or train again"
            )
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            if values.pop("format") != FORMAT:
                raise RunError(f"{file} was written by a later version of imagette: update it")
            values["history"] = tuple(values["history"])
            for key in ("validation", "test"):
                values[key] = Evaluation.from_dict(values[key])
            return cls(path=path, **values)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise RunError(f"{file} is damaged ({type(error).__name__}: {error})") from error
