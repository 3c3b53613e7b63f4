"""A finished run, as `run.json` records it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from imagette.bounded import read_bounded
from imagette.data.options import data_options
from imagette.errors import RunError, SettingsError
from imagette.evaluation import Evaluation
from imagette.numerals import counted, percent
from imagette.runs import checks

FORMAT = 1
_MATRIX = "confusion_matrix"
RUN_JSON, MODEL = "run.json", "model.onnx"
_LARGEST = 2**28  # bytes of `run.json`, at most; two matrices of 1,000 classes have 10 million
_REMEDY = "Restore it, or train again"

_CONTENTS = {
    "recipe": checks.TEXT,
    "data": checks.OBJECT,
    "settings": checks.OBJECT,
    "training": checks.OBJECT,
    "history": checks.ENTRIES,
    "validation": checks.OBJECT,
    "test": checks.OBJECT,
    "certainty": checks.OBJECT,
    "test_readings": checks.COUNT,
    "versions": checks.OBJECT,
    "machine": checks.OBJECT,
    "created": checks.TEXT,
}
_DATA = {  # needed by `evaluate` to open the data again
    "source": checks.TEXT,
    "options": checks.OBJECT,
    "class_names": checks.CLASS_NAMES,
    "image_shape": checks.SHAPE,
    "test": checks.OBJECT,
}
_EVALUATION = {
    "images": checks.ONE_OR_MORE,
    "correct": checks.COUNT,
    "accuracy": checks.SHARE,
    "accuracy_interval": checks.INTERVAL,
    "log_loss": checks.NUMBER,
    "macro_f1": checks.NUMBER,
    "calibration_error": checks.NUMBER,
    "classes": checks.OBJECTS,
    _MATRIX: checks.MATRIX,
    "uncalibrated_error": checks.NUMBER_OR_NULL,
    "accepted": checks.NUMBER_OR_NULL,
    "accepted_accuracy": checks.NUMBER_OR_NULL,
    "macro_f1_interval": checks.INTERVAL,
    "log_loss_interval": checks.INTERVAL,
    "calibration_error_interval": checks.INTERVAL,
}
_OF_CLASSES = {
    "name": checks.TEXT,
    "support": checks.COUNT,
    **dict.fromkeys(("precision", "recall", "f1"), checks.SHARE_OR_NULL),
    **dict.fromkeys(("precision_interval", "recall_interval"), checks.INTERVAL),
}


@dataclass(frozen=True, repr=False)
class Run:
    """What a run folder records.

    Attributes:
        path: the run folder.
        recipe: the name of the recipe.
        data: source, validation share, counts, fingerprints, class names, image shape.
        settings: the settings of the training, by name.
        training: device, precision, threads, actual epochs, seconds, and the peak memory of the
            process by then, in bytes (None: not known).
        history: one entry per epoch.
        validation, test: evaluations of the saved classifier.
        versions, machine: the software and hardware it ran on.
        created: time in UTC, ISO 8601.
        certainty: temperature and rejection, as in the metadata of `model.onnx`.
        test_readings: how often the test images were read, including once by the training.
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
    certainty: Mapping[str, Any] = field(default_factory=dict)
    test_readings: int = 1

    def __repr__(self) -> str:
        """The run in one line, as all its fields would fill pages."""
        accuracy = percent(self.test.accuracy, self.test.accuracy_interval)
        return f"<Run {self.path}: {self.recipe}, test accuracy {accuracy}>"

    @property
    def members(self) -> int:
        """The number of networks that were trained and answer as one."""
        return self.settings.get("members") or 1

    @property
    def validates_on_test(self) -> bool:
        """Whether its validation images are its test images, as in some protocols."""
        return self.fingerprint("validation") == self.fingerprint("test")

    @property
    def options(self) -> Mapping[str, Any]:
        """The options with which its data were opened; empty for a published protocol."""
        own = self.data.get("options")
        return own if isinstance(own, Mapping) else {}

    def fingerprint(self, split: str) -> str | None:
        """The fingerprint of the "train", "validation" or "test" images; None if not known."""
        own = self.data.get(split)
        return own.get("fingerprint") if isinstance(own, Mapping) else None

    @property
    def trained(self) -> str:
        """How much was trained, in words: "4 epochs", or "6 networks of 4 epochs each"."""
        epochs = counted(len(self.history), "epoch")
        return epochs if self.members == 1 else f"{self.members} networks of {epochs} each"

    @property
    def model(self) -> Path:
        """The classifier's file."""
        return self.path / MODEL

    def __fspath__(self) -> str:
        """A run may stand wherever the path of its folder may."""
        return str(self.path)

    def to_json(self) -> str:
        """The contents of `run.json`.

        Raises:
            RunError: a number is not finite, for which JSON has no word.
        """
        values: dict[str, Any] = {"format": FORMAT}
        values |= {known.name: getattr(self, known.name) for known in fields(self)}
        del values["path"]
        splits = {split: values[split].to_dict() for split in ("validation", "test")}
        matrices = {split: splits[split].pop("confusion_matrix") for split in splits}
        try:
            values |= {split: splits[split] | {_MATRIX: split} for split in splits}
            text = json.dumps(values, indent=2, allow_nan=False) + "\n"
            for split, matrix in matrices.items():
                text = text.replace(f'"{_MATRIX}": "{split}"', f'"{_MATRIX}": {_rows(matrix)}', 1)
            return text
        except ValueError as error:
            raise RunError(
                f"the run of {self.recipe} has a number that is not finite (NaN or infinity), "
                "expected a training that did not diverge. Lower `learning_rate`"
            ) from error

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """The run in the folder `path`.

        Raises:
            RunError: there is no such folder, or its `run.json` is missing or damaged.
        """
        path = Path(path)
        file = path / RUN_JSON
        values: dict[str, Any] = {}
        try:
            _require_folder(path)
            values = checks.parse(read_bounded(file, _LARGEST, RunError, _REMEDY))
            _require_contents(values, file)
            values["history"] = tuple(values["history"])
            for key in ("validation", "test"):
                values[key] = Evaluation.from_dict(values[key])
            return cls(path=path, **values)
        except OSError as error:
            raise RunError(f"{file} cannot be read: {error.strerror}. {_REMEDY}") from error
        except checks.MissingError as error:
            raise RunError(
                f"{file} was written by an older version of imagette{_written(values)}, or altered "
                f"since ({error}). Train again"
            ) from error
        except (SettingsError, ValueError, TypeError, KeyError, AttributeError) as error:
            told = str(error).replace("`", "")  # what a file holds is no argument
            raise RunError(
                f"{file} is damaged ({type(error).__name__}: {told}). {_REMEDY}"
            ) from error


