"""What explains an answer: how the picture became an input, what of that decided, the answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.inference.classifier import Classifier
from imagette.inference.occlusion import occlusion_map
from imagette.inference.prediction import Prediction
from imagette.inference.preparing import Input
from imagette.inference.rejection import Rule


@dataclass(frozen=True)
class Explanation:
    """How an answer came about; `strips/` draws it.

    Attributes:
        picture: uint8 (height, width, 1 or 3).
        given: the input made of it, with the steps and the glyph's box in the picture.
        occlusion: how much probability each pixel of the input carries, float32 (height, width).
        answer: what the classifier answers, or why it does not.
    """

    picture: NDArray[np.uint8]
    given: Input
    occlusion: NDArray[np.float32]
    answer: Prediction


def explain(
    classifier: Classifier, picture: NDArray[np.uint8], given: Input, rule: Rule | None = None
) -> Explanation:
    """The answer for a picture that has been prepared, and what explains it.

    Whether there is an answer is decided by `rule`, or else by the classifier's own.
    """
    rule = rule or Rule.of(classifier.metadata.rejection)
    return Explanation(
        picture,
        given,
        occlusion_map(classifier, given.image),
        classifier.answer([given], rule)[0],
    )
