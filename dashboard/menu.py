"""The menu: every module of dashboard/views with `ENTRY` and `page()`. Pages are known by names of our own.

A flat list: navigation with sections makes a list inside a list, which axe-core refuses. Staff have many pages: their order,
titles and fold are in dashboard/staff_menu.py, drawn over the flat list.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import NoReturn

import streamlit as st

from dashboard import session, staff_menu, views
from infra import profiles
from infra.profiles.shape import MenuItem
from infra.settings import settings
from models.process.actor import STAFF, Role
from models.process.errors import NotFound

APPLICANT = frozenset({Role.APPLICANT})
EVERYBODY = STAFF | APPLICANT


@dataclass(frozen=True)
class Entry:
    """`name` is the page's own name and its address (/name). Smaller `order` stands earlier; the first visible one of a
    role is its home and lives at `/` only. `hidden` pages are opened from others by `go()`."""

    name: str
    title: str  # English, marked by N_()
    order: int
    roles: frozenset[Role]
    hidden: bool = False
    development: bool = False


@dataclass(frozen=True)
class View:
    entry: Entry
    page: Callable[[], None]


@cache
def all_views() -> tuple[View, ...]:
    """In the order of the menu."""
    names = sorted(m.name for m in pkgutil.iter_modules(views.__path__))
    modules = [importlib.import_module(f"{views.__name__}.{name}") for name in names]
    found = [_view(m) for m in modules if hasattr(m, "ENTRY")]
    return tuple(sorted(found, key=lambda v: (v.entry.order, v.entry.name)))


def _view(module: ModuleType) -> View:
    return View(module.ENTRY, module.page)


# view: the module of the profile it belongs to. What is not named here is there for everybody.
MODULES = {
    "applications": "connection",
    "application": "connection",
    "filing": "connection",
    "visits": "connection",
    "signing": "connection",
    "certificates": "connection",
    "appeal": "appeal",
    "appeals": "appeal",
    "my_visits": "booking",
    "accounts": "retail",
    "bills": "retail",
    "readings": "retail",
    "account_reports": "retail",
}
STAFF_MODULES = {"account_registers": "retail"}  # the same of staff's pages


def views_of(role: str, kind: str = "") -> list[View]:
    """What this role may open here, home first. Staff have the order of their work. An applicant finds the modules of the
    profile in the order and by the words of its menu; what the menu does not name stays reachable from other pages (G-19)."""
    mine = [v for v in all_views() if role in v.entry.roles and (settings().development or not v.entry.development)]
    if role == Role.APPLICANT:
        mine = _of_profile(mine, kind)
    else:
        mine = [v for v in mine if STAFF_MODULES.get(v.entry.name, "") in ("", *profiles.cabinet().modules)]
        places = staff_menu.order(role, [v.entry.name for v in mine])
        mine = sorted(mine, key=lambda v: places[v.entry.name])
    return sorted(mine, key=lambda v: v.entry.hidden)


def _of_profile(views: list[View], kind: str) -> list[View]:
    told = profiles.cabinet()
    there = [v for v in views if MODULES.get(v.entry.name, "") in ("", *told.modules)]
    # the pages of a development installation are known by their addresses: the menu of a customer has no room for them
    there = [View(replace(v.entry, hidden=True), v.page) if v.entry.development else v for v in there]
    if not told.menu:
        return there
    named = {item.view: item for item in told.menu if not (kind and item.kinds) or kind in item.kinds}
    places = {name: number for number, name in enumerate(named)}
    found = [_titled(v, named.get(v.entry.name)) for v in there]
    return sorted(found, key=lambda v: places.get(v.entry.name, len(places)))


def _titled(view: View, item: MenuItem | None) -> View:
    if item is None:
        return View(replace(view.entry, hidden=True), view.page)
    return View(replace(view.entry, title=item.title or view.entry.title, hidden=False), view.page)


def addresses() -> frozenset[str]:
    """First path segments that belong to Streamlit pages."""
    return frozenset(v.entry.name for v in all_views())


_PAGES = "feeder-pages"
SEEN = "feeder-seen"  # what the page of this run remembers of its last look at a case
_HERE = "feeder-here"


def remember(pages: dict[str, "st.Page"]) -> None:
    """app.py: the pages of this run by our own names."""
    st.session_state[_PAGES] = pages


def arrived(page: str) -> None:
    """app.py: another page than in the last run looks at everything for the first time."""
    if st.session_state.get(_HERE) != page:
        st.session_state[_HERE] = page
        st.session_state.pop(SEEN, None)


def go(name: str, **query: object) -> NoReturn:
    """Open a page of this role; `query` stands in the address, so that a reload keeps it. Raises NotFound."""
    pages: dict[str, st.Page] = st.session_state.get(_PAGES, {})
    if name not in pages:
        raise NotFound
    st.switch_page(pages[name], query_params={key: str(value) for key, value in query.items()})


def link(name: str, label: str, **query: object) -> None:
    """A link to a page of this role without a reload; nothing when the role has no such page."""
    pages: dict[str, st.Page] = st.session_state.get(_PAGES, {})
    if name in pages:
        st.page_link(pages[name], label=label, query_params={key: str(value) for key, value in query.items()})


def opened(one: Callable[[session.Who, int], None], many: Callable[[session.Who], None]) -> None:
    """A page of a list: the thing that the address names (?id=…), else the list. Raises NotFound."""
    who = session.current()
    if "id" in st.query_params:
        return one(who, number("id"))
    return many(who)


def number(name: str) -> int:
    """A whole number from the address. A person can type anything there: raises NotFound."""
    text = st.query_params.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise NotFound
    return int(text)
