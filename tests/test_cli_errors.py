"""Bad input: each gets its message on stderr and its exit code, and nothing is written."""

import errno
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import imagette
from imagette.cli.interruption import interruptions
from imagette.cli.main import run
from imagette.errors import ClassifierError
from imagette.runs.run import Run
from imagette.runs.run_folder import NothingSaved

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and a machine without data sets and without a network."""
    for name in ("IMAGETTE_DATA", "IMAGETTE_CACHE", "KERAS_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nothing listens there
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def refused(arguments: list[str], code: int, capsys: Captured) -> str:
    """The message of a command that must fail with `code` and leave nothing behind."""
    before = sorted(Path.cwd().rglob("*"))
    assert run(arguments) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    assert sorted(Path.cwd().rglob("*")) == before
    return printed.err


def npz(name: str, labels: list[int], side: int = 8) -> str:
    images = np.random.default_rng(0).integers(0, 256, (len(labels), side, side), dtype=np.uint8)
    np.savez(name, x_train=images, y_train=np.array(labels))
    return name


def test_an_unknown_data_set_gets_the_nearest_names(capsys: Captured) -> None:
    message = refused(["train", "mnits"], 1, capsys)
    assert "no source 'mnits'; did you mean 'mnist'" in message


def test_an_unknown_recipe_gets_the_nearest_names(capsys: Captured) -> None:
    message = refused(["train", "--recipe", "sprnt"], 1, capsys)
    assert "no recipe 'sprnt'; did you mean 'sprint'" in message
    assert "did you mean 'classic'" in refused(["summary", "clasic"], 1, capsys)


def test_a_summary_is_of_a_recipe_or_of_a_run_folder(capsys: Captured) -> None:
    told = refused(["summary", "sprnt"], 1, capsys)
    assert "did you mean 'sprint'" in told
    assert told.endswith("; and there is no run folder sprnt\n")


@pytest.mark.parametrize("verb", [["data", "check"], ["data", "split"], ["train"]])
def test_data_are_not_fetched_from_addresses(verb: list[str], capsys: Captured) -> None:
    told = refused([*verb, "https://example.com/x.zip"], 1, capsys)
    assert "https://example.com/x.zip is an address, expected a name of the catalogue or" in told
    assert "data are not fetched from addresses. Download it, and give the file" in told


def test_no_network_and_no_copy_names_every_place(capsys: Captured, nowhere: Path) -> None:
    message = refused(["train", "mnist"], 1, capsys)
    assert "mnist is not on this machine, searched:" in message
    assert str(nowhere.parent / "home" / ".keras" / "datasets" / "mnist.npz") in message
    assert "train-images-idx3-ubyte.gz could not be downloaded" in message
    assert "ossci-datasets" in message
    assert "storage.googleapis.com" in message
    assert "Without a network, put mnist.npz into" in message
    assert "or into a folder that IMAGETTE_DATA names" in message


@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_a_damaged_mnist_is_refused(
    damage: str, capsys: Captured, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = nowhere.parent / "mnist.npz"
    shape = {"x_train": (6, 28, 28), "y_train": (6,), "x_test": (2, 28, 28), "y_test": (2,)}
    arrays: dict[str, Any] = {name: np.zeros(size, np.uint8) for name, size in shape.items()}
    np.savez(file, **arrays)
    if damage == "truncated":
        file.write_bytes(file.read_bytes()[:-50])
    monkeypatch.setenv("IMAGETTE_DATA", str(file.parent))
    message = refused(["train", "mnist"], 1, capsys)
    assert str(file) in message
    expected = "truncated, altered" if damage == "truncated" else "x_train has the checksum"
    assert expected in message


def test_a_recipe_too_deep_says_the_smallest_size(capsys: Captured) -> None:
    message = refused(["train", "digits", "--recipe", "lenet"], 1, capsys)
    assert "too deep for images of 8x8" in message
    assert "The smallest size that works is 12x12" in message


def test_one_class_only(capsys: Captured) -> None:
    message = refused(["train", npz("one.npz", [3] * 9)], 1, capsys)
    assert "there is one class only, '3': expected two or more" in message


def test_fewer_images_than_classes_or_than_can_be_split(capsys: Captured) -> None:
    message = refused(["train", npz("few.npz", [0, 1, 2])], 1, capsys)
    assert "class '0' has 1 different image, expected at least 2" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--epochs", "0"], "--epochs 0: expected at least 1"),
        (["train", "--epochs", "many"], "Invalid value for '--epochs'"),
        (["train", "--optimizer", "magic"], "magic"),
        (["train", "--learning-rate", "-1"], "--learning-rate -1.0: expected more than 0"),
        (["train", "--nonsense"], "No such option"),
        (["tarin"], "No such command 'tarin'"),
        (["predict"], "Missing argument"),
    ],
)
def test_usage_errors_are_exit_code_2(arguments: list[str], message: str, capsys: Captured) -> None:
    assert message in refused(arguments, 2, capsys)


def test_an_unwritable_out(capsys: Captured, nowhere: Path) -> None:
    (nowhere / "file").touch()
    message = refused(["train", "--out", "file"], 1, capsys)
    assert "cannot write to file: Not a directory. Choose another folder with --out" in message


def test_a_full_disk_leaves_nothing_half_made(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = os.fsync, []

    def full_after_the_probe(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full_after_the_probe)
    before = sorted(Path.cwd().rglob("*"))
    assert run(["train", "-r", "sprint", "--epochs", "1"]) == 1
    assert "No space left on device. Nothing of it was kept" in capsys.readouterr().err
    assert sorted(Path.cwd().rglob("*")) == before


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, 1), (errno.EOPNOTSUPP, 0)])
def test_a_disk_without_room_for_the_run_is_told_before_the_training(
    number: int, code: int, capsys: Captured, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every file system can set room aside; there, the writing will tell."""
    asked = []

    def full(_descriptor: int, _offset: int, size: int) -> None:
        asked.append(size)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    assert run(["train", "-r", "sprint", "--epochs", "1", "--no-report"]) == code
    told = capsys.readouterr().err
    parameters = imagette.summary("sprint", data="digits").trainable
    assert asked[0] >= 2 * 4 * parameters
    assert ("epoch 1/1" in told) == (code == 0)
    if code:
        assert told.endswith("runs: No space left on device. Choose another folder with --out\n")
        assert list(nowhere.iterdir()) == []


