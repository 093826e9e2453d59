"""The registers of staff: certificates of customers, powers of attorney, and what the state register of powers has answered."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import certificates, poa
from dashboard.views.desk_parts import dialog, moment
from infra.wording import N_, _
from models.process.actor import Role
from models.trust import powers as register
from models.trust import queries
from models.trust.tables import Power, UserCertificate

ROLES = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR})
ENTRY = menu.Entry("poa_desk", N_("Certificates"), order=29, roles=ROLES)


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Certificates and powers"), _("What customers have registered for signing.")))
    text = st.text_input(_("Search by owner, number or ИНН"), key="poa-desk-text", max_chars=100)
    with session.reading(who) as db:
        held, powers = queries.certificates(db, text or ""), queries.powers(db)
    parts.show(parts.h2(_("Powers of attorney (МЧД)")), parts.p(_(poa.NOT_CONNECTED), sub=True))
    if powers:
        parts.show(parts.still(poa.table(powers)))
    else:
        parts.show(parts.p(_("No power of attorney is registered."), sub=True))
    for row in powers if who.user.role != Role.AUDITOR else ():
        if row.revoked_at is None and st.button(
            _("Look after № %(number)s") % {"number": row.number}, key=f"poa-open-{row.id}"
        ):
            dialog(_("Power of attorney"), _look, row)
    parts.show(parts.h2(_("Certificates")))
    if held:
        parts.show(parts.still(_table(held)))
    else:
        parts.show(parts.p(_("No certificate is registered"), sub=True))


def _table(rows: Sequence[UserCertificate]) -> str:
    columns = [
        parts.Column(_("Owner")), parts.Column(_("State"), "nw key"), parts.Column(_("ИНН / СНИЛС"), "nw"),
        parts.Column(_("Valid"), "nw"), parts.Column(_("Issued by"), "wide"),
    ]  # fmt: skip
    return parts.table(columns, [(str(r.id), certificates.cells(r, masked=True)) for r in rows], _("Certificates"))


def _look(row: Power) -> None:
    """Ask the state register by hand: it is not connected, and the answer is as good as the person who wrote it down."""
    asked = moment(row.asked_at) if row.asked_at else _("the register of powers was not asked")
    parts.show(
        parts.facts([("№", row.number), (_("Given by"), row.principal), (_("Asked"), asked)]), poa.report(row.report)
    )
    parts.show(
        parts.p(
            _(
                "Find the number on the page of the state register of powers and write down its answer. It counts for one day."
            ),
            sub=True,
        )
    )
    with st.container(horizontal=True):
        if st.button(_("In force"), type="primary", key="power-answer-good"):
            _answer(row, revoked=False)
        if st.button(_("Revoked"), key="power-answer-bad"):
            _answer(row, revoked=True)
        readable = any(not code for code, _text in row.powers) and row.read_at is None
        if readable and st.button(_("I have read the powers: they cover signing"), key="power-read"):
            with session.acting() as (db, actor, now):
                register.read(db, actor, row.id or 0, now)
            parts.done(_("Your reading is recorded"))


def _answer(row: Power, *, revoked: bool) -> None:
    with session.acting() as (db, actor, now):
        register.answer(db, actor, row.id or 0, revoked, now)
    parts.done(_("The answer of the register is recorded"))
