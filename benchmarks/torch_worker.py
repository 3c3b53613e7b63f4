"""A plain PyTorch loop over the same network; `same_work.py` asks it for speeds.

    python torch_worker.py [float32|bfloat16]

What somebody writes who follows PyTorch's tutorials and knows of imagette nothing: modules in
the order of the layers, PyTorch's own optimizers, the images as float32 in memory. float32 as it
comes; bfloat16 is autocast with the channels last. Where a recipe moves kernels of convolutions by
Muon's steps so does the loop, as Muon's author wrote them for such networks. Random shifts,
which imagette's recipes have, are left out: that is in the loop's favour.
"""

import functools
import json
import sys
import time
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit
from torch import nn

BATCHES = 16  # different ones, gone through again and again
_OPTIMIZERS = {
    "Adam": torch.optim.Adam,
    "RMSprop": torch.optim.RMSprop,
    "Adadelta": torch.optim.Adadelta,
}


class SamePadding(nn.Module):
    """Keras's padding of a convolution with strides: more at the end than at the start."""

    def __init__(self, sizes: list[int], strides: list[int]):
        super().__init__()
        self._windows = list(zip(sizes, strides, strict=True))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        around: list[int] = []
        sides = zip(images.shape[2:], self._windows, strict=True)
        for side, (size, stride) in reversed(list(sides)):  # F.pad begins with the last
            total = max((-(-side // stride) - 1) * stride + size - side, 0)
            around += [total // 2, total - total // 2]
        return F.pad(images, around)


def modules(layer: dict[str, Any]) -> list[nn.Module]:
    """The modules of a layer of Keras's JSON; sizes of inputs are found at the first batch."""
    kind, config = layer["class_name"], layer["config"]
    found: list[nn.Module] = []
    if kind == "Conv2D":
        size, strides = config["kernel_size"], config["strides"]
        same = config["padding"] == "same"
        padded = same and max(strides) > 1  # which PyTorch's "same" cannot do
        padding: Any = "same" if same and not padded else 0
        found = [SamePadding(size, strides)] if padded else []
        found.append(
            nn.LazyConv2d(
                config["filters"], size, stride=strides, padding=padding, bias=config["use_bias"]
            )
        )
    elif kind == "Dense":
        found = [nn.LazyLinear(config["units"], bias=config["use_bias"])]
    elif kind == "MaxPooling2D":
        found = [nn.MaxPool2d(config["pool_size"], ceil_mode=config["padding"] == "same")]
    elif kind == "BatchNormalization":
        found = [nn.LazyBatchNorm2d(config["epsilon"], 1 - config["momentum"])]
    elif kind == "Dropout":
        found = [nn.Dropout(config["rate"])]
    elif kind == "Flatten":
        found = [nn.Flatten()]
    elif kind == "ReLU":
        found = [nn.ReLU()]
    elif kind == "GlobalAveragePooling2D":
        found = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    elif kind == "GlobalMaxPooling2D":
        found = [nn.AdaptiveMaxPool2d(1), nn.Flatten()]
    elif kind not in ("InputLayer", "Rescaling", "Add"):
        raise SystemExit(f"no plain PyTorch form of {kind}")
    if config.get("activation") == "relu":
        found.append(nn.ReLU())
    return found


class Graph(nn.Module):
    """The layers of Keras's JSON in their order, each on what it names; an Add sums it first."""

    def __init__(self, network: dict[str, Any]):
        super().__init__()
        layers = network["config"]["layers"]
        self._layers = nn.ModuleList(nn.Sequential(*modules(layer)) for layer in layers)
        places = {layer["config"]["name"]: place for place, layer in enumerate(layers)}
        self._inputs = [
            [places[name] for name in inputs(layer)] or [max(0, place - 1)]
            for place, layer in enumerate(layers)
        ]

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        values: list[torch.Tensor] = []
        for layer, places in zip(self._layers, self._inputs, strict=True):
            given = [values[place] for place in places if place < len(values)] or [images]
            values.append(layer(functools.reduce(torch.add, given)))
        return values[-1]


def inputs(layer: dict[str, Any]) -> list[str]:
    """The names of the layers whose outputs a layer takes; a sequential network tells none."""
    nodes = layer.get("inbound_nodes") or [{"args": []}]
    given = nodes[0]["args"][0] if nodes[0]["args"] else []
    tensors = given if isinstance(given, list) else [given]
    return [tensor["config"]["keras_history"][0] for tensor in tensors]


class Muon:
    """Orthogonal steps of convolution kernels, after airbench94_muon (Jordan 2024)."""

    def __init__(self, kernels: list[nn.Parameter], rate: float, momentum: float = 0.6):
        self._kernels, self._rate, self._momentum = kernels, rate, momentum
        self._buffers = [torch.zeros_like(kernel) for kernel in kernels]

    @torch.no_grad()
    def step(self) -> None:
        for kernel, buffer in zip(self._kernels, self._buffers, strict=True):
            assert kernel.grad is not None
            buffer.mul_(self._momentum).add_(kernel.grad)
            gradient = kernel.grad.add(buffer, alpha=self._momentum)
            kernel.mul_(len(kernel) ** 0.5 / kernel.norm())
            flat = gradient.reshape(len(gradient), -1)
            kernel.add_(self._orthogonal(flat).view_as(kernel), alpha=-self._rate)

    @staticmethod
    def _orthogonal(matrix: torch.Tensor, steps: int = 3) -> torch.Tensor:
        a, b, c = 3.4445, -4.7750, 2.0315
        x = matrix.bfloat16()
        x = x / (x.norm() + 1e-7)
        tall = len(x) > x.shape[1]
        x = x.T if tall else x
        for _ in range(steps):
            square = x @ x.T
            x = a * x + (b * square + c * square @ square) @ x
        orthogonal: torch.Tensor = (x.T if tall else x).to(matrix.dtype)
        return orthogonal


class Loop:
    """A network in training."""

    def __init__(self, task: dict[str, Any], bfloat16: bool):
        self._bfloat16, self._batch_size = bfloat16, task["batch_size"]
        count = BATCHES * task["batch_size"]
        height, width, channels = task["shape"]
        self._images = torch.rand(count, channels, height, width)
        self._labels = torch.randint(task["classes"], (count,))
        self._model = Graph(json.loads(task["network"]))
        self._model(self._images[:2])  # sizes
        if bfloat16:
            self._model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        options = dict(task["optimizer"])
        optimizer = _OPTIMIZERS[options.pop("name")]
        rate, betas = options.pop("learning_rate"), (options.get("beta_1"), options.get("beta_2"))
        known = {"betas": betas} if None not in betas else {}
        parameters = list(self._model.parameters())
        muon_rate = task.get("muon_rate")
        kernels = [p for p in parameters if p.dim() == 4 and muon_rate]
        others = [p for p in parameters if p.dim() != 4 or not muon_rate]
        self._muon = Muon(kernels, muon_rate or 0.0)
        self._optimizer = optimizer(others, lr=rate, **known)
        self._smoothing = task.get("label_smoothing", 0.0)

    def advance(self, images: int) -> float:
        """Seconds that steps over so many images take."""
        start = time.perf_counter()
        order = torch.randperm(len(self._labels))
        for first in range(0, images, self._batch_size):
            at = first % len(order)
            chosen = order[at : at + self._batch_size]
            self._step(self._images[chosen], self._labels[chosen])
        return time.perf_counter() - start

    def _step(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        if self._bfloat16:
            images = images.contiguous(memory_format=torch.channels_last)
        self._model.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=self._bfloat16):
            logits = self._model(images)
        loss = F.cross_entropy(logits.float(), labels, label_smoothing=self._smoothing)
        loss.backward()  # type: ignore[no-untyped-call]
        self._muon.step()
        self._optimizer.step()


def main() -> None:
    loop: Loop | None = None
    for line in sys.stdin:
        request = json.loads(line)
        if "network" in request:
            loop = Loop(request, sys.argv[1:] == ["bfloat16"])
            answer: dict[str, Any] = {"torch": torch.__version__}
        else:
            assert loop is not None
            answer = {"images_per_second": request["images"] / loop.advance(request["images"])}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
