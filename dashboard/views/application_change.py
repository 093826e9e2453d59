"""A running contract changed: longer conditions, other power, a new owner, an end by agreement. Asked here, followed here.

The manager decides, both sides sign; at most one change is open at a time (п. 15, 27 of the Rules)."""

from typing import Any

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views.application_sight import Sight
from dashboard.views.desk_parts import dialog, local_day
from dashboard.views.filing_fields import faulty
from documents.wording import NBSP, figure, plural
from infra.wording import N_, _, language
from models.connection import actions, changes, queries
from models.connection.contract import OPEN_CHANGES
from models.connection.envelopes import LOST
from models.connection.rules import LEAST_YEARS
from models.connection.tables import Change, ChangeKind, ChangeState
from models.process.errors import Invalid

KINDS: dict[str, tuple[str, str]] = {  # what may be asked, and what it means
    ChangeKind.EXTENSION: (N_("extend the technical conditions"), N_("The conditions stay valid longer.")),
    ChangeKind.POWER: (N_("change the power"), N_("The fee is counted anew; what was paid too much comes back.")),
    ChangeKind.OWNER: (N_("hand the contract over to a new owner"), N_("The new owner needs a cabinet of his own. After both have signed, the application moves there.")),
    ChangeKind.TERMINATION: (N_("end the contract by agreement"), N_("What we have spent already is kept, the rest of the money comes back.")),
}  # fmt: skip
STATES: dict[str, tuple[str, str]] = {
    ChangeState.ASKED: ("work", N_("being considered by the manager")),
    ChangeState.ACCEPTED: ("work", N_("agreed, the agreement is being made")),
    ChangeState.OFFERED: ("yours", N_("sign the agreement")),
    ChangeState.DONE: ("done", N_("in force")),
    ChangeState.DECLINED: ("late", N_("declined")),
    ChangeState.CANCELLED: ("closed", N_("given up")),
}
STOPPED = ("work", N_("the signing has stopped: we make the agreement anew or write to you"))


def card(seen: Sight) -> None:
    """What was asked for before, and the form while a change may be asked."""
    if not seen.changes and "ask_change" not in seen.moves:
        return
    with st.container(key="card-changes"):
        parts.show(parts.h2(_("Changes of the contract")))
        parts.show(*(_told(seen, row) for row in reversed(seen.changes)))
        if "cancel_change" in seen.moves and st.button(_("Give the change up"), key="cancel_change"):
            dialog(_("Give the change up"), _give_up, seen)
        if "ask_change" in seen.moves:
            _form(seen)


def _told(seen: Sight, row: Change) -> str:
    """'Сменить мощность: 20 кВт · на рассмотрении', with the reason and the answer."""
    chip, word = STOPPED if _stopped(seen, row) else STATES.get(row.state, ("work", row.state))
    name = _(KINDS[row.kind][0]) if row.kind in KINDS else _("the payment by the project")
    what = ": ".join(filter(None, (name[:1].upper() + name[1:], _values(row))))
    asked = _("asked %(day)s: %(reason)s") % {"day": local_day(row.asked_at, seen.card.zone), "reason": row.reason}
    answer = parts.p(_("Our answer: %(text)s") % {"text": row.remark}, sub=True) if row.remark else ""
    return f"<p><b>{parts.esc(what)}</b> {parts.chip(chip, _(word))}</p>" + parts.p(asked, sub=True) + answer


def _stopped(seen: Sight, row: Change) -> bool:
    """Declined, out of time or cancelled: nobody can sign this version any more."""
    return row.state == ChangeState.OFFERED and seen.envelopes.get(changes.purpose(row)) in LOST


def _values(row: Change) -> str:
    told = row.values
    if row.kind == ChangeKind.EXTENSION:
        return _years(int(told["years"]))
    if row.kind == ChangeKind.POWER:
        points = f" ({' + '.join(figure(kw) for kw in told['points'])})" if told.get("points") else ""
        return f"{figure(told['power_kw'])}{NBSP}кВт{points}"
    return str(told.get("name", "")) if row.kind == ChangeKind.OWNER else ""


