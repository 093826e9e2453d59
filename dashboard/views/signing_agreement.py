"""The agreement on simple signatures: joined before the first code, read and given up on a page of its own (63-ФЗ, ст. 9)."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import faulty
from infra import clock
from infra.wording import N_, _
from models.signing import agreement, queries
from models.signing.sign import Visit
from models.signing.tables import Agreement

ENTRY = menu.Entry(
    "signing_agreement", N_("Agreement on simple signatures"), order=46, roles=menu.APPLICANT, hidden=True
)
FOLLOWS = (
    N_("No code signs your documents any more; codes that were sent already are void."),
    N_("What you have signed keeps its force."),
    N_("You sign on paper in our office, or by a qualified signature."),
    N_("The day to answer in a running signing does not move."),
    N_("You may join the agreement again at any time."),
)


def visit(who: session.Who) -> Visit:
    """From where this person acts: for the evidence."""
    agent = str(st.context.headers.get("User-Agent", ""))
    return Visit(who.actor.address, agent[:300], who.sign_in.id)


def page() -> None:
    menu.link("signing", _("Documents to sign"))
    who = session.current()
    with session.reading(who) as db:
        text = agreement.in_force(db, clock.now())
        joined = queries.accepted(db, who.id, text)
    chip = parts.chip("done", _("in force")) if joined else parts.chip("closed", _("not accepted"))
    parts.show(
        parts.head(_("Agreement on simple signatures"), _("A code from an e-mail counts as your signature."), chip)
    )
    if joined is None:
        accept(who, text)
        return
    parts.show(
        parts.card(
            text.title,
            parts.facts([(_("Edition"), text.version), (_("Accepted"), moment(joined.accepted_at))])
            + "".join(parts.p(line) for line in text.body.split("\n\n")),
        )
    )
    if st.button(_("Give up the agreement"), key="agreement-revoke", type="tertiary"):
        dialog(_("Give up the agreement"), _revoke)


def accept(who: session.Who, text: Agreement) -> None:
    """Once, before the first signature by a code."""
    parts.show(
        parts.p(
            _(
                "Before the first signature by a code you accept the agreement once. It says that a code counts as your signature."
            )
        )
    )
    with st.expander(f"{text.title}, {_('version %(version)s') % {'version': text.version}}"):
        parts.show(*(parts.p(line) for line in text.body.split("\n\n")))
    agreed = st.checkbox(_("I have read the agreement and accept it"), key="agreement-read")
    if st.button(_("Accept the agreement"), type="primary", key="agreement-accept"):
        if not agreed:
            parts.show(faulty(_("Read the agreement and tick the box first")))
            return
        with session.acting() as (db, actor, now):
            agreement.accept(db, actor, text.id or 0, now, visit(who))
        parts.done(_("The agreement is accepted"))


def _revoke() -> None:
    parts.show(
        parts.p(_("What follows:")),
        f"<ul style='padding-left:1.2rem'>{''.join(f'<li>{parts.esc(_(line))}</li>' for line in FOLLOWS)}</ul>",
    )
    if st.button(_("Give it up"), type="primary", key="agreement-revoke-sure"):
        who = session.current()
        with session.acting() as (db, actor, now):
            agreement.revoke(db, actor, now, visit(who))
        parts.done(_("The agreement is given up: codes do not sign any more"))
