"""Pictures that no camera took: drawings in apps and pages, transparent ones, scans."""

import numpy as np
from numpy.typing import NDArray

from tests.photographs.camera import Camera, develop, grayed, jpeg, png
from tests.photographs.fields import Field, Random, chance, log_uniform, pick
from tests.photographs.looks import Look
from tests.photographs.photograph import Parameter
from tests.photographs.scene import Draw, Material, Written, frame, material, write
from tests.photographs.surfaces import dirt, plain, texture
from tests.photographs.view import view

_LIGHT_PAGES = ((255, 255, 255), (250, 250, 248), (255, 253, 231), (236, 239, 241))
_DARK_PAGES = ((0, 0, 0), (18, 18, 18), (32, 33, 36), (0, 43, 54))
_DARK_INKS = ((0, 0, 0), (33, 33, 33), (25, 70, 200), (200, 20, 30), (0, 120, 60), (120, 30, 160))
_LIGHT_INKS = ((255, 255, 255), (224, 224, 224), (255, 214, 0), (100, 220, 255), (255, 120, 120))

Result = tuple[bytes, dict[str, Parameter]]


def screenshot(random: Random, draw: Draw, dark: bool) -> Result:
    """A drawing in an app, in light or dark mode, with or without a bar at the top."""
    coverage, facts = _drawn(random, draw, frame(random))
    page = pick(random, _DARK_PAGES if dark else _LIGHT_PAGES)
    ink = pick(random, _LIGHT_INKS if dark else _DARK_INKS)
    picture = _mixed(coverage, page, ink)
    height = picture.shape[0]
    clear = int(np.nonzero(coverage.max(1) > 0)[0][0])
    bar = int(height * random.uniform(0.04, 0.09))
    if chance(random, 0.3) and bar + 4 < clear:
        tone = random.uniform(0.8, 0.95) if not dark else random.uniform(1.5, 2.2)
        picture[:bar] = np.clip(np.array(page) * tone + (12 if dark else 0), 0, 255)
        facts["bar"] = bar
    if chance(random, 0.3):
        quality = int(random.integers(60, 96))
        return jpeg(picture, quality), facts | {"file": "jpeg", "quality": quality}
    return png(picture), facts | {"file": "png"}


def canvas(random: Random, draw: Draw) -> Result:
    """The black or white square of a web page on which one draws with a mouse: gray PNG."""
    side = pick(random, (84, 112, 140, 200, 280, 280, 280, 320, 400, 500))
    coverage, facts = _drawn(random, draw, (side, side), share=(0.4, 0.8), stroke=(0.06, 0.14))
    if chance(random, 0.3):
        coverage = (coverage > 0.5).astype(np.float32)
    white_on_black = chance(random, 0.6)
    shown = coverage if white_on_black else 1 - coverage
    facts |= {"file": "png", "white on black": white_on_black}
    return png(np.rint(255 * shown).astype(np.uint8)), facts


def transparent(random: Random, draw: Draw, white: bool) -> Result:
    """Strokes of one colour on nothing: RGBA, or gray and alpha."""
    coverage, facts = _drawn(random, draw, frame(random))
    alpha = np.rint(255 * coverage).astype(np.uint8)
    ink = (255, 255, 255) if white else pick(random, _DARK_INKS)
    layers = np.empty((*alpha.shape, 4), np.uint8)
    layers[..., :3] = ink
    layers[alpha == 0, :3] = pick(random, (ink, (0, 0, 0)))  # some programs, others
    layers[..., 3] = alpha
    return png(layers), facts | {"file": "png"}


