"""`imagette train`: from a source to a run folder."""

import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from imagette.cli.interruption import InterruptionError
from imagette.cli.options import with_settings
from imagette.cli.paths import a_path, some_text
from imagette.cli.streams import results_kept_in, say
from imagette.cli.text import print_json, print_table
from imagette.numerals import duration, percent, percent_with_spread

if TYPE_CHECKING:
    from imagette.runs.group import Group
    from imagette.runs.run import Run

Verb = Callable[..., Any]  # one of those that train


@with_settings
def train(
    source: Annotated[
        str,
        typer.Argument(
            help="A source: a name (digits, mnist, ...), a folder or a file.", parser=some_text
        ),
    ] = "digits",
    recipe: Annotated[
        str, typer.Option("--recipe", "-r", help="See: imagette recipes.")
    ] = "standard",
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where run folders go.", parser=a_path)
    ] = Path("runs"),
    network: Annotated[
        Path | None,
        typer.Option(
            help="A Keras file (.keras, or .json) to train instead of the recipe's.", parser=a_path
        ),
    ] = None,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Do not start from the Keras file's weights.")
    ] = False,
    raw_pixels: Annotated[
        bool, typer.Option("--raw-pixels", help="Do not scale 0..255 to 0..1 before a Keras file.")
    ] = False,
    seeds: Annotated[
        int,
        typer.Option(help="Train so many times, with seeds from --seed on, into a group.", min=1),
    ] = 1,
    no_report: Annotated[
        bool, typer.Option("--no-report", help="Write no report.html into the run folder.")
    ] = False,
    track: Annotated[
        Literal["tensorboard", "mlflow"] | None,
        typer.Option(help="Also give the numbers to a tracker of experiments."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the run's path and its test evaluation as JSON."),
    ] = False,
    **settings: Any,
) -> None:
    """Train, evaluate and save a classifier; without a source, on bundled handwritten digits."""
    from imagette import api

    verb: Verb = api.train if seeds == 1 else partial(api.train_seeds, seeds=seeds)
    options = {
        "network": network,
        "from_scratch": from_scratch,
        "raw_pixels": raw_pixels,
        "out": out,
        "report": not no_report,
        "track": track,
        **settings,
    }
    result = _trained(verb, source, recipe, **options)
    with results_kept_in(result.path):
        if as_json:
            print_json(_as_json(result))
        elif seeds == 1:
            _print_results(result)
        else:
            print_group(result)


def _trained(verb: Verb, source: str, recipe: str, **options: Any) -> Any:
    """The finished run or group, with progress on stderr."""
    from imagette.cli.progress import data_progress, download_progress, training_progress
    from imagette.runs.group import PartlySaved
    from imagette.runs.run_folder import NothingSaved

    try:
        with (
            training_progress() as progress,
            download_progress() as downloads,
            data_progress() as reading,
        ):
            return verb(
                source, recipe, progress=progress, downloads=downloads, reading=reading, **options
            )
    except NothingSaved as error:
        raise InterruptionError(", nothing was saved") from error
    except PartlySaved as error:
        raise InterruptionError(str(error)) from error


def _as_json(result: "Run | Group") -> dict[str, Any]:
    from imagette.runs.run import Run

    if isinstance(result, Run):
        page = result.path / "report.html"
        return {
            "path": str(result.path),
            "report": str(page) if page.is_file() else None,
            "recipe": result.recipe,
            "seed": result.settings["seed"],
            "training": dict(result.training),
            "test": result.test.to_dict(),
        }
    return {
        "path": str(result.path),
        "accuracy": result.accuracy,
        "spread": result.spread,
        "runs": [_as_json(run) for run in result.runs],
    }


def _print_results(run: "Run") -> None:
    test = run.test
    low, high = (percent(bound, test.accuracy_interval) for bound in test.accuracy_interval)
    print(
        f"test accuracy {percent(test.accuracy, test.accuracy_interval)} "
        f"(95 % interval {low} to {high}, {test.images:,} images)"
    )
    print(
        f"{run.trained} in {duration(run.training['seconds'])}, "
        f"{run.training['precision']} on {run.training['device']}"
    )
    say(f"saved in {run.path}")
    if (page := run.path / "report.html").is_file():
        say(f"report: {page}")
    say(f"next: imagette predict {shlex.quote(str(run.path))} PICTURE")


def print_group(group: "Group") -> None:
    """Accuracy of each seed, their mean and spread."""
    rows = [
        (
            f"{run.settings['seed']}",
            percent(run.test.accuracy, run.test.accuracy_interval),
            duration(run.training["seconds"]),
            run.path.name,
        )
        for run in group.runs
    ]
    numbers = ("seed", "test accuracy", "training")
    print_table((*numbers, "run"), rows, right=numbers, name_column="run", spared=[("training",)])
    print(
        f"\ntest accuracy {percent_with_spread(group.accuracy, group.spread or 0)} "
        f"(mean and standard deviation, {len(rows)} seeds, {group.runs[0].test.images:,} images)"
    )
    say(f"saved in {group.path}")
    say(f"next: imagette compare {shlex.quote(str(group.path))} OTHER")
