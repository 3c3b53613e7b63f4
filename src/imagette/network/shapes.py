"""Arithmetic of shapes: windows sliding over images, and their padding.

Shapes leave out the batch: (height, width, channels) for images, (features,) for vectors.
"""

from typing import Any

from imagette.errors import NetworkError, ShapeError

Shape = tuple[int, ...]
Pair = tuple[int, int]
PADDINGS = ("valid", "same")


def pair(value: Any, argument: str, minimum: int = 1) -> Pair:
    """`value` as two integers (vertical, horizontal): Keras takes 3 as well as (3, 3).

    Raises:
        NetworkError: it is not one integer or two, or one is below `minimum`.
    """
    numbers = (value, value) if isinstance(value, int) else tuple(value)
    if len(numbers) != 2 or any(type(n) is not int or n < minimum for n in numbers):
        raise NetworkError(
            f"{argument}={value!r}: expected one integer or two, each at least {minimum}"
        )
    return numbers


def channel_axis(rank: int) -> int:
    """The axis of a batch's channels in PyTorch and in ONNX; `rank` leaves out the batch.

    Images are (batch, channels, height, width) there; all else keeps Keras's order.
    """
    return 1 if rank == 3 else rank


def last_axis(axis: Any, rank: int) -> bool:
    """Whether `axis`, a number or a list of one as Keras writes it, is the last of `rank` + 1."""
    if isinstance(axis, tuple) and len(axis) == 1:
        (axis,) = axis
    return axis in (-1, rank)


def same_padding(size: int, window: int, stride: int) -> Pair:
    """Zeros before and after for padding="same"; as in Keras, an odd one comes at the end."""
    total = max((-(-size // stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def window_padding(shape: Shape, window: Pair, strides: Pair, padding: str) -> tuple[Pair, Pair]:
    """The zeros (top, bottom), (left, right) around an image of `shape`."""
    if padding == "valid":
        return (0, 0), (0, 0)
    return (
        same_padding(shape[0], window[0], strides[0]),
        same_padding(shape[1], window[1], strides[1]),
    )


def slide(shape: Shape, window: Pair, strides: Pair, padding: str, what: str) -> Pair:
    """Height and width after a window has slid over an image of `shape`.

    Raises:
        ShapeError: the image is smaller than the window and is not padded.
    """
    if padding == "same":
        return -(-shape[0] // strides[0]), -(-shape[1] // strides[1])
    if shape[0] < window[0] or shape[1] < window[1]:
        raise ShapeError(
            f"{what} does not fit: its window covers {window[0]}x{window[1]} pixels, "
            f"and what reaches it has {shape[0]}x{shape[1]}. "
            "Use larger images, fewer layers, or padding='same'"
        )
    return (shape[0] - window[0]) // strides[0] + 1, (shape[1] - window[1]) // strides[1] + 1


def require_image(shape: Shape, what: str) -> None:
    """Raise ShapeError unless `shape` is (height, width, channels)."""
    if len(shape) != 3:
        raise ShapeError(
            f"{what} needs images (height, width, channels), "
            f"and what reaches it has the shape {shape}. Put it before Flatten"
        )
