"""What a walk needs besides what it proves: a session by its cookie, and the way from page to page without loading Streamlit anew.

The sign-in form itself is driven in tests/browser/test_doors.py and test_profiles.py; nothing here may stand in for it there."""

import secrets
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, WeakSet

from playwright.sync_api import Locator, Page, WebSocket, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from sqlmodel import select
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from infra import clock
from infra.database import database
from models.people import sessions
from models.people.actions import SESSION_LIFE
from models.people.tables import User
from tests.browser.conftest import HEIGHTS, PATIENCE, settle, sideways

_sockets: WeakKeyDictionary[Page, WebSocket] = WeakKeyDictionary()
_listening: WeakSet[Page] = WeakSet()
_GO = "to => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')) }"
_DRAWN = """() => {
  const app = document.querySelector("[data-test-script-state]"), now = performance.now();
  const busy = app?.dataset.testScriptState !== "notRunning" || document.querySelector("[data-testid=stSkeleton]");
  if (busy || !window.drawnSince) window.drawnSince = now;
  return !busy && now - window.drawnSince > 120;
}"""
_FITS = """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
  .every(e => !e || e.scrollWidth <= e.clientWidth)"""


def enters(page: Page, site: str, login: str, address: str = "") -> None:
    """That person, by a session of his own, at this address of the site; whoever was signed in here before is not."""
    with database().transaction() as session:
        user = session.exec(select(User).where(User.login == login)).one()
        token = secrets.token_urlsafe(32)
        sessions.begin(session, user, token, clock.now(), SESSION_LIFE)
    listens(page)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "feeder", "value": token, "url": site}])
    page.goto(f"{site}/{address.lstrip('/')}")
    settle(page)


def listens(page: Page) -> None:
    """Before its first page: what the server tells it will be known here."""
    if page not in _listening:
        _listening.add(page)
        page.on("websocket", lambda socket: _sockets.update({page: socket}))


def looks_again(page: Page) -> None:
    """The page where one is, run once more."""
    here = urlsplit(page.url)
    visits(page, f"{here.path}?{here.query}" if here.query else here.path)


def visits(page: Page, address: str) -> None:
    """As «back» of the browser does: the same Streamlit asks for the page of that address, and has drawn it when this ends."""
    socket = _sockets[page]
    with socket.expect_event("framereceived", _is_the_end, timeout=PATIENCE):
        page.evaluate(_GO, f"/{address.lstrip('/')}")
    page.evaluate("() => { window.drawnSince = 0 }")
    page.wait_for_function(_DRAWN, timeout=PATIENCE, polling=60)


def _ended(frame: str | bytes) -> int | None:
    """How a run has ended, if that is what this message tells."""
    if isinstance(frame, str):
        return None
    told = ForwardMsg.FromString(frame)
    return int(told.script_finished) if told.HasField("script_finished") else None


def _is_the_end(frame: str | bytes) -> bool:
    """A run of the whole page has ended."""
    return _ended(frame) == ForwardMsg.FINISHED_SUCCESSFULLY


def _is_an_end(frame: str | bytes) -> bool:
    return _ended(frame) in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def types(field: Locator, text: str) -> None:
    """Typed and left, as by Tab; what the page does about it has been done."""
    field.fill(text)
    field.press("Tab")
    settle(field.page)


def clicks(place: Locator) -> None:
    """Something of a Streamlit page; its run has come to an end. What must be there afterwards is for the test to expect."""
    place.click()
    settle(place.page)


def acts(place: Locator) -> None:
    """A click that the server answers by a run, of the page or of a part of it: the run has ended, what it did is done."""
    page = place.page
    with _sockets[page].expect_event("framereceived", _is_an_end, timeout=PATIENCE):
        place.click()
    settle(page)


def fits(page: Page, name: object = "", widths: tuple[int, ...] = (), *, told: bool = False) -> None:
    """The page has a heading and is not wider than its window, or than windows of `widths`; nothing on it has gone wrong,
    unless a fault of what was typed is `told` there."""
    expect(page.locator("h1, h2").first, f"{name}: the heading").to_be_visible()
    broken = page.locator(".f-error").filter(has_text="сломалось") if told else page.locator(".f-error")
    expect(broken, f"{name}: an error").to_have_count(0)
    size = page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        _narrow(page, name)
    if not widths:
        _narrow(page, name)
    elif size and page.viewport_size != size:
        page.set_viewport_size(size)


def _narrow(page: Page, name: object) -> None:
    """Scripts that draw by the width of the window may need a moment after it has changed."""
    try:
        page.wait_for_function(_FITS, timeout=10_000)
    except PlaywrightTimeout as late:
        raise AssertionError(f"{name}: wider than its window by {sideways(page)} px: {page.viewport_size}") from late
