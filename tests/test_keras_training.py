"""`fit_keras`: the user's own model, trained here, its weights put back."""

from typing import Any

import keras
import numpy as np
import pytest

import imagette
from imagette.errors import DatasetError, SettingsError, ShapeError, SourceError
from tests.test_keras_models import digits_model


def arrays(scale: float = 1.0) -> tuple[Any, Any]:
    train = imagette.open_data("digits").train
    images = train.images if scale == 1.0 else (train.images / 255).astype(np.float32)
    return images, train.labels


def test_it_learns_and_returns_keras_history() -> None:
    model = digits_model()
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    before = model.count_params()
    history = imagette.fit_keras(model, arrays(1 / 255), epochs=8)
    assert isinstance(history, keras.callbacks.History)
    assert list(history.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert history.epoch == list(range(8))
    assert history.model is model
    assert history.history["val_accuracy"][-1] > 0.9
    test = imagette.open_data("digits").test
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    _, accuracy = model.evaluate(test.images / 255, test.labels, verbose=0)
    assert accuracy > 0.9
    assert model.count_params() == before


@pytest.mark.parametrize("labels", ["integers", "one-hot", "column"])
def test_forms_of_data(labels: str) -> None:
    images, numbers = arrays()
    forms = {
        "integers": numbers,
        "one-hot": np.eye(10)[numbers],
        "column": numbers[:, np.newaxis],
    }
    history = imagette.fit_keras(digits_model(), (images[..., 0], forms[labels]), epochs=1)
    assert len(history.history["loss"]) == 1


def test_a_source_by_name_and_splits() -> None:
    splits = imagette.open_data("digits")
    first = imagette.fit_keras(digits_model(), "digits", epochs=1, seed=1)
    assert first.params == {"epochs": 1, "steps": 40}
    imagette.fit_keras(digits_model(), splits, epochs=1)


def test_a_loss_of_logits_is_respected() -> None:
    model = digits_model(activation=None)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    imagette.fit_keras(model, arrays(1 / 255), epochs=1)
    model.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(SettingsError, match="ends with no softmax"):
        imagette.fit_keras(model, arrays(), epochs=1)


def test_the_same_steps_as_keras_with_a_regulariser() -> None:
    """One batch an epoch, so that the order of images does not matter."""
    images, labels = (part[:64] for part in arrays(1 / 255))
    images, labels = np.concatenate([images] * 2), np.concatenate([labels] * 2)

    def model() -> Any:
        keras.utils.set_random_seed(3)
        made = keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                keras.layers.Flatten(),
                keras.layers.Dense(
                    10, "softmax", kernel_regularizer=keras.regularizers.L1L2(1e-3, 1e-2)
                ),
            ]
        )
        made.compile(keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy")
        return made

    ours, theirs = model(), model()
    from imagette.data.dataset import Dataset, Splits

    pixels = np.rint(images * 255).astype(np.uint8)
    data = Dataset(pixels, labels, tuple("0123456789"))
    scaled = images * 255 - pixels
    assert np.abs(scaled).max() < 1e-4
    first = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Rescaling(1 / 255), ours])
    first.compile(keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy")
    mine = imagette.fit_keras(
        first, Splits("same", data, data, data), epochs=5, batch_size=128, precision="float32"
    )
    expected = theirs.fit(images, labels, batch_size=128, epochs=5, verbose=0, shuffle=False)
    np.testing.assert_allclose(mine.history["loss"], expected.history["loss"], atol=1e-3)
    for a, b in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(a.value.detach().numpy(), b.value.detach().numpy(), atol=1e-4)


def test_what_does_not_fit_is_told() -> None:
    images, labels = arrays()
    with pytest.raises(DatasetError, match=r"from -1 .*expected 0 to 255, or floats from 0 to 1"):
        imagette.fit_keras(digits_model(), (images / 127.5 - 1, labels))
    with pytest.raises(DatasetError, match="has pixels that are not finite numbers"):
        imagette.fit_keras(digits_model(), (np.full(images.shape, np.nan), labels))
    with pytest.raises(DatasetError, match="has a image set of 0 images"):
        imagette.fit_keras(digits_model(), (images[:0], labels[:0]))
    with pytest.raises(DatasetError, match="expected whole numbers, or texts"):
        imagette.fit_keras(digits_model(), (images, labels + 0.5))
    with pytest.raises(DatasetError, match=r"one-hot .n, classes. of 0 and 1"):
        imagette.fit_keras(digits_model(), (images, np.full((len(images), 10), 0.1)))
    with pytest.raises(DatasetError, match="a label is 10, expected 0 to 9"):
        imagette.fit_keras(digits_model(), (images, labels + 1))
    with pytest.raises(DatasetError, match="class '9' has 0 different images"):
        imagette.fit_keras(digits_model(), (images[labels < 9], labels[labels < 9]))
    with pytest.raises(ShapeError, match=r"the data has images \(7, 8, 1\)"):
        imagette.fit_keras(digits_model(), (images[:, :7], labels))
    pairs = (images, labels), (images, labels)
    for data in (pairs, {"x_train": images, "y_train": labels}):
        with pytest.raises(SourceError, match=r"expected a source's name, Splits or \(images, lab"):
            imagette.fit_keras(digits_model(), data)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="`mirror_average=True`: expected False"):
        imagette.fit_keras(digits_model(), (images, labels), mirror_average=True)
    with pytest.raises(SettingsError, match="no setting 'epoch'"):
        imagette.fit_keras(digits_model(), (images, labels), epoch=3)
    model = digits_model()
    model.compile("adam", "mse")
    with pytest.raises(SettingsError, match="loss 'mse'"):
        imagette.fit_keras(model, (images, labels))
