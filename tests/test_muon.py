"""Muon's steps: orthogonal, a share of each kernel's norm, and only of convolution kernels."""

import numpy as np
import pytest
import torch

from imagette.data.dataset import Splits
from imagette.network import BatchNormalization, Conv2D, Dense, Flatten, Input, Network, Sequential
from imagette.settings import Settings
from imagette.training.muon import muon_steps, orthogonalized
from imagette.training.steps import Training

SHAPES = [(8, 40), (40, 8), (16, 16), (1, 9)]


@pytest.mark.parametrize("shape", SHAPES)
def test_directions_stay_and_their_sizes_become_alike(shape: tuple[int, int]) -> None:
    u, sizes, v = np.linalg.svd(np.random.default_rng(0).normal(size=shape), full_matrices=False)
    sizes = np.linspace(1, 0.2, len(sizes))
    matrix = torch.from_numpy((u * sizes) @ v)
    found = u.T @ orthogonalized(matrix).numpy() @ v.T
    np.testing.assert_allclose(found, np.diag(np.diag(found)), atol=1e-9)
    assert np.diag(found).min() > 0.5
    assert np.diag(found).max() < 1.3


def test_a_step_is_a_share_of_the_norm_against_the_gradient() -> None:
    torch.manual_seed(0)
    kernel, gradient, mean = torch.randn(8, 20) * 5, torch.randn(8, 20), torch.zeros(8, 20)
    before, slope = kernel.clone(), gradient.clone()
    muon_steps([kernel], [gradient], [mean], 0.1, 0.6, torch.float32)
    step = before - kernel
    assert float(step.norm() / before.norm()) == pytest.approx(0.1, rel=1e-5)
    assert float((step * slope).sum()) > 0
    assert torch.equal(mean, slope)
    assert not gradient.any()


def test_without_a_gradient_nothing_moves() -> None:
    kernel, zeros = torch.randn(4, 9), torch.zeros(4, 9)
    before = kernel.clone()
    muon_steps([kernel], [zeros.clone()], [zeros.clone()], 0.1, 0.6, torch.bfloat16)
    assert torch.equal(kernel, before)


def test_what_is_no_convolution_kernel_takes_adams_steps(splits: Splits) -> None:
    def trained(optimizer: str) -> dict[str, np.ndarray]:
        settings = Settings(optimizer=optimizer, precision="float32", batch_size=8, momentum=0.5)
        training = Training(_network(), _network().initial_weights(0), splits, settings)
        training.step()
        return training.lowered.parameters.to_keras()

    start, muon, adam = _network().initial_weights(0), trained("muon"), trained("adam")
    for key in start:
        if key.startswith("conv2d/kernel"):
            assert not np.allclose(muon[key], adam[key])
            share = np.linalg.norm(muon[key] - start[key]) / np.linalg.norm(start[key])
            assert share == pytest.approx(Settings().muon_rate, rel=1e-4)
        else:
            np.testing.assert_array_equal(muon[key], adam[key])


def test_muon_learns(splits: Splits) -> None:
    settings = Settings(optimizer="muon", learning_rate=0.01, epochs=12, batch_size=8)
    training = Training(_network(), _network().initial_weights(0), splits, settings)
    for _ in range(3 * training.plan.steps_per_epoch):
        training.step()
    early, _ = training.means()
    training.state.totals.zero_()
    for _ in range(3 * training.plan.steps_per_epoch):
        training.step()
    assert training.means()[0] < early


def _network() -> Network:
    return Sequential(
        [
            Input((12, 12, 1)),
            Conv2D(6, 3),
            BatchNormalization(),
            Flatten(),
            Dense(3, activation="softmax"),
        ]
    )
