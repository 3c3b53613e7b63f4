"""What is said of a training: each verdict where it is due, and nowhere else."""

import pytest

from imagette.report.fitting import fitting


def history(
    losses: list[float], accuracy: float = 0.97, val_accuracy: float = 0.97, rate: float = 1e-3
) -> list[dict[str, float]]:
    return [
        {
            "epoch": number,
            "loss": 0.5,
            "accuracy": accuracy,
            "val_loss": loss,
            "val_accuracy": val_accuracy,
            "learning_rate": 1e-3 if number < len(losses) else rate,
        }
        for number, loss in enumerate(losses, 1)
    ]


FLAT = [0.5, 0.3, 0.2, 0.15, 0.15, 0.15]


def test_a_good_training_is_called_so() -> None:
    verdict = fitting(history(FLAT), 5000, 500)
    assert verdict.good
    assert verdict.best == 6  # the last of equal ones
    assert verdict.text.startswith("Training went well")
    assert "97.0\xa0%" in verdict.text or "97\xa0%" in verdict.text


def test_a_validation_loss_that_rises_is_overfitting() -> None:
    verdict = fitting(history([0.5, 0.2, 0.1, 0.12, 0.2]), 5000, 500)
    assert not verdict.good
    assert verdict.best == 3
    assert "lowest after epoch 3 of 5 (0.1) and rose to 0.2" in verdict.text


@pytest.mark.parametrize("end", [0.105, 0.002])
def test_a_small_rise_is_not(end: float) -> None:
    start = 0.1 if end > 0.1 else 0.001
    assert fitting(history([0.5, start, start, start, end]), 5000, 500).good


@pytest.mark.parametrize(("images", "good"), [(5000, False), (60, True)])
def test_a_gap_must_be_more_than_chance(images: int, good: bool) -> None:
    """96 % of 5,000 against 90 % of 500 is a gap; of 60 images against 50 it may be chance."""
    validation = 500 if images == 5000 else 50
    verdict = fitting(history(FLAT, 0.96, 0.90), images, validation)
    assert verdict.good == good
    assert ("training images are answered better (96.0\xa0% right)" in verdict.text) != good


def test_a_loss_that_still_falls_asks_for_more_epochs() -> None:
    falling = [0.6, 0.5, 0.4, 0.3, 0.2]
    assert "still falling at the end" in fitting(history(falling), 5000, 500).text
    assert fitting(history(falling, rate=1e-5), 5000, 500).good  # the rate had run out
    assert "still falling at the end" in fitting(history(falling[:2]), 5000, 500).text
    few = fitting(history(falling[:4], rate=1e-5), 5000, 500)
    assert few.good
    assert "4 epochs are too few to show whether more would do better" in few.text


def test_training_images_that_are_not_learned_are_underfitting() -> None:
    verdict = fitting(history(FLAT, 0.6, 0.6), 5000, 500)
    assert "Underfitting: even of the training images only 60.0\xa0%" in verdict.text
    # Augmented training images may be hard, and the others easy.
    assert fitting(history(FLAT, 0.6, 0.97), 5000, 500).good


def test_validation_images_answered_better_are_no_underfitting() -> None:
    """Training images are augmented, and counted while the weights still change."""
    verdict = fitting(history(FLAT, 0.834, 0.85), 55_000, 5000)
    assert not verdict.good
    assert "Underfitting" not in verdict.text
    assert "Only 85.0\xa0% of the validation images are answered right." in verdict.text


@pytest.mark.parametrize(("accuracy", "val_accuracy"), [(0.834, 0.89), (0.6, 0.6), (0.97, 0.97)])
def test_one_epoch_shows_no_trend(accuracy: float, val_accuracy: float) -> None:
    verdict = fitting(history([0.4], accuracy, val_accuracy), 55_000, 5000)
    assert not verdict.good
    assert verdict.text == (
        "One epoch shows no trend: it does not tell whether more would do better."
    )


def test_one_epoch_may_overfit_already() -> None:
    assert "Overfitting" in fitting(history([0.4], 0.97, 0.9), 55_000, 5000).text


def test_of_few_validation_images_little_is_said() -> None:
    verdict = fitting(history([0.5, 0.0001, 0.1]), 40, 6)
    assert not verdict.good
    assert verdict.text.startswith("Only 6 images were held out")
