"""What a report is made from: numbers and images that others have computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks import Findings
from imagette.data.dataset import Splits
from imagette.evaluation import Judgements
from imagette.evaluation.notable import Notable
from imagette.network import Network
from imagette.runs.run import Run


@dataclass(frozen=True, eq=False)
class Pictures:
    """Test images that are worth a look.

    Attributes:
        notable: which they are.
        images: uint8 (height, width, channels), by position.
        names: what they are called in the source, by position.
        maps: what decided, float32 (height, width), by position; not for each.
    """

    notable: Notable
    images: Mapping[int, NDArray[np.uint8]]
    names: Mapping[int, str]
    maps: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True)
class Speed:
    """How fast the saved classifier answers, on one machine.

    Attributes:
        seconds: for one image by itself, the median.
        images_per_second: in batches.
    """

    seconds: float
    images_per_second: float


@dataclass(frozen=True, eq=False)
class Material:
    """A run, and of the rest what there is.

    Attributes:
        judgements: of the test images.
        splits, findings: the data and what the check found in it; None where it is gone.
        pictures: None where there are no images to show.
        missing: why something is not there, a sentence for the reader.
    """

    run: Run
    network: Network
    judgements: Judgements | None = None
    splits: Splits | None = None
    findings: Findings | None = None
    pictures: Pictures | None = None
    speed: Speed | None = None
    missing: str = ""

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(self.run.data["class_names"])
