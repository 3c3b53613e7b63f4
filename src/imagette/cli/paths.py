"""Paths as the command line takes them."""

from collections.abc import Callable
from pathlib import Path

import typer

from imagette.bounded import begins_with

STDOUT = Path("-")
_ALSO_STDOUT = (STDOUT, Path("/dev/stdout"), Path("/dev/fd/1"), Path("/proc/self/fd/1"))


def a_path(text: str) -> Path:
    """The path in an argument. "" is refused: Python takes it for the folder one is in."""
    return Path(some_text(text))


a_path.__name__ = "path"  # as help calls the type of the argument


def a_table(*heads: str) -> Callable[[str], Path]:
    """What reads where a CSV file is to be written; "-" is stdout.

    Of what is there only empty files are replaced, and those that begin with one of `heads`.
    """

    def checked(text: str) -> Path:
        from imagette.runs.files import is_system

        path = a_path(text)
        if path in _ALSO_STDOUT:  # opened anew, a file behind it would be written from its start
            return STDOUT
        spared = not is_system(path) and path.is_file() and path.stat().st_size
        if spared and not any(begins_with(path, head.encode()) for head in heads):
            raise typer.BadParameter(
                f"{text} is there already and is no table of this command: it is left as it is. "
                "Give another name"
            )
        return path

    checked.__name__ = a_path.__name__
    return checked


def some_text(text: str) -> str:
    """An argument that is not empty, as an unset variable of the shell is."""
    if not text:
        raise typer.BadParameter("it is empty. Is a variable of the shell not set?")
    return text


some_text.__name__ = "str"
