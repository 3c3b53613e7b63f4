"""Answers as a CSV file, a line a picture, written as they come."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from imagette.cli.streams import complain
from imagette.errors import ImagetteError, PictureError

if TYPE_CHECKING:
    from imagette.inference import Prediction


def write_answers(
    path: Path,
    answers: Iterable[tuple[str, "Prediction | PictureError"]],
    class_names: tuple[str, ...],
    failures: list[ImagetteError],
) -> int:
    """Write them aside and rename; gives how many. A picture that failed says why in its line."""
    from imagette.stale import partial_name

    count = 0
    partial = path.with_name(partial_name(path.name))
    columns = ["picture", "label", "probability", "runner_up", "runner_up_probability", "reason"]
    try:
        with partial.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow([*columns, *(f"p_{name}" for name in class_names)])
            for name, answer in answers:
                count += 1
                if isinstance(answer, PictureError):
                    complain(str(answer))
                    failures.append(answer)
                    rows.writerow([name, "", "", "", "", f"error: {answer}"])
                    continue
                label = "" if answer.rejected else answer.label
                numbers = [f"{p:.6g}" for p in answer.probabilities.values()]
                runner_up = [answer.runner_up, f"{answer.runner_up_probability:.6g}"]
                certain = f"{answer.probability:.6g}"
                rows.writerow([name, label, certain, *runner_up, answer.reason, *numbers])
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count
