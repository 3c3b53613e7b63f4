"""Groups: several runs in one folder that differ only in the seed."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any

from imagette.bounded import exists
from imagette.errors import RunError, SettingsError
from imagette.runs.run import RUN_JSON, Run, run_folders

MOST_SEEDS = 1000  # trainings of one group


class PartlySaved(KeyboardInterrupt):
    """A training with several seeds was interrupted: some runs were saved, one was not."""


@dataclass(frozen=True)
class Group:
    """The runs of a group and their folder.

    Attributes:
        path: the folder that holds the run folders.
        runs: in the order of their seeds.
    """

    path: Path
    runs: tuple[Run, ...]

    def __fspath__(self) -> str:
        """A group may stand wherever the path of its folder may."""
        return str(self.path)

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(int(run.settings["seed"]) for run in self.runs)

    @property
    def accuracies(self) -> tuple[float, ...]:
        """The accuracies on the test images, one per run."""
        return tuple(run.test.accuracy for run in self.runs)

    @property
    def accuracy(self) -> float:
        """The mean of the accuracies."""
        return statistics.mean(self.accuracies)

    @property
    def spread(self) -> float | None:
        """The standard deviation of the accuracies; None for a single run."""
        return statistics.stdev(self.accuracies) if len(self.runs) > 1 else None

    @classmethod
    def load(cls, path: str | Path) -> Group:
        """The group in the folder `path`: all run folders in it.

        Raises:
            RunError: there are none, one is damaged, or they are no group: recipes, data or
                settings differ, or two have the same seed.
        """
        path = Path(path)
        found = _bounded_run_folders(path)
        if not found:
            raise RunError(
                f"{path} is neither a run folder nor holds any: expected one, or a group as "
                "training with `seeds` makes it"
            )
        runs = sorted(map(Run.load, found), key=lambda run: int(run.settings.get("seed", 0)))
        _require_group(path, runs)
        return cls(path, tuple(runs))


def require_seeds(seeds: object, least: int, remedy: str = "") -> None:
    """Raise unless `seeds` is a number of trainings, from `least` to what a group may hold.

    Raises:
        SettingsError: it is not; `remedy` says what to do instead.
    """
    if isinstance(seeds, bool) or not isinstance(seeds, Integral) or seeds < least:
        raise SettingsError(
            f"`seeds={seeds!r}`: expected a whole number, {least} or more, of trainings{remedy}"
        )
    if int(seeds) > MOST_SEEDS:
        raise SettingsError(f"`seeds={seeds!r}`: expected at most {MOST_SEEDS:,} trainings")


def paths_of(runs: Any) -> list[Path]:
    """The folders of several runs or groups, as they are given to a verb.

    Raises:
        RunError: it is a single path or no list, is empty, or holds what is no path.
    """
    one = isinstance(runs, str | bytes | os.PathLike) or not isinstance(runs, Iterable)
    given = [] if one else list(runs)
    wrong = [run for run in given if not isinstance(run, str | os.PathLike) or "\0" in str(run)]
    if wrong or not given:
        what = f"a list with {wrong[0]!r}" if wrong else repr(runs)
        raise RunError(
            f"received {what}, expected a list of run folders. Give them as ['runs/a', 'runs/b']"
        )
    return [Path(run) for run in given]


def is_group(path: Path) -> bool:
    """Whether the folder is not a run folder, but holds some."""
    there = exists(path) and path.is_dir()
    return there and not (path / RUN_JSON).is_file() and bool(_bounded_run_folders(path))


def runs_in(path: Path) -> tuple[Run, ...]:
    """The runs of a group's folder, sorted by seed; or the one run of a run folder.

    Raises:
        RunError: it is neither, a run is damaged, or the runs are no group.
    """
    return Group.load(path).runs if is_group(path) else (Run.load(path),)


@contextmanager
def group_folder(out: Path, stem: str) -> Iterator[Path]:
    """A new group folder; if it stays empty, it and the folders made for it are removed.

    Raises:
        RunError: it cannot be made.
    """
    made: list[Path] = []
    try:
        try:
            made += [folder for folder in (out, *out.parents) if not folder.exists()]
            out.mkdir(parents=True, exist_ok=True)
            path = _numbered(out, stem)
        except OSError as error:
            raise RunError(
                f"cannot write to {out}: {error.strerror}. Choose another folder with `out`"
            ) from error
        made.insert(0, path)
        yield path
    finally:
        for folder in made:
            with suppress(OSError):  # it is not empty, or was not made
                folder.rmdir()


def _numbered(out: Path, stem: str) -> Path:
    """A new folder `out/<stem>-<n>`, with the next free number."""
    number = 1
    while True:
        path = out / f"{stem}-{number}"
        if not os.path.lexists(path):
            with suppress(FileExistsError):  # another training just took it
                path.mkdir()
                return path
        number += 1


def _bounded_run_folders(path: Path) -> list[Path]:
    try:
        found = run_folders(path)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}") from error
    if len(found) > MOST_SEEDS:
        raise RunError(f"{path} holds {len(found):,} run folders, expected {MOST_SEEDS:,} at most")
    return found


def _require_group(path: Path, runs: list[Run]) -> None:
    first = runs[0]
    for run in runs[1:]:
        for what, one, other in (
            ("recipes", first.recipe, run.recipe),
            ("test images", first.data["test"], run.data["test"]),
            ("classes", first.data["class_names"], run.data["class_names"]),
            ("options of the data", *map(_but_for_the_seed, (first.options, run.options))),
            ("settings", *map(_but_for_the_seed, (first.settings, run.settings))),
        ):
            if one != other:
                raise RunError(
                    f"{path} holds runs with different {what}: {first.path.name} and "
                    f"{run.path.name}. Expected runs that differ in the seed alone; give the run "
                    "folders one by one"
                )
    seeds = [run.settings.get("seed") for run in runs]
    if len(set(seeds)) < len(seeds) or None in seeds:
        raise RunError(f"{path} holds runs with the seeds {seeds}, expected a different one each")


def _but_for_the_seed(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if key != "seed"}
