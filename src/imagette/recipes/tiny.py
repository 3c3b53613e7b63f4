"""`tiny`: less than 10,000 parameters, for microcontrollers.

Claim: MNIST 99.35 % (n = 5, standard deviation 0.08) with 9,546 parameters, trained in 44 s on two
cores of an AMD EPYC (family 26 model 2) with AVX512-BF16. Measured by
`benchmarks/time_to_accuracy.py`.

The blocks of `standard` with few filters, and the strongest answer of each filter in place of a
dense layer, so that the number of parameters is the same for any size of image. A small network
learns slowly, and nothing by heart: more epochs, half the shift, no label smoothing, and a larger
window in the first convolution (`benchmarks/LOG.md` has what each gave).
"""

from imagette.network import (
    BatchNormalization,
    Conv2D,
    Dense,
    GlobalMaxPooling2D,
    Input,
    MaxPooling2D,
    Network,
    ReLU,
    Rescaling,
    Sequential,
)
from imagette.network.layer import Layer, SymbolicTensor
from imagette.recipes.recipe import Recipe, Shape
from imagette.settings import Settings

SETTINGS = Settings(
    epochs=16,
    minimum_steps=1600,  # small data sets get more epochs
    batch_size=128,
    optimizer="muon",
    learning_rate=0.005,  # the peak, of all weights except convolution kernels
    muon_rate=0.06,
    beta_1=0.8,
    beta_2=0.95,
    schedule="one-cycle",
    warmup=0.1,
    shift=0.036,  # 1 of 28 pixels
    shift_within_border=True,  # shifts harm garments, which fill their frame
    mirror="auto",  # where the data set allows it
)

_FILTERS = (16, 24, 24)
_SMALL = 8  # pixels a side: in maps no larger pooling ends


def build(input_shape: Shape, classes: int) -> Network:
    layers: list[Layer | SymbolicTensor] = [Input(input_shape), Rescaling(1 / 255)]
    side = max(input_shape[:2])
    windows = (5 if input_shape[2] == 1 else 3, 3, 3)  # in colour 5 is too many weights
    for filters, window in zip(_FILTERS, windows, strict=True):
        layers.append(Conv2D(filters, window, padding="same", use_bias=False))
        if side > _SMALL:
            layers.append(MaxPooling2D(2, padding="same"))
            side = -(-side // 2)
        layers += [BatchNormalization(momentum=0.9), ReLU()]
    return Sequential([*layers, GlobalMaxPooling2D(), Dense(classes, activation="softmax")])


RECIPE = Recipe(
    "tiny",
    "at most 10,000 parameters, for microcontrollers",
    "MNIST 99.35 %, n = 5, 9,546 parameters",
    SETTINGS,
    build,
)
