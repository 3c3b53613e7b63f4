"""Paths as the command line takes them."""

import os
from pathlib import Path

import typer

STDOUT = Path("-")
_ALSO_STDOUT = (STDOUT, Path("/dev/stdout"), Path("/dev/fd/1"), Path("/proc/self/fd/1"))


def a_path(text: str) -> Path:
    """The path in an argument. "" is refused: Python takes it for the folder one is in."""
    return Path(some_text(text))


def a_table(text: str) -> Path:
    """Where a CSV file is to be written; "-" is stdout. What is there and no .csv is the user's."""
    from imagette.runs.files import is_system

    path = a_path(text)
    if path in _ALSO_STDOUT:  # opened anew, it would have a place of its own in a file
        return STDOUT
    if not is_system(path) and path.is_file() and not os.path.realpath(path).endswith(".csv"):
        raise typer.BadParameter(
            f"{text} is there already and is no .csv: it is left alone. Give another name"
        )
    return path


def some_text(text: str) -> str:
    """An argument that is not empty, as an unset variable of the shell is."""
    if not text:
        raise typer.BadParameter("it is empty. Is a variable of the shell not set?")
    return text


# Help calls the types of arguments by these names.
a_path.__name__ = a_table.__name__ = "path"
some_text.__name__ = "str"
