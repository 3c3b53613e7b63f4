"""Novelty: scikit-learn finds the same, ONNX Runtime gives the same scores, and the threshold
keeps its promise.
"""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.covariance import EmpiricalCovariance
from sklearn.neighbors import NearestNeighbors

from imagette.errors import NetworkError
from imagette.evaluation.discriminant import fit_discriminant
from imagette.evaluation.novelty import Memory, Novelty, Traces, fit_novelty, remember
from imagette.network import (
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    Network,
    Sequential,
)
from imagette.network.layer import Layer
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import build_model, build_traces_model
from tests.reference import random_weights

Labels = NDArray[np.int64]


def traces(n: int, width: int = 30, seed: int = 0) -> tuple[Traces, Labels]:
    """What images of three classes leave, each class in a direction of its own."""
    random = np.random.default_rng(seed)
    classes = np.random.default_rng(99).normal(0, 3, (3, width))
    labels = np.arange(n) % 3
    features = np.maximum(classes[labels] + random.normal(0, 1, (n, width)), 0)
    return made_of(features), labels


def made_of(features: NDArray[Any]) -> Traces:
    single = features.astype(np.float32)
    return Traces(single, single[:, ::2], single[:, :3] - single[:, -3:])


def fitted(seen: Traces, coverage: float = 0.99) -> Novelty | None:
    known, labels = traces(300)
    memory = remember(known, labels, seed=0)
    return fit_novelty(memory, memory.signs(seen), coverage)


def network(*layers: Layer) -> Network:
    return Sequential([Input((9, 11, 2)), *layers])


def test_scikit_learn_finds_the_same_neighbours_and_distances() -> None:
    known, labels = traces(200)
    new, _ = traces(50, seed=1)
    memory = remember(known, labels, seed=7)
    signs = memory.signs(new)
    # All 30 dimensions are kept, so that the projection only turns.
    assert memory.projection.shape == (30, 30)
    np.testing.assert_allclose(memory.projection.T @ memory.projection, np.eye(30), atol=5e-3)
    neighbours = NearestNeighbors(n_neighbors=1, metric="cosine").fit(known.features)
    expected = neighbours.kneighbors(new.features)[0][:, 0] - 1
    np.testing.assert_allclose(signs[0], expected, atol=3e-3)  # float16 in the file
    means = np.stack([known.statistics[labels == label].mean(0) for label in range(3)])
    deviations = (known.statistics - means[labels]).astype(np.float64)
    within = EmpiricalCovariance(assume_centered=True).fit(deviations).covariance_
    ridge = 1e-3 * np.trace(within) / len(within) * np.eye(len(within))
    regular = np.linalg.inv(within + ridge)
    apart = new.statistics[:, np.newaxis] - means
    distances = np.einsum("nki,ij,nkj->nk", apart, regular, apart).min(axis=1)
    np.testing.assert_allclose(signs[1], np.log1p(distances), atol=1e-3)
    np.testing.assert_allclose(signs[2], new.logits.mean(1) - new.logits.max(1), atol=1e-5)


def test_wide_features_are_looked_at_where_they_differ_most() -> None:
    random = np.random.default_rng(0)
    within = np.linalg.qr(random.normal(size=(5000, 8)))[0]
    known = made_of(random.normal(size=(40, 8)) * 9 @ within.T)
    memory = remember(known, np.zeros(40, np.int64), seed=0)
    assert memory.projection.shape == (5000, 40)  # no more directions than images
    assert memory.whitening.shape == (2500, 256)
    lengths = np.linalg.norm(known.features @ memory.projection, axis=1)
    np.testing.assert_allclose(lengths, np.linalg.norm(known.features, axis=1), rtol=1e-2)


@pytest.mark.parametrize("n", [99, 500, 2000])
def test_the_threshold_accepts_the_share_that_it_promises(n: int) -> None:
    seen, _ = traces(n, seed=1)
    novelty = fitted(seen)
    assert novelty is not None
    scores = novelty.score(seen)
    below = int((scores <= 1).sum())
    assert below >= (n + 1) * 0.99
    # Of validation images accepted with 99 % each, as many or more in one of twenty draws.
    assert below == n or 0.02 < binom.sf(below - 1, n, 0.99) < 0.06
    assert np.median(scores) == pytest.approx(0, abs=1e-3)
    new, _ = traces(20_000, seed=2)
    accepted = (novelty.score(new) <= 1).mean()
    # The share is beta distributed around what was promised.
    assert accepted == pytest.approx(below / (n + 1), abs=3 * np.sqrt(0.99 * 0.01 / (n + 2)))
    strange = made_of(np.random.default_rng(3).uniform(0, 1, (500, 30)))
    assert (novelty.score(strange) > 1).mean() > 0.99
    assert (novelty.score(made_of(np.zeros((2, 30)))) > 1).all()


def test_too_few_validation_images_reject_nothing() -> None:
    few, _ = traces(98, seed=1)
    assert fitted(few) is None
    assert fitted(few, coverage=0.9) is not None


@pytest.mark.parametrize("value", [0, 1])
def test_images_that_are_all_alike_still_give_numbers(value: int) -> None:
    same = made_of(np.full((120, 6), value))
    memory = remember(same, np.arange(120) % 2, seed=0)
    novelty = fit_novelty(memory, memory.signs(same))
    assert novelty is not None
    scores = novelty.score(same)
    assert np.isfinite(scores).all()
    assert (scores <= 1).all()


