"""Paths as the command line takes them."""

from pathlib import Path

import typer


def a_path(text: str) -> Path:
    """The path in an argument. "" is refused: Python takes it for the folder one is in."""
    return Path(some_text(text))


def some_text(text: str) -> str:
    """An argument that is not empty, as an unset variable of the shell is."""
    if not text:
        raise typer.BadParameter("it is empty. Is a variable of the shell not set?")
    return text
