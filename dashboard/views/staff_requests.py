"""«Запросы о данных»: what people ask about their personal data, the soonest last day first; the desk corrects and answers, a
head alone may refuse to delete (152-ФЗ)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import moment
from dashboard.views.my_data import ASKED
from infra import clock
from infra.wording import N_, _
from models.people import access, data_requests, my_data
from models.people import actions as people
from models.people.access import Right, Subject
from models.people.access_tables import DataRequest, RequestKind
from models.people.tables import User
from models.process.errors import NotFound

ENTRY = menu.Entry(
    "data_requests", N_("Requests about data"), order=74, roles=access.roles(Subject.DATA_REQUEST, Right.READ)
)
FIELDS = {"name": N_("Name"), "birth_date": N_("Date of birth"), "address": N_("Address")}
Waiting = Sequence[tuple[DataRequest, User]]


def page() -> None:
    who = session.current()
    with session.reading(who, wide=True) as db:
        found = my_data.waiting(db)
    if "id" in st.query_params:
        return _one(who, next(((r, u) for r, u in found if r.id == menu.number("id")), None))
    parts.show(
        parts.head(_("Requests about data"), _("What people ask about their personal data, and until when we answer."))
    )
    if not found:
        return parts.show(
            parts.empty(_("Nobody waits for an answer"), _("A request comes here from the page «My data»."))
        )
    if opened := parts.rows(_table(found), key="data-requests"):
        menu.go("data_requests", id=opened)
    return None


def _table(found: Waiting) -> str:
    columns = [parts.Column(_("Name")), parts.Column(_("What is asked")), parts.Column(_("Asked on"), "nw"),
               parts.Column(_("Until"), "nw key")]  # fmt: skip
    rows = [
        (str(row.id), [parts.opener(user.name), parts.esc(_(ASKED[RequestKind(row.kind)])), parts.esc(moment(row.asked_at)),
                       _until(row)])
        for row, user in found
    ]  # fmt: skip
    return parts.table(columns, rows, _("Requests about data"))


def _until(row: DataRequest) -> str:
    late = row.due_at <= clock.now()
    return parts.chip("late" if late else "work", moment(row.due_at))


def _one(who: session.Who, found: tuple[DataRequest, User] | None) -> None:
    if found is None:
        raise NotFound
    row, user = found
    with session.reading(who, wide=True) as db:
        people.note(
            db, who.actor, "people:data:read", clock.now(), process="people", subject_id=user.id, request=row.id
        )
    parts.show(parts.head(_(ASKED[RequestKind(row.kind)]), user.name, _until(row)))
    menu.link("data_requests", _("All requests"))
    with st.container(key="card-request"):
        parts.show(parts.p(row.text), parts.p(_("Asked: %(day)s") % {"day": moment(row.asked_at)}, sub=True))
    needed = Right.APPROVE if row.kind == RequestKind.DELETE else Right.CHANGE
    if access.may(who.actor.role, Subject.DATA_REQUEST, needed):
        _answer(row, user)
    elif row.kind == RequestKind.DELETE:
        parts.show(
            parts.p(
                _("The cabinet is emptied by itself on the last day. Only a head refuses, with a reason."), sub=True
            )
        )


def _answer(row: DataRequest, user: User) -> None:
    request_id, kept = row.id or 0, data_requests.kept(user)
    if row.kind == RequestKind.DELETE:
        parts.show(parts.p(_("An answer here refuses to delete: write the law that binds us. Without it the cabinet is emptied "
                             "by itself on the last day.")))  # fmt: skip
    with st.form("data-answer", border=False):
        typed = {}
        if row.kind == RequestKind.CORRECT:
            typed = {name: st.text_input(_(label), kept[name], key=f"data-{name}") for name, label in FIELDS.items()}
        words = st.text_area(_("Answer to the person"), key="data-words", help=_("He reads it on the page «My data»"))
        if st.form_submit_button(_("Send the answer"), type="primary", key="data-send"):
            send(request_id, typed, words)


def send(request_id: int, typed: dict[str, str], words: str) -> None:
    with session.acting() as (db, actor, now):
        if typed:
            data_requests.correct(db, request_id, typed, words, actor, now)
        else:
            my_data.answer(db, request_id, words, actor, now)
    st.query_params.clear()
    parts.done(_("The answer is sent"))
