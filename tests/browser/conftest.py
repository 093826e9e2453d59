"""Chromium against a site of its own: a fresh database, a server process, pictures in artifacts/.

`site` gives the address; `browser` one Chromium for all tests; `window(width)` a fresh page; `settle(page)` waits until
a Streamlit run has come to its end; `picture(page, name)` photographs the whole length."""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from infra import clock
from infra.database import Database
from infra.keys import vault_keys
from tests import ports
from tests.browser.nursery import Nursery, Server
from tests.held import chromium

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts"
WIDE, PHONE = 1440, 390
HEIGHTS = {WIDE: 900, PHONE: 844}
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE = 90.0  # seconds for a server to begin to answer
PATIENCE = 90_000  # milliseconds: machines of tests are busy
_QUIET = """() => {
  const app = document.querySelector("[data-test-script-state]"), now = performance.now();
  const busy = document.querySelector("[data-testid=stStatusWidget]") || app?.dataset.testScriptState !== "notRunning";
  if (busy || !window.quietSince) window.quietSince = now;
  return !busy && now - window.quietSince > 500;
}"""
expect.set_options(timeout=45_000)


def settle(page: Page) -> None:
    """The script has run to its end, and for half a second nothing has begun another run."""
    page.wait_for_selector("[data-testid=stMain] [data-ready]", state="attached", timeout=PATIENCE)
    asked(page, "() => { window.quietSince = 0 }")
    page.wait_for_function(_QUIET, timeout=PATIENCE, polling=100)


def asked(page: Page, question: str) -> Any:
    """What the script answers on a page that stands: one in the middle of a navigation has no body, or loses the question."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            page.wait_for_function("() => document.readyState === 'complete' && document.body", polling=100)
            return page.evaluate(question)
        except Error:
            if time.monotonic() > until:
                raise
            page.wait_for_timeout(100)


def picture(page: Page, name: str) -> Path:
    """artifacts/<name>-<width>.png. Streamlit scrolls an inner element: the window is made as tall as the content."""
    ARTIFACTS.mkdir(exist_ok=True)
    size = page.viewport_size or {"width": WIDE, "height": HEIGHTS[WIDE]}
    tall = asked(
        page,
        "() => Math.max(document.documentElement.scrollHeight,"
        " ...[...document.querySelectorAll('[data-testid=stMain]')].map(e => e.scrollHeight))",
    )
    page.set_viewport_size({"width": size["width"], "height": min(max(int(tall), size["height"]), 4200)})
    page.wait_for_timeout(300)
    path = ARTIFACTS / f"{name}-{size['width']}.png"
    page.screenshot(path=path, full_page=True)
    page.set_viewport_size(size)
    return path


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    found = asked(
        page,
        "() => Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".filter(Boolean).map(e => e.scrollWidth - e.clientWidth))",
    )
    return int(found)


def sign_in(page: Page, address: str, login: str, password: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("main button[type=submit]")


@pytest.fixture(scope="module")
def browser() -> Browser:
    return chromium(_ARGUMENTS)


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A fresh browser profile; faults of scripts in any of its pages fail the test."""
    faults: list[Error] = []
    contexts = []

    def opened(width: int = WIDE, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(fault))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults


def _wait(address: str, server: Server) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert server.alive(), "the server has ended"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def _wait_for_end(server: Server) -> None:
    until = time.monotonic() + _PATIENCE
    while server.alive():
        assert time.monotonic() < until, "the server does not end"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    found.close()


@contextmanager
def serving(nursery: Nursery, database: Database, home: Path, **more: str) -> Iterator[str]:
    """Address of a server over that database; `more`: settings of its own."""
    port = ports.free()
    clock.forget()
    environment = os.environ | {
        "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "FEEDER_HOME": str(home),
        "FEEDER_VAULT_KEYS": ",".join(vault_keys()),  # rows of the test open in the server
        "FEEDER_PORT": str(port),
    }
    server = nursery.serve(environment | more, port, home / "server.log")
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield address
    finally:
        server.end()
        _wait_for_end(server)


@pytest.fixture
def site(database: Database, nursery: Nursery, tmp_path: Path) -> Iterator[str]:
    """Address of a server over the test's database. Fill the database before the first visit."""
    with serving(nursery, database, tmp_path) as address:
        yield address
