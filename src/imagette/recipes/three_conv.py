"""`three-conv`: three convolutions in a row, and a softmax.

Published: MNIST, one epoch, validation accuracy 0.9793, loss 0.0693 (the validation set was the
test set); no time was given. As in the text, the input is raw pixels, 0 to 255. 183,242 parameters.
"""

from imagette.network import Conv2D, Dense, Flatten, Input, Network, Sequential
from imagette.recipes.published import Published
from imagette.recipes.recipe import Recipe, Shape
from imagette.settings import Settings

SETTINGS = Settings(
    epochs=1,
    batch_size=32,  # Keras's default, since the text names none
    optimizer="adam",
    learning_rate=1e-3,
)

PUBLISHED = Published(
    data="mnist",
    split="test is validation",
    accuracy=0.9793,
    seconds=None,
    notes=(
        "the pixels are not scaled: 0 to 255, and so they are here",
        "its validation set is the test set: the accuracy is a test accuracy",
        "no batch size is named: Keras's default, 32",
    ),
)


def build(input_shape: Shape, classes: int) -> Network:
    return Sequential(
        [
            Input(input_shape),
            Conv2D(64, 3, activation="relu"),
            Conv2D(32, 3, activation="relu"),
            Conv2D(32, 3, activation="relu"),
            Flatten(),
            Dense(classes, activation="softmax"),
        ]
    )


RECIPE = Recipe(
    "three-conv",
    "published: three convolutions, no pooling",
    "published 97.93 % on MNIST's test set, n = 1",
    SETTINGS,
    build,
    PUBLISHED,
)
