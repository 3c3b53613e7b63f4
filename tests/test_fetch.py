"""Pictures from the web: only public machines, nothing large, nothing else than http."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from imagette.errors import PictureError
from imagette.images import fetch
from imagette.images.gather import gather


class Answers(BaseHTTPRequestHandler):
    """/picture gives bytes, /away leads to `away`, /round to itself, the rest is not there.

    /drip gives a byte, and another when its server may `go_on`, or after a minute. /slow-headers
    gives a picture whose headers come byte by byte, in a minute, or at once when it may `go_on`.
    /short and /claims give fewer bytes than they say.
    """

    away = "http://10.0.0.1/secret"
    server: "Server"

    def do_GET(self) -> None:
        self.path = urlsplit(self.path).path  # a proxy is given the whole address
        if self.path in ("/away", "/round"):
            self.send_response(302)
            self.send_header("Location", self.away if self.path == "/away" else "/round")
            self.end_headers()
        elif self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"p")
            self.server.go_on.wait(60)
            with suppress(OSError):  # nobody is there any more
                self.wfile.write(b"q")
        elif self.path == "/slow-headers":
            with suppress(OSError):
                for byte in b"HTTP/1.0 200 OK\r\nX-Long: " + b"x" * 35:
                    self.wfile.write(bytes([byte]))
                    self.server.go_on.wait(1)
                self.wfile.write(b"\r\n\r\npixels")
        elif self.path in ("/short", "/claims"):
            self.send_response(200)
            self.send_header("Content-Length", "700" if self.path == "/short" else str(10**15))
            self.end_headers()
            self.wfile.write(b"pixels")
        elif self.path == "/picture":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"pixels" * 100)
        else:
            self.send_error(404)

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Its own `go_on`: an answer to one test, still on its way, says nothing to the next."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.go_on = threading.Event()
        self.address = f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()


@contextmanager
def served() -> Iterator[str]:
    with serving() as server:
        yield server.address


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between a test and its server, or is passed by."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own server counts as public; every other address is looked at as ever."""
    require = fetch._require_global

    def unless_local(place: str, address: str) -> None:
        if place != "127.0.0.1":
            require(place, address)

    monkeypatch.setattr(fetch, "_require_global", unless_local)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.png",
        "http://localhost:8000/x.png",
        "http://10.1.2.3/x.png",
        "http://192.168.0.1/x.png",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/x.png",
        "http://0.0.0.0/x.png",
        "http://224.0.0.251/x.png",  # multicast
        "http://[ff0e::1]/x.png",
        "http://[::ffff:10.0.0.1]/x.png",  # addresses that hold an older one: mapped
        "http://[64:ff9b::a00:1]/x.png",  # behind NAT64
        "http://[64:ff9b::7f00:1]/x.png",
        "http://[64:ff9b:1::808:808]/x.png",  # of a network of one's own
        "http://[::10.0.0.1]/x.png",
        "http://[::ffff:0:10.0.0.1]/x.png",  # translated
        "http://[fec0::1]/x.png",  # of a site
        "http://[2002:a00:1::1]/x.png",  # 6to4
        "http://[2001:0:a00:1::f5ff:fffe]/x.png",  # Teredo
    ],
)
def test_addresses_of_this_machine_and_its_network_are_refused(address: str) -> None:
    with pytest.raises(PictureError, match="a private or local address, expected one of the"):
        fetch.fetch(address)


