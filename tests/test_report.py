"""The page of a run: sound HTML that asks nothing of any network, true numbers, nobody's markup."""

import base64
import hashlib
import html.parser
import itertools
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import imagette
from imagette.cli.main import run as command_line
from imagette.data.checks import Finding, Findings
from imagette.data.dataset import Dataset, Splits
from imagette.data.names import Names
from imagette.errors import RunError
from imagette.evaluation import evaluate_judgements, judge
from imagette.evaluation.notable import notable
from imagette.network import from_json
from imagette.report import Material, Pictures, render
from imagette.runs.run import Run
from imagette.training.progress import Progress

VOID = {"meta", "link", "br", "img", "rect", "path", "circle", "input"}
EVIL = ("<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "'; half \ud800")
Captured = pytest.CaptureFixture[str]


class Page(html.parser.HTMLParser):
    """What is on a page; closing tags must fit."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.cells: list[list[str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th") and self.cells:
            self.cells[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("script", "style"):
            self.text += data
            if {"td", "th"} & set(self._open[-3:]):
                self.cells[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def page(digits_run: Run) -> Page:
    """The page that `train` has written."""
    return Page((digits_run.path / "report.html").read_text(encoding="utf-8"))


def check_sound(page: Page) -> None:
    """No address but data and anchors, every picture with words, ids once, headings in steps."""
    for tag, attributes in page.elements:
        for name in ("src", "href"):
            if name in attributes:
                assert attributes[name].startswith(("data:image/", "data:,", "#")), attributes
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        assert tag not in ("iframe", "object", "embed", "base")
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert all(picture["alt"] for picture in page.all("img"))
    assert all(
        drawing.get("aria-label") if drawing.get("role") == "img" else "aria-hidden" in drawing
        for drawing in page.all("svg")
    )
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_the_page_is_sound(page: Page) -> None:
    check_sound(page)


def test_every_section_is_there_and_linked(page: Page) -> None:
    sections = [section["id"] for section in page.all("section")]
    assert sections == [
        "summary", "data", "network", "learning", "confusion", "classes", "sureness", "pictures",
        "cost", "repeat",
    ]  # fmt: skip
    assert [link["href"] for link in page.all("a")] == [f"#{name}" for name in sections[1:]]


def test_only_the_own_style_and_script_may_run(page: Page, digits_run: Run) -> None:
    text = (digits_run.path / "report.html").read_text(encoding="utf-8")
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"


def test_the_page_is_small(digits_run: Run) -> None:
    assert 30_000 < (digits_run.path / "report.html").stat().st_size < 300_000


def test_the_numbers_are_those_of_the_run(page: Page, digits_run: Run) -> None:
    words = page.text.replace("\xa0", " ")
    test = digits_run.test
    assert f"wrong on {test.images - test.correct}" in words
    assert f"{len(digits_run.history)} epochs" in words
    rows = [row[1:] for row in page.cells if len(row) == 11 and row[0].isdigit()]
    assert rows == [[f"{count:,}" for count in row] for row in test.confusion_matrix]
    total = sum(from_json((digits_run.path / "network.json").read_text()).parameters())
    assert f"{total:,} parameters" in words
    for name, version in digits_run.versions.items():
        assert [name, version] in page.cells


def test_orders_of_the_matrix_are_permutations(page: Page) -> None:
    (table,) = [table for table in page.all("table") if "data-orders" in table]
    orders = json.loads(table["data-orders"])
    assert set(orders) == {"size", "confusion"}
    for order in orders.values():
        assert sorted(order) == list(range(10))


def test_rates_are_shares_of_their_row(page: Page) -> None:
    rates = [float(cell["data-rate"]) for cell in page.all("td") if "data-rate" in cell]
    sums = np.array(rates).reshape(10, 10).sum(axis=1)
    assert np.abs(sums - 100).max() < 1


def made_material(run: Run, names: tuple[str, ...], images: int = 400) -> Material:
    """A run of other classes: random answers to random images, with names of anybody's."""
    random = np.random.default_rng(len(names))
    labels = np.arange(images) % len(names)
    logits = random.normal(size=(images, len(names))) + 4 * np.eye(len(names))[labels]
    powers = np.exp(logits)
    judged = judge(powers / powers.sum(axis=1, keepdims=True), labels, temperature=0.5)
    pixels = random.integers(0, 256, (images, 8, 8, 1), dtype=np.uint8)
    texts = Names([f"{EVIL[i % 3]}{i}.png" for i in range(images)])
    side = Dataset(pixels, labels, names, texts)
    chosen = notable(judged)
    shown = chosen.positions().tolist()
    finding = Finding("warning", "copies", f"{EVIL[0]} is a copy")
    data = {**run.data, "class_names": list(names), "source": f"/data/{EVIL[1]}"}
    return Material(
        run=replace(run, data=data, test=evaluate_judgements(judged, names), recipe=EVIL[0]),
        network=from_json((run.path / "network.json").read_text()),
        judgements=judged,
        splits=Splits("made", side, side, side),
        findings=Findings(images, len(names), (finding,)),
        pictures=Pictures(
            chosen,
            {i: pixels[i] for i in shown},
            {i: texts[i] for i in shown},
            {i: random.random((8, 8), np.float32) for i in shown[:3]},
        ),
    )


def test_markup_in_names_is_text(digits_run: Run) -> None:
    page = Page(render(made_material(digits_run, (*EVIL, "d"))))
    check_sound(page)
    for name in (*EVIL[:2], "'; half ?", f"{EVIL[0]} is a copy", f"/data/{EVIL[1]}"):
        assert name in page.text
    assert any(EVIL[0] in picture["alt"] for picture in page.all("img"))


@pytest.mark.parametrize("classes", [2, 21, pytest.param(1000, marks=pytest.mark.slow)])
def test_many_classes_stay_readable(classes: int, digits_run: Run) -> None:
    names = tuple(f"class {number}" for number in range(classes))
    material = made_material(digits_run, names, max(400, 3 * classes))
    text = render(material)
    assert len(text) < 1_500_000
    page = Page(text)
    check_sound(page)
    cells = [cell for cell in page.all("td") if "data-rate" in cell]
    assert len(cells) == (classes**2 if classes <= 20 else 20 * 21)
    assert bool(page.all("details")[1:]) == (classes > 20)  # the first is in "To repeat it"
    assert len([row for row in page.cells if row[0].startswith("class ")]) >= min(classes, 20)
    shown = [row for row in page.cells if len(row) == 22]
    if shown:  # the counts of a row, with those of the others, are its images
        totals = dict(
            zip(names, np.array(material.run.test.confusion_matrix).sum(axis=1), strict=True)
        )
        for row in shown[1:]:
            assert sum(int(cell.replace(",", "")) for cell in row[1:]) == totals[row[0]]


def copied(run: Run, folder: Path, **changes: object) -> Path:
    """The run folder, copied, with other data in its `run.json`."""
    path = folder / "copy"
    shutil.copytree(run.path, path)
    values = json.loads((path / "run.json").read_text())
    values["data"] |= changes
    values["test_readings"] = 1  # whatever other tests have done
    (path / "run.json").write_text(json.dumps(values))
    return path


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("/nowhere/at/all", "could not be opened again"),
        ("arrays in memory", "arrays in memory, which are not kept"),
    ],
)
def test_without_its_data_the_page_is_made_and_says_so(
    source: str, reason: str, digits_run: Run, tmp_path: Path
) -> None:
    from imagette.data.arrays.given import ARRAYS

    path = copied(digits_run, tmp_path, source=ARRAYS if "memory" in source else source)
    assert imagette.write_report(path) == [path / "report.html"]
    page = Page((path / "report.html").read_text(encoding="utf-8"))
    check_sound(page)
    assert reason in page.text
    assert page.all("img") == []
    assert imagette.Run.load(path).test_readings == digits_run.test_readings