def test_a_file_size_limit_of_the_system_leaves_nothing_half_made(nowhere: Path) -> None:
    """As the disk fills: the real system refuses to write the model."""
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from imagette.cli.main import run\n"
        "sys.exit(run(['train', '-r', 'sprint', '--epochs', '1']))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.returncode == 1
    assert "File too large. Nothing of it was kept" in result.stderr
    assert list(nowhere.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_ctrl_c_and_its_like_stop_cleanly(number: int, code: int, nowhere: Path) -> None:
    """A real process, interrupted while it trains."""
    process = subprocess.Popen(
        [sys.executable, "-m", "imagette", "train", "--epochs", "100000"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # A shell's background job ignores Ctrl-C, and hands that on to all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    limit = threading.Timer(120, process.kill)
    limit.start()
    try:
        assert process.stderr is not None
        told: list[str] = []
        while not told or not told[-1].startswith("epoch "):
            told.append(process.stderr.readline())
            assert told[-1], f"ended before its first epoch: {told}"
        assert "training on" in "".join(told)
        process.send_signal(number)
        out, err = process.communicate()
    finally:
        limit.cancel()
        process.kill()
    assert process.returncode == code
    assert err.endswith("imagette: interrupted, nothing was saved\n")
    assert "Traceback" not in err
    assert out == ""
    assert list(nowhere.iterdir()) == []


INTERRUPTED_EARLY = """
import os, signal, sys
from imagette.cli.start import main

class Interrupted:
    def find_spec(self, name, *rest):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, getattr(signal, sys.argv.pop(1)))
sys.meta_path.insert(0, Interrupted())
main()
"""


@pytest.mark.parametrize(
    ("before", "code"), [("default_int_handler", -signal.SIGINT), ("SIG_IGN", 0)]
)
def test_ctrl_c_while_the_command_is_imported_just_ends_it(before: str, code: int) -> None:
    arguments = [sys.executable, "-c", INTERRUPTED_EARLY, before, "--version"]
    result = subprocess.run(arguments, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (code, "")


@pytest.mark.parametrize(
    ("error", "message"), [(KeyboardInterrupt, ""), (NothingSaved, ", nothing was saved")]
)
def test_what_is_said_of_an_interruption_is_true(
    error: type[BaseException], message: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run may have its name by then, or the verb may be one that saves nothing."""

    def interrupted(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr("imagette.api.train", interrupted)
    assert refused(["train"], 130, capsys) == f"imagette: interrupted{message}\n"
    monkeypatch.setattr("imagette.api.summary", interrupted)
    assert refused(["summary", "sprint"], 130, capsys) == "imagette: interrupted\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("error", [ImportError, ClassifierError])
def test_what_a_compiled_module_makes_of_an_interruption(
    error: type[Exception],
    number: int,
    code: int,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ONNX Runtime, interrupted while it is imported, says that it cannot be imported."""

    def interrupted(*arguments: object, **options: object) -> None:
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt as stop:
            raise error("initialization failed") from stop

    monkeypatch.setattr("imagette.api.summary", interrupted)
    assert refused(["summary", "sprint"], code, capsys) == "imagette: interrupted\n"


def test_an_interruption_that_was_passed_over_is_told(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        raise SystemExit(1)

    monkeypatch.setattr("imagette.api.summary", interrupted)
    assert refused(["summary", "sprint"], 143, capsys) == "imagette: interrupted\n"


@pytest.mark.parametrize(
    ("first", "second", "heard"),
    [
        (signal.SIGTERM, signal.SIGHUP, False),
        (signal.SIGTERM, signal.SIGINT, True),
        (signal.SIGINT, signal.SIGTERM, True),
    ],
)
def test_a_second_signal_of_a_machine_does_not_disturb(
    first: signal.Signals, second: signal.Signals, heard: bool
) -> None:
    with interruptions() as interruption:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(first)
        with pytest.raises(KeyboardInterrupt) if heard else nullcontext():
            signal.raise_signal(second)
    assert interruption.exit_code == 128 + first


def _bomb(path: Path) -> None:
    """A PNG that says it is 50,000 x 50,000 and holds no pixel."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk
        + struct.pack(">I", zlib.crc32(chunk)) + struct.pack(">I", 0) + b"IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


def _truncated(path: Path) -> None:
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:500])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "there is no file x.png"),
        (lambda path: path.write_text("hello, I am text"), "x.png is not a picture"),
        (lambda path: path.touch(), "x.png is empty (0 bytes), expected a picture"),
        (os.mkfifo, "x.png is a pipe or a device, expected a file"),
        (lambda path: path.symlink_to("/dev/zero"), "x.png is a pipe or a device"),
        (lambda path: (path / "inner").mkdir(parents=True), "holds only folders (inner)"),
        (_truncated, "x.png is damaged or truncated"),
        (_bomb, "x.png claims more pixels than the limit of 50 million"),
        (lambda path: path.mkdir(), "the folder x.png holds no pictures"),
    ],
)
def test_pictures_that_cannot_be_read(
    make: Callable[[Path], object], message: str, digits_run: Run, capsys: Captured
) -> None:
    make(Path("x.png"))
    assert message in refused(["predict", str(digits_run.path), "x.png"], 1, capsys)


def test_one_bad_picture_stops_no_other(digits_run: Run, capsys: Captured) -> None:
    Image.new("L", (8, 8)).save("good.png")
    assert run(["predict", str(digits_run.path), "bad.png", "good.png"]) == 1
    printed = capsys.readouterr()
    assert "good.png" in printed.out
    assert "there is no file bad.png" in printed.err
    Path("bad.png").write_text("no picture")
    assert run(["predict", str(digits_run.path), "bad.png", "--csv", "out.csv"]) == 1
    assert capsys.readouterr().out == "1 error is in out.csv\n"


def test_an_empty_folder_stops_no_picture(digits_run: Run, capsys: Captured) -> None:
    Image.new("L", (8, 8)).save("good.png")
    Path("empty").mkdir()
    assert run(["predict", str(digits_run.path), "empty", "good.png"]) == 1
    printed = capsys.readouterr()
    assert "good.png" in printed.out
    assert "the folder empty holds no pictures" in printed.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", ""],
        ["train", "--out", ""],
        ["summary", ""],
        ["export", ""],
        ["predict", "", "x.png"],
        ["predict", "run", ""],
        ["evaluate", ""],
        ["evaluate", "run", "--data", ""],
    ],
)
def test_empty_arguments_are_refused(arguments: list[str], capsys: Captured) -> None:
    assert "it is empty. Is a variable" in refused(arguments, 2, capsys)


def test_what_is_no_run_folder_says_what_to_give(
    digits_run: Run, capsys: Captured, nowhere: Path
) -> None:
    Image.new("L", (8, 8)).save("good.png")
    record = str(digits_run.path / "run.json")
    message = refused(["evaluate", record], 1, capsys)
    assert f"run.json is a file, expected a run folder. Give {digits_run.path}" in message
    message = refused(["evaluate", str(digits_run.model)], 1, capsys)
    assert "is a classifier by itself, expected its run folder" in message
    folder = nowhere.parent / "run"
    shutil.copytree(digits_run.path, folder)
    (folder / "model.onnx").unlink()
    message = refused(["predict", str(folder), "good.png"], 1, capsys)
    assert f"there is no file {folder / 'model.onnx'}. Restore it, or train again" in message


def test_a_run_folder_may_be_called_like_a_model(
    digits_run: Run, capsys: Captured, nowhere: Path
) -> None:
    Image.new("L", (8, 8)).save("good.png")
    shutil.copytree(digits_run.path, "x.onnx")
    assert run(["predict", "x.onnx", "good.png"]) == 0
    assert "good.png" in capsys.readouterr().out


def test_run_folders_that_are_none(digits_run: Run, capsys: Captured, nowhere: Path) -> None:
    Image.new("L", (8, 8)).save("good.png")
    assert "no run folder" in refused(["predict", "none", "good.png"], 1, capsys)
    folder = nowhere.parent / "run"
    shutil.copytree(digits_run.path, folder)
    (folder / "model.onnx").write_bytes(digits_run.model.read_bytes()[:1000])
    message = refused(["predict", str(folder), "good.png"], 1, capsys)
    assert "model.onnx is damaged or not an ONNX model" in message
    (folder / "run.json").unlink()
    message = refused(["predict", str(folder), "good.png"], 1, capsys)
    assert "has no run.json: it is not a run folder, or its training did not finish" in message
    assert "has no run.json" in refused(["evaluate", str(folder)], 1, capsys)


def test_evaluate_on_data_of_other_classes(digits_run: Run, capsys: Captured) -> None:
    data = npz("two.npz", [0, 11] * 20)
    message = refused(["evaluate", str(digits_run.path), "--data", data], 1, capsys)
    assert (
        "the data has the class '11', expected only classes that the classifier knows: 0, 1"
        in message
    )


def test_changed_data_is_not_taken_for_the_run_s_own(capsys: Captured) -> None:
    data = npz("mine.npz", [0, 1] * 20)
    assert run(["train", data, "-r", "sprint", "--epochs", "1"]) == 0
    npz("mine.npz", [0, 1, 1] * 20)
    capsys.readouterr()
    message = refused(["evaluate", "runs/mine-sprint-1"], 1, capsys)
    assert "mine.npz are not those of the run any more" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("data check digits --folds 3", "--folds is for --find-label-errors"),
        ("data check digits --out here", "--out is for --find-label-errors"),
        ("report nowhere --format svg", "--format is for --figures"),
        ("compare one two --format svg", "--format is for --figures"),
    ],
)
def test_options_without_the_one_that_they_are_for_are_refused(
    arguments: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments.split()) == 2
    assert message in capsys.readouterr().err


def test_too_little_memory_is_no_traceback(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, told in ((MemoryError("728. TiB"), "once (728. TiB)"), (MemoryError(), "once")):

        def exhausted(verb: str | None, error: MemoryError = error) -> None:
            raise error

        monkeypatch.setattr("imagette.cli.main.application", exhausted)
        message = refused(["train"], 1, capsys)
        assert message.strip().endswith(f"there is too little memory. Take less at {told}")
