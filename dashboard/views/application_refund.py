"""Money that is the applicant's: how much may go back, the request with sum, ground and account, and what becomes of it.

Nothing is sent before the window with the consequence has been read; the manager decides, never this page."""

import streamlit as st

from dashboard import parts, session
from dashboard.parts import in_working_days
from dashboard.views.application_sight import Sight
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import dialog
from documents.wording import money
from infra.wording import _
from models.connection import actions, queries
from models.connection.tables import CLOSED_STAGES, Stage
from models.payment import queries as payments
from models.payment import returns

USUAL_DAYS = 10  # working days of an answer, where the profile says nothing else


def card(who: session.Who, seen: Sight) -> None:
    """Nothing while there is nothing to return; one request at a time."""
    if seen.case.stage == Stage.DRAFT:
        return
    with session.reading(who) as db:
        most = payments.balance(db, seen.id).returnable
        open_ = bool(returns.open_of(db, seen.id))
    if most <= 0 or open_:
        return
    with st.container(key="card-refund"):
        parts.show(parts.h2(_("Your money")), parts.p(_words(seen) % {"sum": money(most)}))
        if st.button(_("Ask for money back"), key="ask_refund"):
            dialog(_("Ask for money back"), _window, who, seen)


def _words(seen: Sight) -> str:
    if seen.case.stage in CLOSED_STAGES or all(p.credited_at for p in seen.card.payments):
        return _("%(sum)s are not used by this application: they can go back to you.")
    return _("%(sum)s are more than is asked: they can go back to you, or count for the next part.")


def _window(who: session.Who, seen: Sight) -> None:
    with session.reading(who) as db:
        most = payments.balance(db, seen.id).returnable
        transfer = actions.goes_by_transfer(db, seen.id)
        days = int(queries.org(db).get("norms", {}).get("refund_days", USUAL_DAYS))
    form = Form(f"refund-{seen.id}")
    parts.show(parts.p(_then(transfer) % {"term": in_working_days(days)}))
    typed = {
        "sum": _text(form, "sum", _("Sum, at most %(sum)s") % {"sum": money(most)}, money(most).rstrip("₽").strip())
    }
    typed["ground"] = _area(form)
    if transfer:
        person = seen.case.person
        parts.show(parts.p(_("A part of the money came by a transfer: name the account it goes back to."), sub=True))
        for name, label in (
            ("bank_bic", _("Bank BIC")), ("bank_account", _("Account number")), ("bank_name", _("Bank name")),
        ):  # fmt: skip
            typed[name] = _text(form, name, label, str(person.get(name) or ""))
    if st.button(_("Send the request"), type="primary", key="refund-send"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.ask_refund(db, seen.id, actor, typed, now)
            parts.done(_("The request is sent. Its paper appears among the documents, the answer here."))


def _then(transfer: bool) -> str:
    if transfer:
        return _("We answer within %(term)s. You cannot take the request back, a refused one can be sent anew.")
    return _("We answer within %(term)s; the money goes back to the card it came from. You cannot take the request back, a refused one can be sent anew.")  # fmt: skip


def _text(form: Form, name: str, label: str, value: str) -> str:
    found = st.text_input(label, value, key=form.field(name), max_chars=120)
    form.beside(name)
    return (found or "").strip()


def _area(form: Form) -> str:
    example = _("For example: I paid twice by mistake")
    found = st.text_area(_("Why the money goes back"), key=form.field("ground"), max_chars=1000, height=80, placeholder=example)  # fmt: skip
    form.beside("ground")
    return (found or "").strip()
