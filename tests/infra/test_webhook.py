"""Calls to customers' programs: never into a private network, never by a redirect, never for long."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from infra import webhook
from infra.webhook import Unsafe, is_public, judge, post, resolve

PRIVATE = ["127.0.0.1", "127.8.8.8", "10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
           "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
           "::ffff:127.0.0.1", "::ffff:10.0.0.7", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"]  # fmt: skip
PUBLIC = ["8.8.8.8", "77.88.55.242", "2a02:6b8::2:242", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_is_no_address_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_one(address: str) -> None:
    assert is_public(address)


class Heard:
    """A program of a customer: what came to it, and what it answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: Callable[[Any], None] = lambda h: self.say(h, 200)
        heard = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                heard.requests.append((self.path, dict(self.headers.items()), body))
                heard.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    @staticmethod
    def say(handler: Any, status: int, body: bytes = b"", **headers: str) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def heard() -> Iterator[Heard]:
    found = Heard()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_a_call_carries_its_headers_and_body(heard: Heard) -> None:
    answer = post(heard.address, {"X-Feeder-Event": "test"}, b'{"a":1}', private_allowed=True)
    assert (answer.status, answer.error) == (200, "")
    path, headers, body = heard.requests[0]
    assert (path, headers["X-Feeder-Event"], body) == ("/hook", "test", b'{"a":1}')


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1"])
def test_a_private_network_is_not_reached_by_any_spelling(heard: Heard, host: str) -> None:
    port = heard.server.server_address[1]
    answer = post(f"http://{host}:{port}/hook", {}, b"{}", private_allowed=False)
    assert answer.unsafe
    assert answer.status is None
    assert heard.requests == []


def test_the_guard_is_what_keeps_it_out(heard: Heard) -> None:
    """The control: without the guard the same call arrives."""
    assert post(heard.address, {}, b"{}", private_allowed=True).status == 200
    assert len(heard.requests) == 1


def test_a_name_that_leads_elsewhere_at_the_second_look_is_refused(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the page saw a public address, the call meets a private one, and judges what it connects to."""
    port = heard.server.server_address[1]
    seen = iter(["8.8.8.8", "127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", (next(seen), port))])
    assert resolve("hook.example", port, private_allowed=False) == ["8.8.8.8"]
    assert post(f"http://hook.example:{port}/", {}, b"{}", private_allowed=False).unsafe
    assert heard.requests == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: both)
    with pytest.raises(Unsafe, match="private"):
        resolve("hook.example", 443, private_allowed=False)


def test_production_judges_the_address_before_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.settings import Settings

    judge("http://127.0.0.1/hook")  # development: one's own machine is a fine place for a trial
    monkeypatch.setattr(webhook, "settings", lambda: Settings(mode="production"))
    with pytest.raises(Unsafe):
        judge("https://127.0.0.1/hook")


def test_a_redirect_is_an_answer_and_leads_nowhere(heard: Heard) -> None:
    heard.answer = lambda h: heard.say(h, 302, Location=heard.address)
    assert post(heard.address, {}, b"{}", private_allowed=True).status == 302
    assert len(heard.requests) == 1


def test_a_long_answer_is_read_to_its_limit_only(heard: Heard) -> None:
    heard.answer = lambda h: heard.say(h, 500, b"<b>" + b"x" * 10_000_000)
    answer = post(heard.address, {}, b"{}", private_allowed=True)
    assert answer.status == 500
    assert len(answer.error) <= 300


def test_who_says_when_to_come_again_is_heard(heard: Heard) -> None:
    heard.answer = lambda h: heard.say(h, 429, Retry_After="120")
    assert post(heard.address, {}, b"{}", private_allowed=True).wait == 120
    heard.answer = lambda h: heard.say(h, 503, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT")
    assert post(heard.address, {}, b"{}", private_allowed=True).wait is None


def test_a_dripping_answer_ends_with_the_deadline(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WHOLE", 0.5)
    stop = threading.Event()

    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not stop.wait(0.05):
            handler.wfile.write(b"X-Drop: 1\r\n")

    heard.answer = drip
    answer = post(heard.address, {}, b"{}", private_allowed=True)
    stop.set()
    assert answer.status is None
    assert "Timeout" in answer.error


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "http://no-such-host.invalid/", "ftp://127.0.0.1/", "http:///x"]
)
def test_whatever_the_other_side_does_nothing_is_raised(address: str) -> None:
    answer = post(address, {}, b"{}", private_allowed=True)
    assert answer.status is None
    assert answer.error


def test_a_name_that_leads_nowhere_just_now_is_tried_again_but_not_kept() -> None:
    assert not post("http://no-such-host.invalid/", {}, b"{}", private_allowed=False).unsafe
    with pytest.raises(Unsafe):
        judge("http://no-such-host.invalid/")
