"""Published claims against measured ones: each network under the protocol of its text.

The same network, optimizer, batch size, epochs, data and split; the final table compares the
accuracies on the 10,000 test images.
"""

import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from imagette.bounded import begins_with
from imagette.data.download import DownloadProgress
from imagette.data.protocols import open_protocol
from imagette.errors import RecipeError
from imagette.evaluation import difference_interval, wilson_interval
from imagette.jobs.experiment import Experiment
from imagette.numerals import counted
from imagette.recipes import RECIPES, Recipe, recipe
from imagette.recipes.published import Published
from imagette.runs.files import in_the_way, require_writable, write_atomically
from imagette.runs.group import require_seeds
from imagette.runs.run import Run
from imagette.training.progress import Progress

_CLAIMED_IMAGES = 10_000  # every text measures on the test set, of this size
_JSON, _HEAD = '[\n  {\n    "recipe": ', "| recipe | data | published | measured |"  # of tables


@dataclass(frozen=True)
class Reproduction:
    """One published system, measured here; accuracies are on the test images, times in seconds.

    Attributes:
        accuracies: one a seed; `accuracy` is their mean, `spread` their standard deviation.
        interval: of the mean, 95 %, by Wilson's method for the number of test images.
        seconds: of training, the median over the seeds.
        speed_up: published seconds by these; None where none were published.
        difference_interval: measured less published, 95 %, by Newcombe's method.
        verdict: "above" or "below" where that interval leaves out 0, else "within noise"; "none"
            where the training was longer or shorter than published.
        runs: a run folder a seed.
    """

    recipe: str
    data: str
    published_accuracy: float | None
    published_seconds: float | None
    accuracies: tuple[float, ...]
    accuracy: float
    spread: float | None
    interval: tuple[float, float]
    seconds: float
    speed_up: float | None
    difference_interval: tuple[float, float] | None
    verdict: str
    notes: tuple[str, ...]
    runs: tuple[str, ...]


def published_recipes(names: Sequence[str]) -> list[Recipe]:
    """The recipes of these names that reproduce a text; all of them where "all" is among the names.

    Raises:
        RecipeError: no such recipe, one that reproduces nothing, or no name at all.
    """
    everything = [recipe for recipe in RECIPES if recipe.published]
    if not names or isinstance(names, str) or not isinstance(names, Iterable):
        raise RecipeError(
            f"`names={names!r}`: expected a list of recipes that reproduce a text, or ['all']"
        )
    chosen = [recipe(name) for name in names if name != "all"]
    for one in chosen:
        if not one.published:
            raise RecipeError(
                f"recipe {one.name!r} reproduces no published text; "
                f"those that do: {', '.join(recipe.name for recipe in everything)}"
            )
    return everything if "all" in names else chosen


def reproduce_all(
    chosen: Sequence[Recipe],
    out: Path,
    *,
    seeds: int = 1,
    epochs: int | None = None,
    progress: Progress | None = None,
    downloads: DownloadProgress | None = None,
) -> list[Reproduction]:
    """Reproduce each in turn; after each the tables in `out` hold those that are done.

    Raises:
        RunError: a file in the place of a table that imagette has not made, or no place for it.
        ImagetteError: as `reproduce` does.
    """
    rows: list[Reproduction] = []
    tables = _tables(out)  # refuses before the long work
    for one in chosen:
        rows.append(
            reproduce(one, out, seeds=seeds, epochs=epochs, progress=progress, downloads=downloads)
        )
        for table, written in tables.items():
            write_atomically(table, written(rows).encode())
    return rows


def _tables(out: Path) -> Mapping[Path, Callable[[Sequence[Reproduction]], str]]:
    """The files of the table, and what each holds; none of them is somebody else's."""
    require_writable(out)
    tables = {out / "reproduction.json": to_json, out / "reproduction.md": to_markdown}
    for table, start in zip(tables, (_JSON, _HEAD), strict=True):
        if table.exists() and not begins_with(table, start.encode()):
            remedy = "Move it away, or choose another folder with `out`"
            raise in_the_way(table, "table of imagette's", remedy)
    return tables


