"""The page: sections through their templates into one file that asks nothing of any network."""

import base64
import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from imagette.report import chart, words
from imagette.report.material import Material
from imagette.report.sections import SECTIONS

_TEMPLATES = Path(__file__).parent / "templates"


def render(material: Material) -> str:
    """The whole page. What comes from the user is text in it, whatever it looks like.

    Half a surrogate pair, as undecodable names have, becomes a question mark.
    """
    environment = _environment()
    sections = []
    for title, contents in SECTIONS:
        name = contents.__name__
        sections.append({"id": name, "title": title, "contents": contents(material)})
    style, script = (_text(name) for name in ("style.css", "page.js"))
    page = environment.get_template("page.html").render(
        material=material,
        run=material.run,
        name=material.run.path.resolve().name,
        sections=sections,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        version=importlib.metadata.version("imagette"),
    )
    return page.encode("utf-8", "replace").decode("utf-8")


@cache
def _environment() -> Environment:
    """The templates, compiled once a process."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": words.percent,
        "rounded": words.rounded,
        "code": words.code,
        "number": lambda value: f"{value:,}",
    }
    environment.globals["frame"] = {
        "width": chart.WIDTH,
        "height": chart.HEIGHT,
        "left": chart.LEFT,
        "right": chart.RIGHT,
        "top": chart.TOP,
        "bottom": chart.BOTTOM,
    }
    return environment


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What the page's Content-Security-Policy knows of its own style and script."""
    digest: Any = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
