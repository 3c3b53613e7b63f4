"""None of these: what a trained classifier refuses to answer, and what it says."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

import imagette
from imagette.cli.main import run
from imagette.data.dataset import Splits
from imagette.errors import ClassifierError, PictureError, SettingsError
from imagette.evaluation.novelty import Traces
from imagette.inference import Classifier
from imagette.inference.rejection import Rule
from imagette.jobs.certainty import fit_certainty
from imagette.network import Dense, Flatten, GlobalAveragePooling2D, Input, Sequential
from imagette.recipes import recipe
from imagette.runs.model_file import build_traces_model
from imagette.runs.run import Run
from imagette.training.loop import fit
from tests.conftest import make_dataset

STRANGE = Rule(novelty_threshold=1.0)


def without_rule(run: Run) -> bytes:
    """The run's model as one is written where no rule could be fitted."""
    model = onnx.load_from_string(run.model.read_bytes())
    model = onnx.utils.Extractor(model).extract_model(["images"], ["probabilities"])
    values = json.loads(onnx.load_from_string(run.model.read_bytes()).metadata_props[0].value)
    values["rejection"] = None
    onnx.helper.set_model_props(model, {"imagette": json.dumps(values)})
    return bytes(model.SerializeToString())


def test_blank_sheets_and_noise_get_no_answer_and_digits_do(classifier: Classifier) -> None:
    random = np.random.default_rng(0)
    strange = [np.full((8, 8), gray, np.uint8) for gray in (0, 90, 255)]
    strange += list(random.integers(0, 256, (40, 8, 8), dtype=np.uint8))
    answers = classifier.predict_all(strange, prepare="none")
    assert sum(answer.rejected for answer in answers) >= 40
    assert {answer.reason.split(" ")[0] for answer in answers if answer.rejected} <= {
        "unlike", "torn",
    }  # fmt: skip
    digits = classifier.predict_all(list(imagette.open_data("digits").test.images))
    assert np.mean([not answer.rejected for answer in digits]) > 0.97
    assert not any(
        a.rejected for a in classifier.predict_all(strange, prepare="none", never_reject=True)
    )
    assert answers[0].label == classifier.predict(strange[0], prepare="none").label


def test_the_evaluation_counts_what_got_an_answer(classifier: Classifier, digits_run: Run) -> None:
    test = imagette.open_data("digits").test
    probabilities, novelty = classifier.probabilities_and_novelty(test.images)
    accepted = novelty <= 1
    right = probabilities.argmax(1) == test.labels
    assert digits_run.test.accepted == pytest.approx(accepted.mean())
    assert digits_run.test.accepted_accuracy == pytest.approx(right[accepted].mean())
    assert digits_run.test.accuracy == pytest.approx(right.mean())
    assert (digits_run.validation.accepted or 0) >= 0.99
    assert digits_run.test.calibration_error < (digits_run.test.uncalibrated_error or 0) / 2
    assert digits_run.certainty["temperature"] == classifier.metadata.temperature
    assert digits_run.certainty["rejection"] == classifier.metadata.rejection


def test_what_is_turned_and_no_digit_any_more_is_rejected_by_what_was_learned_of_such(
    classifier: Classifier, digits_run: Run
) -> None:
    names = {tensor.name for tensor in onnx.load(digits_run.model).graph.initializer}
    assert "novelty/discriminant" in names
    test = imagette.open_data("digits").test
    sevens = test.images[test.labels == 7]
    turned = np.ascontiguousarray(np.rot90(sevens, 1, axes=(1, 2)))
    rejected = classifier.probabilities_and_novelty(turned)[1] > 1
    assert rejected.mean() > 0.8
    assert (classifier.probabilities_and_novelty(sevens)[1] > 1).mean() < 0.1


def test_a_threshold_of_the_users_own(classifier: Classifier) -> None:
    images = list(imagette.open_data("digits").test.images)
    least = float(np.median([a.probability for a in classifier.predict_all(images)]))
    answers = classifier.predict_all(images, threshold=least)
    for answer in answers:
        assert answer.rejected or answer.probability >= least
        assert answer.reason == f"less sure than {least:g}" or answer.rejected == (
            answer.reason != ""
        )
    assert 0.4 < np.mean([answer.rejected for answer in answers]) < 0.6
    assert any(answer.reason == f"less sure than {least:g}" for answer in answers)
    wrong: Any
    with pytest.raises(SettingsError, match="and `never_reject=True`: expected one of them"):
        classifier.predict(images[0], threshold=0.5, never_reject=True)
    with pytest.raises(PictureError, match="is an address, expected a file: only the command"):
        classifier.predict("https://example.org/x.png")
    for wrong in (-0.1, 1.5, float("nan"), "0.5", True):
        with pytest.raises(SettingsError, match="expected the least probability for an answer"):
            classifier.predict(images[0], threshold=wrong)


@pytest.mark.parametrize(
    ("rule", "second", "novelty", "reason"),
    [
        (STRANGE, 0.3, 0.5, ""),
        (STRANGE, 0.05, 1.5, "unlike the training images"),
        (STRANGE, 0.3, 1.5, "torn between 4 and 9"),
        (STRANGE, 0.3, 2.5, "unlike the training images"),
        (STRANGE, 0.3, float("nan"), "unlike the training images"),
        (Rule(least_probability=0.7), 0.3, 9.0, "torn between 4 and 9"),
        (Rule(least_probability=0.7), 0.1, 9.0, "less sure than 0.7"),
        (Rule(least_probability=0.6), 0.3, 9.0, ""),
        (Rule(), 0.6, float("inf"), ""),
        (Rule(always=True), 0.3, float("nan"), ""),
    ],
)
def test_the_reason_fits_the_case(rule: Rule, second: float, novelty: float, reason: str) -> None:
    assert rule.reason((("4", 0.6), ("9", second)), novelty) == reason
    probabilities = np.array([[0.6, second]])
    assert rule.rejects(probabilities, np.array([novelty])).tolist() == [bool(reason)]


