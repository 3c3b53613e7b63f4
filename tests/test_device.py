"""Where to compute, how precisely, and on how many cores."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

import imagette.training
from imagette import machine
from imagette.training import device, memory

CPU = torch.device("cpu")


def test_precision_is_as_asked_or_as_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert device.choose_precision("float32", CPU) == torch.float32
    assert device.choose_precision("bfloat16", CPU) == torch.bfloat16
    for faster, dtype in ((True, torch.bfloat16), (False, torch.float32)):
        monkeypatch.setattr(device, "bfloat16_is_faster", lambda faster=faster: faster)
        assert device.choose_precision("auto", CPU) == dtype
    assert device.choose_precision("auto", torch.device("mps")) == torch.float32


@pytest.mark.parametrize(
    ("bfloat16", "float32", "faster"), [(1.0, 2.0, True), (1.0, 1.0, False), (0.9, 1.0, False)]
)
def test_bfloat16_must_be_clearly_faster(
    bfloat16: float, float32: float, faster: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = {torch.bfloat16: bfloat16, torch.float32: float32}
    monkeypatch.setattr(device, "_sample_work", seconds.__getitem__)
    threads = torch.get_num_threads()
    assert device.bfloat16_is_faster.__wrapped__() == faster
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_measured_work_is_done_in_the_precision_that_is_asked_for(
    dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[torch.dtype] = []
    for name in ("conv2d", "linear"):
        compute = getattr(torch.nn.functional, name)

        def noted(*tensors: torch.Tensor, compute: Any = compute) -> torch.Tensor:
            made.extend(tensor.dtype for tensor in tensors)
            result: torch.Tensor = compute(*tensors)
            return result

        monkeypatch.setattr(torch.nn.functional, name, noted)
    device._sample_work(dtype)
    assert made == [dtype] * 4


def test_cores_are_those_this_process_may_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    limit = tmp_path / "cpu.max"
    monkeypatch.setattr(machine, "_CGROUP_LIMIT", limit)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    assert machine.usable_cores() == 8
    for text, cores in (("300000 100000", 3), ("max 100000", 8), ("20000 100000", 1), ("x", 8)):
        limit.write_text(text)
        assert machine.usable_cores() == cores


@pytest.mark.parametrize(
    ("loads", "busy"),
    [
        (["0.50 0.40 0.30 1/90 7"] * 4, False),  # this process alone
        (["0.50 0.40 0.30 9/90 7"] * 4, True),
        (["0.50 0.40 0.30 9/90 7", "0.50 0.40 0.30 1/90 7"], False),  # something short ended
        (["nothing that is known"], False),
        ([], False),  # no such file, as on macOS
    ],
)
def test_busy_is_where_others_want_the_same_cores(
    loads: list[str], busy: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def read_text(path: Path) -> str:
        if not loads:
            raise FileNotFoundError(path)
        return loads.pop(0)

    monkeypatch.setattr(machine, "usable_threads", lambda: 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(Path, "read_text", read_text)
    assert machine.is_busy() is busy


@pytest.mark.parametrize(("busy", "rounds"), [(True, "0"), (False, "20000")])
def test_threads_wait_shorter_on_a_busy_machine(
    busy: bool, rounds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")  # so that it is put back
    monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.setattr(machine, "is_busy", lambda: busy)
    importlib.reload(imagette.training)
    assert os.environ["GOMP_SPINCOUNT"] == rounds


def test_the_description_names_no_machine() -> None:
    description = machine.describe()
    assert set(description) == {"processor", "cores", "system", "python"}
    assert os.uname().nodename not in str(description)


_NEW_PAGES = """
import resource, sys
import torch
from imagette.training import memory

def new_pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.empty(int(sys.argv[1]) * 2**20, dtype=torch.uint8).fill_(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

with memory.freed_memory_kept():  # the first ten find their places
    print(max([new_pages() for _ in range(20)][16:]))
"""


@pytest.mark.skipif(memory._glibc() is None, reason="glibc's settings")
@pytest.mark.parametrize("megabytes", [40, 100])
def test_freed_memory_is_used_again_without_new_pages(megabytes: int) -> None:
    # In a process of its own: what others left behind decides where there is room.
    command = [sys.executable, "-c", _NEW_PAGES, str(megabytes)]
    assert int(subprocess.run(command, check=True, capture_output=True).stdout) < 100


def test_memory_is_kept_within_the_block_only_where_there_is_glibc(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with memory.freed_memory_kept():
        assert torch.ones(10).sum() == 10
    monkeypatch.setattr("sys.platform", "darwin")
    assert memory._glibc() is None
    with memory.freed_memory_kept():
        pass
