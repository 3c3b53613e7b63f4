"""Pictures of digits as people take them, made from digits of 28x28 pixels.

What is written, on what, in which light and through which camera is drawn at random from a
seed; the same seed gives the same bytes, on one machine: letters are drawn in its DejaVu, if it has
it. It knows nothing of how imagette prepares pictures.

    python -m tests.photographs DIR [--count 400] [--seed 1] [--split validation]

writes pictures and pages with what is true of them.
"""

from tests.photographs.kinds import KINDS, picture, pictures
from tests.photographs.nothing import NON_DIGITS, non_digit, non_digits
from tests.photographs.pages import PAGES, page, pages
from tests.photographs.photograph import Page, Photograph

__all__ = [
    "KINDS",
    "NON_DIGITS",
    "PAGES",
    "Page",
    "Photograph",
    "non_digit",
    "non_digits",
    "page",
    "pages",
    "picture",
    "pictures",
]
