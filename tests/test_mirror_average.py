"""Answers that are means over an image and its mirror image: as each of the two gets one."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from scipy.special import softmax

import imagette
from imagette.evaluation.novelty import Traces
from imagette.network import (
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Network,
    Sequential,
    Softmax,
)
from imagette.network.layer import Layer
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import TRACES, build_model, build_traces_model
from tests.reference import random_weights

METADATA = Metadata(tuple("abcd"), (9, 11, 2), {"kind": "resize"}, None, None, {})


def network(*layers: Layer) -> Network:
    return Sequential([Input((9, 11, 2)), *layers])


def images() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (5, 9, 11, 2), dtype=np.uint8)


def answers(
    model: bytes, names: tuple[str, ...] | None, given: NDArray[np.uint8]
) -> list[NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(model)
    return list(session.run(names, {"images": np.ascontiguousarray(given)}))


@pytest.mark.parametrize("last", [Dense(4), Dense(4, "softmax")], ids=["logits", "softmax"])
def test_logits_are_the_means_and_features_those_of_the_image(last: Layer) -> None:
    graph = network(Conv2D(6, 3, activation="relu"), Flatten(), last)
    weights = random_weights(graph)
    plain = build_traces_model(graph, weights)
    straight = Traces(*answers(plain, TRACES, images()))
    other = Traces(*answers(plain, TRACES, images()[:, :, ::-1]))
    both = build_traces_model(graph, weights, mirrored=True)
    found = Traces(*answers(both, TRACES, images()))
    np.testing.assert_array_equal(found.features, straight.features)
    np.testing.assert_array_equal(found.statistics, straight.statistics)
    mean = (straight.logits + other.logits) / 2
    np.testing.assert_allclose(found.logits, mean, rtol=1e-5, atol=1e-5)
    (probabilities,) = answers(build_model(graph, weights, METADATA, mirrored=True), None, images())
    np.testing.assert_allclose(probabilities, softmax(mean, axis=1), rtol=1e-4, atol=1e-6)


def test_without_a_head_probabilities_are_the_means() -> None:
    graph = network(Conv2D(4, 3), GlobalAveragePooling2D(), Softmax())
    weights = random_weights(graph)
    plain = build_model(graph, weights, METADATA)
    (straight,) = answers(plain, None, images())
    (other,) = answers(plain, None, images()[:, :, ::-1])
    (found,) = answers(build_model(graph, weights, METADATA, mirrored=True), None, images())
    np.testing.assert_allclose(found, (straight + other) / 2, rtol=1e-5)


def test_a_run_answers_alike_for_an_image_and_its_mirror_image(tmp_path: Path) -> None:
    run = imagette.train(
        "digits", "sprint", out=tmp_path, epochs=1, mirror="yes", mirror_average=True
    )
    given = imagette.open_data("digits").test.images
    answer = imagette.load(run).probabilities
    np.testing.assert_allclose(answer(given), answer(given[:, :, ::-1]), atol=1e-5)


def test_where_training_does_not_mirror_nothing_is_averaged(tmp_path: Path) -> None:
    run = imagette.train("digits", "sprint", out=tmp_path, epochs=1, mirror_average=True)
    given = imagette.open_data("digits").test.images
    answer = imagette.load(run).probabilities
    assert np.abs(answer(given) - answer(given[:, :, ::-1])).max() > 0.1
