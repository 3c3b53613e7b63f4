"""The classifier: pictures and arrays in, answers out, and what it refuses."""

import copy
import functools
import io
import json
import operator
import os
import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from PIL import Image

import imagette
from imagette.data.dataset import Dataset
from imagette.data.options import RESIZES
from imagette.errors import ClassifierError, PictureError, RunError, SourceError
from imagette.images.fit_shape import fit_shape
from imagette.inference.classifier import Classifier
from imagette.inference.measure import measure
from imagette.runs.run import Run
from tests.pictures import noise


def with_metadata(run: Run, changes: dict[str, Any]) -> bytes:
    """The bytes of the run's model, with other metadata."""
    model = onnx.load_from_string(run.model.read_bytes())
    values = json.loads(model.metadata_props[0].value) | changes
    onnx.helper.set_model_props(model, {"imagette": json.dumps(values)})
    return bytes(model.SerializeToString())


def pickled(classifier: Classifier) -> Classifier:
    """As multiprocessing hands it to another process."""
    return pickle.loads(pickle.dumps(classifier))  # type: ignore[no-any-return]


def test_a_run_folder_and_its_model_by_itself_answer_the_same(
    classifier: Classifier, digits_run: Run, tmp_path: Path
) -> None:
    model = tmp_path / "alone.onnx"
    model.write_bytes(digits_run.model.read_bytes())
    images = imagette.open_data("digits").test.images
    expected = classifier.probabilities(images)
    np.testing.assert_array_equal(imagette.load(model).probabilities(images), expected)
    assert (expected.argmax(1) == imagette.open_data("digits").test.labels).mean() > 0.9


def test_predictions_name_the_likeliest_and_the_second(classifier: Classifier) -> None:
    image = imagette.open_data("digits").test.images[0]
    answer = classifier.predict(image)
    ranked = sorted(answer.probabilities.items(), key=lambda item: -item[1])
    assert (answer.label, answer.probability) == ranked[0]
    assert (answer.runner_up, answer.runner_up_probability) == ranked[1]
    assert tuple(answer.probabilities) == classifier.class_names == tuple("0123456789")
    assert answer.note == ""
    assert classifier.predict(image[..., 0]) == answer


def test_pictures_are_made_to_fit_and_it_is_said(classifier: Classifier, tmp_path: Path) -> None:
    image = imagette.open_data("digits").test.images[0]
    big = Image.fromarray(image[..., 0]).resize((64, 64), Image.Resampling.NEAREST)
    big.convert("RGB").save(tmp_path / "big.png")
    big.save(tmp_path / "gray.png")
    answers = classifier.predict_all(
        [tmp_path / "big.png", str(tmp_path / "gray.png")], prepare="none"
    )
    assert [answer.note for answer in answers] == ["64x64 to 8x8", "64x64 to 8x8"]
    assert {answer.label for answer in answers} == {classifier.predict(image).label}
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 200
    assert classifier.predict(red).note == "colour to gray"
    assert classifier.predict_all([]) == []


def test_many_images_go_in_batches(classifier: Classifier) -> None:
    images = np.random.default_rng(0).integers(0, 256, (600, 8, 8, 1), np.uint8)
    together = classifier.probabilities(images)
    assert together.shape == (600, 10)
    alone = [classifier.probabilities(images[n : n + 1])[0] for n in range(600)]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert classifier.probabilities(images[:0]).shape == (0, 10)


def test_images_of_another_shape_are_refused(classifier: Classifier) -> None:
    with pytest.raises(PictureError, match=r"uint8 \(2, 9, 9, 1\), expected uint8 \(n, 8, 8, 1\)"):
        classifier.probabilities(np.zeros((2, 9, 9, 1), np.uint8))
    with pytest.raises(PictureError, match="are a list, expected an array .* predict_all"):
        classifier.probabilities([[0]])  # type: ignore[arg-type]


def test_metadata_travels_in_the_file(classifier: Classifier, digits_run: Run) -> None:
    metadata = classifier.metadata
    assert metadata.image_shape == (8, 8, 1)
    assert (metadata.photo.kind, metadata.resize) == ("glyph", "stretch")
    assert metadata.evaluation is not None
    assert metadata.evaluation["accuracy"] == digits_run.test.accuracy
    assert metadata.provenance["recipe"] == "sprint"


