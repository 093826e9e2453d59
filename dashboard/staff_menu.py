"""Order of the staff's menu: what a role does all day stands first, the rest by sections, folded under «More».

Looks only: who may open a page is said by its ENTRY and asked again by the verbs. It must never hide the page one is on."""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import streamlit as st

from infra.wording import N_, _
from models.process.actor import Role

FOLDED_FROM = 6  # so many lines besides the first ones are worth a click; fewer stay in sight


class Part(NamedTuple):
    title: str  # English, marked by N_(); empty: the lines that stand first
    names: list[str]


# The first of them is the role's home.
FIRST: dict[str, tuple[str, ...]] = {
    Role.OPERATOR: ("queue", "reception", "search", "appeals", "callbacks", "paper", "deadlines"),
    Role.ENGINEER: ("queue", "search", "deadlines", "disagreements", "bulk", "centres"),
    Role.MANAGER: ("queue", "approvals", "deadlines", "search", "wall", "failed", "appeals"),
    Role.INSPECTOR: ("queue", "day", "search", "deadlines"),
    Role.METERING: ("queue", "day", "search", "deadlines", "appeals", "callbacks"),
    Role.BILLING: ("queue", "statements", "search", "deadlines", "appeals", "callbacks"),
    Role.LAWYER: ("queue", "disagreements", "search", "deadlines"),
    Role.EDITOR: ("content",),
    Role.ADMIN: ("queue", "failed", "staff", "access", "search", "wall"),
    Role.AUDITOR: ("queue", "search", "register", "people_looks", "wall", "deadlines"),
}
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Cases"), ("queue", "deadlines", "search", "approvals", "disagreements", "bulk", "paper", "failed")),
    (
        N_("Customers"),
        ("reception", "appeals", "callbacks", "powers", "edocs_desk", "poa_desk", "access", "data_requests"),
    ),
    (N_("Papers and money"), ("signing_desk", "register", "letters", "statements", "account_registers")),
    (N_("Network and offices"), ("centres", "offices", "load")),
    (N_("Overview"), ("wall", "process", "people_looks")),
    (N_("Setting up"), ("remarks", "templates", "rules", "content", "staff", "trust")),
    (N_("My own"), ("away", "security")),
)
REST = N_("Other")


def arranged(role: str, names: Sequence[str]) -> list[Part]:
    """The pages that a role sees, in order: each once. What no section names comes last, so that no page is lost."""
    first = [name for name in FIRST.get(role, ()) if name in names]
    rest = [name for name in names if name not in first]
    told = [Part(title, [name for name in section if name in rest]) for title, section in SECTIONS]
    known = set(chain.from_iterable(section for _title, section in SECTIONS))
    other = Part(REST, [name for name in rest if name not in known])
    return [part for part in (Part("", first), *told, other) if part.names]


def order(role: str, names: Sequence[str]) -> dict[str, int]:
    """The place of each page."""
    return {name: place for place, name in enumerate(chain.from_iterable(p.names for p in arranged(role, names)))}


_LINE = '[data-testid="stSidebarNavItems"]>li'
_ALL = ":root[data-menu=all]"
_RULE = "border-top:1px solid var(--line);margin-top:8px;padding-top:6px"


def style(parts: Sequence[Part]) -> str:
    """Rules for a list of just these parts: the fold and the titles. Streamlit's own sections would make a list inside a
    list, which axe-core refuses; so it stays one list, and a title is drawn before the first line of its part. A short menu
    has a line between, no titles."""
    first, *rest = parts
    begins = len(first.names) + 1
    if not is_folded(parts):
        return f"html {_LINE}:nth-child({begins}){{{_RULE}}}" if rest else ""
    rules = [f':root:not([data-menu]) {_LINE}:nth-child(n+{begins}):not(:has([aria-current="page"])){{display:none}}']
    for part in rest:
        line = f"{_ALL} {_LINE}:nth-child({begins})"
        rules.append(f'{line}{{{_RULE}}}{line}::before{{content:"{_(part.title)}"}}')
        begins += len(part.names)
    return "".join(rules)


def is_folded(parts: Sequence[Part]) -> bool:
    return sum(len(part.names) for part in parts[1:]) >= FOLDED_FROM


_HTML = '<button type="button" class="f-more"></button>'
# The choice is the browser's own: Streamlit knows nothing of it, no page runs again for it
_JS = """export default ({parentElement, data}) => {
  const button = parentElement.querySelector('button'), root = document.documentElement, key = 'feeder-menu';
  const list = () => document.querySelector('[data-testid=stSidebarNavItems]');
  const show = all => {
    if (all) root.dataset.menu = 'all'; else delete root.dataset.menu;
    button.textContent = all ? data.less : data.more;
    button.setAttribute('aria-expanded', String(all));
  };
  button.onclick = () => {
    const all = root.dataset.menu !== 'all';
    try { localStorage.setItem(key, all ? 'all' : ''); } catch { /* a browser that keeps nothing */ }
    show(all);
    if (all) list()?.children[data.first]?.querySelector('a')?.focus();
  };
  let kept = '';
  try { kept = localStorage.getItem(key); } catch { /* the same */ }
  show(kept === 'all');
}"""


@cache
def _component() -> Any:
    return st.components.v2.component("feeder_more", html=_HTML, isolate_styles=False, js=_JS)


def show(role: str, names: Sequence[str]) -> None:
    """Dress the menu of these visible pages, in their order, and put the button that unfolds it below."""
    parts = arranged(role, names)
    if rules := style(parts):
        st.html(f"<style>{rules}</style>")
    if is_folded(parts):
        first = len(parts[0].names)
        data = {"more": _("More: %d") % (len(names) - first), "less": _("Fold"), "first": first}
        with st.sidebar:
            _component()(data=data, key="feeder-more")
