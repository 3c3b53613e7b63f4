"""The page of a run: sound HTML that asks nothing of any network, true numbers, nobody's markup."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from imagette.data.checks import Finding, Findings
from imagette.data.dataset import Dataset, Splits
from imagette.data.names import Names
from imagette.evaluation import ClassScore, evaluate_judgements, judge
from imagette.evaluation.notable import notable
from imagette.network import from_json
from imagette.report import Material, Pictures, render
from imagette.report.sections.summary import summary
from imagette.report.words import code
from imagette.runs.run import Run
from tests.html_page import Page, check_sound

EVIL = ("<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "'; half \ud800")


@pytest.fixture(scope="module")
def page(digits_run: Run) -> Page:
    """The page that `train` has written."""
    return Page((digits_run.path / "report.html").read_text(encoding="utf-8"))


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


@pytest.mark.parametrize(("right", "told"), [(30, True), (45, True), (60, False)])
def test_that_nothing_was_learned_comes_first(right: int, told: bool, digits_run: Run) -> None:
    """Of 100 test images 40 are of the largest class."""
    labels = np.repeat([0, 1, 2], [40, 30, 30])
    answers = np.where(np.arange(100) < right, labels, (labels + 1) % 3)
    probabilities = np.full((100, 3), 0.1, np.float32)
    probabilities[np.arange(100), answers] = 0.8
    test = evaluate_judgements(judge(probabilities, labels), ("a", "b", "c"))
    material = made_material(digits_run, ("a", "b", "c"))
    first = summary(replace(material, run=replace(material.run, test=test)))["warnings"][0]
    expected = "Nothing shows that anything was learned: the accuracy lies between "
    assert first.startswith(expected) == told
    assert first.endswith("always naming the largest class would be right on 40.0\xa0%.") == told


def test_of_a_class_that_was_never_answered_there_is_no_precision(digits_run: Run) -> None:
    never = ClassScore("zero", None, 0.0, 0.0, 36, (0.0, 1.0), (0.0, 0.1))
    test = replace(digits_run.test, classes=(never, *digits_run.test.classes[1:]))
    material = made_material(digits_run, tuple("0123456789"))
    page = Page(render(replace(material, run=replace(material.run, test=test))))
    (row,) = [row for row in page.cells if row[0] == "zero" and row[-1] == "36"]
    assert row[1].strip() == "–"


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


def test_answers_that_were_not_kept_are_told(digits_run: Run) -> None:
    material = made_material(digits_run, ("a", "b", "c"))
    assert material.judgements is not None
    kept = replace(material, judgements=replace(material.judgements, images=10**6))
    assert "of the first 400 test images, whose answers were kept" in Page(render(kept)).text
    assert "whose answers were kept" not in Page(render(material)).text


@pytest.mark.parametrize(
    ("accepted", "accuracy", "text"),
    [
        (None, None, "It rejects nothing: there were too few validation images to fit a rule."),
        (0.0, None, "It calls all test images “none of these”."),
        (
            0.9,
            0.96,
            "It answers 90.0\xa0% of the test images and calls the others “none of these”;",
        ),
        (1.0, 0.96, "It answers all test images, and calls none of them “none of these”."),
    ],
)
def test_what_is_rejected_is_told_in_words(
    accepted: float | None, accuracy: float | None, text: str, digits_run: Run
) -> None:
    material = made_material(digits_run, ("a", "b", "c"))
    test = replace(material.run.test, accepted=accepted, accepted_accuracy=accuracy)
    answers = summary(replace(material, run=replace(material.run, test=test)))["answers"]
    assert text in dict(answers)["How sure"]


def test_arguments_that_a_note_names_are_code() -> None:
    assert code("`image_size` <b>changes</b> that") == (
        "<code>image_size</code> &lt;b&gt;changes&lt;/b&gt; that"
    )