def test_what_does_not_load_is_told(digits_run: Run, tmp_path: Path) -> None:
    content = digits_run.model.read_bytes()
    for damaged in (b"", b"not a model", content[: len(content) // 2]):
        with pytest.raises(ClassifierError, match="is damaged or not an ONNX model"):
            Classifier(damaged)
    with pytest.raises(ClassifierError, match="there is no file .*none.onnx. Give a run folder"):
        imagette.load(tmp_path / "none.onnx")
    with pytest.raises(RunError, match="there is no run folder"):
        imagette.load(tmp_path / "none")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("created",), "2026-01-01T00:00:00+00:00"),
        (("settings", "seed"), 7),
        (("data", "train", "fingerprint"), "0" * 64),
    ],
)
def test_the_model_of_another_run_is_not_taken_for_its_own(
    digits_run: Run, tmp_path: Path, place: tuple[str, ...], value: Any
) -> None:
    folder = shutil.copytree(digits_run.path, tmp_path / "run")
    assert imagette.load(folder).class_names == tuple("0123456789")
    values = json.loads((folder / "run.json").read_text())
    *path, last = place
    functools.reduce(operator.getitem, path, values)[last] = value
    (folder / "run.json").write_text(json.dumps(values))
    for ask in (imagette.load, imagette.evaluate, imagette.write_report):
        with pytest.raises(ClassifierError, match=f"^{folder}/model.onnx is not this run's: it wa"):
            ask(folder)
    assert imagette.load(folder / "model.onnx").class_names == tuple("0123456789")


@pytest.mark.parametrize(
    "changes",
    [
        {"class_names": ["a", "b"]},
        {"class_names": [str(number) for number in range(11)]},
        {"image_shape": [8, 8, 3]},
        {"image_shape": [9, 8, 1]},
    ],
)
def test_metadata_that_disagree_with_the_network_are_refused(
    digits_run: Run, changes: dict[str, Any]
) -> None:
    with pytest.raises(ClassifierError, match=r"is damaged: its network takes .*8, 8, 1.*metadata"):
        Classifier(with_metadata(digits_run, changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"class_names": "0123456789"}, "class_names is '0123456789', expected a list of two"),
        ({"class_names": ["a"] * 10}, "expected a list of two or more different texts"),
        ({"image_shape": [8, 8]}, "image_shape is .8, 8., expected height, width and channels"),
        ({"image_shape": [8, -8, 1]}, "expected height, width and channels"),
        ({"rejection": "high"}, "rejection is .high., expected an object or null"),
        ({"rejection": {"method": "", "coverage": 1}}, "rejection.novelty_threshold is missing"),
        ({"temperature": "high"}, "expected a number above 0 or null"),
        ({"temperature": 0}, "expected a number above 0 or null"),
        ({"temperature": float("nan")}, "it holds NaN"),
        ({"preparation": None}, "preparation is None, expected an object"),
        ({"preparation": {"box": 400}}, "preparation.box is 400, expected a number from"),
    ],
)
def test_damaged_metadata_are_told(digits_run: Run, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ClassifierError, match=f"has damaged metadata .*{message}"):
        Classifier(with_metadata(digits_run, changes))


@pytest.mark.parametrize("resize", RESIZES)
def test_pictures_are_resized_as_the_training_images_were(digits_run: Run, resize: str) -> None:
    saying = {"preparation": {"kind": "resize", "resize": resize}}
    classifier = Classifier(with_metadata(digits_run, saying))
    wide = noise(20, 50, 1)
    fitted, note = fit_shape(wide, (8, 8, 1), resize)
    answer = classifier.predict(wide)
    assert answer.note == note
    expected = classifier.probabilities(fitted[np.newaxis])[0]
    assert list(answer.probabilities.values()) == expected.tolist()
    dataset = Dataset(wide[np.newaxis], np.array([3]), classifier.class_names)
    row = expected.astype(float)
    measured = measure(classifier, dataset).evaluation
    assert measured.log_loss == pytest.approx(-np.log(row[3] / row.sum()))


