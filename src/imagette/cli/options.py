"""Command-line options made from the fields of `Settings` and `DataOptions`.

So each stands in one place, with its help and its limits.
"""

import dataclasses
import inspect
import types
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from imagette.cli.arguments import as_options
from imagette.data.options import DATA_OPTIONS, DataOptions
from imagette.settings import Settings

Verb = Callable[..., None]
_SETTINGS = "Settings (where not given: the recipe's)"
_DATA = "Data"
_OF_DATA = dataclasses.fields(DataOptions)
_OF_TRAINING = [f for f in dataclasses.fields(Settings) if get_origin(f.type) is not tuple]
OPTIONS = frozenset(field.name for field in (*_OF_DATA, *_OF_TRAINING))


def with_settings(verb: Verb) -> Verb:
    """Replace the `**settings` of `verb` by an option for each field of `Settings` and the data's.

    The verb receives all of them; None where the option was not given.
    """
    of_data = [_option(field, _DATA) for field in _OF_DATA if field.name in DATA_OPTIONS]
    of_training = [_option(field, _SETTINGS) for field in _OF_TRAINING]
    return _extended(verb, of_data + of_training)


def with_data_options(verb: Verb) -> Verb:
    """Replace the `**options` of `verb` by an option for each field of `DataOptions`."""
    return _extended(verb, [_option(field, _DATA) for field in _OF_DATA])


def _extended(verb: Verb, options: list[inspect.Parameter]) -> Verb:
    signature = inspect.signature(verb, eval_str=True)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]

    def command(**arguments: Any) -> None:
        verb(**arguments)

    # What Typer reads; mypy knows no such attribute of a function.
    command.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in [*own, *options]}
    command.__name__, command.__doc__ = verb.__name__, verb.__doc__
    return command


def _option(field: "dataclasses.Field[Any]", panel: str) -> inspect.Parameter:
    kind: Any = field.type
    if isinstance(kind, types.UnionType):  # float | None
        kind = next(part for part in get_args(kind) if part is not type(None))
    if choices := field.metadata.get("choices"):
        kind = Literal[choices]
    text = as_options(field.metadata["help"])
    if panel == _DATA and field.default is not None:  # the recipes' settings differ
        text += f"  [default: {field.default}]"
    option = typer.Option(help=text, rich_help_panel=panel)
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )
