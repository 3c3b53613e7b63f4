"""The command line, in-process: what each verb prints, and where."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagette
from imagette.cli.evaluate import print_evaluation
from imagette.cli.main import VERBS, application, run
from imagette.evaluation import evaluate_probabilities
from imagette.numerals import percent
from imagette.runs.run import Run
from imagette.settings import Settings

Captured = pytest.CaptureFixture[str]


def save_digit(path: Path, side: int = 8) -> Path:
    """A picture of a digit from the test images."""
    import imagette

    image = imagette.open_data("digits").test.images[0, ..., 0]
    Image.fromarray(image).resize((side, side), Image.Resampling.NEAREST).save(path)
    return path


def test_train_prints_results_to_stdout_and_progress_to_stderr(
    tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "runs"
    assert run(["train", "-r", "sprint", "--epochs", "2", "--seed", "7", "--out", str(out)]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0].startswith("test accuracy ")
    assert "95 % interval" in lines[0]
    assert "359 images" in lines[0]
    assert lines[1].startswith("2 epochs in ")
    assert lines[2] == f"saved in {out / 'digits-sprint-1'}"
    assert lines[3] == f"report: {out / 'digits-sprint-1' / 'report.html'}"
    assert lines[4] == f"next: imagette predict {out / 'digits-sprint-1'} PICTURE"
    assert "digits-sprint, seed 7: training on 1,258 images, 2 epochs of 5 steps" in printed.err
    assert "epoch 2/2" in printed.err
    assert "val_accuracy" in printed.err
    record = Run.load(out / "digits-sprint-1")
    assert (record.settings["seed"], record.settings["epochs"]) == (7, 2)


def test_train_can_print_json(tmp_path: Path, capsys: Captured) -> None:
    assert run(["train", "-r", "sprint", "--epochs", "1", "-o", str(tmp_path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["path"] == str(tmp_path / "digits-sprint-1")
    assert 0 <= printed["test"]["accuracy"] <= 1


def test_evaluate_prints_scores_and_the_matrix(digits_run: Run, capsys: Captured) -> None:
    assert run(["evaluate", str(digits_run.path)]) == 0
    printed = capsys.readouterr().out
    for words in (
        "accuracy",
        "log loss",
        "macro F1",
        "calibration error",
        "precision",
        "label (rows)",
    ):
        assert words in printed
    assert run(["evaluate", str(digits_run.path), "--json"]) == 0
    received = json.loads(capsys.readouterr().out)
    assert received.pop("test_readings") >= 3  # by the training and twice here
    assert received == json.loads(json.dumps(digits_run.test.to_dict()))


def test_evaluate_says_which_classes_are_too_small_for_macro_f1(capsys: Captured) -> None:
    labels = np.repeat([0, 1, 2], [6, 4, 5])
    print_evaluation(evaluate_probabilities(np.eye(4)[labels], labels, ("a", "b", "c", "d")))
    assert "; 1 class has fewer than 5 images\n" in capsys.readouterr().out


def test_evaluate_on_other_data_of_the_same_classes(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, 12, 12), dtype=np.uint8)
    labels = np.arange(40) % 10
    np.savez(
        tmp_path / "other.npz",
        x_train=images,
        y_train=labels,
        x_test=images[:20],
        y_test=labels[:20],
    )
    assert (
        run(["evaluate", str(digits_run.path), "--data", str(tmp_path / "other.npz"), "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["images"] == 20


def test_predict_names_label_probability_and_runner_up(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    picture = save_digit(tmp_path / "seven.png")
    assert run(["predict", str(digits_run.path), str(picture)]) == 0
    printed = capsys.readouterr().out
    assert "runner-up" in printed
    assert "changed" not in printed
    folder = tmp_path / "more"
    folder.mkdir()
    save_digit(folder / "b.png", 40)
    save_digit(folder / "a.PNG")
    (folder / "notes.txt").write_text("not a picture")
    assert run(["predict", str(digits_run.path), str(picture), str(folder), "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert [Path(answer["picture"]).name for answer in answers] == ["seven.png", "a.PNG", "b.png"]
    assert len({answer["label"] for answer in answers}) == 1
    assert [bool(answer["note"]) for answer in answers] == [False, False, True]
    assert run(["predict", str(digits_run.path), str(folder), "--prepare", "none"]) == 0
    assert "40x40 to 8x8" in capsys.readouterr().out


def test_a_training_that_learned_nothing_says_so(tmp_path: Path, capsys: Captured) -> None:
    command = ["train", "digits", "-r", "sprint", "--epochs", "2", "--no-report", "-o"]
    # As good as none: with a large one chance decides, and so what processor it is.
    assert run([*command, str(tmp_path), "--learning-rate", "1e-9"]) == 0
    told = capsys.readouterr().err
    assert "note: nothing was learned: " in told
    assert "Try another learning rate (it is 1e-09)" in told
    assert run([*command, str(tmp_path)]) == 0
    assert "nothing was learned" not in capsys.readouterr().err


def test_too_few_validation_images_are_not_called_nothing_learned(
    tmp_path: Path, capsys: Captured
) -> None:
    labels = (np.arange(220) % 11 == 0).astype(np.int64)
    images = np.random.default_rng(0).integers(0, 60, (220, 8, 8), dtype=np.uint8)
    images[labels == 0, :4] += 180
    images[labels == 1, 4:] += 180
    np.savez(tmp_path / "rare.npz", x_train=images, y_train=labels)
    command = ["train", str(tmp_path / "rare.npz"), "-r", "sprint", "--epochs", "20"]
    assert run([*command, "--no-report", "-o", str(tmp_path)]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "nothing was learned" not in told
    assert (
        "note: 22 validation images cannot tell whether anything was learned: 100.0 % of the "
        "validation images are answered right, and 90.9 % would be"
    ) in told


def test_why_few_validation_images_made_the_calibration_worse(
    tmp_path: Path, capsys: Captured
) -> None:
    labels = np.arange(90) % 3
    images = np.random.default_rng(0).integers(0, 60, (90, 12, 12), dtype=np.uint8)
    for label in range(3):
        images[labels == label, 4 * label : 4 * label + 4] += 180
    np.savez(tmp_path / "rows.npz", x_train=images, y_train=labels)
    made = imagette.train(tmp_path / "rows.npz", "sprint", epochs=60, out=tmp_path)
    assert made.validation.images == 9
    assert (made.test.uncalibrated_error or 1) < made.test.calibration_error
    capsys.readouterr()
    assert run(["evaluate", str(made.path)]) == 0
    told = "with 9 validation images a certainty above about 90 % cannot be known"
    assert told in capsys.readouterr().out
    assert told in (made.path / "report.html").read_text(encoding="utf-8")


def test_a_recipe_s_settings_are_shown(capsys: Captured) -> None:
    assert run(["recipes", "sprint"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    rows = {words[0]: words[1] for words in lines if len(words) > 1}
    assert rows["epochs"] == "1"
    assert rows["optimizer"] == "adam"
    assert rows["frozen-share"] == "0.5"
    assert "momentum" not in rows  # Adam has none
    assert not any("minimum_steps" in word for words in lines for word in words)
    assert run(["recipes", "sprint", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["settings"]["beta_1"] == 0.7
    assert one["mirrored"] is None
    assert run(["recipes", "sprnt"]) == 1
    assert "did you mean 'sprint'" in capsys.readouterr().err


def test_another_form_for_mirrored_images_is_shown_beside_the_first(capsys: Captured) -> None:
    assert run(["recipes", "best"]) == 0
    printed = capsys.readouterr().out
    rows = {words[0]: words[1:3] for line in printed.splitlines() if (words := line.split())}
    assert rows["setting"] == ["value", "mirrored"]
    assert rows["members"] == ["7", "none"]
    assert rows["erasing"] == ["none", "0.5"]
    assert rows["batch-size"] == ["256", "256"]
    assert printed.endswith("for images that training mirrors, with another network\n")
    assert run(["recipes", "standard"]) == 0
    assert capsys.readouterr().out.endswith("mirrored: for images that training mirrors\n")
    assert run(["recipes", "best", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["mirrored"]["settings"]["epochs"] == 10
    garments = imagette.summary("best", "fashion-mnist")
    assert one["mirrored"]["multiply_adds"] == garments.multiply_adds != one["multiply_adds"]
    assert imagette.summary("best", "mnist").multiply_adds == one["multiply_adds"]


def test_recipes_lists_them_all(capsys: Captured) -> None:
    assert run(["recipes"]) == 0
    printed = capsys.readouterr().out
    for words in ("standard", "sprint", "classic", "1,199,882", "published 99.04 %"):
        assert words in printed
    assert run(["recipes", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["name"]: row["parameters"] for row in rows}["wide-dense"] == 3_274_634
    assert all(row["multiply_adds"] > 0 for row in rows)


def test_summary_is_keras_summary_plus_cost(capsys: Captured) -> None:
    assert run(["summary", "classic", "--data", "mnist"]) == 0
    printed = capsys.readouterr().out
    for words in ("conv2d_1 (Conv2D)", "(None, 24, 24, 64)", "18,496", "10,616,832", "11,992,448"):
        assert words in printed
    assert run(["summary", "sprint", "--data", "cifar10", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"][0]["shape"] == [32, 32, 3]


def test_summary_of_a_run_is_that_of_its_network(
    digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    assert run(["summary", "sprint", "--data", "digits"]) == 0
    expected = capsys.readouterr().out
    assert run(["summary", str(digits_run.path)]) == 0
    assert capsys.readouterr().out == expected
    assert run(["summary", str(digits_run.path), "--data", "mnist"]) == 2
    assert "data is for a recipe, and a run was given" in capsys.readouterr().err
    assert run(["summary", str(tmp_path / "no" / "run")]) == 1
    assert "no run folder" in capsys.readouterr().err
    assert run(["summary", str(tmp_path)]) == 1
    assert "run.json" in capsys.readouterr().err


def test_help_and_version(capsys: Captured) -> None:
    import imagette

    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"imagette {imagette.__version__}\n"
    assert run(["--help"]) == 0
    for verb in (
        "evaluate",
        "compare",
        "predict",
        "recipes",
        "summary",
        "reproduce",
        "export",
        "train",
    ):
        assert run([verb, "--help"]) == 0
    assert "--learning-rate" in capsys.readouterr().out


@pytest.mark.parametrize("columns", [40, 80])
def test_help_cuts_no_name_and_no_sentence(
    columns: int, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run(["train", "--help"]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    names = dict.fromkeys(field.name for field in fields(Settings) if field.type is bool)
    assert names
    for name in (name.replace("_", "-") for name in names):
        assert f"  --{name} / --no-{name}" in told
    titles = ["Arguments:", "Options:", "Data:", "Settings (where not given: the recipe's):"]
    assert [line for line in told.splitlines() if line.endswith(":") and line[0] != " "] == titles
    assert "[default: 0.1]" in told
    assert run(["--help"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert all(f" {verb} {purpose}" in words for verb, purpose in VERBS.items())


def test_wrong_usage_is_told_in_plain_lines(capsys: Captured) -> None:
    assert run(["train", "--nope"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[-1] == "Error: No such option: --nope"


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_told_of_as_it_tells_of_itself(verb: str) -> None:
    """Its file is imported for it alone."""
    from typer.main import get_command

    commands = [getattr(get_command(application(one)), "commands") for one in (verb, None)]  # noqa: B009
    assert commands[0].keys() == commands[1].keys() == VERBS.keys()
    imported, named = (each[verb] for each in commands)
    assert imported.help == named.help == VERBS[verb]
    assert (imported.params and not named.params) or verb == "data"


def test_an_unknown_verb_names_the_nearest(capsys: Captured) -> None:
    assert run(["trian"]) == 2
    assert "train" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("correct", "images", "text"),
    [(9927, 10_000, "99.27 %"), (357, 359, "99.4 %"), (9, 10, "90 %"), (10, 10, "100 %")],
)
def test_no_more_digits_than_the_interval_supports(correct: int, images: int, text: str) -> None:
    from imagette.evaluation import wilson_interval

    assert percent(correct / images, wilson_interval(correct, images)) == text
