"""The numbers that every tracker gets, by name."""

from imagette.evaluation import Evaluation
from imagette.runs.run import Run
from imagette.training.progress import Epoch

EPOCH = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "images_per_second")
_TEST = ("accuracy", "macro_f1", "log_loss", "calibration_error")


def of_epoch(epoch: Epoch) -> dict[str, float]:
    """Under Keras's names."""
    return {name: float(getattr(epoch, name)) for name in EPOCH}


def of_test(test: Evaluation) -> dict[str, float]:
    """With the ends of their 95 % intervals: test_accuracy, test_accuracy_low, ..."""
    numbers = {}
    for name in _TEST:
        numbers[f"test_{name}"] = float(getattr(test, name))
        interval = getattr(test, f"{name}_interval")
        numbers[f"test_{name}_low"], numbers[f"test_{name}_high"] = map(float, interval)
    return numbers


def of_settings(run: Run) -> dict[str, str]:
    """What was trained, on what and how."""
    about = {
        "recipe": run.recipe,
        "data": str(run.data["source"]),
        "test_fingerprint": str(run.data["test"]["fingerprint"]),
        "run_folder": str(run.path),
    }
    return about | {name: str(value) for name, value in run.settings.items() if value is not None}
