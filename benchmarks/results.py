"""The files of results: lines of measurements, sections, and `RESULTS.md` made from them."""

import json
from pathlib import Path
from typing import Any

from benchmarks.results_page import measured, page
from benchmarks.results_picture import draw

HERE = Path(__file__).parent
LINES = HERE / "results" / "time_to_accuracy.jsonl"
PAGE = HERE / "RESULTS.md"
SECTIONS = ("same_work", "waiting", "growth")  # that other benchmarks write, in this order


def lines(path: Path = LINES) -> list[dict[str, Any]]:
    """What has been measured; a line cut off by a crash does not count."""
    found = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def write_page() -> None:
    """RESULTS.md from all that is there, and a picture of the machine measured last."""
    from benchmarks.jobs import jobs  # whose programs write sections, and import this file

    current = {(job.label, job.data): job.key for job in jobs()}
    found = lines()
    if found:
        machine = found[-1]["machine"]
        here = [line for line in found if line["machine"] == machine]
        draw(measured(here, current), machine)
    files = [LINES.parent / f"{name}.md" for name in SECTIONS]
    sections = [file.read_text() for file in files if file.exists()]
    PAGE.write_text("\n".join([page(found, current), *sections]))


def write_section(name: str, text: str) -> None:
    """Keep what a benchmark found, Markdown, and renew RESULTS.md."""
    LINES.parent.mkdir(exist_ok=True)
    (LINES.parent / f"{name}.md").write_text(text)
    write_page()
