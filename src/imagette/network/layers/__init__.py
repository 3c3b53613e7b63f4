"""The layers, one file per family. A layer is a class here and a row in `training/lowering/`."""

from imagette.network.layer import Layer
from imagette.network.layers.activation import Activation, ReLU, Softmax
from imagette.network.layers.augmentation import (
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from imagette.network.layers.borders import Cropping2D, UpSampling2D, ZeroPadding2D
from imagette.network.layers.convolution import Conv2D
from imagette.network.layers.dense import Dense
from imagette.network.layers.depthwise import DepthwiseConv2D, SeparableConv2D
from imagette.network.layers.merging import (
    Add,
    Average,
    Concatenate,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
)
from imagette.network.layers.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
)
from imagette.network.layers.pooling import (
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
)
from imagette.network.layers.preprocessing import Normalization, Rescaling
from imagette.network.layers.rectifiers import ELU, LeakyReLU, PReLU
from imagette.network.layers.regularization import Dropout, GaussianNoise, SpatialDropout2D
from imagette.network.layers.shaping import Flatten, Input, InputLayer, Permute, Reshape

LAYERS: tuple[type[Layer], ...] = (
    Activation,
    Add,
    Average,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    ELU,
    Flatten,
    GaussianNoise,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    GroupNormalization,
    InputLayer,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    Maximum,
    Minimum,
    Multiply,
    Normalization,
    PReLU,
    Permute,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
    ReLU,
    Rescaling,
    Reshape,
    SeparableConv2D,
    Softmax,
    SpatialDropout2D,
    Subtract,
    UpSampling2D,
    ZeroPadding2D,
)

__all__ = [
    "ELU",
    "LAYERS",
    "Activation",
    "Add",
    "Average",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Conv2D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "Input",
    "InputLayer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "Rescaling",
    "Reshape",
    "SeparableConv2D",
    "Softmax",
    "SpatialDropout2D",
    "Subtract",
    "UpSampling2D",
    "ZeroPadding2D",
]
