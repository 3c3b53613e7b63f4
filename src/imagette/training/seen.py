"""What a network is shown in training: the first batch, with its random moves.

Made by the training's own functions and generators, so it is no illustration but the batch itself.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.data.dataset import Splits
from imagette.network import GaussianNoise, InputLayer, Network, Normalization, Rescaling
from imagette.network.layers.augmentation import RandomImages
from imagette.settings import Settings
from imagette.training.lowered import LoweredNetwork
from imagette.training.step_generator import StepGenerator
from imagette.training.steps import Training

_RANDOM = RandomImages | GaussianNoise
_POINTWISE = InputLayer | Rescaling | Normalization


@dataclass(frozen=True, eq=False)
class Seen:
    """One batch.

    Attributes:
        stored: the images as they are in the data, uint8 (batch, height, width, channels).
        shown: the same, randomly augmented, scaled back to levels from 0 to 255; with fewer rows
            and columns where the first steps see small images.
        labels: int64 (batch,).
    """

    stored: NDArray[np.uint8]
    shown: NDArray[np.uint8]
    labels: NDArray[np.int64]


def first_batch(network: Network, splits: Splits, settings: Settings) -> Seen:
    """The first batch of training `network` on `splits` with `settings`.

    Random layers count if they stand at the network's beginning, before any layer with weights.
    """
    weights = network.initial_weights(settings.seed)
    training = Training(network, weights, splits, settings)
    images, labels = training.batch()
    still = settings.override(
        shift=0.0, mirror="no", rotation=0.0, zoom=0.0, erasing=0.0, small_share=0.0
    )
    plain = Training(network, weights, splits, still)
    stored, _ = plain.batch()  # the order does not depend on what is done to the images
    last = _last_random(network)
    shown = images if last is None else _through(training.current, images, last, settings.seed)
    return Seen(stored.cpu().numpy(), shown.cpu().numpy(), labels.cpu().numpy())


def _last_random(network: Network) -> int | None:
    """The position of the last random layer in the chain at the network's beginning."""
    last = None
    for position, node in enumerate(network.nodes):
        if not isinstance(node.layer, _RANDOM | _POINTWISE):
            break
        if isinstance(node.layer, _RANDOM):
            last = position
    return last


def _through(lowered: LoweredNetwork, images: torch.Tensor, last: int, seed: int) -> torch.Tensor:
    """The images after the layer at `last`, as training's first step computes them, in pixels."""
    with torch.inference_mode():
        values = lowered.values(images, StepGenerator(seed, 0), last + 1)[-1].float()
        # Black and white, passed outside training, tell how the layers have scaled.
        ends = torch.stack([torch.full_like(images[0], level) for level in (0, 255)])
        black, white = lowered.values(ends, None, last + 1)[-1].float()
        pixels: torch.Tensor = (values - black) / (white - black) * 255
        return pixels.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
