"""Writes pictures into a folder, with truth.csv beside them: to look at, and to work on."""

import argparse
import csv
import json
from collections.abc import Iterable
from pathlib import Path

import imagette
from tests.photographs.kinds import KINDS, pictures
from tests.photographs.nothing import NON_DIGITS, non_digits
from tests.photographs.pages import PAGES, pages
from tests.photographs.photograph import Page, Photograph


def write(folder: Path, made: Iterable[Photograph | Page]) -> None:
    """Files 0000.jpg, ... and truth.csv: file, label or texts, kind, parameters, boxes."""
    folder.mkdir(parents=True)
    with (folder / "truth.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "label", "kind", "parameters", "boxes"])
        for number, one in enumerate(made):
            name = f"{number:04d}{one.suffix}"
            (folder / name).write_bytes(one.content)
            label = " ".join(one.texts) if isinstance(one, Page) else one.label
            boxes = json.dumps(one.boxes) if isinstance(one, Page) else ""
            rows.writerow([name, label, one.kind, json.dumps(one.parameters), boxes])


def main() -> None:
    parser = argparse.ArgumentParser(description="Write simulated photographs of MNIST's digits")
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.add_argument("--what", choices=("digits", "pages", "nothing"), default="digits")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("train", "validation", "test"), default="validation")
    parser.add_argument("--kinds", nargs="+")
    options = parser.parse_args()
    dataset = getattr(imagette.open_data("mnist"), options.split)
    digits, labels = dataset.images[..., 0], [int(label) for label in dataset.labels]
    if options.what == "digits":
        kinds = tuple(options.kinds or KINDS)
        write(options.folder, pictures(digits, labels, options.count, options.seed, kinds))
    elif options.what == "pages":
        kinds = tuple(options.kinds or PAGES)
        write(options.folder, pages(digits, labels, options.count, options.seed, kinds))
    else:
        kinds = tuple(options.kinds or NON_DIGITS)
        garments = imagette.open_data("fashion-mnist").test.images[..., 0]
        write(options.folder, non_digits(options.count, options.seed, kinds, garments))


if __name__ == "__main__":
    main()
