"""`lenet`: a large LeNet.

Published: MNIST, ten epochs, test accuracy 0.9874, loss 0.0506; no time was given. Its
validation set is the last tenth of the training set. 197,855 parameters.
"""

from imagette.network import (
    Conv2D,
    Dense,
    Dropout,
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

SETTINGS = Settings(
    epochs=10,
    batch_size=400,
    optimizer="adam",
    learning_rate=0.01,  # ten times Keras's default, as published
)

PUBLISHED = Published(
    data="mnist",
    split="last tenth",
    accuracy=0.9874,
    seconds=None,
    notes=(
        "Keras's validation_split takes the last tenth, before shuffling",
        "its photograph step inverts blindly and squeezes the whole picture to 28x28",
    ),
)


def build(input_shape: Shape, classes: int) -> Network:
    return Sequential(
        [
            Input(input_shape),
            Rescaling(1 / 255),
            Conv2D(30, 5, activation="relu"),
            MaxPooling2D(2),
            Conv2D(15, 3, activation="relu"),
            MaxPooling2D(2),
            Flatten(),
            Dense(500, activation="relu"),
            Dropout(0.5),
            Dense(classes, activation="softmax"),
        ]
    )


RECIPE = Recipe(
    "lenet",
    "published: a large LeNet",
    "published 98.74 % on MNIST's test set, n = 1",
    SETTINGS,
    build,
    PUBLISHED,
)
