"""The data of a run from its own source, and what is said where they are not there any more."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import imagette
from imagette.data.arrays.given import ARRAYS
from imagette.errors import DatasetError
from imagette.jobs.own_data import own_splits
from imagette.runs.run import Run


def test_they_are_those_of_the_training(digits_run: Run) -> None:
    splits, _ = own_splits(digits_run)
    for split, dataset in splits.named().items():
        assert dataset.fingerprint == digits_run.data[split]["fingerprint"]


@pytest.mark.parametrize("options", [{"limit": 200}, {"limit": 1500}, {"limit": 200, "test": 0.3}])
def test_a_limit_draws_the_same_again(options: dict[str, Any], tmp_path: Path) -> None:
    run = imagette.train("digits", "tiny", out=tmp_path, epochs=1, report=False, **options)
    splits, _ = own_splits(run)
    assert len(splits.train) + len(splits.validation) == min(options["limit"], 1438)
    assert imagette.evaluate(run).to_dict() == run.test.to_dict()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": ARRAYS}, "not kept with it, expected a file or a folder. Save them as .npz"),
        (
            {"validation": {"fingerprint": "0" * 64}},
            "the validation images of digits are not those of the run any more: fingerprint .{12}, "
            "expected 0{12}. Restore the data; if they are as they were, an older imagette divided "
            "them otherwise: train again",
        ),
        ({"protocol": "mine"}, "data.protocol is 'mine', expected one of .*, .*. Restore run.json"),
    ],
)
def test_what_is_missing_or_changed_is_told(
    digits_run: Run, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        own_splits(replace(digits_run, data={**digits_run.data, **changes}))
