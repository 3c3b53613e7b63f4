"""Progressive resizing: the first steps of a training see smaller images, and so cost less.

What a network learns from small images holds for whole ones if its weights do not depend on the
size (as in Tan and Le 2021, arXiv:2104.00298, whose images grow in several steps).
"""

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.errors import NetworkError, ShapeError
from imagette.network.shapes import Shape
from imagette.settings import Settings
from imagette.training.lowered import LoweredNetwork

_SCALE = 5 / 7  # of the sides of whole images: half of their pixels


class Small:
    """Small images for the first steps of a training, and the network that sees them.

    If no step is to see small images, the network is that of whole ones.

    Raises:
        NetworkError: small images are asked for, but some weights depend on the size of images.
    """

    def __init__(self, lowered: LoweredNetwork, whole: Shape, settings: Settings):
        height, width, channels = whole
        self._sides = max(1, round(height * _SCALE)), max(1, round(width * _SCALE))
        self.lowered = lowered
        if not settings.small_share:
            return
        try:
            self.lowered = lowered.resized((*self._sides, channels))
        except ShapeError as error:
            raise NetworkError(
                f"`small_share={settings.small_share}`: expected a network whose weights and "
                f"output do not depend on the size of its images, but {error}. End it with "
                "GlobalAveragePooling2D, or leave `small_share` out"
            ) from error

    def shrunk(self, images: torch.Tensor) -> torch.Tensor:
        """Shrink images uint8 (batch, height, width, channels); each pixel is a mean of several."""
        x = images.permute(0, 3, 1, 2).float()
        x = F.interpolate(x, self._sides, mode="bilinear", antialias=True)
        return x.round_().to(torch.uint8).permute(0, 2, 3, 1)
