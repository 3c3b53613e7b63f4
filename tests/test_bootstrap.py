"""Bootstrap intervals: each resample as scikit-learn counts it, SciPy's widths, and coverage."""

import numpy as np
import pytest
from scipy import special, stats
from sklearn import metrics

from imagette.evaluation import bootstrap
from imagette.evaluation.bootstrap import bootstrap_intervals
from imagette.evaluation.calibration import calibration_error
from imagette.evaluation.intervals import wilson_interval
from imagette.evaluation.judgements import Judgements, judge
from imagette.evaluation.losses import losses
from tests.test_judgements import make_judgements


@pytest.mark.parametrize("classes", [3, 40])
def test_macro_f1_of_resamples_is_scikit_learns(classes: int) -> None:
    judgements = make_judgements(120, classes)
    weights = np.concatenate(list(bootstrap._resamples(120, 0)))[:20]
    assert (weights.sum(axis=1) == 120).all()
    pairs = judgements.labels.astype(np.int64) * classes + judgements.predictions
    order = np.argsort(pairs, kind="stable")
    received = bootstrap._Cells(pairs[order], classes).macro_f1(weights[:, order])
    expected = [
        metrics.f1_score(
            judgements.labels, judgements.predictions, average="macro", sample_weight=row,
            zero_division=0,
        )  # of the classes that are met
        for row in weights
    ]  # fmt: skip
    np.testing.assert_allclose(received, expected, rtol=1e-6)


def test_the_interval_of_the_log_loss_is_scipys() -> None:
    judgements = make_judgements(300)
    expected = stats.bootstrap(
        (losses(judgements),), np.mean, method="percentile", n_resamples=4000, rng=1
    ).confidence_interval
    received = bootstrap_intervals(judgements, 4).log_loss
    width = expected.high - expected.low
    assert received == pytest.approx((expected.low, expected.high), abs=0.07 * width)


def test_the_interval_of_the_calibration_error_from_scipys_resamples() -> None:
    judgements = sure_of_itself(400, 3.0, seed=0)
    error = calibration_error(judgements.confidence, judgements.right)
    resampled = stats.bootstrap(
        (judgements.confidence, judgements.right), calibration_error, paired=True,
        vectorized=False, method="percentile", n_resamples=500, rng=1,
    )  # fmt: skip
    low, high = resampled.confidence_interval
    received = bootstrap_intervals(judgements, 4).calibration_error
    assert received == pytest.approx((2 * error - high, high), abs=0.1 * (high - low))


