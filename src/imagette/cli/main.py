"""The command `imagette`: its verbs, and the one place that turns errors into exit codes.

0 done, 1 a failure that the user can mend, 2 usage, 130 interrupted (143 by SIGTERM, 129 by
SIGHUP). Results go to stdout, progress and errors to stderr.
"""

import gc
import sys
from importlib import import_module
from typing import Annotated

import typer

from imagette import __version__
from imagette.cli.help import FORMAT, Verb, Verbs
from imagette.cli.interruption import Interruption, InterruptionError, interruptions
from imagette.cli.streams import complain, describe_failure, discard, prepare_streams
from imagette.errors import ImagetteError, SettingsError

# What each verb says of itself, so that only the file of the one that is asked for is imported.
VERBS = {
    "train": "Train, evaluate and save a classifier; without a source, on bundled handwritten "
    "digits.",
    "evaluate": "Measure a saved classifier on test images.",
    "compare": "Compare runs on the same test images, each with the first.",
    "report": "Make a run's report.html anew, from the run and its data.",
    "predict": "Classify pictures: photographs, scans, drawings, or images like those of the "
    "training.",
    "recipes": "List the recipes: what for, parameters, multiply-adds, claim; or show one's "
    "settings.",
    "summary": "Show a network: layers, output shapes, parameters, multiply-adds.",
    "reproduce": "Train published systems under their published protocol, and compare with their "
    "claims.",
    "export": "Write a trained network as Keras reads it. (model.onnx is in the run folder "
    "already.)",
    "data": "Look into a source: what it holds, how it is divided, what is wrong with it.",
}


def application(verb: str | None) -> typer.Typer:
    """The command line, with the options of one verb, and of the others the names."""
    app = typer.Typer(
        name="imagette",
        cls=Verbs,
        help="Labelled small images in; a trained, evaluated, saved classifier out.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings=FORMAT,
    )
    app.callback()(_options)
    for name, purpose in VERBS.items():
        if name != verb:
            app.command(name, help=purpose)(_not_imported)
            continue
        module = import_module(f"imagette.cli.{name}")
        if name == "data":
            app.add_typer(module.app)
        else:
            app.command(name, cls=Verb)(getattr(module, name))
    return app


def _not_imported() -> None:
    """Stands for a verb that is not the one of this process."""


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"imagette {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Labelled small images in; a trained, evaluated, saved classifier out."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line with `arguments` (default: those of the process); the exit code."""
    prepare_streams()
    with interruptions() as interruption:
        try:
            code = _called(arguments, interruption)
            sys.stdout.flush()  # here, where a failure can still be told
        except (KeyboardInterrupt, InterruptionError) as stop:
            complain(f"interrupted{stop}")
            return interruption.exit_code
        except MemoryError as error:
            complain(
                f"there is too little memory. Take less at once{f' ({error})' * bool(str(error))}"
            )
            return 1
        except OSError as error:
            if not isinstance(error, BrokenPipeError):  # `| head` has seen enough
                complain(describe_failure(error))
            if error.filename is None:  # it was stdout, whose buffer may still hold something
                discard("stdout")
            return 1
    return code


def _called(arguments: list[str] | None, interruption: Interruption) -> int:
    """Typer's answer as an exit code, and our errors as messages.

    Raises:
        KeyboardInterrupt: an interruption, also one of which something else has become: compiled
            modules make an error of it, which may be caught and told as another.
        InterruptionError: one of which there is more to say.
    """
    given = sys.argv[1:] if arguments is None else arguments
    verb = next((word for word in given if not word.startswith("-")), None)
    try:
        application(verb)(given, prog_name="imagette")
        code = 0
    except SystemExit as end:
        if end.code == 130:  # what Typer makes of a KeyboardInterrupt
            raise KeyboardInterrupt from None
        code = end.code if isinstance(end.code, int) else 0
    except InterruptionError:
        raise
    except Exception as error:
        if interruption.came:
            raise KeyboardInterrupt from error
        if not isinstance(error, ImagetteError):
            raise
        complain(str(error))
        return 2 if isinstance(error, SettingsError) else 1
    if interruption.came:
        raise KeyboardInterrupt
    return code


def main() -> None:
    """Run the command and end the process."""
    # What is imported stays: looking for garbage in it every 700 objects, as Python does by
    # itself, is 0.02 to 0.03 s of `predict`'s 0.4, and looking through all of it once more when
    # the process ends twice that (`benchmarks/LOG.md`).
    gc.set_threshold(100_000)
    code = run()
    gc.freeze()
    sys.exit(code)
