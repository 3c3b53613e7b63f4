"""`imagette data`: looking into a source, and changing nothing. A file a verb beside this one."""

import typer

from imagette.cli import data_check, data_show, data_split

app = typer.Typer(
    name="data",
    help="Look into a source: what it holds, how it is divided, what is wrong with it.",
    no_args_is_help=True,
)
app.command("check")(data_check.check)
app.command("show")(data_show.show)
app.command("split")(data_split.split)
