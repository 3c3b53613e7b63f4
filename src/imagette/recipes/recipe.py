"""What a recipe is: a network plus the settings to train it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from imagette.errors import DatasetError, ShapeError
from imagette.network import Network
from imagette.network.ensemble import ensemble
from imagette.recipes.published import Published
from imagette.settings import Settings

Shape = tuple[int, int, int]
_LARGEST_SIDE = 1024  # pixels: the search for the smallest size that works ends there


Build = Callable[[Shape, int], Network]


@dataclass(frozen=True)
class Form:
    """How a recipe trains images of one kind: `settings`, and `build` for the network."""

    settings: Settings
    build: Build


@dataclass(frozen=True)
class Recipe:
    """A network, and the settings to train it with.

    Attributes:
        name: by which the user calls it.
        purpose: what it is for, in a few words.
        claim: what it reaches: accuracy, n, hardware; or what was published.
        settings: how it is trained.
        build: makes the network from (height, width, channels) and the number of classes.
        published: the claim of the text that the recipe reproduces, if any.
        mirrored: its form, if different, for images that training mirrors, which show things rather
            than glyphs.
    """

    name: str
    purpose: str
    claim: str
    settings: Settings
    build: Build
    published: Published | None = None
    mirrored: Form | None = None

    def suited(self, allowed: bool, mirror: str | None = None) -> "Recipe":
        """The form for a data set that allows mirroring or not; `mirror` is the user's choice."""
        other = self.mirrored
        if other is None or not self.settings.override(mirror=mirror).mirrors(allowed):
            return self
        return replace(self, settings=other.settings, build=other.build, mirrored=None)

    def network(self, input_shape: Shape, classes: int) -> Network:
        """The network, or that of each member, for images of `input_shape` and so many `classes`.

        Raises:
            ShapeError: the images are too small; it names the smallest size that works.
            DatasetError: there are fewer than two classes.
        """
        if classes < 2:
            raise DatasetError(f"{classes} class: expected two or more, to tell apart")
        try:
            return self.build(input_shape, classes)
        except ShapeError as error:
            height, width, channels = input_shape
            raise ShapeError(
                f"recipe {self.name!r} is too deep for images of {height}x{width}: {error}. "
                f"{self._smallest(channels, classes)}; see imagette recipes for others"
            ) from error

    def saved_network(self, input_shape: Shape, classes: int) -> Network:
        """The network that a training with the recipe's settings saves: all members together.

        Raises:
            ImagetteError: as `network`.
        """
        return ensemble(self.network(input_shape, classes), self.settings.members or 1)

    def _smallest(self, channels: int, classes: int) -> str:
        for side in range(1, _LARGEST_SIDE + 1):
            try:
                self.build((side, side, channels), classes)
                return f"The smallest size that works is {side}x{side}"
            except ShapeError:
                continue
        return f"No size up to {_LARGEST_SIDE} works"
