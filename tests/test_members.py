"""Several networks trained for one run: each as by itself, their history told as one."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import imagette
from imagette.cli.main import run as imagette_command
from imagette.errors import SettingsError
from imagette.network import Conv2D, Dense, Flatten, Input, Rescaling, Sequential, to_json
from imagette.network.ensemble import ensemble_weights
from imagette.recipes import recipe
from imagette.runs.command import train_command
from imagette.runs.run import Run
from imagette.settings import Settings
from imagette.training.loop import fit
from imagette.training.members import fit_members
from imagette.training.progress import Plan, Progress
from tests.conftest import make_splits

SPLITS = make_splits()
SETTINGS = Settings(epochs=2, batch_size=16, precision="float32", members=3, seed=4)
NETWORK = Sequential(
    [
        Input((12, 12, 1)),
        Rescaling(1 / 255),
        Conv2D(4, 3, activation="relu"),
        Flatten(),
        Dense(3, activation="softmax"),
    ]
)


class Plans(Progress):
    """Remembers what was begun."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    def started(self, plan: Plan) -> None:
        self.told.append((plan.title, plan.network, plan.networks))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of two members on the bundled digits."""
    return imagette.train(
        "digits", "sprint", out=tmp_path_factory.mktemp("runs"), epochs=12, members=2
    )


@pytest.mark.parametrize("given", [False, True])
def test_each_is_trained_as_by_itself(given: bool) -> None:
    start = NETWORK.initial_weights(9) if given else None
    _, fitted = fit_members(NETWORK, start, SPLITS, SETTINGS)
    own = [fit_members(NETWORK, start, SPLITS, SETTINGS.override(members=n)) for n in (1, 2)]
    alone = fit(NETWORK, start or NETWORK.initial_weights(4), SPLITS, SETTINGS)
    first, two = own[0][1].weights, own[1][1].weights
    for key, array in alone.weights.items():
        np.testing.assert_array_equal(first[key], array)
        if not key.startswith("dense/"):
            np.testing.assert_array_equal(fitted.weights[f"member1_{key}"], array)
            np.testing.assert_array_equal(fitted.weights[f"member2_{key}"], two[f"member2_{key}"])
            others = (fitted.weights[f"member{n}_{key}"] for n in (2, 3))
            assert all(not np.array_equal(other, array) for other in others)
    size = len(alone.weights["dense/kernel"])
    np.testing.assert_allclose(
        3 * fitted.weights["dense/kernel"][:size], alone.weights["dense/kernel"], rtol=1e-6
    )


def test_runs_with_neighbouring_seeds_share_no_member() -> None:
    kernels = set()
    for seed in range(3):
        _, fitted = fit_members(NETWORK, None, SPLITS, SETTINGS.override(seed=seed))
        kernels |= {fitted.weights[f"member{n}_conv2d/kernel"].tobytes() for n in (1, 2, 3)}
    assert len(kernels) == 9


def test_the_history_is_the_mean_and_takes_the_sum_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fits = []

    def remembered(*arguments: Any) -> Any:
        fits.append(fit(*arguments))
        return fits[-1]

    monkeypatch.setattr("imagette.training.members.fit", remembered)
    listener = Plans()
    whole, fitted = fit_members(NETWORK, None, SPLITS, SETTINGS, listener, "mine")
    assert listener.told == [("mine", n, 3) for n in (1, 2, 3)]
    assert fitted.plan.title == "mine"
    assert [epoch.epoch for epoch in fitted.history] == [1, 2]
    for index, epoch in enumerate(fitted.history):
        members = [one.history[index] for one in fits]
        assert epoch.loss == pytest.approx(np.mean([member.loss for member in members]))
        assert epoch.val_accuracy == pytest.approx(np.mean([m.val_accuracy for m in members]))
        assert epoch.seconds == pytest.approx(sum(member.seconds for member in members))
    assert fitted.seconds == pytest.approx(sum(one.seconds for one in fits))
    joined = ensemble_weights(NETWORK, [one.weights for one in fits])
    whole.check_weights(fitted.weights)
    assert all(np.array_equal(fitted.weights[key], array) for key, array in joined.items())


def test_the_run_is_one_classifier(pair: Run, tmp_path: Path) -> None:
    images = imagette.open_data("digits").test.images
    expected = imagette.load(pair).probabilities(images)
    assert (expected.argmax(1) == imagette.open_data("digits").test.labels).mean() > 0.9
    imagette.export(pair, "keras", out=tmp_path)
    model = keras.models.load_model(tmp_path / "model.keras")
    answers = model.predict(images.astype(np.float32), verbose=0)
    np.testing.assert_allclose(answers, expected, atol=1e-5)
    assert pair.certainty["rejection"] is not None
    assert pair.trained == "2 networks of 12 epochs each"
    assert len(pair.history) == 12
    page = (pair.path / "report.html").read_text()
    assert "2 networks of 12 epochs each" in page
    assert "All numbers are means over the 2 networks" in page
    assert "--members 2" in train_command(pair)


def test_it_can_be_trained_further(pair: Run, tmp_path: Path) -> None:
    imagette.export(pair, "keras", out=tmp_path)
    again = imagette.train(
        "digits", network=tmp_path / "model.keras", out=tmp_path, epochs=1, report=False
    )
    assert again.trained == "1 epoch"
    assert again.test.accuracy > 0.9


def test_a_network_of_ones_own_is_trained_once(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "mine.json"
    file.write_text(to_json(recipe("sprint").network((8, 8, 1), 10)))
    arguments = ["train", "digits", "--network", str(file), "--members", "2"]
    assert imagette_command([*arguments, "--out", str(tmp_path)]) == 2
    assert "--members 2: expected 1, since a network of your own" in capsys.readouterr().err
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(10, activation="softmax"))
    with pytest.raises(SettingsError, match="`members=2`: expected 1"):
        imagette.fit_keras(model, "digits", members=2)


def test_what_the_record_says_of_members_is_checked(pair: Run) -> None:
    text = (pair.path / "run.json").read_text()
    record = json.loads(text)
    record["settings"]["members"] = "two"
    try:
        (pair.path / "run.json").write_text(json.dumps(record))
        with pytest.raises(imagette.errors.RunError, match="settings.members is 'two'"):
            Run.load(pair.path)
    finally:
        (pair.path / "run.json").write_text(text)
