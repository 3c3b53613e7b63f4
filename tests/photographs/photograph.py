"""A picture with what is true of it."""

from dataclasses import dataclass

Parameter = float | str


@dataclass(frozen=True)
class Photograph:
    """The bytes of a PNG or JPEG file.

    Attributes:
        label: the digit's name, or "" where there is none.
        kind: how the picture came to be: a name of `KINDS` or of `NON_DIGITS`.
        parameters: what was drawn at random for it.
    """

    content: bytes
    label: str
    kind: str
    parameters: dict[str, Parameter]

    @property
    def suffix(self) -> str:
        return ".png" if self.content.startswith(b"\x89PNG") else ".jpg"


@dataclass(frozen=True)
class Page:
    """A photographed page of numbers, a number a line.

    Attributes:
        texts: the numbers, from the uppermost line down.
        boxes: for each number those of its digits from left to right: (left, top, right,
            bottom) in pixels of the picture as it shows, with its orientation applied.
    """

    content: bytes
    texts: tuple[str, ...]
    boxes: tuple[tuple[tuple[int, int, int, int], ...], ...]
    kind: str
    parameters: dict[str, Parameter]

    @property
    def suffix(self) -> str:
        return ".png" if self.content.startswith(b"\x89PNG") else ".jpg"