def _rows(matrix: tuple[tuple[int, ...], ...]) -> str:
    """A matrix as JSON, a line per row: a line per number would be long, and slow to write."""
    rows = ",\n".join(f"      {json.dumps(row)}" for row in matrix)
    return f"[\n{rows}\n    ]"


def run_folders(path: Path) -> list[Path]:
    """The complete run folders in a folder, sorted by name, without hidden ones.

    Raises:
        OSError: the folder cannot be read.
    """
    return sorted(file.parent for file in path.glob(f"[!.]*/{RUN_JSON}"))


def _require_folder(path: Path) -> None:
    if (path / RUN_JSON).exists() and not (path / RUN_JSON).is_dir():  # a pipe is refused later
        return
    if path.is_dir():
        if inside := run_folders(path):
            number = "a run folder" if len(inside) == 1 else f"{len(inside):,} run folders"
            raise RunError(
                f"{path} holds {number}, and is none itself. Give one of them, as {inside[0]}"
            )
        raise RunError(
            f"{path} has no {RUN_JSON}: it is not a run folder, or its training did not "
            "finish. Give a complete run folder, or train again"
        )
    if not path.exists():
        raise RunError(f"there is no run folder {path}. imagette train makes one")
    if path.suffix == ".onnx":
        raise RunError(
            f"{path} is a classifier by itself, expected its run folder, which knows the data. "
            "Give the folder"
        )
    complete = (path.parent / RUN_JSON).is_file()
    raise RunError(
        f"{path} is a file, expected a run folder. Give {path.parent if complete else 'one'}"
    )


def _written(values: dict[str, Any]) -> str:
    """The version and date of writing, as far as known: " (0.1.0, on 2026-11-20)"."""
    versions, created = values.get("versions"), values.get("created")
    version = versions.get("imagette") if isinstance(versions, dict) else None
    known = [version] if isinstance(version, str) else []
    known += [f"on {created[:10]}"] if isinstance(created, str) else []
    return f" ({', '.join(known)})" if known else ""


def _require_contents(values: dict[str, Any], file: Path) -> None:
    """Raise unless everything is there that readers need; removes the format."""
    checks.require(values, {"format": checks.COUNT})
    if (received := values.pop("format")) != FORMAT:
        raise RunError(checks.other_format(str(file), received, FORMAT))
    checks.require(values, _CONTENTS)
    checks.require(values["data"], _DATA, "data")
    data_options(**values["data"]["options"])
    checks.require({"protocol": ""} | values["data"], {"protocol": checks.TEXT}, "data")
    checks.require(values["data"]["test"], {"fingerprint": checks.TEXT}, "data.test")
    checks.require(values["training"], {"seconds": checks.NUMBER}, "training")
    settings = {"seed": 0, "members": None} | values["settings"]
    told = {"seed": checks.COUNT, "members": checks.COUNT_OR_NULL}
    checks.require(settings, told, "settings")
    for key in ("validation", "test"):
        checks.require(values[key], _EVALUATION, key)
        count = len(values["data"]["class_names"])
        checks.require_square(values[key][_MATRIX], count, f"{key}.{_MATRIX}")
        for score in values[key]["classes"]:
            checks.require(score, _OF_CLASSES, f"{key}.classes")
