"""Keras's models and files, both ways, and what is refused before anything is read."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import safetensors.numpy

import imagette
from imagette.cli.main import run
from imagette.errors import (
    NetworkError,
    RunError,
    SettingsError,
    ShapeError,
    UnsupportedLayerError,
)
from imagette.network import Network, from_json, keras_models
from imagette.network.keras_models import from_keras, read_file
from imagette.runs.run import Run
from tests.reference import keras_output, random_weights
from tests.test_training import small_network

Captured = pytest.CaptureFixture[str]
POPEN = {"module": "subprocess", "class_name": "Popen", "config": {"args": ["touch", "pwned"]}}


def digits_model(**head: Any) -> Any:
    """A Keras model for the digits, with a model within."""
    body = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3, activation="relu", name="conv")],
        name="body",
    )
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            body,
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, **({"activation": "softmax", "name": "head"} | head)),
        ],
        name="mine",
    )


def test_a_network_goes_to_keras_and_back() -> None:
    network = small_network()
    weights = random_weights(network)
    model = network.to_keras(weights)
    text, again = from_keras(model)
    for key, array in weights.items():
        np.testing.assert_array_equal(again[key], array, err_msg=key)
    assert Network.from_keras(model).weight_specs() == network.weight_specs()
    assert from_json(text).parameters() == network.parameters()
    assert network.to_keras().count_params() == sum(network.parameters())


def test_a_model_that_is_not_built_is_told() -> None:
    with pytest.raises(NetworkError, match="has not been built"):
        Network.from_keras(keras.Sequential([keras.layers.Dense(2)]))


@pytest.mark.parametrize("format", ["keras", "keras-json"])
def test_an_exported_run_answers_the_same_in_keras(
    format: str, digits_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    assert run(["export", str(digits_run.path), "--format", format, "-o", str(tmp_path)]) == 0
    names = ["model.keras"] if format == "keras" else ["model.json", "model.weights.h5"]
    assert capsys.readouterr().out == "".join(f"{tmp_path / name}\n" for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    if format == "keras":
        model = keras.saving.load_model(tmp_path / "model.keras")
    else:
        model = keras.models.model_from_json((tmp_path / "model.json").read_text())
        model.load_weights(tmp_path / "model.weights.h5")
    images = imagette.open_data("digits").test.images
    expected = imagette.load(digits_run.path).probabilities(images)
    np.testing.assert_allclose(keras_output(model, images), expected, atol=1e-5)


def test_a_network_in_memory_is_trained(tmp_path: Path) -> None:
    network = from_json(digits_model().to_json())
    trained = imagette.train("digits", network=network, epochs=1, out=tmp_path, report=False)
    assert trained.path.name == f"digits-{network.name}-1"
    model = digits_model()
    again = imagette.train(
        "digits", "sprint", network=model, epochs=1, learning_rate=1e-9, out=tmp_path, report=False
    )
    saved = safetensors.numpy.load_file(again.path / "weights.safetensors")
    before = from_keras(model)[1]["body__conv/kernel"]
    np.testing.assert_allclose(
        saved["body__conv/kernel"], before, atol=1e-4
    )  # it started from there
    with pytest.raises(SettingsError, match="network is a int, expected the path of a Keras file"):
        imagette.train("digits", network=3)


def test_an_export_may_have_a_name(digits_run: Run, tmp_path: Path, capsys: Captured) -> None:
    named = tmp_path / "digits.keras"
    assert run(["export", str(digits_run.path), "-o", str(named)]) == 0
    assert capsys.readouterr().out == f"{named}\n"
    assert keras.saving.load_model(named).output_shape == (None, 10)
    command = ["export", str(digits_run.path), "--format", "keras-json", "-o", str(named)]
    assert run(command) == 2
    assert "writes model.json and model.weights.h5, expected a folder" in capsys.readouterr().err
    folder = tmp_path / "folder.keras"
    folder.mkdir()
    assert run(["export", str(digits_run.path), "-o", str(folder)]) == 0
    assert (folder / "model.keras").is_file()


@pytest.mark.parametrize(
    ("format", "name", "file"),
    [
        ("keras", "", "model.keras"),
        ("keras", "notes.keras", ""),
        ("keras-json", "", "model.json"),
        ("keras-json", "", "model.weights.h5"),
    ],
)
def test_an_export_replaces_nothing_but_itself(
    format: str, name: str, file: str, digits_run: Run, tmp_path: Path
) -> None:
    out = tmp_path / name
    mine = out / file
    mine.write_bytes(b"mine")
    with pytest.raises(RunError, match=rf"{mine} is there already .*left as it is\. Move it away"):
        imagette.export(digits_run, format, out)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]
    mine.unlink()
    paths = imagette.export(digits_run, format, out)
    with zipfile.ZipFile(tmp_path / "another.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(RunError, match="is no export of this run"):
        imagette.export(digits_run, "keras", tmp_path / "another.keras")
    assert imagette.export(digits_run, format, out) == paths  # the same network again


def test_an_export_of_another_process_is_known(digits_run: Run, tmp_path: Path) -> None:
    """Keras writes where in memory objects lay that layers share."""
    (path,) = imagette.export(digits_run, "keras", tmp_path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = members["config.json"]
    (place,) = set(re.findall(rb'"shared_object_id": (\d+)', config))
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {"config.json": config.replace(place, b"1")}).items():
            archive.writestr(name, content)
    assert imagette.export(digits_run, "keras", tmp_path) == [path]
    with zipfile.ZipFile(path, "w") as archive:  # of one of them another object
        for name, content in (members | {"config.json": config.replace(place, b"1", 1)}).items():
            archive.writestr(name, content)
    with pytest.raises(RunError, match="is no export of this run"):
        imagette.export(digits_run, "keras", tmp_path)


def test_an_export_replaces_what_is_in_the_run_folder(digits_run: Run, tmp_path: Path) -> None:
    copy = shutil.copytree(digits_run.path, tmp_path / "run")
    (copy / "model.keras").write_bytes(b"from another version of Keras")
    assert imagette.export(copy) == [copy / "model.keras"]
    assert keras.saving.load_model(copy / "model.keras").output_shape == (None, 10)


def test_export_of_no_run_or_into_nowhere_is_told(digits_run: Run, capsys: Captured) -> None:
    assert run(["export", "none"]) == 1
    assert "there is no run folder none" in capsys.readouterr().err
    assert run(["export", str(digits_run.path), "-o", "/dev/null"]) == 1
    assert "model.keras cannot be written: Not a directory" in capsys.readouterr().err
    with pytest.raises(SettingsError, match="format 'h5': expected keras or keras-json"):
        imagette.export(digits_run.path, "h5")


@pytest.mark.parametrize("backend", ["tensorflow", "nonsense"])
def test_a_backend_that_is_not_there_is_told(backend: str, digits_run: Run, tmp_path: Path) -> None:
    if importlib.util.find_spec(backend):
        pytest.skip(f"{backend} is installed")
    command = [sys.executable, "-m", "imagette", "export", str(digits_run.path), "-o", "out"]
    environment = {**os.environ, "KERAS_BACKEND": backend}
    result = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    remedy = f"KERAS_BACKEND is '{backend}', expected an installed one, such as torch\n"
    assert result.stderr.startswith("imagette: Keras cannot be imported (")
    assert result.stderr.endswith(remedy)


def test_export_of_damaged_files_is_told(digits_run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(digits_run.path, copy)
    weights = copy / "weights.safetensors"
    sound = weights.read_bytes()
    weights.write_bytes(sound[: len(sound) // 2])
    with pytest.raises(RunError, match=r"weights\.safetensors is damaged .*Restore it"):
        imagette.export(copy)
    weights.write_bytes(safetensors.numpy.save({"dense/kernel": np.zeros(3, np.float32)}))
    with pytest.raises(RunError, match=r"is damaged \(weight .* received .*expected"):
        imagette.export(copy)
    weights.unlink()
    with pytest.raises(RunError, match=r"weights\.safetensors cannot be read: No such file"):
        imagette.export(copy)
    for content in (b"\xff", b"{}", b'{"class_name": "Functional", "config": {}}', b"[1"):
        (copy / "network.json").write_bytes(content)
        with pytest.raises(RunError, match=r"/network\.json is damaged .*Restore it"):
            imagette.export(copy)


@pytest.mark.parametrize("suffix", [".keras", ".json"])
def test_a_keras_file_is_trained_from_its_weights(
    suffix: str, tmp_path: Path, capsys: Captured
) -> None:
    model, path = digits_model(), tmp_path / f"mine{suffix}"
    if suffix == ".keras":
        model.save(path)
    else:
        path.write_text(model.to_json())
    arguments = ["train", "digits", "--network", str(path), "-o", str(tmp_path / "runs")]
    assert run([*arguments, "--epochs", "1", "--learning-rate", "1e-9"]) == 0
    printed = capsys.readouterr().err
    assert f"note: mine{suffix} does not scale its pixels: Rescaling(1/255)" in printed
    assert ("training starts from fresh weights" in printed) == (suffix == ".json")
    trained = from_json((tmp_path / "runs" / "digits-mine-1" / "network.json").read_text())
    assert [node.layer.name for node in trained.nodes][1:3] == ["rescaling", "body__conv"]
    _, weights, _ = read_file(path)
    if weights is not None:
        import safetensors.numpy

        kept = safetensors.numpy.load_file(tmp_path / "runs/digits-mine-1/weights.safetensors")
        temperature = Run.load(tmp_path / "runs/digits-mine-1").certainty["temperature"]
        np.testing.assert_allclose(
            kept["head/kernel"] * temperature, weights["head/kernel"], atol=1e-5
        )


def test_pixels_are_scaled_before_a_network_that_does_not(tmp_path: Path, capsys: Captured) -> None:
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten()]
    model = keras.Sequential([*layers, keras.layers.Dense(10, activation="softmax")], name="plain")
    model.save(tmp_path / "plain.keras")
    common = ["train", "--network", str(tmp_path / "plain.keras"), "-o", str(tmp_path)]
    for extra, scaled in ([], True), (["--raw-pixels"], False), (["--from-scratch"], True):
        assert run([*common, "--epochs", "1", "--json", *extra]) == 0
        printed = capsys.readouterr()
        assert ("Rescaling(1/255) was put before it" in printed.err) == scaled
        assert ("fresh weights" in printed.err) == ("--from-scratch" in extra)
        text = (Path(json.loads(printed.out)["path"]) / "network.json").read_text()
        assert ("rescaling" in text) == scaled


def test_a_network_that_does_not_fit_the_data_is_told(tmp_path: Path) -> None:
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    model.save(tmp_path / "large.keras")
    with pytest.raises(
        ShapeError, match=r"takes images \(28, 28, 1\).*the data has images \(8, 8, 1\)"
    ):
        imagette.train("digits", network=tmp_path / "large.keras", out=tmp_path)


def _save(path: Path, layer: Any) -> None:
    keras.Sequential([keras.Input((8, 8, 1)), layer, keras.layers.Flatten()]).save(path)


@keras.saving.register_keras_serializable(package="mine")
class Custom(keras.layers.Layer):  # type: ignore[misc]
    """A layer that imagette cannot know."""

    def call(self, inputs: Any) -> Any:
        return inputs


def test_foreign_layers_are_refused_before_weights_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: Any, **options: Any) -> None:
        raise AssertionError("Keras must not be asked")

    _save(tmp_path / "lambda.keras", keras.layers.Lambda(lambda x: x * 2, name="trick"))
    _save(tmp_path / "custom.keras", Custom())
    monkeypatch.setattr(keras.saving, "load_model", never)
    with pytest.raises(UnsupportedLayerError, match="Lambda 'trick': imagette does not have"):
        read_file(tmp_path / "lambda.keras")
    with pytest.raises(UnsupportedLayerError, match="Custom"):
        read_file(tmp_path / "custom.keras")


def _with_config(source: Path, target: Path, change: Callable[[Any], None]) -> Path:
    """A copy of a `.keras` file, its JSON changed."""
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as copy:
        for member in whole.infolist():
            content = whole.read(member)
            if member.filename == "config.json":
                document = json.loads(content)
                change(document)
                content = json.dumps(document).encode()
            copy.writestr(member, content)
    return target


def test_what_keras_compiles_and_builds_by_never_reaches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = digits_model()
    model.compile("adam", "sparse_categorical_crossentropy")
    images = np.zeros((10, 8, 8, 1), np.float32)
    model.fit(images, np.arange(10), verbose=0)  # Adam's variables are in the file, too
    model.save(tmp_path / "good.keras")

    def change(document: Any) -> None:
        document["compile_config"] = POPEN
        document["build_config"] = POPEN
        for layer in document["config"]["layers"]:
            layer["build_config"] = POPEN

    altered = _with_config(tmp_path / "good.keras", tmp_path / "altered.keras", change)
    seen: list[str] = []
    read = keras.models.model_from_json

    def watched(text: str) -> Any:
        seen.append(text)
        return read(text)

    monkeypatch.setattr(keras.models, "model_from_json", watched)
    for path in (tmp_path / "good.keras", altered):
        _, weights, _ = read_file(path)
        assert weights is not None
        for key, array in from_keras(model)[1].items():
            np.testing.assert_array_equal(weights[key], array)
    for text in seen:
        assert "subprocess" not in text and "compile_config" not in text and "adam" not in text


def test_objects_of_other_modules_are_refused_before_keras_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: Any, **options: Any) -> None:
        raise AssertionError("Keras must not be asked")

    digits_model().save(tmp_path / "good.keras")
    monkeypatch.setattr(keras.saving, "load_model", never)
    monkeypatch.setattr(keras.models, "model_from_json", never)

    def change(document: Any) -> None:
        document["config"]["layers"][-1]["config"]["dtype"] = POPEN

    altered = _with_config(tmp_path / "good.keras", tmp_path / "altered.keras", change)
    with pytest.raises(UnsupportedLayerError, match="Dense 'head': dtype is .*subprocess"):
        read_file(altered)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.keras"
    digits_model().save(good)
    content = good.read_bytes()
    for name, damaged in {
        "short.keras": content[: len(content) // 2],
        "text.keras": b"hello",
        "empty.keras": b"",
    }.items():
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(NetworkError, match="is not a Keras file, or damaged .*model.save"):
            read_file(tmp_path / name)
    shutil.copy(good, tmp_path / "leads_out.keras")
    with zipfile.ZipFile(tmp_path / "leads_out.keras", "a") as archive:
        archive.writestr("../evil.txt", "x")
    with pytest.raises(
        NetworkError, match=r"leads out of the file, expected names within it. Save"
    ):
        read_file(tmp_path / "leads_out.keras")
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "w.keras", "w") as target:
        for member in source.infolist():
            data = source.read(member)
            target.writestr(member, data[:100] if member.filename.endswith(".h5") else data)
    with pytest.raises(NetworkError, match="the weights of .*w.keras cannot be read"):
        read_file(tmp_path / "w.keras")
    (tmp_path / "bad.json").write_bytes(b"\xff\xfe")
    message = r"is not JSON \(.*, expected that of model.to_json\(\)\. Save it again"
    with pytest.raises(NetworkError, match=message):
        read_file(tmp_path / "bad.json")
    for name in ("none.keras", "none.json"):
        with pytest.raises(NetworkError, match="cannot be read: No such file"):
            read_file(tmp_path / name)
    with pytest.raises(NetworkError, match="expected .keras, or .json"):
        read_file(tmp_path / "model.h5")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("name", ["pipe.keras", "pipe.json"])
def test_pipes_are_not_read(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(NetworkError, match=f"{name} is a pipe or a device, expected a file"):
        read_file(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "limit"),
    [("huge.json", "50,000,000"), ("huge.keras", "4,294,967,296")],
)
def test_huge_files_are_refused_unread(tmp_path: Path, name: str, limit: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(10**12)
    message = f"{name} has 1,000,000,000,000 bytes, expected at most {limit}. Give a smaller"
    with pytest.raises(NetworkError, match=message):
        read_file(tmp_path / name)


def test_huge_weights_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.json").write_text(digits_model().to_json())
    with (tmp_path / "m.weights.h5").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(NetworkError, match="h5 has 1,000,000,000,000 bytes, expected at most 2,"):
        read_file(tmp_path / "m.json")
    digits_model().save(tmp_path / "m.keras")
    for limit, member in (
        ("_MAXIMUM_WEIGHTS", "model.weights.h5"),
        ("_MAXIMUM_CONFIG", "config.json"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(keras_models, limit, 100)
            message = rf"m.keras unpacks to .* bytes \({member}\), expected at most 100\. Give"
            with pytest.raises(NetworkError, match=message):
                read_file(tmp_path / "m.keras")
