"""A finished run as one page of HTML: a leaf, which reads no file and runs no classifier.

`material.py` is what the page is made from, `sections/` has a file for each part of it with a
template of the same name, `page.py` puts them together.
"""

from imagette.report.material import Material, Pictures
from imagette.report.page import render

__all__ = ["Material", "Pictures", "render"]
