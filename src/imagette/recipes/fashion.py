"""`fashion`: three convolutions for Fashion-MNIST.

Published: Fashion-MNIST from Kaggle's CSV files, 15 epochs, as a plot only (about 0.91): no
number to compare with. 93,322 parameters.
"""

from imagette.network import (
    Conv2D,
    Dense,
    Flatten,
    Input,
    MaxPooling2D,
    Network,
    Rescaling,
    Sequential,
)
from imagette.recipes.published import Published
from imagette.recipes.recipe import Recipe, Shape
from imagette.settings import Settings

SETTINGS = Settings(epochs=15, batch_size=512, optimizer="rmsprop", learning_rate=1e-3)

PUBLISHED = Published(
    data="fashion-mnist",
    split="30 % at random",
    accuracy=None,
    seconds=None,
    notes=("a plot shows about 0.91; no number was published",),
)


def build(input_shape: Shape, classes: int) -> Network:
    return Sequential(
        [
            Input(input_shape),
            Rescaling(1 / 255),
            Conv2D(32, 3, activation="relu"),
            MaxPooling2D(2),
            Conv2D(64, 3, activation="relu"),
            MaxPooling2D(2),
            Conv2D(64, 3, activation="relu"),
            Flatten(),
            Dense(64, activation="relu"),
            Dense(classes, activation="softmax"),
        ]
    )


RECIPE = Recipe(
    "fashion",
    "published: Fashion-MNIST",
    "no number was published",
    SETTINGS,
    build,
    PUBLISHED,
)
