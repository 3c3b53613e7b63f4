"""`benchmarks/same_work.py`: that the peers do the same work, how it is counted and judged."""

import json

import pytest
import torch
from benchmarks.same_work import (
    CLASSES,
    KERAS,
    OURS,
    OURS_32,
    PLAIN,
    SHAPE,
    goals,
    task,
    training_flops,
)
from benchmarks.torch_worker import Graph, Muon, SamePadding

from imagette.network import (
    Add,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    Input,
    Network,
    ReLU,
    to_json,
)
from imagette.recipes import RECIPES, Recipe, recipe

Speeds = dict[str, list[float]]


@pytest.mark.parametrize("chosen", RECIPES, ids=lambda chosen: chosen.name)
def test_the_plain_form_has_as_many_parameters(chosen: Recipe) -> None:
    network = chosen.network(SHAPE, CLASSES)
    plain = Graph(json.loads(task(chosen)["network"]))
    assert plain(torch.zeros(2, SHAPE[2], *SHAPE[:2])).shape == (2, CLASSES)
    count = sum(parameter.numel() for parameter in plain.parameters())
    assert count == network.parameters()[0]


def test_the_plain_loop_moves_kernels_by_orthogonal_steps() -> None:
    """Singular values near 1, in the directions of the gradient, as a share of the kernel."""
    random = torch.Generator().manual_seed(0)
    kernel = torch.nn.Parameter(torch.randn(8, 4, 3, 3, generator=random))
    kernel.grad = torch.randn(8, 4, 3, 3, generator=random)
    before = kernel.detach() * 8**0.5 / kernel.detach().norm()
    Muon([kernel], rate=0.1).step()
    step = (before - kernel.detach()).view(8, -1) / 0.1
    left, values, right = torch.linalg.svd(step, full_matrices=False)
    assert values.min() > 0.3
    assert values.max() < 1.4
    found, _, across = torch.linalg.svd(kernel.grad.view(8, -1), full_matrices=False)
    torch.testing.assert_close(left @ right, found @ across, atol=0.1, rtol=0)


def test_a_plain_graph_adds_what_an_add_takes() -> None:
    start = Input((8, 8, 1))
    convolved = Conv2D(4, 3, padding="same")(start)
    pooled = GlobalAveragePooling2D()(Add()([convolved, ReLU()(convolved)]))
    network = Network(start, Dense(3, activation="softmax")(pooled))
    plain = Graph(json.loads(to_json(network)))
    images = torch.randn(2, 1, 8, 8)
    logits = plain(images)
    convolution, dense = (m for m in plain.modules() if hasattr(m, "weight"))
    maps = convolution(images)
    torch.testing.assert_close(logits, dense((maps + maps.relu()).mean((2, 3))))


@pytest.mark.parametrize(("side", "size", "stride"), [(28, 3, 2), (7, 3, 2), (9, 5, 3), (4, 1, 2)])
def test_strides_pad_as_keras_does(side: int, size: int, stride: int) -> None:
    """More at the end; so that the output has the side divided by the stride, rounded up."""
    padded = SamePadding([size, size], [stride, stride])(torch.ones(1, 1, side, side))[0, 0]
    assert (len(padded) - size) // stride + 1 == -(-side // stride)
    before, after = int((padded[:, side // 2] == 0).int().argmin()), len(padded) - side
    assert after - before in (before, before + 1)


def test_the_work_of_lenet_is_as_counted_by_hand() -> None:
    first, second, dense, last = 24 * 24 * 30 * 25, 10 * 10 * 15 * 9 * 30, 375 * 500, 500 * 10
    everything = first + second + dense + last
    assert training_flops(recipe("lenet")) == 2 * (3 * everything - first)


def speeds(ours: float, ours_32: float, plain: float, keras: float) -> Speeds:
    names = (OURS, OURS_32, f"{PLAIN} float32", f"{PLAIN} bfloat16", f"{KERAS}, tensorflow")
    figures = (ours, ours_32, plain / 2, plain, keras)
    return {name: [figure] * 3 for name, figure in zip(names, figures, strict=True)}


def test_goals_are_judged_against_the_fastest() -> None:
    found = {"lenet": speeds(30, 14, 20, 10), "classic": speeds(27, 14, 20, 10)}
    assert [line.rpartition(" ")[2] for line in goals(found, {})] == ["reached", "reached"]
    found["fashion"] = speeds(17, 14, 20, 10)
    assert [line.rpartition(" ")[2] for line in goals(found, {})] == ["missed", "reached"]
    standard = {"standard": speeds(30, 14, 21, 10)}
    assert "1.43 (goal 1.5): missed" in goals(standard, {})[0]
    assert "0.55 of the bfloat16 rate (goal 0.5): reached" in goals({}, {"classic": 0.55})[0]
