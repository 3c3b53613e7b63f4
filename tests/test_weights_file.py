"""`weights.safetensors`: read back, and what is said of one that a stranger made."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from numpy.typing import NDArray

from imagette.errors import RunError
from imagette.network import from_json
from imagette.runs.network_file import read_network
from imagette.runs.run import Run
from imagette.runs.weights_file import WEIGHTS, read_weights


def put(run: Run, folder: Path, content: bytes) -> Run:
    """The run, as if it lay in `folder` with these weights."""
    (folder / WEIGHTS).write_bytes(content)
    return replace(run, path=folder)


def of_type(name: str, size: int) -> bytes:
    """A sound file of one array of four numbers, of `size` bytes each."""
    entry = {"dtype": name, "shape": [4], "data_offsets": [0, 4 * size]}
    header = json.dumps({"dense/bias": entry}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4 * size)


def test_they_are_read_back_as_they_were(digits_run: Run) -> None:
    network = read_network(digits_run)
    weights = read_weights(digits_run, network)
    kept = safetensors.numpy.load_file(digits_run.path / WEIGHTS)
    assert list(weights) == list(kept)
    for name, array in kept.items():
        np.testing.assert_array_equal(weights[name], array)


@pytest.mark.parametrize(
    ("name", "size"), [("BF16", 2), ("F8_E4M3", 1), ("F8_E5M2", 1), ("U64", 8), ("F64", 8)]
)
def test_other_types_than_float32_are_damage(
    digits_run: Run, tmp_path: Path, name: str, size: int
) -> None:
    network = from_json((digits_run.path / "network.json").read_text())
    run = put(digits_run, tmp_path, of_type(name, size))
    with pytest.raises(RunError, match=rf"{WEIGHTS} is damaged \(.*Restore it, or train again"):
        read_weights(run, network)


@pytest.mark.parametrize("dtype", [np.float64, np.uint64])
def test_the_right_shapes_of_another_type_are_damage(
    digits_run: Run, tmp_path: Path, dtype: type
) -> None:
    network = read_network(digits_run)
    weights = read_weights(digits_run, network)
    wide: dict[str, NDArray[Any]] = {key: value.astype(dtype) for key, value in weights.items()}
    run = put(digits_run, tmp_path, safetensors.numpy.save(wide))
    with pytest.raises(RunError, match=rf"received {np.dtype(dtype)} .*, expected float32 "):
        read_weights(run, network)


def test_a_huge_one_and_a_pipe_are_not_read(digits_run: Run, tmp_path: Path) -> None:
    network = read_network(digits_run)
    run = put(digits_run, tmp_path, b"")
    with (tmp_path / WEIGHTS).open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(RunError, match="has 1,000,000,000,000 bytes, expected at most 2,147,4"):
        read_weights(run, network)
    if hasattr(os, "mkfifo"):
        (tmp_path / WEIGHTS).unlink()
        os.mkfifo(tmp_path / WEIGHTS)
        with pytest.raises(RunError, match="is a pipe or a device, expected a file"):
            read_weights(run, network)
