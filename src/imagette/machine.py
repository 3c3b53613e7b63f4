"""The machine: cores, memory and home of this process, and a description for `run.json`."""

import os
import platform
import re
import time
from contextlib import suppress
from pathlib import Path

_CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")
_PROCESSORS = Path("/proc/cpuinfo")
_LOAD = Path("/proc/loadavg")
_LOOKS = 4  # at the load, as what runs for a moment keeps nobody from working,
_BETWEEN_LOOKS = 0.002  # seconds apart
_NUMBERS = {"family": "cpu family", "model": "model"}


def usable_cores() -> int:
    """Cores this process may use: its affinity, cut by the container's quota; at least 1."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        cores = os.cpu_count() or 1
    try:
        quota, period = _CGROUP_LIMIT.read_text().split()
        cores = min(cores, round(int(quota) / int(period)))
    except (OSError, ValueError):  # no such file, or "max"
        pass
    return max(1, cores)


def usable_threads() -> int:
    """Threads to compute with: one a core, fewer if OMP_NUM_THREADS says so."""
    asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()  # a list: by level
    return min(usable_cores(), int(asked)) if asked.isdecimal() and int(asked) else usable_cores()


def home_folder() -> Path:
    """The user's home; the root for one who has none, as container engines set it.

    Some run a process under a number that no user of the system has.
    """
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.sep)


def is_busy() -> bool:
    """Whether other processes want cores that this one would use; False if the system is mute."""
    spare = (os.cpu_count() or 1) - usable_threads()
    for look in range(_LOOKS):
        time.sleep(_BETWEEN_LOOKS if look else 0)
        try:
            running = int(_LOAD.read_text().split()[3].partition("/")[0])  # this one, too
        except (OSError, ValueError, IndexError):  # no Linux
            return False
        if running - 1 <= spare:
            return False
    return True


def peak_memory() -> int | None:
    """The most memory this process has had, in bytes; None where the system does not say."""
    with suppress(OSError):  # what getrusage says is at least what the parent process had
        status = Path("/proc/self/status").read_text()
        if found := re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE):
            return 1024 * int(found[1])
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if platform.system() == "Darwin" else 1024 * most  # Linux counts in KiB


def describe() -> dict[str, str | int]:
    """Processor, cores in use, system and Python, without the machine's name."""
    return {
        "processor": _processor(),
        "cores": usable_cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    """With its family and model where the system tells them: rented ones are all called alike."""
    found = {}
    try:
        for line in _PROCESSORS.read_text().split("\n\n", 1)[0].splitlines():
            name, _, value = line.partition(":")
            found[name.strip()] = value.strip()
    except OSError:
        pass
    if "model name" not in found:
        return platform.processor() or platform.machine()
    numbers = [f"{name} {found[key]}" for name, key in _NUMBERS.items() if key in found]
    return f"{found['model name']} ({' '.join(numbers)})" if numbers else found["model name"]
