"""A picture from an address of the web, fetched only because it was named.

Nothing but http and https, nothing of this machine or its network, nothing large, nothing
slow: an address may come from a stranger.
"""

import http.client
import ipaddress
import re
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from imagette.errors import PictureError

SCHEMES = ("http://", "https://")
MAXIMUM_BYTES = 50_000_000
_TIMEOUT = 10.0  # seconds of silence
_PATIENCE = 60.0  # seconds in all, from looking up the name to the last byte
_CHUNK = 2**16
_REDIRECTS = 5
# NAT64 (RFC 6052), the "compatible" addresses of old (RFC 4291) and the translated ones (RFC 2765):
# they end in an IPv4 address.
_ENDING_IN_IPV4 = tuple(
    ipaddress.ip_network(each) for each in ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")
)
_LOCAL = (".localhost", ".localdomain", ".local", ".internal", ".home.arpa")  # names of no web
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")  # RFC 8215; older Pythons take it for global
_USER = re.compile(r"(?<=://)[^/?#]*@")  # a name and a password before that of the machine

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_address(text: str) -> bool:
    """Whether `text` is an address of the web, and no file."""
    return text.lower().startswith(SCHEMES)


def shown(address: str) -> str:
    """The address without a user's name and password, which go into no message and no table."""
    return _USER.sub("", address, count=1)


def fetch(address: str) -> bytes:
    """The bytes at an http or https address.

    Raises:
        PictureError: it leads to a private or local machine, to nothing, to more than
            MAXIMUM_BYTES, takes too long, breaks off, or has a user's name.
    """
    found: Future[bytes] = Future()
    threading.Thread(target=_settle, args=(found, address), daemon=True).start()
    try:
        return found.result(_PATIENCE)
    except TimeoutError:
        raise _too_slow(address) from None


def _settle(found: "Future[bytes]", address: str) -> None:
    """Fetch in a thread that can be left to itself: nothing else limits the time in which a name
    is looked up, one machine after another is tried, or headers come byte by byte.
    """
    try:
        found.set_result(_fetched(address))
    except BaseException as error:
        found.set_exception(error)


