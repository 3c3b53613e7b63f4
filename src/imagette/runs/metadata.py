"""What a classifier knows of itself: JSON in the metadata of `model.onnx`."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagette.data.options import RESIZES
from imagette.errors import ClassifierError
from imagette.runs import checks

FORMAT = 1
_KEY = "imagette"
_CONTENTS = {
    "class_names": checks.CLASS_NAMES,
    "image_shape": checks.SHAPE,
    "preparation": checks.OBJECT,
    "rejection_threshold": checks.NUMBER_OR_NULL,
    "evaluation": checks.OBJECT_OR_NULL,
    "provenance": checks.OBJECT,
}


@dataclass(frozen=True)
class Metadata:
    """Attributes:
    class_names: in the order of the output's columns.
    image_shape: height, width and channels of the input.
    preparation: how a picture from outside is made into an input: {"kind": "resize",
        "resize": "stretch"}; as its `DataOptions.resize` made the training images.
    rejection_threshold: a probability below which there is no answer; None: always answer.
    evaluation: the evaluation on the test set; None before there is one.
    provenance: recipe, settings, data fingerprints, versions.
    """

    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    preparation: Mapping[str, Any]
    rejection_threshold: float | None
    evaluation: Mapping[str, Any] | None
    provenance: Mapping[str, Any]

    @property
    def resize(self) -> str:
        """How pictures of other proportions are made to fit; older models do not say."""
        return str(self.preparation.get("resize", RESIZES[0]))

    def to_properties(self) -> dict[str, str]:
        """As ONNX stores it: text by name.

        Raises:
            ClassifierError: a number that is none; JSON has no word for it.
        """
        values = {"format": FORMAT, **dataclasses.asdict(self)}
        try:
            return {_KEY: json.dumps(values, allow_nan=False)}
        except ValueError as error:
            raise ClassifierError(
                "the classifier has a number that is not finite (NaN or infinity), expected a "
                "training that did not diverge. Lower --learning-rate"
            ) from error

    @classmethod
    def from_properties(cls, properties: Mapping[str, str], where: str) -> "Metadata":
        """Read it back; `where` is for messages.

        Raises:
            ClassifierError: the model was not made by imagette, or by a later version.
        """
        if _KEY not in properties:
            raise ClassifierError(
                f"{where} was not made by imagette: it has no metadata {_KEY!r}. "
                "Give the model.onnx of a run folder"
            )
        try:
            values = checks.parse(properties[_KEY])
            checks.require(values, {"format": checks.COUNT})
            if values.pop("format") != FORMAT:
                raise ClassifierError(f"{where} was made by a later version of imagette: update it")
            checks.require(values, _CONTENTS)
            values["class_names"] = tuple(values["class_names"])
            values["image_shape"] = tuple(values["image_shape"])
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
