"""The sheet an inspector is filling: what he typed is a row in the database after every field, never only in this session.

A closed phone or a lost connection costs nothing: the next visit to the page begins from the row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import parts, session
from infra.wording import _
from models.process.errors import Stale
from models.visit import actions, queries
from models.visit.tables import Kind

Values = dict[str, Any]
STYLE = """<style>
[class*="st-key-field-"] [data-testid="stButtonGroup"]>div{display:grid;grid-template-columns:1fr 1fr;gap:8px;width:100%}
[class*="st-key-field-"] [data-testid="stButtonGroup"] button{min-height:50px;width:100%;border-radius:6px!important;border:1px solid var(--edge)!important;margin:0!important;white-space:normal}
[class*="st-key-field-"] [data-testid="stButtonGroup"] button[data-selected="true"],[class*="st-key-field-"] [data-testid="stButtonGroup"] button[aria-checked="true"]{border-width:2px!important;border-color:var(--ink)!important}
[class*="st-key-field-"] button[kind="primary"],[class*="st-key-field-"] button[kind="secondary"]{min-height:50px}
[class*="st-key-field-"] [data-testid="stElementContainer"]:has(.f-under){margin-top:-.75rem}
[class*="st-key-field-"] input,[class*="st-key-field-"] textarea{font-size:16px}
.f-err{color:var(--red);font-weight:700;display:flex;gap:6px;align-items:baseline;font-size:.95rem;line-height:1.35}
.f.f .f-item{margin:0;font-size:1rem;line-height:1.4}.f-item b{margin-right:6px}
.f.f .f-before{margin:4px 0 0;color:var(--copper);font-size:.92rem}
.f-shot{display:block;width:100%;max-height:260px;object-fit:contain;background:var(--sunken);border-radius:6px}
.f-visit{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center;margin-bottom:8px}.f.f .f-visit p{margin:0;width:100%}
.f-visit .f-when{font-size:1.15rem;font-weight:700}
@media(max-width:640px){[class*="st-key-field-"] button[kind="primary"],[class*="st-key-field-"] button[kind="secondary"]{width:100%}
[class*="st-key-field-"] [data-testid="stButton"],[class*="st-key-field-"] [data-testid="stElementContainer"]:has([data-testid="stButton"]){width:100%}
[class*="st-key-field-"] [data-testid="stSelectbox"],[class*="st-key-field-"] [data-testid="stElementContainer"]:has([data-testid="stSelectbox"]){width:100%!important}
[class*="st-key-field-"] [data-testid="stHorizontalBlock"]{row-gap:.75rem}}
</style>"""


@dataclass
class Sheet:
    """What this session holds of the row: `version` is the one it read or wrote last; `turn` grows when it is read anew,
    so that fields begin from what was read."""

    case_id: int
    kind: Kind
    values: Values
    version: int
    turn: int = 0
    clash: bool = False
    tried: bool = False  # somebody pressed the button: say of empty fields too that they are wanted
    saved: str = ""  # time of the last save

    @property
    def key(self) -> str:
        """The beginning of every field's key."""
        name = "inspection" if self.kind == Kind.INSPECTION else "meter"
        return f"{name}-{self.case_id}" + (f"-{self.turn}" if self.turn else "")


def _place(case_id: int, kind: Kind) -> str:
    return f"sheet-{kind}-{case_id}"


def opened(who: session.Who, case_id: int, kind: Kind, fresh: Callable[[], Values]) -> Sheet:
    """The sheet of this session, or the kept one, or a fresh one."""
    place = _place(case_id, kind)
    if place not in st.session_state:
        st.session_state[place] = _read(who, case_id, kind, fresh, 0)
    found: Sheet = st.session_state[place]
    if found.clash:
        _clash(who, found, fresh)
    return found


def _read(who: session.Who, case_id: int, kind: Kind, fresh: Callable[[], Values], turn: int) -> Sheet:
    with session.reading(who) as db:
        row = queries.sheet(db, case_id, kind)
    return Sheet(case_id, kind, dict(row.values) if row else fresh(), row.version if row else 0, turn)


def _clash(who: session.Who, sheet: Sheet, fresh: Callable[[], Values]) -> None:
    parts.error_box(
        _("The sheet was saved on another device"),
        note=_("What you typed here since then is not saved. Take the saved sheet and go on from it."),
    )
    if st.button(_("Take the saved sheet"), type="primary", key="take-saved"):
        place = _place(sheet.case_id, sheet.kind)
        st.session_state[place] = _read(who, sheet.case_id, sheet.kind, fresh, sheet.turn + 1)
        st.rerun()


def keep(sheet: Sheet, values: Values) -> None:
    """Save what has changed since the last run, in a transaction of its own."""
    if values == sheet.values or sheet.clash:
        return
    try:
        with session.acting() as (db, actor, now):
            sheet.version = actions.keep(db, sheet.case_id, sheet.kind, values, sheet.version, actor, now)
    except Stale:
        sheet.clash = True
        st.rerun()
    sheet.values = values


def forget(sheet: Sheet) -> None:
    """It was sent: nothing of it stays in this session."""
    st.session_state.pop(_place(sheet.case_id, sheet.kind), None)
    for key in [k for k in st.session_state if str(k).startswith((f"list-{sheet.key}-", f"{sheet.key}-"))]:
        st.session_state.pop(key, None)


def dress() -> None:
    st.html(STYLE)


def said_saved(sheet: Sheet) -> None:
    """Where the reader looks before he closes the phone."""
    told = (
        _("Everything typed is saved.")
        if sheet.version
        else _("Nothing is typed yet. Every field is saved as you leave it.")
    )
    parts.show(parts.p(told, sub=True))