def scan(random: Random, draw: Draw, one_bit: bool) -> Result:
    """A sheet, or a part cut from it, from a flatbed: even light, little noise."""
    look = Look(("ballpoint", "fountain pen", "felt tip", "pencil"), ("white", "white", "cream"))
    using = material(random, look)
    resolution = pick(random, (150, 200, 300, 300, 400, 600)) / 25.4  # pixels a mm
    tall = log_uniform(random, *using.pen.height)
    stroke = max(float(random.uniform(*using.pen.width)), 2.5 / resolution)
    glyph = draw(min(stroke / tall, 0.2))
    angle = float(np.clip(random.normal(0, 2), -5, 5))
    pixels = tall * resolution
    spare = random.uniform(1.3, 6, 2)
    sides = pixels * spare[0], pixels * max(glyph.width, 0.5) * spare[1]
    shape = (int(np.clip(sides[0], 60, 3000)), int(np.clip(sides[1], 60, 3000)))
    shrink = min(1.0, shape[0] / (1.2 * pixels), shape[1] / (1.2 * pixels * (glyph.width + 0.1)))
    seen = view(random, shape, resolution * shrink, angle, 0)
    free = shape[0] - 1.15 * pixels * shrink, shape[1] - 1.2 * pixels * shrink * glyph.width
    row = shape[0] / 2 + random.uniform(-0.5, 0.5) * max(0, free[0])
    column = shape[1] / 2 + random.uniform(-0.5, 0.5) * max(0, free[1])
    sheet = plain(seen, using.paper)
    texture(random, sheet, seen, 0.3)
    if chance(random, 0.3):
        dirt(random, sheet, seen)
    write(random, sheet, seen, Written(glyph, *seen.at(row, column), tall), using)
    sheet *= np.float32(random.uniform(1.0, 1.25))  # lids are bright, papers overexposed
    scanned = develop(random, sheet, Camera(blur=0.5, noise=float(random.uniform(0.5, 2.5))))
    facts = using.names | {
        "height": shape[0],
        "width": shape[1],
        "row": round(row),
        "column": round(column),
        "digit pixels": round(pixels * shrink, 1),
        "share": round(pixels * shrink / shape[0], 3),
        "stroke": round(glyph.stroke, 3),
        "stroke pixels": round(glyph.stroke * pixels * shrink, 2),
        "angle": round(angle, 1),
    }
    return _filed(random, scanned, one_bit, using, facts)


def _filed(
    random: Random,
    scanned: NDArray[np.uint8],
    one_bit: bool,
    using: Material,
    facts: dict[str, Parameter],
) -> Result:
    gray = grayed(scanned)
    if one_bit:
        ink = 255 * float(np.mean(using.ink)) ** (1 / 2.2)
        threshold = (0.3 * ink + 0.7 * float(np.median(gray))) * (2 - using.opacity) ** 0.2
        return png(gray > threshold), facts | {"file": "png", "bits": 1}
    picture = gray if chance(random, 0.5) else scanned
    if chance(random, 0.5):
        return png(picture), facts | {"file": "png"}
    quality = int(random.integers(50, 96))
    return jpeg(picture, quality), facts | {"file": "jpeg", "quality": quality}


def _drawn(
    random: Random,
    draw: Draw,
    shape: tuple[int, int],
    share: tuple[float, float] = (0.12, 0.8),
    stroke: tuple[float, float] = (0.02, 0.14),
) -> tuple[Field, dict[str, Parameter]]:
    """The coverage of a glyph somewhere in a picture, in units of one pixel."""
    height, width = shape
    wanted = log_uniform(random, max(share[0], min(share[1], 24 / height)), share[1]) * height
    glyph = draw(max(log_uniform(random, *stroke), 1.8 / wanted))
    pixels = min(wanted, 0.86 * width / glyph.width)
    row = height / 2 + random.uniform(-0.5, 0.5) * (height - 1.08 * pixels)
    column = width / 2 + random.uniform(-0.5, 0.5) * (width - 1.08 * pixels * glyph.width)
    y = ((np.arange(height) - row) / pixels).astype(np.float32)
    x = ((np.arange(width) - column) / pixels).astype(np.float32)
    grid = np.meshgrid(y, x, indexing="ij")
    coverage = glyph.coverage(grid[1], grid[0], pixels)
    facts: dict[str, Parameter] = {
        "height": height,
        "width": width,
        "row": round(row),
        "column": round(column),
        "digit pixels": round(pixels, 1),
        "share": round(pixels / height, 3),
        "stroke": round(glyph.stroke, 3),
        "stroke pixels": round(glyph.stroke * pixels, 2),
    }
    return coverage, facts


def _mixed(
    coverage: Field, page: tuple[int, int, int], ink: tuple[int, int, int]
) -> NDArray[np.uint8]:
    picture = np.empty((*coverage.shape, 3), np.uint8)
    for channel in range(3):
        mixed = page[channel] + coverage * np.float32(ink[channel] - page[channel])
        picture[..., channel] = np.rint(mixed)
    return picture
