"""Strips: pictures, set in pixels with Pillow, of how an answer came about.

Apart from `plot`, so that drawing one does not wait for the import of Matplotlib's axes.
"""

from imagette.strips.strip import strip

__all__ = ["strip"]
