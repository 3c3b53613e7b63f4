"""Figures of a run: what is drawn are its numbers, on axes of one's own or of the caller."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import imagette
from imagette.evaluation import Judgements, evaluate_judgements, judge
from imagette.plot.files import encoded
from imagette.runs.judgements_file import read_judgements
from imagette.runs.run import Run


@pytest.fixture(scope="module")
def judged(digits_run: Run) -> Judgements:
    return read_judgements(digits_run.path, 10)["test"]


def numbers(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_learning_curves_are_the_history(metric: str, digits_run: Run) -> None:
    ax = imagette.plot.learning_curves(digits_run, metric=metric)
    training, validation, best, saved = (np.asarray(line.get_ydata()) for line in ax.lines)
    history = digits_run.history
    assert training.tolist() == [epoch[metric] for epoch in history]
    assert validation.tolist() == [epoch[f"val_{metric}"] for epoch in history]
    lowest = min(history, key=lambda epoch: epoch["val_loss"])
    assert best.tolist() == [lowest[f"val_{metric}"]]
    assert saved.tolist() == [history[-1][f"val_{metric}"]]
    assert encoded(ax, "png") == encoded(
        imagette.plot.learning_curves(history, metric=metric), "png"
    )


def test_another_metric_is_refused(digits_run: Run) -> None:
    with pytest.raises(ValueError, match="metric='recall': expected 'loss' or 'accuracy'"):
        imagette.plot.learning_curves(digits_run, metric="recall")


def test_one_epoch_is_a_dot(digits_run: Run) -> None:
    ax = imagette.plot.learning_curves(digits_run.history[:1])
    assert ax.lines[0].get_marker() == "o"


@pytest.mark.parametrize("order", ["class", "size", "confusion"])
def test_the_matrix_shows_every_count(order: str, digits_run: Run) -> None:
    ax = imagette.plot.confusion_matrix(digits_run.test, order=order)
    shown = sorted(int(text) for text in numbers(ax) if text.isdigit())
    counts = np.array(digits_run.test.confusion_matrix).ravel().tolist()
    assert shown == sorted([*counts, *range(10), *range(10)])  # and the names, twice


def test_of_many_classes_a_column_counts_those_that_are_not_shown() -> None:
    labels = np.arange(250) % 25
    taken_for = np.where(np.arange(250) < 200, labels, (labels + 3) % 25)
    evaluation = evaluate_judgements(
        judge(np.eye(25)[taken_for], labels), tuple(map(str, range(25)))
    )
    texts = numbers(imagette.plot.confusion_matrix(evaluation))
    assert texts.count("others") == 1
    counts = texts[texts.index("others") + 1 :]
    assert len(counts) == 20 * 21
    assert sum(map(int, counts)) == 20 * 10  # each row has all images of its class
    assert "others" not in numbers(imagette.plot.confusion_matrix(evaluate_judgements(
        judge(np.eye(3)[labels % 3], labels % 3), ("a", "b", "c")
    )))  # fmt: skip


def test_rates_are_of_the_row(digits_run: Run) -> None:
    ax = imagette.plot.confusion_matrix(digits_run.test, rates=True)
    matrix = np.array(digits_run.test.confusion_matrix)
    first = 100 * matrix[0, 0] / matrix[0].sum()
    assert f"{first:.1f}" in numbers(ax)


def test_another_order_is_refused(digits_run: Run) -> None:
    with pytest.raises(ValueError, match="order='name': expected one of class, size, confusion"):
        imagette.plot.confusion_matrix(digits_run.test, order="name")


def test_reliability_is_before_and_after(judged: Judgements) -> None:
    ax = imagette.plot.reliability_diagram(judged)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]  # type: ignore[union-attr]
    assert labels == ["ideal", "before the temperature", "as saved"]
    alone = imagette.plot.reliability_diagram(replace(judged, uncalibrated=None))
    assert len(alone.get_legend().get_texts()) == 2  # type: ignore[union-attr]


def test_the_curve_ends_at_all_answered(judged: Judgements) -> None:
    ax = imagette.plot.coverage_curve(judged)
    x, y = ax.lines[0].get_data()
    assert np.asarray(x)[-1] == 1
    assert np.isclose(np.asarray(y)[-1], 1 - judged.right.mean())
    assert len(ax.lines) == 2  # and the saved rule
    assert len(imagette.plot.coverage_curve(replace(judged, rejected=None)).lines) == 1


def test_percent_signs_stand_apart_as_everywhere(judged: Judgements) -> None:
    for ax in (imagette.plot.reliability_diagram(judged), imagette.plot.coverage_curve(judged)):
        assert ax.xaxis.get_major_formatter()(0.8) == "80 %"


def test_answers_tell_right_from_wrong() -> None:
    judged = judge(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 1]))
    images = np.zeros((2, 8, 8, 1), np.uint8)
    texts = numbers(imagette.plot.answers(images, judged, np.array([1, 0]), ("cat", "dog")))
    assert texts[-6:] == ["dog", "→ cat", "80.0 %", "cat", "✓ cat", "90.0 %"]


def test_curves_can_lie_on_the_callers_axes(digits_run: Run, judged: Judgements) -> None:
    left, right = Figure(figsize=(9, 4)).subplots(1, 2)
    assert imagette.plot.learning_curves(digits_run, ax=left) is left
    assert imagette.plot.coverage_curve(judged, ax=right) is right
    assert encoded(left, "svg").startswith(b"<?xml")
