"""The layers, one file a family. A layer is a class here and a row in `training/lowering.py`."""

from imagette.network.layer import Layer
from imagette.network.layers.activation import Activation, ReLU, Softmax
from imagette.network.layers.convolution import Conv2D
from imagette.network.layers.dense import Dense
from imagette.network.layers.merging import Add, Concatenate
from imagette.network.layers.normalization import BatchNormalization
from imagette.network.layers.pooling import (
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
)
from imagette.network.layers.preprocessing import Normalization, Rescaling
from imagette.network.layers.regularization import Dropout
from imagette.network.layers.shaping import Flatten, Input, InputLayer, ZeroPadding2D

LAYERS: tuple[type[Layer], ...] = (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    InputLayer,
    MaxPooling2D,
    Normalization,
    ReLU,
    Rescaling,
    Softmax,
    ZeroPadding2D,
)

__all__ = [
    "LAYERS",
    "Activation",
    "Add",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Input",
    "InputLayer",
    "MaxPooling2D",
    "Normalization",
    "ReLU",
    "Rescaling",
    "Softmax",
    "ZeroPadding2D",
]
