"""What other people, or another window of the same person, did with a case while it stood open here: said above it, so that a
click that came too late is understood. What this window did itself is told by the step, never here."""

import time
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_history import what_words
from dashboard.views.desk_parts import moment
from infra.wording import _
from models.process.actor import ROLE_NAMES, Role
from models.process.tables import History

SHOWN = 60.0  # seconds: a field that is left and a button that is pressed are two runs


def show(who: session.Who, case_id: int, history: Sequence[History], zone: ZoneInfo) -> None:
    """`history` as this run has read it. Nothing on arrival: what happened before stands in the history."""
    last = max((h.seq for h in history), default=0)
    held: dict[str, tuple[int, list[tuple[float, History]]]] = st.session_state.setdefault(menu.SEEN, {})
    seq, told = held.get(f"news-{case_id}", (last, []))
    told = [(at, h) for at, h in told if time.monotonic() - at < SHOWN]
    told += [(time.monotonic(), h) for h in history if h.seq > seq and _of_another(who, h)]
    held[f"news-{case_id}"] = (last, told)
    if told:
        lines = "".join(f"<li>{parts.esc(_line(who, h, zone))}</li>" for _at, h in told)
        title = _("While this page was open, the application has changed")
        note = parts.p(_("Below is its state now. What you have typed stays in its field."), sub=True)
        parts.show(f'<div class="f-news" role="status"><b>{parts.esc(title)}</b><ul>{lines}</ul>{note}</div>')


def _of_another(who: session.Who, row: History) -> bool:
    """Steps of the system come by themselves and stop nobody; a customer is told only of what moved his case on."""
    if row.actor_role == Role.SYSTEM or row.at in session.written():
        return False
    return who.is_staff or row.stage_before != row.stage_after


def _line(who: session.Who, row: History, zone: ZoneInfo) -> str:
    name = row.actor_name if who.is_staff or row.actor_role == Role.APPLICANT else _(ROLE_NAMES[Role(row.actor_role)])
    by = _("you, in another window") if row.actor_id == who.id else name
    return f"{moment(row.at, zone)}, {by}: {what_words(row)}"
