"""`benchmarks/results_page.py`: a page from measurements, and what the goals make of them."""

from typing import Any

import pytest
from benchmarks.results_page import GOALS, OURS, TORCH, fastest, measured, page

MACHINE = "a processor, 2 cores, Linux"


def line(engine: str, name: str, accuracy: float, seconds: float, **known: Any) -> dict[str, Any]:
    return {
        "engine": engine,
        "name": name,
        "label": f"{engine}: {name}",
        "data": "mnist",
        "seed": 0,
        "key": "one",
        "machine": MACHINE,
        "date": "2026-11-20",
        "accuracy": accuracy,
        "seconds": seconds,
        "warm_up": 0.0,
        "epochs": 1,
        "peak_mb": 400.0,
        "versions": {"python": "3.11.7"},
    } | known


def goal_row(lines: list[dict[str, Any]], accuracy: str) -> list[str]:
    (row,) = (row for row in page(lines).splitlines() if row.startswith(f"| mnist {accuracy} %"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_mean_deviation_and_median_are_over_the_runs() -> None:
    lines = [line(OURS, "sprint", a, s) for a, s in ((0.990, 1.0), (0.992, 5.0), (0.994, 1.5))]
    (one,) = measured(lines)
    assert one.accuracy == pytest.approx(99.2)
    assert one.spread == "99.20 ± 0.20"
    assert one.time == "1.50 (1.00 to 5.00)"


def test_a_goal_needs_accuracy_seconds_and_runs() -> None:
    fast = [line(OURS, "sprint", 0.9910, 1.4, seed=seed) for seed in range(GOALS[0].runs)]
    assert goal_row(fast, "99.04")[5] == "reached"
    assert goal_row(fast[:4], "99.04")[5] == f"reached, but n < {GOALS[0].runs}"
    slow = [line(OURS, "sprint", 0.9910, 3.0)]
    assert goal_row(slow, "99.04")[5] == "missed: 2.00 times the seconds"
    assert goal_row(fast, "99.50")[5] == "not reached by what was measured"
    assert goal_row([line("Keras", "classic", 0.999, 9.0)], "99.50")[5] == "not measured"
    assert goal_row(fast, "99.50")[2:5] == ["–", "–", "–"]


def test_the_mean_counts_not_the_best_run() -> None:
    lines = [line(OURS, "sprint", accuracy, 1.0) for accuracy in (0.9910, 0.9890)]
    assert fastest(measured(lines), "mnist", 99.04, True) is None


def test_a_peer_may_stop_where_its_mean_curve_is_high_enough() -> None:
    curves = ([(10, 0.985), (20, 0.992), (30, 0.991)], [(12, 0.980), (22, 0.991), (32, 0.992)])
    lines = [line("Keras", "classic", c[-1][1], c[-1][0], curve=c) for c in curves]
    (one,) = measured(lines)
    assert one.reaching(99.04) == 21
    assert one.reaching(99.5) is None
    lines.append(line(OURS, "sprint", 0.992, 2.1))
    assert goal_row(lines, "99.04")[6] == "21.0 s, Keras: classic"


def test_imagette_is_compared_at_the_accuracy_of_the_peer() -> None:
    lines = [
        line(OURS, "sprint", 0.9910, 2.0),
        line(OURS, "standard", 0.9950, 30.0),
        line("Keras", "exact", 0.9940, 300.0),
        line("Keras", "quick", 0.9900, 20.0),
        line("Keras", "perfect", 0.9990, 500.0),
    ]
    rows = {row.split("|")[1].strip(): row for row in page(lines).splitlines() if "| " in row}
    assert "standard, 10.0 times as fast" in rows["Keras: exact"]
    assert "sprint, 10.0 times as fast" in rows["Keras: quick"]
    assert "none yet" in rows["Keras: perfect"]


def test_only_the_newest_form_of_a_recipe_counts() -> None:
    lines = [line(OURS, "sprint", 0.90, 9.0), line(OURS, "sprint", 0.99, 2.0, key="two")]
    (one,) = measured(lines)
    assert (one.runs, one.median_seconds) == (1, 2.0)


def test_each_machine_has_its_own_tables_the_newest_first() -> None:
    lines = [line(OURS, "sprint", 0.99, 2.0), line(OURS, "sprint", 0.99, 0.1, machine="a GPU")]
    text = page(lines)
    assert text.index("## a GPU") < text.index(f"## {MACHINE}")
    assert text.count("imagette: sprint | 99.00 | 1 |") == 2


def test_the_goal_that_is_a_ratio() -> None:
    peer = line(TORCH, "one-epoch", 0.991, 4.0, label=f"{TORCH}: one-epoch, precision bfloat16")
    assert "0.50; goal: at most 0.5, reached" in page([peer, line(OURS, "sprint", 0.991, 2.0)])
    assert "0.75; goal: at most 0.5, missed" in page([peer, line(OURS, "sprint", 0.991, 3.0)])
    assert "at most 0.5" not in page([peer, line(OURS, "sprint", 0.980, 1.0)])


def test_the_recipe_as_it_is_now_counts_and_an_older_form_is_called_so() -> None:
    lines = [
        line(OURS, name, accuracy, 1.0, key=key, seed=seed)
        for name, accuracy, key, seed in (
            ("sprint", 0.991, "one", 0),
            ("sprint", 0.980, "two", 0),
            ("sprint", 0.993, "one", 1),
            ("best", 0.997, "three", 0),
            ("best, epochs 54", 0.998, "four", 0),
        )
    ]
    current = {(f"{OURS}: sprint", "mnist"): "one", (f"{OURS}: best", "mnist"): "five"}
    sprint, best = measured(lines, current)
    assert (sprint.label, sprint.runs, sprint.spread) == (f"{OURS}: sprint", 2, "99.20 ± 0.14")
    assert best.label == f"{OURS}: best, an older form"
    again, *_ = measured(lines)
    assert again.runs == 2