def _years(count: int) -> str:
    return f"{count}{NBSP}{plural(count, 'год', 'года', 'лет') if language() == 'ru' else 'years'}"


# ------------------------------------------------------------------------------------------------ asking
def _form(seen: Sight) -> None:
    faults: dict[str, str] = st.session_state.get(f"change-faults-{seen.id}", {})
    with st.expander(_("Ask to change the contract"), expanded=bool(faults), key="changing"):
        kind = st.selectbox(
            _("What to change"), list(KINDS), key=f"change-kind-{seen.id}", index=None,
            format_func=lambda k: _(KINDS[k][0]), placeholder=_("Choose"),
        )  # fmt: skip
        _fault(faults, "kind")
        values = {}
        if kind:
            parts.show(parts.p(_(KINDS[kind][1]), sub=True))
            values = _fields(seen, kind, faults)
        reason = st.text_area(_("Why"), key=f"change-reason-{seen.id}", max_chars=2000, height=90)
        _fault(faults, "reason")
        if st.button(_("Send the request"), key="ask_change"):
            _send(seen, kind or "", values, reason or "")


def _fields(seen: Sight, kind: str, faults: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if kind == ChangeKind.EXTENSION:
        with session.reading(session.current()) as db:
            longer = range(LEAST_YEARS + 1, queries.most_years(db, seen.now.astimezone(seen.card.zone).date()) + 1)
        chosen = st.selectbox(
            _("Years from the contract, in all"), list(longer), key=f"change-years-{seen.id}", format_func=_years
        )
        found["years"] = str(chosen)
        _fault(faults, "years")
    elif kind == ChangeKind.POWER and len(seen.points) > 1:
        found["points"] = _of_points(seen)
        _fault(faults, "points")
        _fault(faults, "power_kw")
    elif kind == ChangeKind.POWER:
        now = f"{figure(seen.case.power_kw)}{NBSP}кВт"
        label = _("New power, kW (now %(power)s)") % {"power": now}
        found["power_kw"] = st.text_input(label, key=f"change-kw-{seen.id}", max_chars=10) or ""
        _fault(faults, "power_kw")
    elif kind == ChangeKind.OWNER:
        label = _("Login of the new owner in the cabinet")
        found["login"] = st.text_input(label, key=f"change-login-{seen.id}", max_chars=120) or ""
        _fault(faults, "login")
    return found


def _of_points(seen: Sight) -> list[str]:
    """The power of each point of connection, beside its place; their sum is the whole."""
    parts.show(parts.p(_("Your application has several points of connection: write the power of each, their sum is the whole. A point is given up or added by a new application."), sub=True))  # fmt: skip
    return [
        st.text_input(
            _("%(place)s: now %(kw)s kW") % {"place": p.place, "kw": figure(p.kw)}, figure(p.kw),
            key=f"change-point-{seen.id}-{n}", max_chars=10,
        ) or ""
        for n, p in enumerate(seen.points)
    ]  # fmt: skip


def _fault(faults: dict[str, str], name: str) -> None:
    if name in faults:
        parts.show(faulty(faults[name]))


def _send(seen: Sight, kind: str, values: dict[str, Any], reason: str) -> None:
    key = f"change-faults-{seen.id}"
    try:
        with session.acting() as (db, actor, now):
            actions.ask_change(db, seen.id, actor, kind, values, reason, now)
    except Invalid as fault:
        st.session_state[key] = {fault.field: sentence_of(fault)}
        st.rerun()
    st.session_state.pop(key, None)
    parts.done(_("The request is sent. The manager decides, then the agreement appears here to be signed."))


def _give_up(seen: Sight) -> None:
    mine = next((c for c in seen.changes if c.state in OPEN_CHANGES), None)
    if mine is not None and mine.state == ChangeState.OFFERED:
        parts.show(parts.p(_("The agreement that waits for signatures loses force.")))
    parts.show(parts.p(_("The contract goes on as it is. You can ask again any day.")))
    if st.button(_("Give the change up"), type="primary", key="cancel-change-sure"):
        with session.acting() as (db, actor, now):
            actions.simple_move(db, seen.id, "cancel_change", actor, now)
        parts.done(_("The change is given up"))
