"""Every kind of picture of a digit, by name, and sets of them."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from imagette.randomness import generator
from tests.photographs import scene, screens
from tests.photographs.fields import Random, chance
from tests.photographs.looks import LOOKS, Look
from tests.photographs.photograph import Photograph
from tests.photographs.scene import Draw
from tests.photographs.strokes import Glyph, glyph

Images = NDArray[np.uint8]

SCREENS: dict[str, Callable[[Random, Draw], screens.Result]] = {
    "scan": lambda random, draw: screens.scan(random, draw, one_bit=False),
    "scan, 1 bit": lambda random, draw: screens.scan(random, draw, one_bit=True),
    "screenshot": lambda random, draw: screens.screenshot(random, draw, dark=False),
    "screenshot, dark mode": lambda random, draw: screens.screenshot(random, draw, dark=True),
    "canvas": screens.canvas,
    "transparent": lambda random, draw: screens.transparent(random, draw, white=False),
    "transparent, white": lambda random, draw: screens.transparent(random, draw, white=True),
}
KINDS = (*LOOKS, *SCREENS)


def picture(
    digit: Images,
    label: str,
    kind: str,
    seed: int,
    *names: str | int,
    shape: tuple[int, int] | None = None,
) -> Photograph:
    """The picture of a uint8 (28, 28) white on black `digit` as one of `KINDS` shows it.

    The same arguments give the same bytes; `names` tell pictures of one seed apart. `shape`
    is (height, width) of photographs, by default of any size.
    """
    random = generator(seed, "photograph", kind, *names)
    look = LOOKS.get(kind, Look())
    gap = ("top" if label == "5" else "any") if look.broken else ""
    flag = label == "1" and chance(random, 0.15)

    def draw(stroke: float) -> Glyph:
        natural = chance(random, 0.15) and stroke > 0.07
        return glyph(random, digit, None if natural else stroke, gap=gap, flag=flag)

    if kind in SCREENS:
        content, facts = SCREENS[kind](random, draw)
    else:
        using = scene.material(random, look)
        frame = shape or scene.frame(random)
        seen, written, facts = scene.place(random, frame, look, using, draw)
        pixels, more = scene.photograph(random, look, using, seen, [written])
        content, of_file = scene.encode(random, pixels, look, float(facts["digit pixels"]))
        facts = facts | more | of_file
    if flag:
        facts["flag"] = True
    return Photograph(content, label, kind, facts)


def pictures(
    digits: Images, labels: Sequence[int], count: int, seed: int, kinds: Sequence[str] = KINDS
) -> Iterator[Photograph]:
    """`count` pictures of digits drawn without repetition, the kinds in turn."""
    order = generator(seed, "which digits").permutation(len(digits))
    for number in range(count):
        index = int(order[number % len(order)])
        kind = kinds[number % len(kinds)]
        yield picture(digits[index], str(labels[index]), kind, seed, number)
