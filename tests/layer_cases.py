"""Every layer in several ways, each a small network behind an Input of `SHAPE`."""

from collections.abc import Callable

from imagette.network import (
    ELU,
    L1L2,
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
    Flatten,
    GaussianNoise,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    GroupNormalization,
    LayerNormalization,
    LeakyReLU,
    Maximum,
    MaxPooling2D,
    Minimum,
    Multiply,
    Normalization,
    Permute,
    PReLU,
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
from imagette.network.activations import ACTIVATIONS
from imagette.network.layer import SymbolicTensor

SHAPE = (9, 11, 3)
Body = Callable[[SymbolicTensor], SymbolicTensor]


def body(*layers: Callable[[SymbolicTensor], SymbolicTensor]) -> Body:
    """Layers one behind the other."""

    def build(x: SymbolicTensor) -> SymbolicTensor:
        for layer in layers:
            x = layer(x)
        return x

    return build


def _squeeze_and_excitation(x: SymbolicTensor) -> SymbolicTensor:
    gate = Dense(3, activation="sigmoid")(GlobalAveragePooling2D(keepdims=True)(x))
    return Multiply()([x, gate])


_CONVOLUTIONS: dict[str, Body] = {
    "conv": body(Conv2D(5, 3)),
    "conv even same": body(Conv2D(5, 4, padding="same", activation="relu")),
    "conv strides same": body(Conv2D(4, 3, 2, "same")),
    "conv strides uneven": body(Conv2D(4, (2, 5), (2, 3), use_bias=False)),
    "conv dilated": body(Conv2D(4, 3, dilation_rate=2, padding="same")),
    "conv groups": body(Conv2D(6, 3, groups=3)),
    "conv penalties": body(Conv2D(2, 3, kernel_regularizer="l2", bias_regularizer=L1L2(0.1, 0.2))),
    "conv frozen": body(Conv2D(2, 3, trainable=False)),
    "depthwise": body(DepthwiseConv2D(3)),
    "depthwise multiplied": body(
        DepthwiseConv2D((2, 4), 2, "same", 3, use_bias=False, activation="elu")
    ),
    "depthwise dilated": body(DepthwiseConv2D(3, dilation_rate=(1, 2), depthwise_regularizer="l1")),
    "separable": body(SeparableConv2D(5, 3, activation="relu")),
    "separable multiplied": body(
        SeparableConv2D(4, (4, 2), 2, "same", depth_multiplier=2, use_bias=False)
    ),
    "separable dilated": body(SeparableConv2D(4, 3, dilation_rate=2, pointwise_regularizer="l2")),
    "dense": body(Flatten(), Dense(7, activation="tanh")),
    "dense no bias": body(Flatten(), Dense(7, use_bias=False, kernel_regularizer="l1_l2")),
    "dense of pixels": body(Dense(4, activation="relu"), Dense(2, use_bias=False)),
    "dense of rows": body(Reshape((9, 33)), Dense(4, "softmax"), Dense(2, use_bias=False)),
}
_POOLING: dict[str, Body] = {
    "max pool": body(MaxPooling2D()),
    "max pool same": body(MaxPooling2D(3, 2, "same")),
    "max pool after relu": body(Conv2D(4, 3, activation="relu"), MaxPooling2D(2)),
    "max pool after leaky": body(Conv2D(4, 3), LeakyReLU(), MaxPooling2D(2), ELU(), MaxPooling2D()),
    "average pool": body(AveragePooling2D(2)),
    "average pool same": body(AveragePooling2D(3, 2, "same")),
    "global average": body(GlobalAveragePooling2D()),
    "global average keepdims": body(GlobalAveragePooling2D(keepdims=True)),
    "global max": body(GlobalMaxPooling2D()),
}
_NORMALIZATION: dict[str, Body] = {
    "batch normalization": body(BatchNormalization(epsilon=0.01)),
    "batch normalization bare": body(BatchNormalization(center=False, scale=False)),
    "batch normalization of vectors": body(Flatten(), BatchNormalization()),
    "batch normalization of rows": body(Reshape((9, 33)), BatchNormalization(scale=False)),
    "layer normalization": body(LayerNormalization()),
    "layer normalization no shift": body(Flatten(), LayerNormalization(center=False, epsilon=0.1)),
    "layer normalization no scale": body(Reshape((9, 33)), LayerNormalization(scale=False)),
    "group normalization": body(Conv2D(6, 3), GroupNormalization(3)),
    "group normalization of one": body(GroupNormalization(3, center=False)),
    "group normalization of vectors": body(Flatten(), GroupNormalization(9, scale=False)),
    "group normalization of rows": body(Reshape((9, 33)), GroupNormalization(11)),
    "rescaling": body(Rescaling(1 / 255, offset=-0.5)),
    "rescaling by channel": body(Rescaling((0.1, 0.2, 0.3), (1.0, 2.0, 3.0))),
    "normalization": body(Normalization(mean=(1.0, 2.0, 3.0), variance=(4.0, 5.0, 0.0))),
    "normalization one number": body(Normalization(mean=100.0, variance=400.0)),
}
_TRAINING_ONLY: dict[str, Body] = {
    "dropout": body(Dropout(0.4)),
    "spatial dropout": body(SpatialDropout2D(0.4)),
    "gaussian noise": body(GaussianNoise(0.4)),
    "random flip": body(RandomFlip("horizontal")),
    "random rotation": body(RandomRotation((-0.1, 0.2), "constant", fill_value=0.5)),
    "random translation": body(RandomTranslation(0.1, (-0.2, 0.1), "nearest")),
    "random zoom": body(RandomZoom(0.1, None, "wrap", "nearest"), RandomZoom(0.2, 0.3)),
}
_ACTIVATIONS: dict[str, Body] = {
    "relu cut": body(Conv2D(4, 3), ReLU(max_value=0.5, negative_slope=0.1)),
    "relu": body(Conv2D(4, 3), ReLU()),
    "leaky relu": body(Conv2D(4, 3), LeakyReLU(0.1), LeakyReLU()),
    "elu": body(Conv2D(4, 3), ELU(0.7)),
    "prelu": body(Conv2D(4, 3), PReLU(alpha_regularizer="l2")),
    "prelu shared": body(Conv2D(4, 3), PReLU(shared_axes=(1, 2))),
    "prelu of vectors": body(Flatten(), Dense(4), PReLU()),
    "softmax": body(Conv2D(4, 3), Softmax()),
    "softmax of rows": body(Reshape((9, 33)), Softmax()),
}
_MERGING: dict[str, Body] = {
    "add": lambda x: Add()([Conv2D(3, 1)(x), x, Conv2D(3, 3, padding="same")(x)]),
    "subtract": lambda x: Subtract()([Conv2D(3, 1)(x), x]),
    "multiply": lambda x: Multiply()([Conv2D(3, 1)(x), x, Conv2D(3, 1)(x)]),
    "multiply spread": _squeeze_and_excitation,
    "multiply pixels": lambda x: Multiply()([Conv2D(1, 1)(x), x]),
    "multiply vectors": lambda x: Multiply()([GlobalMaxPooling2D()(x), x]),
    "add vectors to rows": lambda x: Add()([Reshape((33, 9))(x), Dense(9)(Flatten()(x))]),
    "average": lambda x: Average()([Conv2D(3, 1)(x), x, Conv2D(3, 1)(x)]),
    "maximum": lambda x: Maximum()([Conv2D(3, 1)(x), x]),
    "minimum": lambda x: Minimum()([Conv2D(3, 1)(x), x, Conv2D(3, 1)(x)]),
    "concatenate": lambda x: Concatenate()([x, Conv2D(2, 1)(x)]),
    "concatenate rows": lambda x: Concatenate(axis=1)([x, MaxPooling2D((2, 1))(x)]),
    "concatenate vectors": lambda x: Concatenate()([Flatten()(x), GlobalMaxPooling2D()(x)]),
}
_SHAPING: dict[str, Body] = {
    "zero padding": body(ZeroPadding2D(((1, 0), (2, 3)))),
    "zero padding before a pooling": body(
        Rescaling(-1.0), ZeroPadding2D(1), MaxPooling2D(2), ZeroPadding2D(1), AveragePooling2D(1)
    ),
    "cropping": body(Cropping2D(((1, 0), (2, 3))), Cropping2D((0, 1)), Cropping2D(1)),
    "up sampling": body(UpSampling2D((2, 3))),
    "up sampling bilinear": body(UpSampling2D((2, 3), interpolation="bilinear")),
    "reshape": body(Conv2D(4, 2), Reshape((5, -1, 2)), Conv2D(2, 2)),
    "reshape to one channel": body(Reshape((-1, 11, 1)), Conv2D(2, 3)),
    "reshape of vectors": body(Flatten(), Reshape((3, 9, 11)), Reshape((-1,))),
    "reshape to four": body(Reshape((3, 3, 11, 3)), Dense(2)),
    "permute": body(Permute((2, 3, 1)), Conv2D(2, 3)),
    "permute rows": body(Reshape((9, 33)), Permute((2, 1))),
}
CASES = (
    _CONVOLUTIONS
    | _POOLING
    | _NORMALIZATION
    | _TRAINING_ONLY
    | _ACTIVATIONS
    | _MERGING
    | _SHAPING
    | {f"activation {name}": body(Conv2D(4, 3), Activation(name)) for name in ACTIVATIONS}
)