def _fetched(address: str) -> bytes:
    deadline = time.monotonic() + _PATIENCE
    try:
        with _opened(address) as response:
            return _content(response, address, deadline)
    except PictureError:
        raise
    except urllib.error.HTTPError as error:
        error.close()  # it holds the connection
        raise PictureError(
            f"{address} answers with {error.code} {error.reason}. Check the address"
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise PictureError(
            f"{address} cannot be fetched ({reason}). Check the address and the network"
        ) from error


def _opened(address: str) -> Any:
    """The answer behind an address and its redirections; each is looked at before it is asked."""
    opener = urllib.request.build_opener(_NoRedirect, _PublicHTTP, _PublicHTTPS)
    for _ in range(_REDIRECTS + 1):
        _require_web(address)
        request = urllib.request.Request(address, headers={"User-Agent": "imagette"})
        try:
            return opener.open(request, timeout=_TIMEOUT)
        except urllib.error.HTTPError as error:
            target = error.headers.get("Location")
            if error.code not in (301, 302, 303, 307, 308) or not target:
                raise
            error.close()
            address = urllib.parse.urljoin(address, target)
    raise PictureError(f"{address} redirects more than {_REDIRECTS} times. Check the address")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


class _PublicConnection(http.client.HTTPConnection):
    """Looks at the machine it has reached: a name may lead elsewhere than when it was looked up."""

    def connect(self) -> None:
        super().connect()
        _require_global(self.sock.getpeername()[0], self.host)


class _PublicSecureConnection(http.client.HTTPSConnection):
    """As `_PublicConnection`, encrypted."""

    def connect(self) -> None:
        super().connect()
        _require_global(self.sock.getpeername()[0], self.host)


class _PublicHTTP(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        proxied = _require_public(request)
        return self.do_open(http.client.HTTPConnection if proxied else _PublicConnection, request)


class _PublicHTTPS(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        proxied = _require_public(request)
        kind = http.client.HTTPSConnection if proxied else _PublicSecureConnection
        return self.do_open(kind, request)


def _require_web(address: str) -> None:
    """Raise PictureError for what is no address of the web, or one for a certain user."""
    if _USER.search(address):
        raise PictureError(
            f"{shown(address)} was given with a user's name or password, expected an address that "
            "needs none. Save the picture as a file"
        )
    parts = urllib.parse.urlsplit(address)
    # An escape in the name would be another name to urllib than to us.
    if parts.scheme not in ("http", "https") or not parts.hostname or "%" in parts.netloc:
        raise PictureError(f"{address} is no http or https address: nothing else is fetched")


def _require_public(request: urllib.request.Request) -> bool:
    """Raise PictureError for what is no machine of the public web; whether a proxy will reach it.

    A proxy that the user has set may be anywhere, and what a name leads to is known to it alone:
    behind some no name of the web can be looked up. The name itself must not be a local one.
    """
    address = request.full_url
    parts = urllib.parse.urlsplit(address)
    host = parts.hostname or ""
    if request.host != parts.netloc:
        _require_public_name(host.encode("idna").decode().lower().rstrip("."), address)
        return True
    port = parts.port or (443 if parts.scheme == "https" else 80)
    for *_, place in socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP):
        _require_global(str(place[0]), address)
    return False


def _require_public_name(host: str, address: str) -> None:
    """Raise PictureError for the name, or the number, of a machine that is this one or near it."""
    if ":" in host:
        _require_global(host, address)
        return
    with suppress(OSError):  # it is no number, in whichever of the ways there are to write one
        _require_global(socket.inet_ntoa(socket.inet_aton(host)), address)
        return
    if "." not in host or host.endswith(_LOCAL):
        raise _refused(address, host)


def _require_global(place: str, address: str) -> None:
    """Raise PictureError if an address of the network is of this machine or near it."""
    found = ipaddress.ip_address(place.partition("%")[0])
    public = all(one.is_global and not one.is_multicast for one in (found, *_within(found)))
    is_near = found in _LOCAL_NAT64 or getattr(found, "is_site_local", False)
    if not public or is_near:
        raise _refused(address, place)


def _refused(address: str, place: str) -> PictureError:
    return PictureError(
        f"{address} leads to {place}, a private or local address, expected one of the public web. "
        "Save the picture as a file"
    )


def _within(place: _Address) -> Iterator[ipaddress.IPv4Address]:
    """The older addresses that a newer one holds, to which a router or the system passes on."""
    if isinstance(place, ipaddress.IPv6Address):
        if any(place in network for network in _ENDING_IN_IPV4):
            yield ipaddress.IPv4Address(int(place) & 0xFFFFFFFF)
        if place.ipv4_mapped:
            yield place.ipv4_mapped
        if place.sixtofour:
            yield place.sixtofour
        yield from place.teredo or ()  # of the server and the client


def _content(response: Any, address: str, deadline: float) -> bytes:
    content = bytearray()
    if (response.length or 0) > MAXIMUM_BYTES:
        raise _too_large(address)
    while chunk := response.read1(_CHUNK):  # what is there, so that time is looked at in between
        content += chunk
        if len(content) > MAXIMUM_BYTES:
            raise _too_large(address)
        if time.monotonic() > deadline:
            raise _too_slow(address)
    if response.length:  # so many bytes more were promised
        raise PictureError(
            f"{address} broke off after {len(content):,} bytes, expected "
            f"{len(content) + response.length:,}. Try again"
        )
    return bytes(content)


def _too_large(address: str) -> PictureError:
    return PictureError(
        f"{address} has more than {MAXIMUM_BYTES // 10**6} MB. Give a smaller picture"
    )


def _too_slow(address: str) -> PictureError:
    return PictureError(f"{address} takes longer than {_PATIENCE:g} seconds. Save it first")