def test_models_that_do_not_say_how_to_resize_stretch(digits_run: Run) -> None:
    classifier = Classifier(with_metadata(digits_run, {"preparation": {"kind": "resize"}}))
    wide = noise(20, 50, 1)
    fitted = fit_shape(wide, (8, 8, 1), "stretch")[0]
    assert classifier.predict(wide).label == classifier.predict(fitted).label
    assert classifier.metadata.resize == "stretch"


@pytest.mark.parametrize("resize", ["seam", ["pad"], None])
def test_a_way_to_resize_that_is_not_known_is_refused(digits_run: Run, resize: Any) -> None:
    changes = {"preparation": {"kind": "resize", "resize": resize}}
    message = "resizes pictures by .*expected one of stretch, pad, crop.*later version"
    with pytest.raises(ClassifierError, match=message):
        Classifier(with_metadata(digits_run, changes))


def test_a_training_says_how_its_images_were_resized(tmp_path: Path) -> None:
    labels = np.arange(60) % 2
    np.savez(tmp_path / "wide.npz", x_train=noise(60, 8, 20), y_train=labels)
    options: dict[str, Any] = {"image_size": "8", "resize": "crop", "epochs": 1}
    run = imagette.train(tmp_path / "wide.npz", "sprint", out=tmp_path, **options)
    metadata = imagette.load(run).metadata
    assert (metadata.image_shape, metadata.resize) == ((8, 8, 1), "crop")
    assert imagette.evaluate(run) == run.test  # the data are opened with the same options
    # Other data come to the classifier's shape at once, in the run's own way.
    np.savez(tmp_path / "other.npz", x_train=noise(60, 16, 40), y_train=labels)
    opened = imagette.open_data(tmp_path / "other.npz", image_size="8x8", resize="crop")
    measured = measure(imagette.load(run), opened.test).evaluation
    everything = imagette.evaluate(run, tmp_path / "other.npz")
    assert (everything.images, measured.images) == (60, 12)


def test_metadata_hold_no_number_that_json_lacks(classifier: Classifier) -> None:
    broken = replace(classifier.metadata, evaluation={"log_loss": float("nan")})
    with pytest.raises(ClassifierError, match="not finite .NaN or infinity.* Lower"):
        broken.to_properties()


def test_a_run_stands_for_its_folder(classifier: Classifier, digits_run: Run) -> None:
    assert Classifier.load(digits_run).metadata == classifier.metadata
    assert Path(digits_run) == digits_run.path


@pytest.mark.parametrize(
    "one",
    [
        "x.png",
        b"x.png",
        memoryview(b"x.png"),
        io.BytesIO(b"x.png"),
        Path("x.png"),
        Image.new("L", (8, 8)),
        np.zeros((8, 9), np.uint8),
        np.zeros((8, 9, 3), np.uint8),
    ],
)
def test_one_picture_is_not_several(classifier: Classifier, one: Any) -> None:
    message = r"the one (picture|path .*x.png|array uint8 \(8, 9(, 3)?\)).*\. Use predict, or put"
    with pytest.raises(PictureError, match=f"predict_all received {message}"):
        classifier.predict_all(one)


def test_what_holds_no_pictures_is_told(classifier: Classifier) -> None:
    for nothing in (None, 5, np.array(3)):
        with pytest.raises(PictureError, match="predict_all received a .*Give a list of them"):
            classifier.predict_all(nothing)  # type: ignore[arg-type]


def test_a_run_is_loaded_by_each_of_its_names(classifier: Classifier, digits_run: Run) -> None:
    for name in ("", "run.json", "model.onnx"):
        assert imagette.load(digits_run.path / name).metadata == classifier.metadata
    for nothing, what in ((None, "a NoneType"), (5, "a int"), ("", "''")):
        with pytest.raises(ClassifierError, match=f"received {what}, expected the path of a run"):
            imagette.load(nothing)  # type: ignore[arg-type]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled], ids=lambda f: f.__name__)
