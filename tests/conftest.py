"""Fixtures that several test files share."""

import os
import sys
from pathlib import Path

# Keras is the reference in many tests; it runs on PyTorch, which is installed anyway.
os.environ["KERAS_BACKEND"] = "torch"

import hypothesis
import numpy as np
import pytest

import imagette
from imagette.data.dataset import Dataset, Splits
from imagette.inference import Classifier
from imagette.randomness import generator
from imagette.runs.run import Run

# No test asserts a time: on a busy machine any example may take longer than Hypothesis allows.
# New examples are for whoever works on the code; where a change is judged, they stay the same.
hypothesis.settings.register_profile(
    "without a clock", deadline=None, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("without a clock")


def make_dataset(
    images: int = 40, shape: tuple[int, int, int] = (12, 12, 1), classes: int = 3, seed: int = 0
) -> Dataset:
    """A small set that can be learned: each class has its own bright corner, over noise."""
    random = generator(seed, "test data")
    labels = np.arange(images) % classes
    pixels = random.integers(0, 60, (images, *shape))
    for image, label in zip(pixels, labels, strict=True):
        row, column = divmod(int(label), 2)
        image[row * 5 : row * 5 + 5, column * 5 : column * 5 + 5] += 180
    names = tuple(f"class {number}" for number in range(classes))
    return Dataset(pixels.astype(np.uint8), labels, names)


def make_splits(shape: tuple[int, int, int] = (12, 12, 1), classes: int = 3) -> Splits:
    train, validation, test = (
        make_dataset(images, shape, classes, seed) for seed, images in enumerate((96, 30, 30))
    )
    return Splits("corners", train, validation, test)


def require_data(name: str) -> Path:
    """The file of real images with this name; where it is not at hand the test is skipped."""
    path = Path(os.environ.get("IMAGETTE_DATA", ""), name)
    if not os.environ.get("IMAGETTE_DATA") or not path.is_file():
        pytest.skip(f"needs real data: set IMAGETTE_DATA to a folder that holds {name}")
    return path


@pytest.fixture(autouse=True)
def same_draws_each_time() -> None:
    """Keras's initial weights, and whatever else draws without a seed of its own, are the same."""
    if keras := sys.modules.get("keras"):  # seconds to import, and not every test file has it
        keras.utils.set_random_seed(0)


@pytest.fixture(scope="session", autouse=True)
def own_cache_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests decode is kept apart from what the user's own runs keep."""
    os.environ["IMAGETTE_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def splits() -> Splits:
    return make_splits()


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run on the bundled digits, for all tests that need a saved classifier."""
    return imagette.train("digits", "sprint", out=tmp_path_factory.mktemp("runs"), epochs=12)


@pytest.fixture(scope="session")
def classifier(digits_run: Run) -> Classifier:
    """What answers of that run."""
    return imagette.load(digits_run)


@pytest.fixture(scope="session")
def mnist() -> Splits:
    """MNIST, where it is to be had without a download."""
    require_data("mnist.npz")
    return imagette.open_data("mnist")