def test_a_model_without_a_rule_answers_always(digits_run: Run) -> None:
    always = Classifier(without_rule(digits_run))
    images = imagette.open_data("digits").test.images
    np.testing.assert_array_equal(
        always.probabilities(images), imagette.load(digits_run).probabilities(images)
    )
    assert always.metadata.rejection is None
    assert not always.predict(np.zeros((8, 8), np.uint8), prepare="none").rejected
    assert always.predict(np.zeros((8, 8), np.uint8), prepare="none", threshold=1).rejected


def test_a_rule_needs_the_output_that_it_is_about(digits_run: Run) -> None:
    model = onnx.load_from_string(digits_run.model.read_bytes())
    del model.graph.output[1]
    with pytest.raises(ClassifierError, match="name a rejection, and its .* gives no novelty"):
        Classifier(model.SerializeToString())


def test_a_novelty_of_another_shape_is_damage(digits_run: Run) -> None:
    model = onnx.load_from_string(digits_run.model.read_bytes())
    producer = next(node for node in model.graph.node if node.output[0] == "novelty")
    producer.input[0] = "novelty/by_class"
    del model.graph.output[1].type.tensor_type.shape.dim[:]
    for size in ("batch", "images"):
        model.graph.output[1].type.tensor_type.shape.dim.add().dim_param = size
    with pytest.raises(ClassifierError, match="its novelty is tensor.float. .*expected tensor"):
        Classifier(model.SerializeToString())


def test_few_images_and_other_ends_reject_nothing_and_it_is_said(splits: Splits) -> None:
    network = recipe("sprint").network(splits.shape, 3)
    fitted = fit_certainty(network, network.initial_weights(0), splits, 0)
    assert fitted.novelty is None
    assert fitted.temperature is not None
    assert fitted.rejection is None
    assert fitted.notes == (
        "30 validation images are too few to reject what is unlike the training images: "
        "expected 99, to answer 99 % of those that are like them",
        "with 30 validation images a certainty above about 97 % cannot be known",
    )
    other = Sequential([Input(splits.shape), Dense(3), GlobalAveragePooling2D()])
    weights = other.initial_weights(0)
    fitted = fit_certainty(other, weights, splits, 0)
    assert fitted.weights is weights
    assert (fitted.temperature, fitted.novelty) == (None, None)
    assert "ends in GlobalAveragePooling2D 'global_average_pooling2d', not in" in fitted.notes[0]


def test_mirrored_images_are_as_well_known_where_training_mirrored() -> None:
    splits = imagette.open_data("digits")
    network = recipe("sprint").network(splits.shape, 10)
    settings = recipe("sprint").settings.override(epochs=20, mirror="yes")
    weights = fit(network, network.initial_weights(0), splits, settings).weights

    def stranger(mirrored: bool) -> float:
        """How much more novel mirrored test images are than the same as they are stored."""
        told = replace(splits, mirror=mirrored)
        fitted = fit_certainty(network, weights, told, 0, mirrored=mirrored)
        assert fitted.novelty is not None
        session = onnxruntime.InferenceSession(build_traces_model(network, fitted.weights))
        stored = splits.test.images
        flipped = np.ascontiguousarray(stored[:, :, ::-1])
        means = [
            float(fitted.novelty.score(Traces(*session.run(None, {"images": images}))).mean())
            for images in (stored, flipped)
        ]
        return means[1] - means[0]

    assert abs(stranger(mirrored=True)) < 0.1
    assert stranger(mirrored=False) > 0.3


@pytest.mark.parametrize("classes", [2, 100])
def test_two_classes_and_a_hundred(classes: int) -> None:
    shape = (12, 12, 1)
    sides = [make_dataset(n, shape, min(classes, 4), seed) for seed, n in enumerate((60, 200, 9))]
    names = tuple(map(str, range(classes)))
    train, validation, test = (replace(side, class_names=names) for side in sides)
    splits = Splits("some", train, validation, test)
    network = Sequential([Input(shape), Flatten(), Dense(classes, "softmax")])
    settings = recipe("sprint").settings.override(epochs=20, learning_rate=0.001)
    weights = fit(network, network.initial_weights(0), splits, settings).weights
    fitted = fit_certainty(network, weights, splits, 0)
    assert fitted.novelty is not None
    assert fitted.rejection is not None
    assert fitted.rejection["novelty_threshold"] == 1
    learned = fitted.novelty.memory.discriminant is not None
    assert ("discriminant of pseudo-outliers" in fitted.rejection["method"]) == learned
    assert fitted.notes == ()


def test_the_command_says_none_of_these(
    digits_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(tmp_path / "blank.png")
    command = ["predict", str(digits_run.path), str(tmp_path / "blank.png")]

    def told(*options: str) -> tuple[int, str, str]:
        code = run([*command, *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    code, out, _ = told()
    assert code == 0
    assert "none of these (" in out
    code, out, _ = told("--json")
    answers: list[dict[str, Any]] = json.loads(out)
    answer = answers[0]
    assert (code, answer["rejected"]) == (0, True)
    assert answer["reason"]
    assert answer["label"] is None and answer["best_guess"] in "0123456789"
    code, out, _ = told("--never-reject")
    assert (code, "none of these" in out) == (0, False)
    code, _, err = told("--threshold", "7")
    assert code == 2
    assert "--threshold 7.0: expected the least probability for an answer, from 0 to 1" in err
