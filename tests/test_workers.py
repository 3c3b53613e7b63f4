"""Many pictures are shared with other processes: same answers, same order, nobody left behind."""

import math
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imagette.cli.main import run as imagette_cli
from imagette.errors import WorkerError
from imagette.inference import Classifier
from imagette.jobs import workers
from imagette.jobs.workers import shared
from imagette.machine import usable_threads
from imagette.runs.run import Run

Found = tuple[int, int]


def doubled(classifier: Classifier, items: list[int]) -> list[Found]:
    return [(2 * item, os.getpid()) for item in items]


def waiting(classifier: Classifier, items: list[int]) -> list[Found]:
    time.sleep(0.005)
    return [(item, os.getpid()) for item in items]


def threads(classifier: Classifier, items: list[int]) -> list[Found]:
    return [(usable_threads(), os.getpid()) for _ in items]


def dying(classifier: Classifier, items: list[int]) -> list[Found]:
    if multiprocessing.parent_process() is not None:
        os._exit(1)
    return doubled(classifier, items)


def wait_until_alone() -> bool:
    deadline = time.monotonic() + 60
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.01)
    return not multiprocessing.active_children()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE", 0.0)
    monkeypatch.setattr(workers, "_WORTH", 0.0)
    monkeypatch.setattr(workers, "usable_threads", lambda: 2)


@pytest.mark.usefixtures("impatient")
def test_what_is_shared_comes_back_in_order_and_once(digits_run: Run) -> None:
    classifier = Classifier.load(digits_run)
    found = list(shared(doubled, classifier, digits_run.path, range(20), most=4))
    assert [number for number, _ in found] == list(range(0, 40, 2))
    processes = [process for _, process in found]
    # After the first, chunks of four are given away; what no worker has begun is taken back.
    assert processes[0] == os.getpid() not in processes[1:5]
    assert processes[-1] == os.getpid()
    assert len(set(processes)) == 2
    assert wait_until_alone()


@pytest.mark.usefixtures("impatient")
def test_while_others_begin_work_goes_on_here(digits_run: Run) -> None:
    classifier = Classifier.load(digits_run)
    here: list[int] = []
    others: list[int] = []
    for number, process in shared(waiting, classifier, digits_run.path, range(400), 1):
        (here if process == os.getpid() else others).append(number)
    assert sorted(here + others) == list(range(400))
    assert here[:2] == [0, 5]  # after the first, four were given away
    assert others


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("count", [0, 1])
def test_what_is_done_here_needs_no_processes(digits_run: Run, count: int) -> None:
    classifier = Classifier.load(digits_run)
    found = list(shared(doubled, classifier, digits_run.path, range(count), most=4))
    assert found == [(2 * number, os.getpid()) for number in range(count)]


