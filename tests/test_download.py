"""Downloads come from the first mirror that gives a good copy, and from no other."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from imagette.data.download import DownloadProgress, download
from imagette.errors import DownloadError
from tests.test_locate import idx_bytes, put_idx, tiny_arrays, tiny_entry

FILES = idx_bytes(tiny_arrays())


class Handler(SimpleHTTPRequestHandler):
    """Serves files; under /cut/ it promises more bytes than it sends."""

    def do_GET(self) -> None:
        if not self.path.startswith("/cut/"):
            return super().do_GET()
        content = FILES[self.path.removeprefix("/cut/")]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:10])
        return None

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """A real server over `folder` for as long as the block runs; yields its address."""

    def handler(*args: Any) -> Handler:
        return Handler(*args, directory=str(folder))

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def refusing() -> Iterator[str]:
    """An address where nobody listens, held for as long as the block runs.

    A port that is given back may be taken by the server of a test in another process.
    """
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/"


def without_proxies(patch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        patch.setenv(name, "127.0.0.1")


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server with the good files under /good/, and others of these names under /other/."""
    without_proxies(monkeypatch)
    put_idx(tmp_path / "served/good")
    for path in put_idx(tmp_path / "served/other").iterdir():
        path.write_bytes(b"<html>Please log in</html>")
    with serve(tmp_path / "served") as server:
        yield server


class Recorder(DownloadProgress):
    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.sizes: list[int] = []
        self.closed = 0

    def started(self, file: str, address: str) -> None:
        self.addresses.append(address + file)
        self.sizes.append(0)

    def update(self, received: int) -> None:
        assert self.total == 0 or self.sizes[-1] + received <= self.total
        self.sizes[-1] += received

    def close(self) -> None:
        self.closed += 1


def held(folder: Path) -> dict[str, bytes]:
    files = folder.iterdir() if folder.exists() else ()
    return {path.name: path.read_bytes() for path in files}


def test_all_files_come_and_the_listener_counts_their_bytes(address: str, tmp_path: Path) -> None:
    recorder = Recorder()
    download(tiny_entry(f"{address}good/"), tmp_path / "deep/cache", recorder)
    assert held(tmp_path / "deep/cache") == FILES
    assert recorder.addresses == [f"{address}good/{name}" for name in FILES]
    assert recorder.sizes == [len(content) for content in FILES.values()]
    assert recorder.closed == 4


@pytest.mark.parametrize("first", ["missing/", "other/", "cut/"])
def test_when_a_mirror_fails_the_next_is_used(address: str, tmp_path: Path, first: str) -> None:
    recorder = Recorder()
    download(tiny_entry(address + first, f"{address}good/"), tmp_path / "cache", recorder)
    assert held(tmp_path / "cache") == FILES
    name = next(iter(FILES))
    assert recorder.addresses[:2] == [f"{address}{first}{name}", f"{address}good/{name}"]
    assert recorder.closed == len(recorder.addresses) == 8


def test_a_file_with_another_hash_is_refused_and_nothing_is_left(
    address: str, tmp_path: Path
) -> None:
    with pytest.raises(DownloadError, match="other/: ValueError: MD5 hash of downloaded file"):
        download(tiny_entry(f"{address}other/"), tmp_path / "cache")
    assert held(tmp_path / "cache") == {}


def test_a_transfer_that_breaks_off_leaves_nothing(address: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="cut/: "):
        download(tiny_entry(f"{address}cut/"), tmp_path / "cache")
    assert held(tmp_path / "cache") == {}


def test_when_no_mirror_gives_the_file_each_is_named_with_its_reason(
    address: str, tmp_path: Path
) -> None:
    with refusing() as nobody, pytest.raises(DownloadError) as caught:
        mirrors = (f"{address}missing/", f"{address}other/", nobody)
        download(tiny_entry(*mirrors), tmp_path / "cache")
    first, *lines = str(caught.value).splitlines()
    assert first == "train-images-idx3-ubyte.gz could not be downloaded:"
    reasons = ("HTTPError: 404", "ValueError: MD5 hash", "ConnectionError: ")
    *lines, last = lines
    assert last.startswith("Expected one of these to give it. Without a network, put ")
    assert f" into {tmp_path / 'cache'}" in last
    assert len(lines) == 3
    for line, mirror, reason in zip(lines, mirrors, reasons, strict=True):
        assert line.startswith(f"  {mirror}: {reason}")


def test_good_files_that_are_there_already_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_proxies(monkeypatch)
    with refusing() as nobody:
        download(tiny_entry(nobody), put_idx(tmp_path / "cache"))
    assert held(tmp_path / "cache") == FILES


def test_damaged_files_that_are_there_are_replaced(address: str, tmp_path: Path) -> None:
    folder = put_idx(tmp_path / "cache")
    (folder / next(iter(FILES))).write_bytes(b"half a file")
    download(tiny_entry(f"{address}good/"), folder)
    assert held(folder) == FILES


def test_a_folder_that_cannot_be_written_is_an_error_that_says_so(
    address: str, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(DownloadError, match=r"good/: (FileExists|NotADirectory)Error: "):
        download(tiny_entry(f"{address}good/"), tmp_path / "cache")
