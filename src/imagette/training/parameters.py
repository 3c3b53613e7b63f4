"""The weights of a network in training: Keras's arrays on one side, PyTorch's on the other.

The trainable ones are float32 masters in one flat vector, so that an optimizer is a few operations
on one tensor for any network. The forward pass sees views of it, or of its bfloat16 copy
(Micikevicius et al. 2018, arXiv:1710.03740).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.network import Network
from imagette.training.lowering import KERNEL, LAYOUTS, Layout


class Parameters:
    """Weights by "layer/weight".

    Attributes:
        values: the trainable weights, float32, one vector.
        gradient: their gradient, a vector like `values`.
        statistics: BatchNormalization's moving means and variances, float32.
        computed: every weight in the layout and precision of the forward pass.
    """

    def __init__(
        self,
        network: Network,
        weights: Mapping[str, NDArray[np.float32]],
        device: torch.device,
        dtype: torch.dtype,
    ):
        network.check_weights(weights)
        self._layouts = _layouts(network)
        self._stored = {
            key: torch.from_numpy(np.array(weights[key], np.float32))
            .permute(layout.stored)
            .contiguous()
            .to(device)
            for key, layout in self._layouts.items()
        }
        specs = network.weight_specs()
        self.statistics = {k: self._stored[k] for k, spec in specs.items() if not spec.trainable}
        self._trained = _trained(network)
        nothing = torch.zeros(0, device=device)
        self.values = torch.cat(
            [nothing, *(self._stored[key].reshape(-1) for key in self._trained)]
        )
        self.gradient = torch.zeros_like(self.values)
        self._copy = self.values if dtype == torch.float32 else self.values.to(dtype)
        self._gradients = self._views(self.gradient)
        self._leaves = self._make_leaves()
        self.computed = self._leaves | {
            key: tensor.permute(self._layouts[key].viewed).to(
                torch.float32 if self._layouts[key].precise else dtype
            )
            for key, tensor in self._stored.items()
            if key not in self._leaves and key not in self.statistics
        }

    def freeze_first(self, frozen: bool) -> int:
        """Freeze the first layer's weights, or none; returns where the others begin in the vectors.

        If `frozen`, all weights before the second layer with a kernel stay as they are. Gradients
        are taken only of the others, which spares the backward pass through the first layers.
        """
        first = _first_block(self._trained) if frozen else []
        for key, leaf in self._leaves.items():
            leaf.requires_grad_(key not in first)
        return sum(self._stored[key].numel() for key in first)

    def differentiate(self, loss: torch.Tensor) -> None:
        """Put the gradient of `loss` into `gradient`, except for frozen weights."""
        free = {key: leaf for key, leaf in self._leaves.items() if leaf.requires_grad}
        found = torch.autograd.grad(loss, list(free.values()))
        for key, gradient in zip(free, found, strict=True):
            self._gradients[key].copy_(gradient)

    def penalise(self, penalties: Mapping[str, tuple[float, float]]) -> float:
        """Add the gradient of the `penalty` to `gradient`; returns the penalty."""
        values, gradients = self._parts(self.values), self._parts(self.gradient)
        for key, (l1, l2) in penalties.items():
            gradients[key].add_(values[key].sign(), alpha=l1).add_(values[key], alpha=2 * l2)
        return self.penalty(penalties)

    def penalty(self, penalties: Mapping[str, tuple[float, float]]) -> float:
        """The sum of l1 * sum|w| + l2 * sum w^2, for (l1, l2) by "layer/weight"."""
        values = self._parts(self.values)
        return sum(
            l1 * values[key].abs().sum().item() + l2 * values[key].square().sum().item()
            for key, (l1, l2) in penalties.items()
        )

    def refresh(self) -> None:
        """Make a change of `values` visible to the forward pass."""
        if self._copy is not self.values:
            self._copy.copy_(self.values)

    def kernels(self, vector: torch.Tensor) -> list[torch.Tensor]:
        """The unfrozen convolution kernels' parts of a flat vector: matrices, a row per filter."""
        return [
            part.flatten(1)
            for key, part in self._parts(vector).items()
            if self._layouts[key] is KERNEL and self._leaves[key].requires_grad
        ]

    def to_keras(self) -> dict[str, NDArray[np.float32]]:
        """Copies of all current weights, float32 by "layer/weight", in Keras's layouts."""
        current = self._stored | self._parts(self.values)
        return {
            key: current[key].permute(_inverse(layout.stored)).cpu().contiguous().numpy().copy()
            for key, layout in self._layouts.items()
        }

    def _parts(self, vector: torch.Tensor) -> dict[str, torch.Tensor]:
        """The parts of a flat vector, each in the shape in which it is stored."""
        shapes = [self._stored[key].shape for key in self._trained]
        pieces = torch.split(vector, [shape.numel() for shape in shapes])
        return {
            key: piece.view(shape)
            for key, piece, shape in zip(self._trained, pieces, shapes, strict=True)
        }

    def _views(self, vector: torch.Tensor) -> dict[str, torch.Tensor]:
        """The parts of a flat vector, in the layouts that PyTorch's functions need."""
        parts = self._parts(vector)
        return {key: part.permute(self._layouts[key].viewed) for key, part in parts.items()}

    def _make_leaves(self) -> dict[str, torch.Tensor]:
        """The tensors to differentiate by: views of the copy, or of masters if precision counts."""
        masters, copies = self._views(self.values), self._views(self._copy)
        return {
            key: (masters if self._layouts[key].precise else copies)[key].detach().requires_grad_()
            for key in self._trained
        }


def _layouts(network: Network) -> dict[str, Layout]:
    types = {node.layer.name: type(node.layer) for node in network.nodes}
    layouts = {}
    for key, spec in network.weight_specs().items():
        layer, _, weight = key.rpartition("/")
        unchanged = tuple(range(len(spec.shape)))
        layouts[key] = LAYOUTS.get((types[layer], weight), Layout(unchanged, unchanged))
    return layouts


def _trained(network: Network) -> list[str]:
    """The weights that training changes by gradients."""
    frozen = {node.layer.name for node in network.nodes if not node.layer.trainable}
    specs = network.weight_specs()
    return [k for k, s in specs.items() if s.trainable and k.rpartition("/")[0] not in frozen]


def _first_block(keys: Sequence[str]) -> list[str]:
    """The keys before the second layer with a kernel; none where there is no second."""
    layers = [key.rpartition("/")[0] for key in keys]
    kernels = [layer for layer, key in zip(layers, keys, strict=True) if key.endswith("kernel")]
    having = list(dict.fromkeys(kernels))  # a separable convolution has two
    return list(keys[: layers.index(having[1])]) if len(having) > 1 else []


def _inverse(permutation: tuple[int, ...]) -> list[int]:
    return [permutation.index(axis) for axis in range(len(permutation))]
