"""Command-line options made from the fields of `Settings`, so that each stands in one place."""

import dataclasses
import inspect
import types
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from imagette.settings import Settings

_PANEL = "Settings (where not given: the recipe's)"


def with_settings(verb: Callable[..., None]) -> Callable[..., None]:
    """Replace the `**settings` of `verb` by an option for each field of `Settings`.

    The verb receives all of them; None where the option was not given.
    """
    signature = inspect.signature(verb, eval_str=True)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    fields = [f for f in dataclasses.fields(Settings) if get_origin(f.type) is not tuple]
    options = [_option(field) for field in fields]

    def command(**arguments: Any) -> None:
        verb(**arguments)

    command.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in [*own, *options]}
    command.__name__, command.__doc__ = verb.__name__, verb.__doc__
    return command


def _option(field: "dataclasses.Field[Any]") -> inspect.Parameter:
    kind: Any = field.type
    if isinstance(kind, types.UnionType):  # float | None
        kind = next(part for part in get_args(kind) if part is not type(None))
    if choices := field.metadata.get("choices"):
        kind = Literal[choices]
    option = typer.Option(help=field.metadata["help"], rich_help_panel=_PANEL)
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )
