"""The images and labels that a training reads, as tensors.

Images in memory are put on the device as a whole; those mapped from a file stay there, and each
batch is read when it is needed.
"""

import warnings

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.data.dataset import Dataset
from imagette.data.selection import Selection


class Examples:
    """Images of a dataset with their labels, on a device.

    Attributes:
        stored: uint8 (all, height, width, channels); on the CPU where they are mapped.
        labels: int64 (n,).
    """

    def __init__(self, dataset: Dataset, device: torch.device):
        images: object = dataset.images
        self.stored: torch.Tensor
        self._positions: torch.Tensor | None = None
        if isinstance(images, Selection):
            self._positions = torch.from_numpy(images.positions)
            self.stored = _mapped(images.stored)
        elif isinstance(images, np.memmap):
            self._positions = torch.arange(len(images))
            self.stored = _mapped(images)
        else:
            self.stored = torch.from_numpy(np.require(images, requirements=("C", "W"))).to(device)
        self.labels = torch.from_numpy(dataset.labels.copy()).to(device)

    def __len__(self) -> int:
        return len(self.labels)

    def located(self, chosen: torch.Tensor) -> torch.Tensor:
        """The positions in `stored` of the images at `chosen`, int64 (batch,)."""
        return chosen if self._positions is None else self._positions[chosen.cpu()]

    def part(self, start: int, stop: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Images and labels from `start` to `stop`."""
        labels = self.labels[start:stop]
        if self._positions is None:
            return self.stored[start:stop], labels
        images = self.stored.index_select(0, self._positions[start:stop])
        return images.to(labels.device), labels


def _mapped(images: NDArray[np.uint8]) -> torch.Tensor:
    """A mapped array as a tensor, never copied; PyTorch only warns if it is not writable."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(np.asarray(images))  # its file may be larger than memory
