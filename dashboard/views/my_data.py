"""«Мои данные»: what is held, who looked, a copy of everything, a request to correct or to delete, what law keeps (152-ФЗ)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import data_copy, menu, parts, session
from dashboard.views import represent_case
from dashboard.views.desk_parts import moment
from dashboard.views.filing_fields import dress, faulty
from dashboard.views.own_security import beside, prove
from infra import clock
from infra.database import database
from infra.storage import storage
from infra.wording import N_, _
from models.people import actions as people
from models.people import my_data
from models.people.access_tables import DataRequest, RequestKind

ENTRY = menu.Entry("my_data", N_("My data"), order=44, roles=menu.APPLICANT, hidden=True)
_COPY = "my-data-archive"  # never the key of a form: Streamlit refuses to write that
WHAT = {
    "card": N_("Registration data"),
    "applications": N_("Applications"),
    "documents": N_("Documents"),
    "files": N_("Files you have sent"),
    "messages": N_("Messages"),
    "payments": N_("Payments"),
    "notices": N_("Notices"),
    "consents": N_("Consents"),
    "sign_ins": N_("Sign-ins"),
    "surveys": N_("Surveys"),
    "appeals": N_("Appeals"),
    "appeal_talk": N_("Talk on appeals"),
    "representatives": N_("Powers of representatives"),
    "visits": N_("Visits by appointment"),
    "waits": N_("Places in the waiting list"),
    "accounts": N_("Personal accounts"),
    "readings": N_("Readings of meters"),
    "looks": N_("Looks of our staff"),
}
LOOKS = {"read": N_("opened a paper or a file"), "looked": N_("opened the personal data")}
ASKED = {
    RequestKind.TELL: N_("Tell what is held and why"),
    RequestKind.CORRECT: N_("Correct the data"),
    RequestKind.DELETE: N_("Delete my data"),
}


def page() -> None:
    who = session.current()
    with database().transaction() as db:  # the audit is behind the customer's wall: its query asks for his own alone
        held = my_data.counts(my_data.copy_of(db, who.id))
        looks = my_data.looks(db, who.id)
        requests = my_data.of_person(db, who.id)
        kept = my_data.kept(db, clock.today())
    dress()
    parts.show(parts.head(_("My data"), _("What we hold about you, who has opened it, and what you can do with it.")))
    pairs = [parts.Field(_(title), str(held.get(name, 0))) for name, title in WHAT.items() if name != "card"]
    parts.show(parts.card(_("What we hold"), parts.listing(pairs)))
    menu.link("profile", _("Registration data are on the page «Profile»"))
    represent_case.who_acts(who)
    menu.link("my_consents", _("Consents and how to withdraw them"))
    _copy(who)
    _requests(requests)
    _looks(looks)
    parts.show(parts.h2(_("How long it is kept")))
    columns = [parts.Column(_("What")), parts.Column(_("How long"), "nw"), parts.Column(_("Why"))]
    rows = [
        (rule.name, [parts.esc(rule.title), parts.esc(_long(r.days)),
                     parts.esc(r.basis)])
        for rule, r in kept
    ]  # fmt: skip
    parts.show(parts.still(parts.table(columns, rows, _("How long it is kept"))))


def _long(days: int | None) -> str:
    """'5 лет', '30 дней'"""
    if not days:
        return _("for good")
    years, rest = divmod(days, 365)
    return parts.term(days, "d") if rest else parts.term(years, "y")


def _copy(who: session.Who) -> None:
    parts.show(parts.h2(_("A copy of everything")))
    parts.show(parts.p(_("A .zip: tables as JSON, your documents and the files you have sent."), sub=True))
    if _COPY in st.session_state:
        name = f"feeder-{clock.today():%Y-%m-%d}.zip"
        if st.download_button(_("Download the copy"), st.session_state[_COPY], name, "application/zip", key="copy"):
            del st.session_state[_COPY]
        return
    with st.form("my-data-copy", border=False):
        password = st.text_input(_("Password now"), type="password", autocomplete="current-password")
        if st.form_submit_button(_("Prepare the copy")):
            with beside():
                prove(who, password)
                st.session_state[_COPY] = made(who)
                st.rerun()


def made(who: session.Who) -> bytes:
    """The archive; an audit row says that it was taken."""
    with session.acting() as (db, actor, now):
        found, files = my_data.copy_of(db, who.id), my_data.files_of(db, who.id)
        people.note(db, actor, "people:data:copied", now, process="people", subject_id=who.id)
    return data_copy.archive(found, files, storage())


def _requests(rows: Sequence[DataRequest]) -> None:
    waiting = {RequestKind(r.kind) for r in rows if r.answered_at is None}
    for row in rows:
        _request(row)
    if RequestKind.TELL not in waiting:
        with st.expander(_("Ask what is held and why")), st.form("my-data-tell", border=False):
            words = st.text_area(_("What you want to know"), key="tell-text")
            if st.form_submit_button(_("Send"), key="tell"):
                ask_for(RequestKind.TELL, words)
    if RequestKind.CORRECT not in waiting:
        with st.expander(_("Ask to correct the data")), st.form("my-data-correct", border=False):
            words = st.text_area(_("What is wrong and how it is right"), key="correct-text")
            if st.form_submit_button(_("Send"), key="correct"):
                ask_for(RequestKind.CORRECT, words)
    if RequestKind.DELETE not in waiting:
        with st.expander(_("Delete my data")), st.form("my-data-delete", border=False):
            parts.show(parts.p(_("In 30 days the cabinet is emptied and closed; until then you can take it back. "
                                 "Applications, contracts and acts stay as long as the law binds us to keep them.")))  # fmt: skip
            sure = st.checkbox(_("I understand: I lose the way into this cabinet"), key="delete-sure")
            if st.form_submit_button(_("Ask to delete"), key="delete"):
                if sure:
                    ask(RequestKind.DELETE, _("Delete my data"))
                parts.show(faulty(_("Tick the line above first: the way into the cabinet is lost")))


def ask_for(kind: RequestKind, words: str) -> None:
    with beside():
        ask(kind, words)


def ask(kind: RequestKind, words: str) -> None:
    with session.acting() as (db, actor, now):
        my_data.ask(db, kind, words, actor, now)
    parts.done(_("Your request is written down"))


def _request(row: DataRequest) -> None:
    with st.container(key=f"card-request-{row.id}"):
        state = parts.chip("done", _("answered")) if row.answered_at else parts.chip("work", _("we work on it"))
        told = _("until %(day)s") % {"day": moment(row.due_at)} if row.answered_at is None else row.answer
        title = parts.esc(_(ASKED[RequestKind(row.kind)]))
        words = parts.p(row.text) if row.kind != RequestKind.DELETE else ""  # that one has none besides its title
        parts.show(f'<div class="f-head"><h2>{title}</h2>{state}</div>', words, parts.p(told, sub=True))
        if row.answered_at is None and st.button(_("Take the request back"), key=f"back-{row.id}"):
            with session.acting() as (db, actor, now):
                my_data.take_back(db, row.id or 0, actor, now)
            parts.done(_("The request is taken back"))


def _looks(found: list[my_data.Look]) -> None:
    parts.show(parts.h2(_("Who looked")))
    if not found:
        return parts.show(parts.p(_("None of our staff has opened your papers or personal data yet."), sub=True))
    columns = [parts.Column(_("When"), "nw"), parts.Column(_("Who")), parts.Column(_("What")),
               parts.Column(_("Application"), "nw")]  # fmt: skip
    rows = [
        (str(n), [parts.esc(moment(x.at)), parts.esc(x.who), parts.esc(_(LOOKS.get(x.tag.rpartition(":")[2], x.tag))),
                  parts.esc(x.number)])
        for n, x in enumerate(found)
    ]  # fmt: skip
    return parts.show(parts.still(parts.table(columns, rows, _("Who looked"))))
