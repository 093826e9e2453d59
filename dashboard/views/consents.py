"""«Согласия»: each with its text, edition and day; withdrawal, and what follows from it (152-ФЗ, ст. 9)."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import moment
from infra import profiles
from infra.wording import N_, _
from models.people import actions as people
from models.people import consents
from models.people.consents import Wording
from models.people.proof_tables import Consent, ConsentText
from models.process.errors import NotFound

ENTRY = menu.Entry("my_consents", N_("Consents"), order=43, roles=menu.APPLICANT, hidden=True)
# what follows from a withdrawal, by kind of consent
FOLLOWS = {
    "personal_data": N_("You keep this cabinet and your applications: the contract and the law are their ground. "
                        "We stop everything that rested on the consent alone. To close the cabinet, ask on the page «My data»."),
    "mailing": N_("We send you no more mailings. Letters about your applications still come."),
    "terms": N_("Without the user agreement the cabinet cannot be used: ask to delete it on the page «My data»."),
}  # fmt: skip
OTHERS = N_("We stop what rested on this consent alone, within 30 days.")


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        found = consents.of_user(db, who.id)
    parts.show(
        parts.head(
            _("Consents"), _("Each stands alone: its text as you saw it, its edition and the day. You may withdraw it.")
        )
    )
    for row, text in sorted(found, key=lambda pair: (pair[0].withdrawn_at is not None, pair[0].kind)):
        _one(row, text)
    in_force = {row.kind for row, _text in found if row.withdrawn_at is None}
    for wording in profiles.consents():
        if wording.kind not in in_force:
            _offer(wording)
    menu.link("my_data", _("What we hold about you"))


def _one(row: Consent, text: ConsentText) -> None:
    with st.container(key=f"card-consent-{row.id}"):
        state = parts.chip("closed", _("withdrawn")) if row.withdrawn_at else parts.chip("done", _("in force"))
        pairs = [(_("Purpose"), text.purpose), (_("Edition"), text.version), (_("Given"), moment(row.given_at))]
        if row.withdrawn_at:
            pairs.append((_("Withdrawn"), moment(row.withdrawn_at)))
        parts.show(f'<div class="f-head"><h2>{parts.esc(text.title)}</h2>{state}</div>', parts.facts(pairs))
        with st.expander(_("Text of the consent")):
            parts.show("".join(parts.p(line) for line in text.text.splitlines() if line.strip()),
                       parts.p(f"SHA-256: {text.sha256}", sub=True))  # fmt: skip
        if row.withdrawn_at is None:
            with st.expander(_("Withdraw")):
                parts.show(parts.p(_(FOLLOWS.get(row.kind, OTHERS))))
                if st.button(_("Withdraw this consent"), key=f"withdraw-{row.id}"):
                    withdraw(row)


def withdraw(row: Consent) -> None:
    with session.acting() as (db, actor, now):
        kept = db.get(Consent, row.id)
        if kept is None or kept.user_id != actor.user_id:
            raise NotFound
        consents.withdraw(db, actor.person, kept.id or 0, now)
        people.note(
            db, actor, "people:consent:withdrawn", now, process="people", subject_id=actor.user_id, kind=kept.kind
        )
    parts.done(_("The consent is withdrawn"))


def _offer(wording: Wording) -> None:
    with st.container(key=f"card-offer-{wording.kind}"):
        parts.show(parts.h2(wording.title), parts.p(wording.purpose, sub=True))
        with st.expander(_("Text of the consent")):
            parts.show("".join(parts.p(line) for line in wording.text.splitlines() if line.strip()))
        if st.button(_("Give this consent"), key=f"give-{wording.kind}"):
            who = session.current()
            with session.acting() as (db, actor, now):
                consents.give(db, actor.person, wording, now, address=actor.address, agent=who.sign_in.agent)
                people.note(db, actor, "people:consent:given", now, process="people", subject_id=actor.user_id,
                            kind=wording.kind)  # fmt: skip
            parts.done(_("The consent is given"))
