"""Powers of representatives at the desk: the scan beside what was typed; taken, refused with a reason, or revoked by a paper."""

from base64 import b64encode
from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import represent_words as words
from dashboard.views.desk_parts import dialog, local_day, moment
from dashboard.views.filing_fields import faulty
from documents import preview
from infra import storage
from infra.wording import N_, _
from models.connection.tables import Application
from models.people import actions as people
from models.people import represent as actions
from models.people import represent_queries as queries
from models.people import represent_rules as rules
from models.people.represent_tables import OPEN_STATES, Representative, State
from models.people.tables import User
from models.process.errors import NotFound

ENTRY = menu.Entry("powers", N_("Representatives"), order=27, roles=actions.LOOKERS)


def page() -> None:
    who = session.current()
    if "id" in st.query_params:
        return _one(who, menu.number("id"))
    with session.reading(who) as db:
        waiting, lately = queries.unchecked(db), queries.lately(db)
    lead = _(
        "Compare the scan with what was typed: names, number, day, rights, term. Then the power may come into force."
    )
    chip = parts.chip("yours", _("to check: %(count)s") % {"count": len(waiting)}) if waiting else ""
    parts.show(parts.head(_("Representatives"), lead, chip))
    opened = None
    if waiting:
        opened = parts.rows(_table(waiting, _("To check")), key="powers-waiting")
    else:
        parts.show(
            parts.empty(_("Nothing to check"), _("When a customer names a representative, the power stands here."))
        )
    if lately:
        parts.show(parts.h2(_("Looked at and ended")))
        opened = parts.rows(_table(lately, _("Looked at and ended")), key="powers-lately") or opened
    if opened:
        menu.go("powers", id=opened)
    return None


def _table(rows: Sequence[Representative], caption: str) -> str:
    columns = [
        parts.Column(_("Principal")), parts.Column(_("State"), "nw key"), parts.Column(_("Representative")),
        parts.Column(_("Ground")), parts.Column(_("Sent"), "nw"),
    ]  # fmt: skip
    return parts.table(columns, [(str(r.id), _cells(r)) for r in rows], caption)


def _cells(row: Representative) -> list[str]:
    return [
        parts.opener(row.principal_name), words.chip(row), parts.esc(row.agent_name), parts.esc(words.paper(row)),
        parts.esc(local_day(row.offered_at)),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ one power
def _one(who: session.Who, row_id: int) -> None:
    menu.link("powers", _("Representatives"))
    with session.reading(who) as db:
        row = db.get(Representative, row_id)
        if row is None:
            raise NotFound
        agent = db.get(User, row.agent_id) if row.agent_id else None
        case = db.get(Application, row.application_id) if row.application_id else None
    _looked(row)
    numbers = {case.id or 0: case.number or ""} if case is not None else {}
    parts.show(parts.head(f"{row.agent_name} → {row.principal_name}", "", words.chip(row)))
    left, right = st.columns([1, 1.2], gap="medium")
    with left:
        fields = [parts.Field(_("Principal"), row.principal_name), parts.Field(_("Representative"), row.agent_name)]
        parts.show(parts.card(_("What was typed"), parts.listing([*fields, *words.fields(row, numbers)])))
        parts.show(parts.card(_("Course"), parts.listing(_course(row))))
        _doubt(row, agent)
        if who.user.role in actions.DESK:
            _decide(row)
    with right:
        _scan(row)


def _looked(row: Representative) -> None:
    """The first look of a session at a power leaves its line in the audit."""
    seen: set[int] = st.session_state.setdefault("powers-looked", set())
    if (row.id or 0) not in seen:
        with session.acting() as (db, actor, now):
            whose = row.principal_id
            people.note(db, actor, actions.LOOK, now, process="people", subject_id=whose, representative=row.id)
        seen.add(row.id or 0)


def _course(row: Representative) -> list[parts.Field]:
    told = [
        (_("Sent by the principal"), row.offered_at),
        (_("Agreed by the representative"), row.accepted_at),
        (_("Checked by an employee"), row.checked_at),
    ]
    return [parts.Field(label, moment(at) if at else _("not yet"), there=at is not None) for label, at in told]


def _doubt(row: Representative, agent: User | None) -> None:
    """The cabinet that agreed bears another name than the paper."""
    if agent is not None and not rules.same_name(agent.name, row.agent_name):
        told = _("The power names %(paper)s, the cabinet that agreed belongs to %(cabinet)s.")
        parts.show(parts.card(_("Have a look first"), parts.p(told % {"paper": row.agent_name, "cabinet": agent.name})))


def _decide(row: Representative) -> None:
    with st.container(horizontal=True):
        if row.state == State.OFFERED and row.checked_at is None:
            if st.button(_("The scan fits: take it"), type="primary", key="power-check"):
                with session.acting() as (db, actor, now):
                    actions.check(db, row.id or 0, actor, now)
                parts.done(_("The power is checked"))
            if st.button(_("Refuse"), key="power-turn-away"):
                dialog(_("Refuse the power"), _turn_away, row)
        elif row.state in OPEN_STATES and st.button(_("Revoke by a paper notice"), key="power-revoke"):
            dialog(_("Revoke by a paper notice"), _revoke, row)


def _turn_away(row: Representative) -> None:
    reason = st.text_area(_("Why: both sides will read it"), key="power-why", max_chars=500, height=90)
    if st.button(_("Refuse"), type="primary", key="power-turn-away-sure") and _written(reason):
        with session.acting() as (db, actor, now):
            actions.turn_away(db, row.id or 0, actor, reason or "", now)
        parts.done(_("The power is refused: both sides are told"))


def _revoke(row: Representative) -> None:
    parts.show(
        parts.p(_("The principal or the representative has brought a notice. From now on nobody acts by this power."))
    )
    reason = st.text_area(_("Why: both sides will read it"), key="power-why", max_chars=500, height=90)
    if st.button(_("Revoke"), type="primary", key="power-revoke-sure") and _written(reason):
        with session.acting() as (db, actor, now):
            actions.revoke(db, row.id or 0, actor, now, reason or "")
        parts.done(_("The power is revoked"))


def _written(text: str | None) -> bool:
    if (text or "").strip():
        return True
    parts.show(faulty(_("Write the reason: both sides will read it")))
    return False


def _scan(row: Representative) -> None:
    """Its pages, drawn here; the file itself is a download."""
    key = f"power-page-{row.id}"
    number = int(st.session_state.get(key, 1))
    drawn = preview.page(storage.storage().get(row.scan_key), row.scan_type, number)
    with st.container(key="card-power-scan"):
        parts.show(parts.h2(_("Scan")))
        if drawn.png is None:
            parts.show(parts.p(_("This file is not shown here: download it.")))
        else:
            data = b64encode(drawn.png).decode()
            label = _("Scan, page %(page)s") % {"page": number}
            style = "width:100%;border:1px solid var(--line);display:block"
            parts.show(f'<img alt="{parts.esc(label)}" style="{style}" src="data:image/png;base64,{data}">')
        if drawn.pages > 1:
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(_("Previous page"), key=f"{key}-back", disabled=number <= 1):
                    st.session_state[key] = number - 1
                    st.rerun()
                parts.show(parts.p(_("%(page)s of %(pages)s") % {"page": number, "pages": drawn.pages}))
                if st.button(_("Next page"), key=f"{key}-on", disabled=number >= drawn.pages):
                    st.session_state[key] = number + 1
                    st.rerun()
