"""Photographs of digits: how many a run reads right, and the published preparation beside it.

The pictures are simulated from MNIST's test digits (tests/photographs). Each goes to
`imagette.load(RUN).predict` as a file; and, as the published `lenet` system does, is made
gray, resized to 28x28 and inverted for that system's network. The same digits as MNIST has
them show what the network could reach. Numbers on pages are read by `Classifier.read`.

    python -m benchmarks.photos [RUN] [--lenet RUN] [--count 2000] [--seed 0] [--kinds KIND ...]
        [--pages 125] [--nothing 300] [--failures DIR] [--processes 2]

Without RUN, `standard` is trained on MNIST first; without --lenet, `lenet`.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from tests.photographs import KINDS, picture
from tests.photographs.sheet import sheet

import imagette
from benchmarks.environment import environment
from benchmarks.photos_work import Answer, NumberAnswer, answers
from imagette.evaluation.intervals import wilson_interval
from imagette.images.decode import decode_bytes

REPEATS = 7
_LEAST = 25  # pictures a row of the table of parameters is about
_ROWS = 15
_TILE, _COLUMNS, _PER_SHEET = 180, 10, 60


def share(right: int, count: int) -> str:
    """Per cent, with its 95 % interval."""
    if not count:
        return "-"
    low, high = wilson_interval(right, count)
    return f"{100 * right / count:5.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def by_kind(found: Sequence[Answer]) -> None:
    ways = {"predicted": "imagette", "published": "published preparation", "clean": "as in MNIST"}
    print(f"\n{'kind':24}{'n':>5}  {''.join(f'{way:24}' for way in ways.values())}")
    names = list(dict.fromkeys(answer.kind for answer in found))
    groups = {name: [answer for answer in found if answer.kind == name] for name in names}
    for name, group in (groups | {"all": list(found)}).items():
        columns = [sum(getattr(answer, way) == answer.label for answer in group) for way in ways]
        texts = "".join(f"{share(right, len(group)):24}" for right in columns)
        print(f"{name:24}{len(group):5}  {texts}")
    given = [answer for answer in found if not answer.rejected]
    print(f"\nnot rejected: {share(len(given), len(found))}")
    print(f"right of those: {share(sum(a.predicted == a.label for a in given), len(given))}")


def by_parameter(found: Sequence[Answer]) -> None:
    """The values, and quarters of the ranges, with the smallest share read right."""
    rows: list[tuple[float, str, list[bool]]] = []
    for name in sorted({name for answer in found for name in answer.parameters}):
        having = [
            (answer.parameters[name], answer.predicted == answer.label)
            for answer in found
            if name in answer.parameters
        ]
        for value, rights in _groups(having).items():
            if len(rights) >= _LEAST:
                rows.append((sum(rights) / len(rights), f"{name} {value}", rights))
    print("\nworst parameters")
    for _, text, rights in sorted(rows)[:_ROWS]:
        print(f"  {text:34}{len(rights):5}  {share(sum(rights), len(rights))}")


def _groups(having: Sequence[tuple[float | str, bool]]) -> dict[str, list[bool]]:
    values = [value for value, _ in having]
    groups: dict[str, list[bool]] = {}
    numbers = [float(v) for v in values if not isinstance(v, str | bool)]
    if len(set(numbers)) <= 8:
        for value, right in having:
            groups.setdefault(f"= {value!s}", []).append(right)
        return groups
    edges = np.quantile(numbers, [0, 0.25, 0.5, 0.75, 1])
    for number, (_, right) in zip(numbers, having, strict=True):
        part = min(int(np.searchsorted(edges, number, side="right")) - 1, 3)
        groups.setdefault(f"{edges[part]:.4g} to {edges[part + 1]:.4g}", []).append(right)
    return groups


def numbers_read(found: Sequence[NumberAnswer]) -> None:
    numbers = sum(len(answer.texts) for answer in found)
    right = sum(answer.right for answer in found)
    pages = sum(answer.read == answer.texts for answer in found)
    print(f"\nnumbers of 4 to 8 digits read whole: {share(right, numbers)}, n = {numbers}")
    print(f"pages of 1 to 4 of them without an error: {share(pages, len(found))}, n = {len(found)}")
    for name in dict.fromkeys(answer.kind for answer in found):
        group = [answer for answer in found if answer.kind == name]
        of_kind = sum(len(answer.texts) for answer in group)
        print(f"  {name:22}{of_kind:5}  {share(sum(a.right for a in group), of_kind)}")


def rejected(found: Sequence[Answer]) -> None:
    print("\nnothing that is a digit: answered with none of these, or refused")
    for name in (*dict.fromkeys(answer.kind for answer in found), "all"):
        group = [answer for answer in found if name in (answer.kind, "all")]
        count = sum(answer.rejected for answer in group)
        print(f"  {name:22}{len(group):5}  {share(count, len(group))}")


def milliseconds(run: Path) -> None:
    """Of `predict` for arrays of a 12-megapixel photograph and a 280x280 drawing."""
    classifier = imagette.load(run)
    digit = imagette.open_data("mnist").test.images[0, ..., 0]
    photo = picture(digit, "7", "ballpoint", 0, shape=(3000, 4000))
    drawing = next(
        made
        for number in range(1000)
        if (made := picture(digit, "7", "canvas", 0, number)).parameters["height"] == 280
    )
    print(f"\nmilliseconds, median of {REPEATS} (smallest to largest)")
    print(f"  {'':30}{'decode':26}{'prepare':26}prepare and predict")
    for name, made in (("12-megapixel photograph", photo), ("280x280 drawing", drawing)):
        decoding = _spread(decode_bytes, made.content, name)
        decoded = decode_bytes(made.content, name)
        preparing, whole = (
            _spread(classifier.prepare, decoded),
            _spread(classifier.predict, decoded),
        )
        print(f"  {name:30}{decoding:26}{preparing:26}{whole}")
    small = imagette.open_data("mnist").test.images[0]
    whole = _spread(classifier.predict, small)
    print(f"  {'28x28, nothing to prepare':30}{'':52}{whole}")


def _spread(work: Callable[..., object], *arguments: object) -> str:
    work(*arguments)
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work(*arguments)
        taken.append(1000 * (time.perf_counter() - start))
    return f"{statistics.median(taken):.1f} ({min(taken):.1f} to {max(taken):.1f})"


def write_failures(folder: Path, found: Iterable[Answer]) -> None:
    """Sheets of what was read wrong, with true/predicted, kind and number under each."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong = sorted((a for a in found if a.predicted != a.label), key=lambda a: a.kind)
    for start in range(0, len(wrong), _PER_SHEET):
        part = wrong[start : start + _PER_SHEET]
        texts = [f"{a.label}/{a.predicted} {a.kind} {a.number}" for a in part]
        whole = sheet([a.content for a in part], texts, _COLUMNS, _TILE)
        whole.save(folder / f"failures-{start // _PER_SHEET}.png")
    print(f"\n{len(wrong)} failures in {folder}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Accuracy on simulated photographs of digits")
    parser.add_argument("run", nargs="?", type=Path, help="by default standard, trained on MNIST")
    parser.add_argument("--lenet", type=Path, help="a run of the recipe lenet on MNIST")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS, metavar="KIND")
    parser.add_argument("--pages", type=int, default=125)
    parser.add_argument("--nothing", type=int, default=300)
    parser.add_argument("--failures", type=Path, metavar="DIR")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    print(environment(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        run = options.run or imagette.train("mnist", "standard", out=folder).path
        lenet = options.lenet or imagette.train("mnist", "lenet", out=folder).path
        milliseconds(run)
        work = (run, lenet, options.seed, options.processes)
        found = answers("digits", options.count, *work, kinds=tuple(options.kinds))
        by_kind(found)
        by_parameter(found)
        if options.nothing:
            rejected(answers("nothing", options.nothing, *work))
        if options.pages:
            numbers_read(answers("pages", options.pages, *work))
        if options.failures:
            write_failures(options.failures, found)


if __name__ == "__main__":
    main()