def reproduce(
    chosen: Recipe,
    out: Path,
    *,
    seeds: int = 1,
    epochs: int | None = None,
    progress: Progress | None = None,
    downloads: DownloadProgress | None = None,
) -> Reproduction:
    """Train `chosen` as published, with seeds 0 to `seeds` - 1, each into a run folder.

    Raises:
        RecipeError: it reproduces nothing.
        SettingsError: less than one seed, or no such number of epochs.
        ImagetteError: whichever of its kinds says what else is wrong.
    """
    published = chosen.published
    if published is None:
        raise RecipeError(
            f"recipe {chosen.name!r} reproduces no published text. Train it with imagette train"
        )
    require_seeds(seeds, least=1)
    chosen.settings.override(epochs=epochs)  # refused before any data is opened
    splits = open_protocol(published.data, published.split, downloads)
    runs = []
    for seed in range(seeds):
        settings = chosen.settings.override(seed=seed, epochs=epochs)
        network = chosen.network(splits.shape, len(splits.class_names))
        experiment = Experiment(
            chosen.name, network, splits, settings, published.data, protocol=published.split
        )
        runs.append(experiment.run(out, progress))
    compared = compare(chosen.name, published, runs)
    trained, of_text = settings.epochs, chosen.settings.epochs
    if trained == of_text:
        return compared
    verdict = f"none: {counted(trained, 'epoch')} for {of_text}"
    return replace(compared, difference_interval=None, verdict=verdict)


def compare(name: str, published: Published, runs: Sequence[Run]) -> Reproduction:
    """The published claim against the runs that tried it."""
    accuracies = tuple(run.test.accuracy for run in runs)
    accuracy, images = statistics.mean(accuracies), runs[0].test.images
    seconds = statistics.median(run.training["seconds"] for run in runs)
    correct = round(accuracy * images)
    difference, verdict = None, "no number was published"
    if published.accuracy is not None:
        claimed = round(published.accuracy * _CLAIMED_IMAGES)
        # All seeds are measured on the same images: their number is not multiplied.
        difference = difference_interval(correct, images, claimed, _CLAIMED_IMAGES)
        low, high = difference
        verdict = "above" if low > 0 else "below" if high < 0 else "within noise"
    return Reproduction(
        recipe=name,
        data=published.data,
        published_accuracy=published.accuracy,
        published_seconds=published.seconds,
        accuracies=accuracies,
        accuracy=accuracy,
        spread=statistics.stdev(accuracies) if len(runs) > 1 else None,
        interval=wilson_interval(correct, images),
        seconds=seconds,
        speed_up=published.seconds / seconds if published.seconds else None,
        difference_interval=difference,
        verdict=verdict,
        notes=published.notes,
        runs=tuple(str(run.path) for run in runs),
    )


def to_json(rows: Sequence[Reproduction]) -> str:
    """The rows as `reproduction.json` holds them."""
    return json.dumps([asdict(row) for row in rows], indent=2) + "\n"


def to_markdown(rows: Sequence[Reproduction]) -> str:
    """The rows as a table, and the notes on each text."""
    lines = [
        f"{_HEAD} 95 % interval, of images | n | verdict | published s | s here | speed-up |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        spread = f" ± {100 * row.spread:.2f}" if row.spread is not None else ""
        low, high = row.interval
        cells = (
            f"`{row.recipe}`",
            row.data,
            f"{100 * row.published_accuracy:.2f} %" if row.published_accuracy else "–",
            f"{100 * row.accuracy:.2f}{spread} %",
            f"{100 * low:.2f} to {100 * high:.2f} %",
            str(len(row.accuracies)),
            row.verdict,
            f"{row.published_seconds:,.0f}" if row.published_seconds else "–",
            f"{row.seconds:.1f}",
            f"{row.speed_up:.0f} times" if row.speed_up else "–",
        )
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "Verdict: the 95 % interval of the difference of the two accuracies (Newcombe)."]
    for row in rows:
        lines += ["", f"`{row.recipe}`:", "", *(f"- {note}" for note in row.notes)]
    return "\n".join(lines) + "\n"
