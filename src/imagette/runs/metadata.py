"""What a classifier knows of itself: JSON in the metadata of `model.onnx`."""

import dataclasses
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagette.data.options import RESIZES
from imagette.errors import ClassifierError
from imagette.images.photo.preparation import Preparation
from imagette.runs import checks

FORMAT = 1
_KEY = "imagette"
_CONTENTS = {
    "class_names": checks.CLASS_NAMES,
    "image_shape": checks.SHAPE,
    "preparation": checks.OBJECT,
    "rejection": checks.OBJECT_OR_NULL,
    "evaluation": checks.OBJECT_OR_NULL,
    "provenance": checks.OBJECT,
    "temperature": checks.ABOVE_0_OR_NULL,
}
_REJECTION = {
    "method": checks.TEXT,
    "coverage": checks.NUMBER,
    "novelty_threshold": checks.NUMBER,
}


@dataclass(frozen=True)
class Metadata:
    """What a classifier knows of itself, in its file.

    Attributes:
        class_names: in the order of the output's columns.
        image_shape: height, width and channels of the input.
        preparation: how a picture from outside is made into an input: the fields of
            `Preparation`, learned from the training images, and "resize", as its
            `DataOptions.resize` made those.
        rejection: the `novelty_threshold` above which the output `novelty` means no answer, its
            `method`, and the `coverage`, the share of images like the training's that get an
            answer. None: always answer.
        evaluation: the evaluation on the test set; None before there is one.
        provenance: recipe, settings, data fingerprints, versions.
        temperature: divisor of the logits, already in the weights; None if not calibrated.
    """

    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    preparation: Mapping[str, Any]
    rejection: Mapping[str, Any] | None
    evaluation: Mapping[str, Any] | None
    provenance: Mapping[str, Any]
    temperature: float | None = None

    @property
    def resize(self) -> str:
        """How pictures with other proportions are made to fit."""
        return str(self.preparation.get("resize", RESIZES[0]))

    @functools.cached_property
    def photo(self) -> Preparation:
        """How photographs are made into inputs."""
        return Preparation.from_dict(self.preparation)

    def to_properties(self) -> dict[str, str]:
        """The metadata as ONNX stores it: text by name.

        Raises:
            ClassifierError: a number is not finite, for which JSON has no word.
        """
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        values = {"format": FORMAT, **fields}
        try:
            return {_KEY: json.dumps(values, allow_nan=False)}
        except ValueError as error:
            raise ClassifierError(
                "the classifier has a number that is not finite (NaN or infinity), expected a "
                "training that did not diverge. Lower `learning_rate`"
            ) from error

    @classmethod
    def from_properties(cls, properties: Mapping[str, str], where: str) -> "Metadata":
        """Read metadata back; `where` is for messages.

        Raises:
            ClassifierError: the model was not made by imagette, or by a later version, or its
                metadata are damaged.
        """
        if _KEY not in properties:
            raise ClassifierError(
                f"{where} was not made by imagette: it has no metadata {_KEY!r}. "
                "Give the model.onnx of a run folder"
            )
        try:
            values = checks.parse(properties[_KEY])
            checks.require(values, {"format": checks.COUNT})
            if (received := values.pop("format")) != FORMAT:
                raise ClassifierError(checks.other_format(where, received, FORMAT))
            checks.require(values, _CONTENTS)
            if values["rejection"] is not None:
                checks.require(values["rejection"], _REJECTION, "rejection")
            values["class_names"] = tuple(values["class_names"])
            values["image_shape"] = tuple(values["image_shape"])
            Preparation.from_dict(values["preparation"])  # refuses what is damaged
            metadata = cls(**values)
            if metadata.resize not in RESIZES:
                raise ClassifierError(
                    f"{where} resizes pictures by {metadata.resize!r}, expected one of "
                    f"{', '.join(RESIZES)}: it was made by a later version of imagette: update it"
                )
            return metadata
        except (ValueError, TypeError) as error:
            raise ClassifierError(
                f"{where} has damaged metadata ({error}). Restore it, or train again"
            ) from error
