"""Seconds to an accuracy: imagette and what a user would pick instead, in one run on one machine.

Each training is a process of its own that adds a line to `results/time_to_accuracy.jsonl`; what
is there already, from this machine and of the same recipe, is not run again, so that a run can
be stopped and gone on with. Peers take turns, a seed each. `RESULTS.md` is written from the
lines after every training. Needs MNIST and Fashion-MNIST (see IMAGETTE_DATA).

    python -m benchmarks.time_to_accuracy [--short | --table] [--only NAME ...] [--data NAME]
        [--again]

The short form takes some minutes, the long one hours.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.environment import machine
from benchmarks.jobs import Job, jobs
from benchmarks.results import LINES, lines, write_page
from benchmarks.results_page import OURS
from benchmarks.same_work import ROOT
from imagette.data.protocols import Protocol, open_protocol
from imagette.runs.files import write_atomically

_TOLD = 2000  # characters of what a training that failed said last


def pending(
    wanted: list[Job], done: list[dict[str, Any]], short: bool
) -> Iterator[tuple[Job, int]]:
    """Job and seed of what is missing, in turns."""
    here = {(line["key"], line["seed"]) for line in done if line["machine"] == machine()}
    counts = {job.key: job.short if short else job.runs for job in wanted}
    for seed in range(max(counts.values(), default=0)):
        for job in wanted:
            if seed < counts[job.key] and (job.key, seed) not in here:
                yield job, seed


def data_file(folder: Path, data: str, split: Protocol) -> Path:
    """The sides of a protocol as arrays, written once."""
    path = folder / f"{data} {split}.npz"
    if not path.exists():
        splits = open_protocol(data, split)
        arrays: dict[str, Any] = {}
        for side, dataset in splits.named().items():
            arrays[f"x_{side}"], arrays[f"y_{side}"] = dataset.images, dataset.labels
        np.savez(path, **arrays)
    return path


def run(job: Job, seed: int, folder: Path) -> dict[str, Any]:
    """One training; what it printed, and what it was."""
    arrays = (
        Path()
        if job.split is None or job.engine == OURS
        else data_file(folder, job.data, job.split)
    )
    task_file = folder / "task.json"
    task_file.write_text(json.dumps(job.settings.get("task")))
    start = time.perf_counter()
    result = subprocess.run(
        job.command(seed, str(task_file), str(arrays)),
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"KERAS_BACKEND": "tensorflow"},
    )
    known = {
        "engine": job.engine,
        "name": job.name,
        "label": job.label,
        "data": job.data,
        "seed": seed,
        "key": job.key,
        "machine": machine(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "process_seconds": time.perf_counter() - start,
    }
    printed: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return known | printed


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds to an accuracy, against peers")
    parser.add_argument("--short", action="store_true", help="some minutes instead of hours")
    parser.add_argument("--table", action="store_true", help="only write RESULTS.md")
    names, data = ({getattr(job, key) for job in jobs()} for key in ("name", "data"))
    parser.add_argument(
        "--only", nargs="+", default=[], choices=sorted(names), metavar="NAME",
        help=f"networks or recipes: {', '.join(sorted(names))}",
    )  # fmt: skip
    parser.add_argument("--data", choices=sorted(data), help="on this data set only")
    parser.add_argument("--again", action="store_true", help="forget what these gave here")
    options = parser.parse_args()
    LINES.parent.mkdir(exist_ok=True)
    wanted = [
        job
        for job in jobs()
        if (not options.only or job.name in options.only)
        and (not options.data or job.data == options.data)
    ]
    kept = lines()
    if options.again:
        forgotten = {(job.label, job.data, machine()) for job in wanted}
        kept = [
            line for line in kept if (line["label"], line["data"], line["machine"]) not in forgotten
        ]
        write_atomically(LINES, "".join(json.dumps(line) + "\n" for line in kept).encode())
    failed: list[str] = []
    todo = [] if options.table else list(pending(wanted, kept, options.short))
    with tempfile.TemporaryDirectory() as folder:
        for number, (job, seed) in enumerate(todo, start=1):
            what = f"{number}/{len(todo)} {job.label}, {job.data}, seed {seed}"
            try:
                line = run(job, seed, Path(folder))
            except subprocess.CalledProcessError as error:  # the others can still be measured
                failed.append(f"{what} failed:\n{(error.stderr or str(error))[-_TOLD:]}")
                print(failed[-1], flush=True)
                continue
            with LINES.open("a") as file:
                file.write(json.dumps(line) + "\n")
            print(f"{what}: {100 * line['accuracy']:.2f} % in {line['seconds']:.2f} s", flush=True)
            write_page()
    write_page()
    if failed:
        raise SystemExit(f"{len(failed)} of {len(todo)} trainings failed; run it again for them")


if __name__ == "__main__":
    main()