def sure_of_itself(n: int, factor: float, seed: int, spread: float = 1.5) -> Judgements:
    """Of a classifier whose logits are `factor` times what they should be."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, spread, (n, 4))
    labels = (logits + random.gumbel(size=(n, 4))).argmax(1)
    return judge(special.softmax(factor * logits, axis=1), labels)


@pytest.mark.parametrize("factor", [1.0, 2.0])  # calibrated, and far too sure
def test_they_hold_the_truth_as_often_as_they_say(
    factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_DRAWN", 0)  # 200 resamples are enough here
    large = sure_of_itself(100_000, factor, seed=0)
    loss, error = losses(large).mean(), calibration_error(large.confidence, large.right)
    f1 = metrics.f1_score(large.labels, large.predictions, average="macro")
    found = [bootstrap_intervals(sure_of_itself(300, factor, seed), 4) for seed in range(1, 121)]
    truth = (f1, loss, error if factor > 1 else 0.0)
    lows, highs = np.transpose(found)
    held = np.mean((truth >= lows.T) & (truth <= highs.T), axis=0)
    # Of 120 intervals that hold it with 93 %, at least 88 % do so but for 2 cases in 100.
    assert (held >= 0.88).all(), held


def test_they_hold_the_truth_where_few_images_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_DRAWN", 0)
    loss = losses(sure_of_itself(100_000, 1.0, seed=0, spread=30)).mean()  # 2.4 % are wrong
    some = [sure_of_itself(24, 1.0, seed, spread=30) for seed in range(1, 201)]
    assert np.mean([judgements.right.all() for judgements in some]) > 0.4
    found = [bootstrap_intervals(judgements, 4) for judgements in some]
    held = [(i.log_loss[0] <= loss <= i.log_loss[1], i.calibration_error[0] == 0) for i in found]
    # As above; resamples and their percentiles alone held the log loss in 63 of 100 cases.
    assert (np.mean(held, axis=0) >= 0.9).all()


def test_calibrated_answers_that_happen_to_be_all_right_may_be_calibrated() -> None:
    right = np.zeros(24, np.int64)
    judgements = judge(np.tile([0.92, 0.08], (24, 1)), right)
    intervals = bootstrap_intervals(judgements, 2)  # by chance in 13 of 100 cases
    assert intervals.calibration_error == pytest.approx((0, 0.08))
    # One answer added to those that are wrong, and Wilson's share of them.
    wrong = 1 - wilson_interval(24, 24)[0]
    expected = -(1 - wrong) * np.log(0.92) - wrong * np.log(0.08)
    assert intervals.log_loss == pytest.approx((-np.log(0.92), expected))
    sure = judge(np.tile([0.999, 0.001], (24, 1)), right)
    assert bootstrap_intervals(sure, 2).calibration_error[1] == pytest.approx(0.999 - 1 + wrong)


def test_the_chance_of_a_calibration_error_is_that_of_labels_drawn_by_the_confidences() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.3, 1, 150).astype(np.float32)
    errors = [calibration_error(confidence, random.random(150) < confidence) for _ in range(2000)]
    expected = np.quantile(errors, 0.975)
    assert bootstrap._by_chance(confidence, 0) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("share", [0.8, 0.95])
def test_macro_f1_of_many_small_classes(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_DRAWN", 0)
    random, labels = np.random.default_rng(0), np.repeat(np.arange(30), 3)
    held = []
    for _ in range(200):  # wrong answers are spread evenly, so that the true F1 is `share`
        wrong = (labels + random.integers(1, 30, 90)) % 30
        taken_for = np.where(random.random(90) < share, labels, wrong)
        low, high = bootstrap_intervals(judge(np.eye(30)[taken_for], labels), 30).macro_f1
        held.append(low <= share <= high)
    # 75 and 81 % with the resamples' bias in it: classes that one has not are missing there.
    assert np.mean(held) >= 0.9


def test_they_are_repeated_and_hold_the_number() -> None:
    judgements = make_judgements(200)
    first, again = bootstrap_intervals(judgements, 4), bootstrap_intervals(judgements, 4)
    assert first == again != bootstrap_intervals(judgements, 4, seed=1)
    low, high = first.calibration_error
    assert low <= calibration_error(judgements.confidence, judgements.right) <= high


def test_one_image_and_a_perfect_classifier_have_intervals() -> None:
    one = judge(np.array([[0.9, 0.1]]), np.array([0]))
    assert bootstrap_intervals(one, 2).macro_f1 == (wilson_interval(1, 1)[0], 1)
    labels = np.arange(30) % 3
    perfect = judge(np.eye(3)[labels], labels)
    intervals = bootstrap_intervals(perfect, 3)
    assert intervals.log_loss[0] == intervals.calibration_error[0] == 0
    assert intervals.calibration_error[1] == pytest.approx(1 - wilson_interval(30, 30)[0])
    assert intervals.macro_f1 == (wilson_interval(30, 30)[0], 1)


@pytest.mark.parametrize(("images", "resamples"), [(10, 1000), (50_000, 400), (10**6, 200)])
def test_many_images_are_drawn_less_often(images: int, resamples: int) -> None:
    assert bootstrap.resamples(images) == resamples


def test_as_many_are_drawn_as_there_should_be() -> None:
    assert [sum(map(len, bootstrap._resamples(n, 0))) for n in (10, 3000)] == [1000, 1000]


def test_without_an_error_macro_f1_reaches_as_far_below_as_accuracy() -> None:
    labels = np.arange(204) % 6
    judgements = judge(np.eye(6)[labels] * 0.9 + 0.1 / 6, labels)
    low, high = bootstrap_intervals(judgements, 6).macro_f1
    assert high == 1
    assert low == pytest.approx(wilson_interval(204, 204)[0])