@pytest.mark.parametrize(
    "layers",
    [
        [Flatten(), Dense(12, "relu"), Dense(4, "softmax", name="last")],
        [Conv2D(6, 3, activation="relu"), MaxPooling2D(), Flatten(), Dense(4, name="last")],
        [Conv2D(600, 3), GlobalAveragePooling2D(), Dense(4, "softmax", name="last")],
    ],
    ids=["dense alone", "convolution", "wide maps"],
)
@pytest.mark.parametrize("discriminant", [False, True], ids=["", "discriminant"])
def test_onnx_runtime_gives_the_same_scores(layers: list[Layer], discriminant: bool) -> None:
    graph = network(*layers)
    weights = random_weights(graph)
    images = np.random.default_rng(0).integers(0, 256, (400, 9, 11, 2), dtype=np.uint8)
    session = onnxruntime.InferenceSession(build_traces_model(graph, weights))
    names = [output.name for output in session.get_outputs()]
    left = Traces(**dict(zip(names, session.run(None, {"images": images}), strict=True)))
    assert [len(array) for array in asdict(left).values()] == [400] * 3
    assert left.features.shape[1] <= 4096
    memory = remember(part(left, 0, 200), np.arange(200) % 4, seed=0)
    if discriminant:
        turned = session.run(["features"], {"images": images[:, ::-1, ::-1]})[0]
        memory = replace(memory, discriminant=fit_discriminant(left.features, turned))
    assert len(memory.signs(left)) == 3 + discriminant
    novelty = fit_novelty(memory, memory.signs(part(left, 200, 400)))
    assert novelty is not None
    metadata = Metadata(tuple("abcd"), (9, 11, 2), {"kind": "resize"}, None, None, {})
    session = onnxruntime.InferenceSession(build_model(graph, weights, metadata, novelty))
    assert [output.name for output in session.get_outputs()] == ["probabilities", "novelty"]
    _, received = session.run(None, {"images": images})
    expected = novelty.score(left)
    assert np.ptp(expected) > 1
    np.testing.assert_allclose(received, expected, atol=2e-3, rtol=1e-3)


def test_images_that_leave_nothing_are_as_novel_in_onnx() -> None:
    graph = network(Conv2D(3, 3, use_bias=False), Flatten(), Dense(4, "softmax"))
    weights = random_weights(graph)
    images = np.random.default_rng(0).integers(0, 256, (400, 9, 11, 2), dtype=np.uint8)
    images[-3:] = 0
    session = onnxruntime.InferenceSession(build_traces_model(graph, weights))
    left = Traces(*session.run(["features", "statistics", "logits"], {"images": images}))
    assert not left.features[-3:].any()
    memory = remember(part(left, 0, 200), np.arange(200) % 4, seed=0)
    discriminant = fit_discriminant(left.features[:200], left.features[200:])
    memory = replace(memory, discriminant=discriminant)
    novelty = fit_novelty(memory, memory.signs(part(left, 200, 397)))
    assert novelty is not None
    metadata = Metadata(tuple("abcd"), (9, 11, 2), {"kind": "resize"}, None, None, {})
    session = onnxruntime.InferenceSession(build_model(graph, weights, metadata, novelty))
    _, received = session.run(None, {"images": images})
    np.testing.assert_allclose(received, novelty.score(left), atol=2e-3, rtol=1e-3)


def test_statistics_are_means_and_deviations_of_the_channels() -> None:
    graph = network(Conv2D(3, 3, name="maps"), Flatten(), Dense(4, "softmax"))
    weights = random_weights(graph)
    images = np.random.default_rng(0).integers(0, 256, (7, 9, 11, 2), dtype=np.uint8)
    session = onnxruntime.InferenceSession(build_traces_model(graph, weights))
    features, statistics = session.run(["features", "statistics"], {"images": images})
    maps = features.reshape(7, 3, -1)
    expected = np.concatenate((maps.mean(2), maps.std(2)), axis=1)
    np.testing.assert_allclose(statistics, expected, rtol=1e-3)


def test_a_network_without_a_head_has_no_novelty() -> None:
    headless = Sequential([Input((4, 4, 2)), GlobalAveragePooling2D()])
    with pytest.raises(NetworkError, match="ends in GlobalAveragePooling2D .*, expected Dense and"):
        build_traces_model(headless, {})


def test_more_images_are_looked_at_than_remembered_and_the_rims_of_classes_are() -> None:
    """3,100 images alike, and 10 on the rim of their cloud."""
    random = np.random.default_rng(0)
    features = 1 + random.normal(0, 0.01, (3110, 6))
    rim = np.arange(5, 3110, 311)
    features[rim] = 1 + np.eye(6)[np.arange(10) % 6] * random.uniform(2, 4, (10, 1))
    memory = remember(made_of(features), np.zeros(3110, np.int64), seed=0)
    assert memory.directions.shape[1] == 3000
    unlike, *_ = memory.signs(made_of(features[rim]))
    np.testing.assert_allclose(unlike, -1, atol=1e-3)


def test_what_is_remembered_depends_on_the_seed_alone() -> None:
    known, labels = traces(100, 200)
    first, again, other = (remember(known, labels, seed) for seed in (3, 3, 4))
    assert isinstance(first, Memory)
    np.testing.assert_array_equal(first.projection, again.projection)
    assert not np.array_equal(other.projection, first.projection)


def part(all_of_them: Traces, start: int, stop: int) -> Traces:
    return Traces(**{key: array[start:stop] for key, array in asdict(all_of_them).items()})