def test_copies_answer_as_the_classifier_does(classifier: Classifier, copied: Any) -> None:
    other = copied(classifier)
    assert (other.metadata, repr(other)) == (classifier.metadata, repr(classifier))
    images = imagette.open_data("digits").test.images[:20]
    np.testing.assert_array_equal(other.probabilities(images), classifier.probabilities(images))


def test_a_pipe_is_no_model(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.onnx")
    with pytest.raises(ClassifierError, match="pipe.onnx is a pipe or a device, expected a file"):
        imagette.load(tmp_path / "pipe.onnx")


def test_models_that_imagette_did_not_make_are_refused(digits_run: Run) -> None:
    model = onnx.load_from_string(digits_run.model.read_bytes())
    for text in (
        "{",
        "[]",
        "[" * 100_000,
        "{}",
        '{"format": "1"}',
        '{"format": 1}',
        '{"format": 1, "class_names": 5}',
    ):
        onnx.helper.set_model_props(model, {"imagette": text})
        with pytest.raises(ClassifierError, match="damaged metadata"):
            Classifier(model.SerializeToString())
    for number, message in (
        (7, "has the format 7, expected 1: a later version of imagette wrote it. Update imagette"),
        (0, "has the format 0, expected 1: no version of imagette wrote it. Restore it, or"),
    ):
        onnx.helper.set_model_props(model, {"imagette": f'{{"format": {number}}}'})
        with pytest.raises(ClassifierError, match=message):
            Classifier(model.SerializeToString())
    del model.metadata_props[:]
    with pytest.raises(ClassifierError, match="was not made by imagette: it has no metadata"):
        Classifier(model.SerializeToString())
    model.graph.input[0].name = model.graph.node[0].input[0] = "x"
    message = (
        r"model.onnx takes \['x'\] and gives \['probabilities', 'novelty'\], expected images and "
        "probabilities: it was not made by imagette"
    )
    with pytest.raises(ClassifierError, match=message):
        Classifier(model.SerializeToString())


@pytest.mark.parametrize(
    ("position", "message"),
    [
        (99, r"the network of model.onnx fails on 1 image \(\w+: .*Gather.*restore it, or train"),
        (0, r"model.onnx is damaged: its network gives arrays of \[\(1, 10\), .* for 2 images"),
    ],
)
def test_a_network_that_fails_when_it_answers_is_told(
    position: int, message: str, digits_run: Run
) -> None:
    """It takes the answer of one image for those of all."""
    model = onnx.load_from_string(digits_run.model.read_bytes())
    last = next(node for node in model.graph.node if "probabilities" in node.output)
    last.output[list(last.output).index("probabilities")] = "whole"
    chosen = onnx.numpy_helper.from_array(np.array([position]), "chosen")
    model.graph.initializer.append(chosen)
    gather = onnx.helper.make_node("Gather", ["whole", "chosen"], ["probabilities"], axis=0)
    model.graph.node.append(gather)
    damaged = Classifier(model.SerializeToString())
    with pytest.raises(ClassifierError, match=message):
        damaged.probabilities(np.zeros((1 + (position == 0), 8, 8, 1), np.uint8))


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_network_that_answers_no_number_is_told(number: float, digits_run: Run) -> None:
    model = onnx.load_from_string(digits_run.model.read_bytes())
    for weights in model.graph.initializer:  # all: some of what is NaN becomes 0 in a ReLU
        if weights.name.startswith("dense"):
            weights.raw_data = np.full(len(weights.raw_data) // 4, number, np.float32).tobytes()
    damaged = Classifier(model.SerializeToString(), "x.onnx")
    with pytest.raises(ClassifierError, match=r"^x.onnx is damaged: its network gives .* not fin"):
        damaged.predict(np.zeros((8, 8), np.uint8))


def test_a_run_whose_data_is_gone_says_so(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (80, 8, 8), np.uint8)
    source = tmp_path / "mine.npz"
    np.savez(source, x_train=images, y_train=np.arange(80) % 2)
    run = imagette.train(source, "sprint", epochs=1, out=tmp_path / "runs", report=False)
    source.unlink()
    message = r"the data of .*mine-sprint-1, .*mine\.npz, cannot be opened again: no .* with `data`"
    with pytest.raises(SourceError, match=message):
        imagette.evaluate(run)
