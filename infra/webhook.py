"""Calls a customer's program over HTTP. Never reaches into a private network, never follows a redirect, never waits long.

The guard stands where the connection is made: a name is resolved once, judged, and that very address is connected to, so
that a name which leads elsewhere a moment later gains nothing."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpcore

from infra.settings import settings

CONNECT, WHOLE = 3.0, 8.0  # seconds: to connect, and for everything together
MOST_ANSWER = 4096  # bytes of an answer that are read; nobody looks at them but in the list of tries
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class Unsafe(Exception):  # noqa: N818 - a judgement about an address
    """The address leads into a private network, or nowhere."""


class Unresolved(Unsafe):
    """The name leads nowhere at this moment: no address to keep, but a call is tried again."""


@dataclass(frozen=True)
class Answer:
    """`status` is empty when nobody answered; `error` says why in words of the machine."""

    status: int | None
    error: str = ""
    wait: float | None = None  # Retry-After, seconds
    unsafe: bool = False


def is_public(address: str) -> bool:
    """Whether an IP address is of the open Internet. Addresses that hide another one inside are judged by that, or refused."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or any(found in net for net in _NAT64):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def resolve(host: str, port: int, *, private_allowed: bool) -> list[str]:
    """IP addresses of a host. Raises Unresolved when there is none, Unsafe when any is private."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"{host} does not resolve: {error}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not private_allowed and (inside := [a for a in addresses if not is_public(a)]):
        raise Unsafe(f"{host} leads into a private network: {inside[0]}")
    return addresses


def judge(address: str) -> None:
    """For the page: raises Unsafe before an address is kept. The call itself judges anew."""
    url = httpcore.URL(address)
    resolve(url.host.decode("ascii").strip("[]"), _port(url), private_allowed=settings().development)


def _port(url: httpcore.URL) -> int:
    return url.port or (443 if url.scheme == b"https" else 80)


class _Hurry(httpcore.NetworkStream):
    """A stream that ends with its deadline, however slowly the other side drips."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self.inner, self.deadline = inner, deadline

    def _left(self, timeout: float | None) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for a call is over")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self._left(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Hurry(self.inner.start_tls(ssl_context, server_hostname, self._left(timeout)), self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class _Guarded(httpcore.NetworkBackend):
    """Connects to addresses that were judged, and to no other."""

    def __init__(self, deadline: float, *, private_allowed: bool) -> None:
        self.plain, self.deadline, self.private_allowed = httpcore.SyncBackend(), deadline, private_allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = resolve(host.strip("[]"), port, private_allowed=self.private_allowed)
        stream = self.plain.connect_tcp(addresses[0], port, timeout, local_address, socket_options)
        return _Hurry(stream, self.deadline)


def post(address: str, headers: dict[str, str], body: bytes, *, private_allowed: bool | None = None) -> Answer:
    """One call. Never raises for what the other side does. `private_allowed`: as the mode of this installation says."""
    allowed = settings().development if private_allowed is None else private_allowed
    backend = _Guarded(time.monotonic() + WHOLE, private_allowed=allowed)
    limits = {"timeout": {"connect": CONNECT, "read": WHOLE, "write": WHOLE, "pool": CONNECT}}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend) as pool,
            pool.stream("POST", address, headers=list(headers.items()), content=body, extensions=limits) as answer,
        ):
            return Answer(answer.status, _words(answer), _wait(answer))
    except Unsafe as error:
        return Answer(None, str(error), unsafe=not isinstance(error, Unresolved))
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:300])
    except (httpcore.UnsupportedProtocol, ValueError) as error:
        return Answer(None, f"the address is not understood: {error}"[:300], unsafe=True)


def _words(answer: httpcore.Response) -> str:
    """The beginning of what a refusal says; a success needs none."""
    if 200 <= answer.status < 300:
        return ""
    said = b""
    for piece in answer.iter_stream():
        said += piece
        if len(said) >= MOST_ANSWER:
            break
    text = said[:MOST_ANSWER].decode("utf-8", "replace")
    return " ".join(f"HTTP {answer.status} {''.join(c if c.isprintable() else ' ' for c in text)}".split())[:300]


def _wait(answer: httpcore.Response) -> float | None:
    """Retry-After in seconds; a date is not counted."""
    found = next((value for name, value in answer.headers if name.lower() == b"retry-after"), b"")
    return float(found) if found.isdigit() and len(found) < 7 else None