def test_quick_work_is_all_done_here(digits_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE", math.inf)
    monkeypatch.setattr(workers, "usable_threads", lambda: 2)
    classifier = Classifier.load(digits_run)
    sizes: list[int] = []

    def counted(classifier: Classifier, items: list[int]) -> list[Found]:
        sizes.append(len(items))
        return doubled(classifier, items)

    found = list(shared(counted, classifier, digits_run.path, range(17), most=4))
    assert found == [(2 * number, os.getpid()) for number in range(17)]
    assert sizes == [1, 2, 4, 4, 4, 2]  # the first results come at once


def failing_here(classifier: Classifier, items: list[int]) -> list[Found]:
    if 5 in items and multiprocessing.parent_process() is None:
        raise ValueError("five")
    return waiting(classifier, items)


@pytest.mark.usefixtures("impatient")
def test_an_error_is_told_in_its_turn(digits_run: Run) -> None:
    """One to four were given away; what was right before the error is not lost."""
    found = []
    classifier = Classifier.load(digits_run)
    with pytest.raises(ValueError, match="five"):
        for number, _ in shared(failing_here, classifier, digits_run.path, range(50), most=1):
            found.append(number)
    assert found == [0, 1, 2, 3, 4]
    assert wait_until_alone()


@pytest.mark.usefixtures("impatient")
def test_each_worker_has_one_thread(digits_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    classifier = Classifier.load(digits_run)
    found = list(shared(threads, classifier, digits_run.path, range(9), most=4))
    assert {count for count, process in found if process != os.getpid()} == {1}
    assert os.environ["OMP_NUM_THREADS"] == "2"


@pytest.mark.usefixtures("impatient")
def test_who_stops_early_leaves_no_process_behind(digits_run: Run) -> None:
    classifier = Classifier.load(digits_run)
    results = shared(doubled, classifier, digits_run.path, iter(range(10**6)), most=1)
    with closing(results):
        assert [next(results)[0] for _ in range(5)] == [0, 2, 4, 6, 8]
        assert multiprocessing.active_children()
    assert wait_until_alone()


@pytest.mark.usefixtures("impatient")
def test_a_process_that_dies_is_told(digits_run: Run) -> None:
    classifier = Classifier.load(digits_run)
    message = (
        "a worker process ended before its pictures were done, perhaps for lack of memory. "
        "Set OMP_NUM_THREADS=1: then all is done in one process"
    )
    with pytest.raises(WorkerError, match=message):
        list(shared(dying, classifier, digits_run.path, range(8), most=1))
    assert wait_until_alone()


def held(classifier: Classifier, items: list[int]) -> list[Found]:
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    return [(item, signal.SIGINT in mask) for item in items]


@pytest.mark.usefixtures("impatient")
@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be held here")
def test_an_interruption_reaches_all_once_they_have_begun(digits_run: Run) -> None:
    classifier = Classifier.load(digits_run)
    found = list(shared(held, classifier, digits_run.path, range(8), most=1))
    assert found == [(number, False) for number in range(8)]
    assert held(classifier, [8]) == [(8, False)]


COMMAND = """
import sys
from imagette.jobs import workers
workers._PATIENCE = workers._WORTH = 0.0
workers.usable_threads = lambda: 2
from imagette.cli.main import run
if __name__ == "__main__":
    sys.exit(run())
"""


def importing(process: int) -> bool:
    """Whether one that it has started to help has come as far as importing NumPy."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return any("numpy" in Path(f"/proc/{worker}/maps").read_text() for worker in listed)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux lists them")
def test_workers_that_are_interrupted_while_they_start_say_nothing(
    digits_run: Run, tmp_path: Path
) -> None:
    picture = np.full((200, 200), 220, np.uint8)
    picture[50:150, 90:110] = 20
    for number in range(100):
        Image.fromarray(picture).save(tmp_path / f"{number:03}.png")
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    command = [sys.executable, str(script), "predict", str(digits_run.path), str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        while process.poll() is None and not importing(process.pid):
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGINT)
        told = process.communicate(timeout=60)[1].decode()
    assert (process.returncode, told) == (130, "imagette: interrupted\n")


@pytest.mark.parametrize("options", [[], ["--read", "boxes"]])
def test_many_photographs_are_answered_as_alone(
    digits_run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    generator = np.random.default_rng(0)
    for number in range(80):
        picture = generator.integers(190, 230, (70, 60), dtype=np.uint8)
        picture[15:55, 10 + number % 30 : 16 + number % 30] = 20
        Image.fromarray(picture).save(folder / f"{number:03}.png")
    (folder / "040.png").write_bytes(b"no picture")

    def csv(name: str) -> str:
        path = tmp_path / name
        command = ["predict", str(digits_run.path), str(folder), "--csv", str(path), *options]
        assert imagette_cli(command) == 1
        assert "040.png" in capsys.readouterr().err
        return path.read_text()

    begun: list[object] = []
    with_workers = workers._with_workers

    def counted(*arguments: Any) -> Generator[Any, None, None]:
        begun.append(arguments)
        return with_workers(*arguments)

    monkeypatch.setattr(workers, "_with_workers", counted)
    monkeypatch.setattr(workers, "usable_threads", lambda: 2)
    monkeypatch.setattr(workers, "_PATIENCE", math.inf)
    alone = csv("alone.csv")
    assert not begun
    monkeypatch.setattr(workers, "_PATIENCE", 0.0)
    monkeypatch.setattr(workers, "_WORTH", 0.0)
    assert csv("shared.csv") == alone
    assert begun
