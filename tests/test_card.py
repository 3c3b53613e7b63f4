"""The model card: YAML in front whatever classes are called, and the numbers of the run."""

import json
import re
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from imagette.evaluation import ClassScore
from imagette.runs.card import CARD, escaped, model_card, quoted
from imagette.runs.run import Run

NASTY = '"<script>alert(1)</script>: | `x`\n---\n# \\ *b* [a](http://e.x) \u2028 \U0001f600 \udc80'


def named(run: Run, *names: str) -> Run:
    """The run with other class names."""
    scores = tuple(
        replace(score, name=name) for score, name in zip(run.test.classes, names, strict=False)
    )
    data = dict(run.data) | {"class_names": list(names), "source": f"/home/someone/{names[0]}"}
    return replace(run, data=data, test=replace(run.test, classes=scores))


def test_it_lies_in_the_run_folder(digits_run: Run) -> None:
    assert (digits_run.path / CARD).read_text(encoding="utf-8") == model_card(digits_run)


def test_its_numbers_are_those_of_the_run(digits_run: Run) -> None:
    card, test = model_card(digits_run), digits_run.test
    front, _, body = card.removeprefix("---\n").partition("---\n")
    values = dict(re.findall(r"- type: (\w+)\n +value: ([\d.]+)\n", front))
    assert set(values) == {"accuracy", "f1", "log_loss", "expected_calibration_error"}
    low, high = test.accuracy_interval
    assert low < float(values["accuracy"]) < high
    assert float(values["accuracy"]) == pytest.approx(test.accuracy, abs=(high - low) / 10)
    assert f"{test.images:,} test images" in body
    for words in ("library_name: imagette", "pipeline_tag: image-classification", "model-index:"):
        assert words in front
    assert "license" not in front
    assert body.count("95 % interval") == 5
    assert "    imagette train digits --recipe sprint --epochs 12 --seed 0" in body
    for score in test.classes:
        assert re.search(
            rf"\| {score.name} \| [\d.]+ \| [\d.]+ \| [\d.]+ \| {score.support} \|", body
        )


def test_of_what_has_no_cases_nothing_is_said(digits_run: Run) -> None:
    scores = (ClassScore("a", None, 0.0, 0.0, 3, (0, 1), (0, 0.5)), *digits_run.test.classes[1:])
    run = replace(digits_run, test=replace(digits_run.test, classes=scores))
    assert re.search(r"\| a \| – \| [\d.]+ \| [\d.]+ \| 3 \|", model_card(run))
    values = json.loads(run.to_json())["test"]["classes"][0]
    assert (values["precision"], values["recall"]) == (None, 0.0)


def test_copies_among_the_training_images_are_told(digits_run: Run) -> None:
    data = dict(digits_run.data) | {"test_duplicates": 1234}
    told = "Copies of 1,234 of them are among the training or validation images."
    assert told in model_card(replace(digits_run, data=data))
    assert told not in model_card(digits_run)


def test_that_the_protocol_validated_on_the_test_images_is_told(digits_run: Run) -> None:
    data = dict(digits_run.data) | {"validation": digits_run.data["test"]}
    watched = replace(digits_run, data=data)
    assert (watched.validates_on_test, digits_run.validates_on_test) == (True, False)
    told = "but they were the validation images, too"
    for run, chosen in ((watched, told), (digits_run, "nothing was chosen by them")):
        assert chosen in model_card(run)
    assert told not in model_card(digits_run)


@pytest.mark.parametrize(("accepted", "told"), [(None, False), (0.0, True), (0.9, True)])
def test_that_images_may_get_no_answer_is_told(
    accepted: float | None, told: bool, digits_run: Run
) -> None:
    run = replace(digits_run, test=replace(digits_run.test, accepted=accepted))
    assert ("An image unlike those of the training gets no answer." in model_card(run)) == told


def test_many_classes_are_not_listed(digits_run: Run) -> None:
    names = [f"class {number}" for number in range(1000)]
    scores = tuple(ClassScore(name, 1.0, 1.0, 1.0, 1, (0.2, 1.0), (0.2, 1.0)) for name in names)
    run = named(digits_run, *names)
    card = model_card(replace(run, test=replace(run.test, classes=scores)))
    assert "class 49 and 950 more." in card
    assert len(card) < 10_000


def test_names_do_nothing_and_paths_stay_at_home(digits_run: Run) -> None:
    card = model_card(named(digits_run, NASTY, "b"))
    _, front, body = card.split("---\n", 2)
    assert front.isascii()
    page = MarkdownIt().enable("table").render(body)
    assert set(re.findall(r"<(\w+)", page)) == {
        "h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "ul", "li",
    }  # fmt: skip
    assert "<td>&quot;&lt;script&gt;alert(1)&lt;/script&gt;: | `x` --- # \\ *b* [a](" in page
    assert "/home/someone" not in card
    card.encode("utf-8", "replace")


def read_scalar(text: str) -> str:
    """A double-quoted scalar of YAML, read by its rules for the escapes that are used."""
    assert re.fullmatch(r'"(?:[ !#-\[\]-~]|\\["\\]|\\u[0-9A-F]{4}|\\U[0-9A-F]{8})*"', text), text
    return re.sub(
        r'\\(?:(["\\])|u(.{4})|U(.{8}))',
        lambda match: match[1] or chr(int(match[2] or match[3], 16)),
        text[1:-1],
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_a_scalar_of_yaml(text: str) -> None:
    assert read_scalar(quoted(text)) == text


def test_half_a_pair_is_replaced() -> None:
    assert quoted("a\udc80") == '"a\\uFFFD"'


@given(st.text())
def test_escaped_text_is_one_line_and_opens_nothing(text: str) -> None:
    result = escaped(text)
    assert len(result.splitlines()) <= 1
    assert "<" not in result
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]#|]", result)


def test_the_front_matter_is_yaml_to_a_parser(digits_run: Run) -> None:
    card = model_card(named(digits_run, NASTY, "b"))
    front = yaml.safe_load(card.split("---\n")[1])
    (entry,) = front["model-index"]
    (result,) = entry["results"]
    assert result["dataset"]["name"] == NASTY.rpartition("/")[2].replace("\udc80", "\ufffd")
    assert [metric["type"] for metric in result["metrics"]][:2] == ["accuracy", "f1"]
    assert all(isinstance(metric["value"], float) for metric in result["metrics"])
