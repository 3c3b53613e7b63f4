"""Help as plain text: the options of a verb in their groups, and nothing cut.

Rich's tables give every column a share of the terminal's width, and at 80 columns cut names.
"""

from itertools import takewhile
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

FORMAT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Verb(TyperCommand):
    """A command whose help has a section for each group of options (`rich_help_panel`)."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the words after the verb apart; a file's name that looks like an option is told."""
        options = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        for word in takewhile(lambda word: word != "--", args):
            if len(word) > 1 and word[0] == "-" and word not in options and Path(word).exists():
                ctx.fail(f"{word} looks like an option, but is there: give it as ./{word}")
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what the arguments and options are."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            usual = "Arguments" if parameter.param_type_name == "argument" else "Options"
            if (record := parameter.get_help_record(ctx)) is not None:
                title = getattr(parameter, "rich_help_panel", None) or usual
                sections.setdefault(title, []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


class Verbs(TyperGroup):
    """A group of commands whose help says all that each of them says of itself."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write what the commands are."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.help or "") for name, command in commands if command]
            )
