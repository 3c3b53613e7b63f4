"""Arguments that the library's messages name, as the options that they are here.

The library writes them in backquotes, as they are in Python: `out`, or `device='auto'` with a
value. The command line says --out and --device auto.
"""

import ast
import re
import shlex
from functools import cache

# Those of the verbs themselves that the library's messages name.
_OF_VERBS = (
    "columns", "data", "figures", "folds", "format", "from_scratch", "never_reject", "out",
    "prepare", "raw_pixels", "read", "seeds", "threshold", "track",
)  # fmt: skip
_NAMED = re.compile(r"(?<!\w)`([a-z]\w*)(?:=([^`]*))?`(?!\w)")  # not within a file's name


def as_options(message: str) -> str:
    """`message` with each argument that it names in backquotes as its option."""
    return _NAMED.sub(_option, message)


@cache
def arguments() -> frozenset[str]:
    """The arguments that have an option."""
    from imagette.cli.options import OPTIONS  # only messages that name one pay for this import

    return OPTIONS.union(_OF_VERBS)


def _option(named: re.Match[str]) -> str:
    name, written = named.groups()
    if name not in arguments():
        return named[0]
    dashed = name.replace("_", "-")
    if written is None:
        return f"--{dashed}"
    if written in ("nan", "inf", "-inf"):  # which are no literals
        return f"--{dashed} {written}"
    try:
        value = ast.literal_eval(written)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # no command line gives it
        return named[0]
    if isinstance(value, bool):
        return f"--{dashed}" if value else f"--no-{dashed}"
    return f"--{dashed} {shlex.quote(f'{value}')}"
