"""What is said of the machine and of this process."""

import sys
from pathlib import Path

import pytest

from imagette.machine import peak_memory


@pytest.mark.skipif(sys.platform != "linux", reason="compared with Linux's own figure")
def test_the_peak_of_memory_is_the_systems() -> None:
    # Linux adds up a process's memory in batches: the two differ by some pages.
    assert peak_memory() == pytest.approx(_high_water(), rel=0.02)


def _high_water() -> int:
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    )
    return 1024 * int(line.split()[1])
