"""The base of all convolutions: a dilated window that slides over an image."""

from typing import Any

from imagette.network.layer import Layer
from imagette.network.shapes import (
    PADDINGS,
    Pair,
    Shape,
    pair,
    require_image,
    slide,
    window_padding,
)


class Window(Layer):
    """The arithmetic of `kernel_size`, `strides`, `padding` and `dilation_rate`."""

    kernel_size: int | Pair
    strides: int | Pair
    padding: str
    dilation_rate: int | Pair

    def _check_window(self) -> None:
        """Bring the four arguments into their canonical form; only for __post_init__."""
        self._require(self.padding in PADDINGS, "padding", "'valid' or 'same'")
        self._normalise(
            kernel_size=pair(self.kernel_size, "kernel_size"),
            strides=pair(self.strides, "strides"),
            dilation_rate=pair(self.dilation_rate, "dilation_rate"),
        )
        self._require(
            self.strides == (1, 1) or self.dilation_rate == (1, 1),
            "dilation_rate",
            f"1 where strides are above 1 (they are {self.strides}), as in Keras",
        )

    @property
    def window(self) -> Pair:
        """Height and width that the dilated kernel covers."""
        size = pair(self.kernel_size, "kernel_size")
        dilation = pair(self.dilation_rate, "dilation_rate")
        return (size[0] - 1) * dilation[0] + 1, (size[1] - 1) * dilation[1] + 1

    def padding_of(self, shape: Shape) -> tuple[Pair, Pair]:
        """(top, bottom), (left, right) zeros for an input of `shape`."""
        return window_padding(shape, self.window, pair(self.strides, "strides"), self.padding)

    def slide(self, shape: Shape) -> Pair:
        """Height and width of the output for an input of `shape`."""
        require_image(shape, self.label)
        strides = pair(self.strides, "strides")
        return slide(shape, self.window, strides, self.padding, self.label)

    def onnx_window(self, shape: Shape) -> dict[str, Any]:
        """The attributes of ONNX's Conv for an input of `shape`."""
        (top, bottom), (left, right) = self.padding_of(shape)
        return {
            "kernel_shape": self.kernel_size,
            "strides": self.strides,
            "dilations": self.dilation_rate,
            "pads": [top, left, bottom, right],
        }
