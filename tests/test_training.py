"""The training loop: step by step as Keras, the same bits twice, resumed to the same bits."""

import copy
from typing import Any

import keras
import numpy as np
import pytest
import torch

from imagette.errors import DeviceError, NetworkError, TrainingError
from imagette.network import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    Network,
    Rescaling,
    SeparableConv2D,
    Sequential,
)
from imagette.randomness import generator
from imagette.settings import Settings
from imagette.training.loop import fit
from imagette.training.progress import Epoch, Plan, Progress
from imagette.training.steps import Training
from tests.conftest import make_dataset, make_splits
from tests.reference import keras_model


def small_network(dropout: float = 0.0, classes: int = 3) -> Network:
    return Sequential(
        [
            Input((12, 12, 1)),
            Rescaling(1 / 255),
            Conv2D(4, 3, activation="relu"),
            MaxPooling2D(2),
            Conv2D(6, 3, padding="same", use_bias=False),
            BatchNormalization(momentum=0.8),
            Activation("relu"),
            Dropout(dropout),
            Flatten(),
            Dense(8, activation="relu"),
            Dense(classes, activation="softmax"),
        ]
    )


OPTIMIZERS: dict[str, tuple[dict[str, Any], Any]] = {
    "sgd": ({"optimizer": "sgd", "learning_rate": 0.05, "momentum": 0.9},
            lambda: keras.optimizers.SGD(0.05, momentum=0.9)),
    "adam": ({"optimizer": "adam"}, keras.optimizers.Adam),
    "rmsprop": ({"optimizer": "rmsprop"}, keras.optimizers.RMSprop),
    "adadelta": ({"optimizer": "adadelta", "learning_rate": 1.0},
                 lambda: keras.optimizers.Adadelta(1.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_are_those_of_keras(name: str) -> None:
    """The same initial weights and batches, no dropout, float32."""
    values, make_optimizer = OPTIMIZERS[name]
    splits = make_splits()
    settings = Settings(epochs=4, batch_size=20, precision="float32", **values)
    network = small_network()
    weights = network.initial_weights(1)
    training = Training(network, weights, splits, settings)
    model = keras_model(network, weights)
    model.compile(make_optimizer(), "sparse_categorical_crossentropy")
    losses: list[tuple[float, float]] = []
    for step in range(20):
        epoch, within = divmod(step, training.plan.steps_per_epoch)
        order = generator(0, "order", epoch).permutation(len(splits.train))
        batch = order[within * 20 : within * 20 + 20]
        images = splits.train.images[batch].astype(np.float32)
        expected = model.train_on_batch(images, splits.train.labels[batch])
        before = training.state.totals[0].item() if within else 0.0
        training.step()
        losses.append(((training.state.totals[0].item() - before) / len(batch), float(expected)))
        if within + 1 == training.plan.steps_per_epoch:
            training.state.totals.zero_()
    received, expected_losses = np.array(losses).T
    np.testing.assert_allclose(received, expected_losses, atol=1e-3)
    assert received[-1] < received[0]
    if name == "sgd":
        ours = training.lowered.parameters.to_keras()
        for layer in model.layers:
            for weight in layer.weights:
                key = f"{layer.name}/{weight.name}"
                theirs = weight.value.detach().numpy()
                np.testing.assert_allclose(ours[key], theirs, atol=1e-4, err_msg=key)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(precision: str) -> None:
    def train(seed: int) -> dict[str, Any]:
        settings = Settings(epochs=2, batch_size=20, shift=0.1, seed=seed, precision=precision)
        network = small_network(dropout=0.3)
        return dict(fit(network, network.initial_weights(seed), make_splits(), settings).weights)

    first, again, other = train(3), train(3), train(4)
    for key, array in first.items():
        np.testing.assert_array_equal(array, again[key], err_msg=key)
    assert not np.array_equal(first["dense/kernel"], other["dense/kernel"])


@pytest.mark.parametrize(
    ("stop", "changes"),
    [
        (1, {}),
        (5, {}),
        (7, {}),
        (5, {"optimizer": "muon"}),
        (7, {"optimizer": "muon", "frozen_share": 0.5}),
    ],
)
def test_a_training_resumed_after_any_step_goes_on_to_the_same_bits(
    stop: int, changes: dict[str, Any]
) -> None:
    settings = Settings(epochs=2, batch_size=20, shift=0.1, schedule="one-cycle", **changes)
    network = small_network(dropout=0.3)

    def start() -> Training:
        return Training(network, network.initial_weights(0), make_splits(), settings)

    def finish(training: Training) -> dict[str, Any]:
        while not training.finished:
            training.step()
            if training.state.step % training.plan.steps_per_epoch == 0:
                training.end_epoch(1.0)
        return training.lowered.parameters.to_keras()

    straight, stopped, resumed = start(), start(), start()
    expected = finish(straight)
    for _ in range(stop):
        stopped.step()
        if stopped.state.step % stopped.plan.steps_per_epoch == 0:
            stopped.end_epoch(1.0)
    resumed.resume(copy.deepcopy(stopped.state))
    for key, array in finish(resumed).items():
        np.testing.assert_array_equal(array, expected[key], err_msg=key)
    losses = [[e.loss for e in t.state.history] for t in (straight, resumed)]
    assert losses[0] == losses[1]


def test_it_learns_in_bfloat16_as_in_float32() -> None:
    for precision in ("float32", "bfloat16"):
        settings = Settings(epochs=6, batch_size=16, learning_rate=0.01, precision=precision)
        network = small_network()
        result = fit(network, network.initial_weights(0), make_splits(), settings)
        assert result.history[-1].val_accuracy > 0.9
        assert result.plan.precision == precision
        assert all(array.dtype == np.float32 for array in result.weights.values())


def test_frozen_layers_stay_as_they_are() -> None:
    network = Sequential(
        [
            Input((12, 12, 1)),
            Conv2D(2, 3, trainable=False),
            BatchNormalization(trainable=False),
            Flatten(),
            Dense(3, activation="softmax"),
        ]
    )
    weights = network.initial_weights(0)
    result = fit(network, weights, make_splits(), Settings(epochs=1, learning_rate=1e-4))
    for key, array in result.weights.items():
        assert np.array_equal(array, weights[key]) == (not key.startswith("dense")), key


@pytest.mark.parametrize(
    "changes", [{"optimizer": "adamw"}, {"optimizer": "muon"}, {"optimizer": "sgd"}]
)
def test_the_first_layer_stays_as_it_is_in_the_share_of_steps_asked_for(
    changes: dict[str, Any],
) -> None:
    network = small_network()
    settings = Settings(epochs=1, batch_size=20, **changes)
    first = {"conv2d/kernel", "conv2d/bias"}

    def start(**more: Any) -> Training:
        return Training(
            network, network.initial_weights(0), make_splits(), settings.override(**more)
        )

    freezing, free = start(frozen_share=0.5), start()
    parameters = freezing.lowered.parameters
    while not freezing.finished:
        before = parameters.to_keras()
        late = freezing.state.step >= freezing.plan.steps / 2
        free.resume(copy.deepcopy(freezing.state))
        freezing.step()
        free.step()
        after, expected = parameters.to_keras(), free.lowered.parameters.to_keras()
        for key, array in after.items():
            stays = late and key in first
            assert np.array_equal(array, before[key]) == stays, key
            np.testing.assert_array_equal(array, before[key] if stays else expected[key])


def test_a_separable_convolution_stays_as_a_whole() -> None:
    network = Sequential(
        [
            *(Input((12, 12, 1)), Rescaling(1 / 255), SeparableConv2D(4, 3)),
            *(Conv2D(4, 3), Flatten(), Dense(3, activation="softmax")),
        ]
    )
    weights = network.initial_weights(0)
    result = fit(network, weights, make_splits(), Settings(epochs=1, frozen_share=1.0))
    for key, array in result.weights.items():
        stays = key.startswith("separable_conv2d/")
        assert np.array_equal(array, weights[key]) == stays, key


def test_too_little_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    network = small_network()
    for error in (
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
        RuntimeError("of another kind"),
    ):

        def fails(self: Training, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(Training, "step", fails)
        told = r"little memory to train 1,\d\d\d parameters in batches of 128"
        kind, message = (
            (TrainingError, told) if "kind" not in str(error) else (RuntimeError, "kind")
        )
        with pytest.raises(kind, match=message):
            fit(network, network.initial_weights(0), make_splits(), Settings(epochs=1))


def test_the_only_layer_learns_to_the_end() -> None:
    network = Sequential([Input((12, 12, 1)), Flatten(), Dense(3, activation="softmax")])
    splits, weights = make_splits(), network.initial_weights(0)
    asked, plain = (
        fit(network, weights, splits, Settings(epochs=1, frozen_share=share)).weights
        for share in (1.0, 0.0)
    )
    for key, array in asked.items():
        np.testing.assert_array_equal(array, plain[key], err_msg=key)


def test_progress_hears_of_everything() -> None:
    class Listener(Progress):
        def __init__(self) -> None:
            self.heard: list[object] = []

        def started(self, plan: Plan) -> None:
            self.heard.append(plan)

        def advanced(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
            self.heard.append((epoch, step))

        def finished_epoch(self, epoch: Epoch) -> None:
            self.heard.append(epoch)

    listener = Listener()
    network = small_network()
    settings = Settings(epochs=2, batch_size=8, precision="float32")
    result = fit(network, network.initial_weights(0), make_splits(), settings, listener)
    assert listener.heard == [
        result.plan, (1, 10), (1, 12), result.history[0], (2, 10), (2, 12), result.history[1],
    ]  # fmt: skip
    assert result.plan.images == 96


def test_small_data_sets_train_for_the_minimum_of_steps() -> None:
    settings = Settings(epochs=2, minimum_steps=50, batch_size=30)
    assert settings.epochs_for(96) == 13
    assert settings.epochs_for(100_000) == 2
    assert settings.override(epochs=2).epochs_for(96) == 2


def test_a_loss_that_is_no_number_is_told(splits: Any) -> None:
    settings = Settings(optimizer="sgd", learning_rate=1e8, precision="float32")
    network = small_network()
    with pytest.raises(
        TrainingError, match=r"training diverged. Lower the learning rate \(it is 1e\+08\)"
    ):
        fit(network, network.initial_weights(0), splits, settings)


def test_a_training_that_diverges_in_its_last_step_is_told(splits: Any) -> None:
    settings = Settings(
        epochs=1, batch_size=1000, optimizer="sgd", learning_rate=1e9, precision="float32"
    )
    network = small_network()
    weights = network.initial_weights(0)
    weights["dense_1/kernel"] = weights["dense_1/kernel"] * np.float32(1e38)
    with pytest.raises(TrainingError, match="the loss became"):
        fit(network, weights, splits, settings)


def test_a_weight_that_becomes_infinite_is_told(splits: Any) -> None:
    network = small_network()
    weights = network.initial_weights(0)
    weights["dense/bias"][0] = -np.inf  # which its ReLU makes 0, and no loss shows
    settings = Settings(epochs=1, optimizer="sgd", precision="float32")
    message = (
        r"a weight became infinite.*training diverged. Lower the learning rate \(it is 0.001\)"
    )
    with pytest.raises(TrainingError, match=message):
        fit(network, weights, splits, settings)


def test_a_network_without_weights_has_nothing_to_train(splits: Any) -> None:
    network = Sequential([Input((12, 12, 1)), Flatten()])
    with pytest.raises(NetworkError, match="no trainable weights"):
        fit(network, {}, splits, Settings())


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_device_that_is_not_there_is_told(splits: Any) -> None:
    network = small_network()
    with pytest.raises(DeviceError, match="'cuda' is not available.*there is: cpu"):
        fit(network, network.initial_weights(0), splits, Settings(device="cuda"))


def test_colour_images_and_two_classes() -> None:
    network = Sequential(
        [Input((10, 12, 3)), Conv2D(2, 3), Flatten(), Dense(2, activation="softmax")]
    )
    splits = make_splits((10, 12, 3), 2)
    result = fit(network, network.initial_weights(0), splits, Settings(epochs=1))
    assert result.history[0].val_loss > 0
    assert make_dataset(10, (10, 12, 3), 2).shape == (10, 12, 3)
