"""What a classifier knows of itself: JSON in the metadata of `model.onnx`."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagette.errors import ClassifierError

FORMAT = 1
_KEY = "imagette"


@dataclass(frozen=True)
class Metadata:
    """Attributes:
    class_names: in the order of the output's columns.
    image_shape: height, width and channels of the input.
    preparation: how a picture from outside is made into an input; {"kind": "resize"}.
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

    def to_properties(self) -> dict[str, str]:
        """As ONNX stores it: text by name."""
        return {_KEY: json.dumps({"format": FORMAT, **dataclasses.asdict(self)})}

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
            values = json.loads(properties[_KEY])
            if values.pop("format") != FORMAT:
                raise ClassifierError(f"{where} was made by a later version of imagette: update it")
            values["class_names"] = tuple(map(str, values["class_names"]))
            height, width, channels = map(int, values["image_shape"])
            values["image_shape"] = (height, width, channels)
            return cls(**values)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ClassifierError(f"{where} has damaged metadata ({error})") from error
