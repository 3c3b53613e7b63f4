"""Runs against runs and groups against groups, from what was said of the same images."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import imagette
from imagette.cli.main import run as imagette_command
from imagette.errors import DatasetError, RunError
from imagette.jobs.comparison import NONE_SHOWN
from imagette.plot.files import encoded
from imagette.runs.group import Group
from imagette.runs.judgements_file import read_judgements
from imagette.runs.run import Run


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> list[Group]:
    """Two ways to train, one of them too short, with three seeds each."""
    out = tmp_path_factory.mktemp("groups")
    return [
        imagette.train_seeds("digits", "sprint", seeds=3, epochs=epochs, out=out)
        for epochs in (6, 1)
    ]


def test_runs_are_compared_on_the_same_images(groups: list[Group]) -> None:
    good, bad = groups[0].runs[0], groups[1].runs[0]
    result = imagette.compare([good, bad])
    right = [read_judgements(run.path, 10)["test"].right for run in (bad, good)]
    only_bad, only_good = (right[0] & ~right[1]).sum(), (right[1] & ~right[0]).sum()
    (difference,) = result.differences
    assert (difference.only_this, difference.only_first) == (only_bad, only_good)
    assert difference.p_value == pytest.approx(
        stats.binomtest(int(only_bad), int(only_bad + only_good)).pvalue
    )
    assert difference.difference == pytest.approx(bad.test.accuracy - good.test.accuracy)
    assert (difference.verdict, difference.pairs) == ("worse", 359)
    assert [row.accuracy for row in result.rows] == [good.test.accuracy, bad.test.accuracy]
    assert result.images == result.judged == 359
    (back,) = imagette.compare([bad, good]).differences
    assert (back.verdict, back.difference) == ("better", -difference.difference)


def test_with_its_copy_no_difference_is_shown(groups: list[Group], tmp_path: Path) -> None:
    run = groups[0].runs[0]
    (difference,) = imagette.compare([run, altered(run, tmp_path / "copy")]).differences
    assert (difference.verdict, difference.p_value, difference.difference) == (NONE_SHOWN, 1, 0)
    low, high = difference.interval
    assert low < 0 < high


def test_several_are_compared_with_the_first_by_holm(groups: list[Group]) -> None:
    result = imagette.compare([groups[0].runs[0], *groups[1].runs[:2]])
    values = sorted((d.p_value, d.adjusted_p_value) for d in result.differences)
    assert values[0][1] == pytest.approx(2 * values[0][0])
    assert values[1][1] == pytest.approx(max(values[0][1], values[1][0]))


def test_groups_are_compared_over_seeds(groups: list[Group]) -> None:
    result = imagette.compare(groups)
    (difference,) = result.differences
    expected = stats.ttest_rel(groups[1].accuracies, groups[0].accuracies)
    assert difference.p_value == pytest.approx(expected.pvalue)
    assert (difference.pairs, difference.only_this) == (3, None)
    assert result.rows[0].accuracy == pytest.approx(np.mean(groups[0].accuracies))
    assert result.rows[0].spread == pytest.approx(np.std(groups[0].accuracies, ddof=1))
    assert (result.rows[0].seeds, result.rows[0].accuracy_interval) == ((0, 1, 2), None)


def test_on_other_data_both_classify_it(groups: list[Group], tmp_path: Path) -> None:
    test = imagette.open_data("digits").test
    np.savez(
        tmp_path / "other.npz", x_train=np.asarray(test.images)[:300], y_train=test.labels[:300]
    )
    runs = [groups[0].runs[0], groups[1].runs[0]]
    result = imagette.compare(runs, tmp_path / "other.npz")
    assert result.images == imagette.evaluate(runs[0], tmp_path / "other.npz").images == 300
    assert Run.load(runs[0].path).test_readings == runs[0].test_readings


def altered(run: Run, folder: Path, **data: object) -> Path:
    """A copy of the run with other `data` in its record."""
    shutil.copytree(run.path, folder)
    text = replace(run, data=dict(run.data) | data).to_json()
    (folder / "run.json").write_text(text)
    return folder


def test_what_cannot_be_compared_is_told(groups: list[Group], tmp_path: Path) -> None:
    run = groups[0].runs[0]
    with pytest.raises(RunError, match="1 run to compare, expected two or more. Give their"):
        imagette.compare([run])
    with pytest.raises(RunError, match="digits-sprint-1 is given twice, expected different runs"):
        imagette.compare([run, groups[0].runs[1], run.path / "." / "x" / ".."])
    with pytest.raises(RunError, match="is a group of runs, .* is none: expected runs alone, or"):
        imagette.compare([run, groups[0]])
    other = altered(run, tmp_path / "a", test={"images": 359, "fingerprint": "0" * 64})
    message = (
        "a was tested on other images than .*: fingerprint 0{12}, expected .* give `data`, a source"
    )
    with pytest.raises(DatasetError, match=message):
        imagette.compare([run, other])
    names = [f"digit {n}" for n in range(10)]
    with pytest.raises(DatasetError, match="know different classes: expected the same"):
        imagette.compare([run, altered(run, tmp_path / "b", class_names=names)])
    for first in (run, groups[0]):
        with pytest.raises(RunError, match="there is no run folder .*nowhere"):
            imagette.compare([first, tmp_path / "nowhere"])


@pytest.mark.parametrize("runs", ["runs/x", Path("runs/x"), None, 3, [], ["x", 3], ["x", "a\0"]])
def test_what_is_no_list_of_runs_is_told(runs: Any, tmp_path: Path) -> None:
    message = r"received .*, expected a list of run folders\. Give them as \['runs/a', 'runs/b'\]"
    with pytest.raises(RunError, match=message):
        imagette.compare(runs)
    with pytest.raises(RunError, match=message):
        imagette.write_comparison(runs, tmp_path)


def test_judgements_of_another_number_are_told(groups: list[Group], tmp_path: Path) -> None:
    from imagette.runs.judgements_file import write_judgements

    run = groups[0].runs[0]
    shutil.copytree(run.path, tmp_path / "short")
    read = read_judgements(run.path, 10)
    write_judgements(tmp_path / "short", read["validation"], read["test"].first(100))
    with pytest.raises(DatasetError, match="short judged 100 test images, .* 359: expected the"):
        imagette.compare([run, tmp_path / "short"])


def test_groups_without_common_seeds_are_told(groups: list[Group], tmp_path: Path) -> None:
    for run in groups[1].runs[:2]:
        folder = tmp_path / "later" / run.path.name
        shutil.copytree(run.path, folder)
        settings = dict(run.settings) | {"seed": run.settings["seed"] + 2}
        (folder / "run.json").write_text(replace(run, settings=settings).to_json())
    message = r"later has the seeds \[2, 3\], .* \[0, 1, 2\]: expected two or more that both have"
    with pytest.raises(DatasetError, match=message):
        imagette.compare([groups[0], tmp_path / "later"])


def test_the_command_says_it_in_words(
    groups: list[Group], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [str(run.path) for run in (groups[0].runs[0], groups[1].runs[0])]
    assert imagette_command(["compare", *runs]) == 0
    printed = capsys.readouterr().out
    assert "359 test images" in printed
    first, second = (str(Path(run).relative_to(groups[0].path.parent)) for run in runs)
    assert f"{second} is worse than {first}\n" in printed
    assert "McNemar, exact: p < 0.0001; right alone:" in printed
    assert max(map(len, printed.splitlines())) <= 140
    copy = str(altered(groups[0].runs[0], tmp_path / "copy"))
    assert imagette_command(["compare", *runs, copy]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"copy and \S*digits-sprint-1: no difference shown", printed)
    assert "p-values are Holm's, for 2 tests at once." in printed
    assert imagette_command(["compare", "--json", *map(str, map(Path, groups))]) == 0
    assert json.loads(capsys.readouterr().out)["differences"][0]["test"] == "paired t over seeds"
    assert imagette_command(["compare", *map(str, map(Path, groups))]) == 0
    printed = capsys.readouterr().out
    assert "paired t over seeds: p =" in printed
    assert "359 test images: means over seeds, accuracy ± standard deviation" in printed
    assert re.search(r"^digits-sprint-3-seeds-1 +\d+\.\d+ ± \d+\.\d+ % +3 ", printed, re.M)


def test_curves_lie_over_one_another(groups: list[Group]) -> None:
    runs = {"long": groups[0].runs, "short": groups[1].runs}
    ax = imagette.plot.compared_curves(runs, metric="accuracy")
    lines = [np.asarray(line.get_ydata()).tolist() for line in ax.lines]
    drawn = [values for values in lines if len(values) > 1]
    assert drawn == [[epoch["val_accuracy"] for epoch in run.history] for run in groups[0].runs]
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["long", "short"]
    with pytest.raises(ValueError, match="metric='recall': expected 'loss' or 'accuracy'"):
        imagette.plot.compared_curves(runs, metric="recall")
    names = ["_scans-1", "a$b_$-1", "a$x$\n-1"]
    ax = imagette.plot.compared_curves({name: [groups[0].runs[0]] for name in names})
    encoded(ax, "png")  # which draws it
    legend = ax.get_legend()
    assert legend is not None
    shown = [text.get_text() for text in legend.get_texts()]
    assert shown == [" _scans-1", "a$b_$-1", "a$x$\\n-1"]


def test_the_command_writes_the_curves(
    groups: list[Group], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [str(group.path) for group in groups]
    assert imagette_command(["compare", *paths, "--figures", str(tmp_path), "--format", "svg"]) == 0
    names = ("compared-loss.svg", "compared-accuracy.svg")
    assert capsys.readouterr().out.endswith(
        "".join(f"\n  {tmp_path / name}" for name in names) + "\n"
    )
    for name in names:
        for group in groups:
            assert group.path.name in (tmp_path / name).read_text()
