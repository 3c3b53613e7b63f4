"""How a source is opened: a flat value, kept with every run, so that it can be opened again."""

import os
from dataclasses import dataclass, fields, replace
from numbers import Integral, Real
from typing import Any

from imagette.bounded import exists, real_path
from imagette.data import catalogue
from imagette.errors import SettingsError
from imagette.settings import checked, setting

CHANNELS = ("auto", "1", "3")
RESIZES = ("stretch", "pad", "crop")


@dataclass(frozen=True)
class DataOptions:
    """What the user says of a source; the command line derives its options from the fields.

    Raises:
        SettingsError: a value outside its range.
    """

    validation: float = setting(0.1, "Share of the images held out of training.", above=0, below=1)
    test: str | None = setting(
        None,
        "Another source whose images are the test set; or a share, where there is none (0.2).",
    )
    seed: int = setting(0, "Seed of the splits.", minimum=0)
    image_size: str | None = setting(
        None, "Side in pixels, or HEIGHTxWIDTH; else the common size, or the median up to 64."
    )
    channels: str = setting("auto", "1 gray, 3 colour; auto: as the images are.", choices=CHANNELS)
    resize: str = setting(
        "stretch", "How images of other proportions are made to fit.", choices=RESIZES
    )
    groups: str | None = setting(
        None, "Column whose images stay in one split together (a writer, a patient)."
    )
    limit: int | None = setting(
        None,
        "Learn from at most so many images, drawn at random; the test images stay the same.",
        minimum=1,
    )
    relabel: str | None = setting(
        None, "CSV of file,label[,suggested] that replaces labels; an empty one drops the image."
    )

    def __post_init__(self) -> None:
        for option in fields(self):
            object.__setattr__(self, option.name, checked(option, getattr(self, option.name)))
        self.size()
        self.test_share()

    def size(self) -> tuple[int, int] | None:
        """Height and width asked for.

        Raises:
            SettingsError: no size, or one outside 1 to 1,024.
        """
        if self.image_size is None:
            return None
        sides = self.image_size.lower().split("x")
        numbers = [int(side) for side in sides if side.isascii() and side.isdigit()]
        if len(numbers) != len(sides) or len(sides) > 2 or not all(0 < n <= 1024 for n in numbers):
            raise SettingsError(
                f"`image_size={self.image_size!r}`: expected a side from 1 to 1024 pixels (28), "
                "or HEIGHTxWIDTH (28x32)"
            )
        return numbers[0], numbers[-1]

    def for_shape(self, shape: tuple[int, int, int]) -> "DataOptions":
        """The same, but for images of that height, width and number of channels."""
        height, width, channels = shape
        return replace(self, image_size=f"{height}x{width}", channels=str(channels))

    def anchored(self) -> "DataOptions":
        """The same with absolute paths, so that they hold from another folder, too.

        A share stays one, and a name of the catalogue too, whatever lies in this folder.
        """
        test, relabel = self.test, self.relabel
        if test is not None and self.test_share() is None and not catalogue.knows(test):
            test = _anchored(test)
        return replace(self, test=test, relabel=relabel and _anchored(relabel))

    def test_share(self) -> float | None:
        """The share of images set aside for test, if `test` is a number and no source.

        Raises:
            SettingsError: a number that is no share.
        """
        try:
            share = float(self.test) if self.test is not None else None
        except ValueError:
            return None
        if share is not None and not 0 < share < 1:
            raise SettingsError(
                f"`test={share}`: expected a share, more than 0 and less than 1, or a source"
            )
        return share


def _anchored(path: str) -> str:
    return str(real_path(path)) if exists(path) else path


# Those that `train` takes beside its settings, which have the seed.
DATA_OPTIONS = frozenset(option.name for option in fields(DataOptions)) - {"seed"}


def data_options(**given: Any) -> DataOptions:
    """`DataOptions` with what is given and not None; numbers and paths may stand for their texts.

    So image_size=28, image_size=(20, 30), channels=1 and test=0.3 mean "28", "20x30", "1" and
    "0.3", as the command line has them, and test=Path("later.csv") means "later.csv".

    Raises:
        SettingsError: an option that does not exist, or outside its range.
    """
    unknown = given.keys() - DATA_OPTIONS - {"seed"}
    if unknown:
        raise SettingsError(
            f"no option {sorted(unknown)[0]!r}; expected one of {', '.join(sorted(DATA_OPTIONS))}"
        )
    options = {name: value for name, value in given.items() if value is not None}
    for name, kind in (("image_size", Integral), ("channels", Integral), ("test", Real)):
        value = options.get(name)
        if isinstance(value, kind) and not isinstance(value, bool):
            options[name] = f"{value}"
    for name in ("test", "relabel"):
        if isinstance(options.get(name), os.PathLike):
            options[name] = os.fspath(options[name])
    size = options.get("image_size")
    if isinstance(size, list | tuple) and all(isinstance(side, Integral) for side in size):
        options["image_size"] = "x".join(map(str, size))
    return DataOptions(**options)
