"""The page of runs: seconds to make, size, and what a browser says of it.

Each page is made in a process of its own, as after a training: the imports of training are there
already, the report's are not. With Playwright, axe-playwright-python and a Chromium, each page is
also opened at two widths, light and dark: it must log no error, ask for nothing, never scroll
sideways, and sort its matrix; axe-core must find no fault. Without them that is said, and the exit
code is 1.

    pip install playwright axe-playwright-python    # in an environment of their own will do
    python -m benchmarks.report_page RUN... [--chromium /usr/bin/chromium] [--pictures FOLDER]
    python -m benchmarks.report_page RUN... --no-browser    # times alone
"""

import argparse
import importlib
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = """
import json, sys, time
import imagette.jobs.experiment
from imagette.runs.run import Run
from pathlib import Path
run = Run.load(Path(sys.argv[1]))
from imagette.jobs.own_data import own_splits
sides = own_splits(run)
start = time.perf_counter()
from imagette.jobs.reporting import Opened, make_page
page = make_page(run, Opened(*sides))
print(json.dumps([time.perf_counter() - start, page.stat().st_size]))
"""
SIZES = ((1280, 800), (360, 740))
SORTED = """() => {
  const select = document.getElementById("order"), unit = document.getElementById("unit");
  const read = () => [...document.querySelectorAll("table.matrix tr")].map(
    (row) => [...row.cells].map((cell) => cell.textContent));
  const choose = (one, value) => { one.value = value; one.dispatchEvent(new Event("change")); };
  const before = read();
  choose(select, "confusion");
  const sorted = read();
  choose(unit, "rate");
  const rates = read();
  choose(unit, "count"); choose(select, "class");
  return [before, sorted, rates, read()];
}"""


def measured(run: Path, repeats: int) -> tuple[list[float], int]:
    """Seconds to make the page, once a process, and its bytes."""
    seconds, size = [], 0
    for _ in range(repeats):
        command = [sys.executable, "-c", PROGRAM, str(run)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        seconds.append(found[0])
        size = found[1]
    return seconds, size


def by_name(table: list[list[str]]) -> dict[tuple[str, str], str]:
    """The cells of a matrix by the names of their row and column."""
    names = table[0][1:]
    return {(row[0], name): cell for row in table[1:] for name, cell in zip(names, row[1:])}  # noqa: B905


def faults(page: Any, axe: Any, told: list[str]) -> list[str]:
    """What is wrong with an open page."""
    found = list(told)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if width > 0:
        found.append(f"scrolls sideways by {width} pixels")
    before, sorted_, rates, after = page.evaluate(SORTED)
    if by_name(before) != by_name(sorted_) or before != after or rates == sorted_:
        found.append("sorting the matrix changes it")
    violations = page.evaluate(f"{axe}; axe.run()")["violations"]
    return found + [f"axe: {one['id']} ({one['impact']}), {one['help']}" for one in violations]


def checked(runs: list[Path], chromium: str | None, pictures: Path | None) -> bool:
    """Open all pages at all sizes; says what is wrong and returns whether nothing is."""
    playwright = importlib.import_module("playwright.sync_api")
    home = Path(importlib.import_module("axe_playwright_python").__file__ or "").parent
    axe = (home / "axe.min.js").read_text(encoding="utf-8")
    good = True
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for run in runs:
            for width, height in SIZES:
                for scheme in ("light", "dark"):
                    told: list[str] = []
                    view = {"width": width, "height": height}
                    page = browser.new_page(viewport=view, color_scheme=scheme)
                    page.on("console", lambda message: told.append(message.text))  # noqa: B023
                    page.on("pageerror", lambda error: told.append(str(error)))  # noqa: B023
                    page.on("request", lambda request: note(request.url, told))  # noqa: B023
                    page.goto((run / "report.html").resolve().as_uri())
                    wrong = faults(page, axe, told)
                    print(f"{run.name} {width} {scheme}: {'; '.join(wrong) or 'no fault'}")
                    good = good and not wrong
                    if pictures:
                        path = pictures / f"{run.name}-{width}-{scheme}.png"
                        page.screenshot(path=str(path), full_page=True)
                    page.close()
        browser.close()
    return good


def note(address: str, told: list[str]) -> None:
    """Requests but for the page itself and the data within it."""
    if not address.startswith(("data:", "file:")):
        told.append(f"asks for {address}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--chromium", help="The browser's executable; else Playwright's own.")
    parser.add_argument("--pictures", type=Path, help="Folder for pictures of the pages.")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--no-times", action="store_true")
    given = parser.parse_args()
    for run in [] if given.no_times else given.runs:
        seconds, size = measured(run, given.repeats)
        print(
            f"{run.name}: {statistics.median(seconds):.2f} s ({min(seconds):.2f} to "
            f"{max(seconds):.2f}, n = {len(seconds)}), {size / 1e6:.2f} MB"
        )
    if not given.no_browser:
        try:
            good = checked(given.runs, given.chromium, given.pictures)
        except ImportError as error:
            sys.exit(f"no browser check: {error}")
        sys.exit(not good)


if __name__ == "__main__":
    main()
