"""The format of figures: an option of each verb that writes them into a folder."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from imagette.errors import SettingsError

Format = Annotated[
    Literal["png", "svg"] | None, typer.Option(help="What the figures are written as; else png.")
]


def format_of(figures: Path | None, format: str | None) -> str:
    """The format asked for, of figures in the folder `figures`.

    Raises:
        SettingsError: a format, and no folder.
    """
    if format is not None and figures is None:
        raise SettingsError("--format is for --figures. Give a folder for them, or leave it out")
    return format or "png"
