"""`imagette data`: looking into a source, and changing nothing. A file a verb beside this one."""

import typer

from imagette.cli import data_check, data_show, data_split
from imagette.cli.help import Verb, Verbs

app = typer.Typer(
    name="data",
    cls=Verbs,
    help="Look into a source: what it holds, how it is divided, what is wrong with it.",
    no_args_is_help=True,
)
app.command("check", cls=Verb)(data_check.check)
app.command("show", cls=Verb)(data_show.show)
app.command("split", cls=Verb)(data_split.split)
