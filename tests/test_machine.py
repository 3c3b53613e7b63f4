"""What is said of the machine and of this process."""

import platform
import sys
from pathlib import Path

import pytest

from imagette import machine
from imagette.machine import describe, peak_memory, usable_cores, usable_threads


@pytest.mark.skipif(sys.platform != "linux", reason="compared with Linux's own figure")
def test_the_peak_of_memory_is_the_systems() -> None:
    # Linux adds up a process's memory in batches: the two differ by some pages.
    assert peak_memory() == pytest.approx(_high_water(), rel=0.02)


def _high_water() -> int:
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    )
    return 1024 * int(line.split()[1])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("1", 1), ("1,4", 1), ("9999", None), ("0", None), ("", None), ("many", None), ("-1", None)],
)
def test_threads_are_cores_or_fewer_where_the_user_asks(
    asked: str, expected: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert usable_threads() == (expected or usable_cores())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            "processor\t: 0\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\n\n"
            "processor\t: 1\ncpu family\t: 25\n",
            "AMD EPYC (family 26 model 2)",
        ),
        ("model name\t: A : B\n", "A : B"),
        ("processor\t: 0\nCPU part\t: 0xd0c\n", None),
        (None, None),
    ],
)
def test_processors_that_are_called_alike_are_told_apart(
    told: str | None, expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processors = tmp_path / "cpuinfo"
    if told is not None:
        processors.write_text(told)
    monkeypatch.setattr(machine, "_PROCESSORS", processors)
    fallback = platform.processor() or platform.machine()
    assert describe()["processor"] == (expected or fallback)