def test_data_that_has_changed_is_not_shown(digits_run: Run, tmp_path: Path) -> None:
    path = copied(digits_run, tmp_path, test={"images": 359, "fingerprint": "0" * 64})
    imagette.write_report(path)
    page = Page((path / "report.html").read_text(encoding="utf-8"))
    assert "the test images are not those of the run any more" in page.text
    assert page.all("img") == []


def test_a_run_of_an_earlier_version_is_asked_again(digits_run: Run, tmp_path: Path) -> None:
    path = copied(digits_run, tmp_path)
    (path / "judgements.safetensors").unlink()
    imagette.write_report(path)
    assert (path / "judgements.safetensors").is_file()
    page = Page((path / "report.html").read_text(encoding="utf-8"))
    assert page.all("img")
    assert "The test set was read 2 times" in page.text


def test_the_command_writes_the_page_and_the_figures(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    path, figures = copied(digits_run, tmp_path), tmp_path / "figures"
    (path / "report.html").unlink()
    arguments = ["report", str(path), "--figures", str(figures), "--format", "svg"]
    assert command_line(arguments) == 0
    printed = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert printed[0] == path / "report.html"
    assert sorted(printed[1:]) == sorted(figures.iterdir())
    assert {one.stem for one in printed[1:]} >= {
        "learning-loss", "learning-accuracy", "confusion-matrix", "reliability", "coverage",
        "least-sure",
    }  # fmt: skip
    assert all(one.read_text().startswith("<?xml") for one in printed[1:])


def test_open_starts_a_browser_or_says_that_it_cannot(
    digits_run: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(digits_run, tmp_path, source="/nowhere")
    opened: list[str] = []

    def refuse(address: str) -> bool:
        opened.append(address)
        return False

    monkeypatch.setattr("webbrowser.open", refuse)
    assert command_line(["report", str(path), "--open"]) == 0
    assert opened == [(path / "report.html").resolve().as_uri()]
    assert "no browser could be started: open" in capsys.readouterr().err


def test_train_writes_no_report_where_it_is_not_wanted(tmp_path: Path, capsys: Captured) -> None:
    arguments = ["train", "digits", "--recipe", "sprint", "--epochs", "1", "--out", str(tmp_path)]
    assert command_line([*arguments, "--no-report"]) == 0
    assert "report: " not in capsys.readouterr().out
    assert not list(tmp_path.rglob("report.html"))


class Noting(Progress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def noted(self, text: str) -> None:
        self.notes.append(text)


def test_a_report_that_fails_fails_no_training(
    digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imagette.jobs.reporting import Opened, report_at_once

    run = replace(digits_run, path=copied(digits_run, tmp_path))
    (run.path / "network.json").unlink()
    listener = Noting()
    report_at_once(run, Opened(None, None), listener)
    (note,) = listener.notes
    assert note.startswith(f"{run.path} is saved, but its report is not: {run.path}/network.json ")

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("imagette.jobs.reporting.make_page", interrupted)
    with pytest.raises(KeyboardInterrupt):
        report_at_once(run, Opened(None, None), listener)
    assert listener.notes[1:] == [f"{run.path} is saved, but its report is not"]


def test_a_run_without_its_network_says_so(digits_run: Run, tmp_path: Path) -> None:
    path = copied(digits_run, tmp_path, source="/nowhere")
    (path / "network.json").unlink()
    with pytest.raises(RunError, match=r"network\.json cannot be read: .*Restore it"):
        imagette.write_report(path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"data": {"train": {}}}, "data.train.images is missing, expected a whole number"),
        ({"data": {"validation": 7}}, "data.validation is 7, expected an object"),
        ({"history": [{"epoch": 1}]}, "history.loss is missing, expected a number"),
        ({"history": []}, "history is empty, expected an entry an epoch"),
    ],
)
def test_a_damaged_run_says_where(
    damage: dict[str, Any], message: str, digits_run: Run, tmp_path: Path
) -> None:
    path = copied(digits_run, tmp_path, source="/nowhere", **damage.pop("data", {}))
    values = json.loads((path / "run.json").read_text()) | damage
    (path / "run.json").write_text(json.dumps(values))
    with pytest.raises(
        RunError, match=r"run\.json is damaged .*Restore it, or train again"
    ) as told:
        imagette.write_report(path)
    assert message in str(told.value)


def test_answers_that_were_not_kept_are_told(digits_run: Run) -> None:
    material = made_material(digits_run, ("a", "b", "c"))
    assert material.judgements is not None
    kept = replace(material, judgements=replace(material.judgements, images=10**6))
    assert "of the first 400 test images, whose answers were kept" in Page(render(kept)).text
    assert "whose answers were kept" not in Page(render(material)).text