@pytest.mark.parametrize(
    "place",
    [
        "8.8.8.8",
        "2606:4700:4700::1111",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_addresses_of_the_public_web_are_not(place: str) -> None:
    fetch._require_global(place, "http://example.org/x.png")


def test_only_the_web_is_fetched_from() -> None:
    assert fetch.is_address("HTTPS://example.org/a.png")
    assert not fetch.is_address("file:///etc/passwd")
    for address in ("ftp://example.org/a.png", "http://", "http://exa%6Dple.com/a.png"):
        with pytest.raises(PictureError, match="is no http or https address"):
            fetch.fetch(address)


def test_a_picture_is_fetched(public: None) -> None:
    with served() as address:
        assert fetch.fetch(f"{address}/picture") == b"pixels" * 100


def test_a_redirection_is_looked_at_before_it_is_followed(public: None) -> None:
    with served() as address:
        with pytest.raises(PictureError, match=r"leads to 10\.0\.0\.1, a private or local"):
            fetch.fetch(f"{address}/away")
        with pytest.raises(PictureError, match="redirects more than 5 times"):
            fetch.fetch(f"{address}/round")


def test_a_name_that_leads_elsewhere_when_it_is_used_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look_up, asked = socket.getaddrinfo, []

    def changing(host: str, *arguments: Any, **named: Any) -> list[Any]:
        asked.append(host)
        place = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return look_up(place, *arguments, **named)

    with served() as address:
        monkeypatch.setattr(socket, "getaddrinfo", changing)
        with pytest.raises(PictureError, match=r"leads to 127\.0\.0\.1, a private or local"):
            fetch.fetch(address.replace("127.0.0.1", "example.org") + "/picture")
    assert asked == ["example.org"] * 2


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The test's own server is the proxy; no name can be looked up from here."""
    look_up = socket.getaddrinfo

    def of_numbers(host: str, *arguments: Any, **named: Any) -> list[Any]:
        if host != "127.0.0.1":
            raise socket.gaierror(-2, "Name or service not known")
        return look_up(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", of_numbers)
    with served() as address:
        monkeypatch.setenv("http_proxy", address)
        monkeypatch.setenv("https_proxy", address)
        yield address


def test_a_proxy_may_be_near_and_alone_know_the_names(proxy: str) -> None:
    for host in ("8.8.8.8", "example.org", "[2606:4700:4700::1111]:8000"):
        assert fetch.fetch(f"http://{host}/picture") == b"pixels" * 100
    with pytest.raises(PictureError, match="cannot be fetched .*Tunnel connection failed: 501"):
        fetch.fetch("https://example.org/picture")  # it was asked, and does no such thing


def test_what_goes_by_no_proxy_is_looked_up(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "example.org")
    with pytest.raises(PictureError, match="cannot be fetched .*Name or service not known"):
        fetch.fetch("http://example.org/picture")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.1.2.3:8000", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254.",
        "127.1", "0x7f000001", "2130706433", "0177.0.0.1",  # other ways to write 127.0.0.1
        "localhost", "LOCALHOST.", "a.localhost", "metadata.google.internal", "printer.local",
        "intranet",
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_not_asked_for_what_is_near(scheme: str, host: str, proxy: str) -> None:
    with pytest.raises(PictureError, match="a private or local address, expected one of the"):
        fetch.fetch(f"{scheme}://{host}/picture")


def test_digits_of_other_scripts_are_no_way_round(proxy: str) -> None:
    with pytest.raises(PictureError, match=r"leads to 127\.0\.0\.1, a private or local"):
        fetch.fetch("https://１２７。0。0。1/picture")


def test_a_redirection_by_a_proxy_is_looked_at(proxy: str) -> None:
    with pytest.raises(PictureError, match=r"leads to 10\.0\.0\.1, a private or local"):
        fetch.fetch("http://example.org/away")


def test_time_is_looked_at_while_little_comes(
    monkeypatch: pytest.MonkeyPatch, public: None
) -> None:
    """Of the fetching itself, without the thread around it that is left when time is over."""
    monkeypatch.setattr(fetch, "_PATIENCE", -1.0)
    with serving() as server, pytest.raises(PictureError, match="takes longer than -1 seconds"):
        fetch._fetched(f"{server.address}/drip")


def test_time_is_limited_while_headers_come_byte_by_byte(
    monkeypatch: pytest.MonkeyPatch, public: None
) -> None:
    with serving() as server:
        monkeypatch.setattr(fetch, "_PATIENCE", 0.2)
        with pytest.raises(PictureError, match=r"takes longer than 0\.2 seconds\. Save it first"):
            fetch.fetch(f"{server.address}/slow-headers")
        server.go_on.set()
        monkeypatch.setattr(fetch, "_PATIENCE", 60.0)
        assert fetch.fetch(f"{server.address}/slow-headers") == b"pixels"


def test_time_is_limited_while_a_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def never(*arguments: Any, **named: Any) -> list[Any]:
        answered.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    monkeypatch.setattr(fetch, "_PATIENCE", 0.1)
    try:
        with pytest.raises(PictureError, match=r"takes longer than 0\.1 seconds"):
            fetch.fetch("http://example.org/x.png")
    finally:
        answered.set()


@pytest.mark.parametrize("user", ["ann:secret", "ann:secret@", "secret"])
def test_addresses_for_a_user_are_refused_and_no_password_is_shown(user: str) -> None:
    address = f"http://{user}@127.0.0.1/x.png?q=a@b"
    refused = r"^http://127\.0\.0\.1/x\.png\?q=a@b was given with a user's name or password"
    with pytest.raises(PictureError, match=refused):
        fetch.fetch(address)
    assert [name for name, _ in gather(address)] == ["http://127.0.0.1/x.png?q=a@b"]
    assert fetch.shown("http://a/b:c@d") == "http://a/b:c@d"  # there it is the path


def test_what_breaks_off_is_no_damaged_picture(public: None) -> None:
    with served() as address:
        with pytest.raises(
            PictureError, match=r"/short broke off after 6 bytes, expected 700\. Try"
        ):
            fetch.fetch(f"{address}/short")
        with pytest.raises(PictureError, match="/claims has more than 50 MB"):
            fetch.fetch(f"{address}/claims")


def test_what_is_missing_large_or_slow_is_told(
    monkeypatch: pytest.MonkeyPatch, public: None
) -> None:
    with served() as address:
        with pytest.raises(PictureError, match="/nothing answers with 404 Not Found"):
            fetch.fetch(f"{address}/nothing")
        monkeypatch.setattr(fetch, "_PATIENCE", -1.0)
        with pytest.raises(PictureError, match="takes longer than -1 seconds"):
            fetch.fetch(f"{address}/picture")
        monkeypatch.setattr(fetch, "_PATIENCE", 60.0)
        monkeypatch.setattr(fetch, "MAXIMUM_BYTES", 100)
        with pytest.raises(PictureError, match="has more than 0 MB"):
            fetch.fetch(f"{address}/picture")
    with pytest.raises(PictureError, match="/picture cannot be fetched .*Check the address and"):
        fetch.fetch(f"{address}/picture")
