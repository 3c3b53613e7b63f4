"""The parts of the page in their order: each gives what the template of its name shows."""

from collections.abc import Callable
from typing import Any

from imagette.report.material import Material
from imagette.report.sections.classes import classes
from imagette.report.sections.confusion import confusion
from imagette.report.sections.cost import cost
from imagette.report.sections.data import data
from imagette.report.sections.learning import learning
from imagette.report.sections.network import network
from imagette.report.sections.pictures import pictures
from imagette.report.sections.repeat import repeat
from imagette.report.sections.summary import summary
from imagette.report.sections.sureness import sureness

Section = Callable[[Material], dict[str, Any]]

SECTIONS: tuple[tuple[str, Section], ...] = (
    ("Summary", summary),
    ("Data", data),
    ("Network", network),
    ("Learning", learning),
    ("Confusion", confusion),
    ("Classes", classes),
    ("Sureness", sureness),
    ("Pictures", pictures),
    ("Time and memory", cost),
    ("To repeat it", repeat),
)

__all__ = ["SECTIONS", "Section"]
