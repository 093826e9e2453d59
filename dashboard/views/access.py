"""Temporary access by the customer centre: find the person, see his document, hand over a password for one sign-in (D-14).

The password is shown once and kept nowhere in plain."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.public import hashing
from dashboard.views.desk_parts import moment
from infra import clock, profiles
from infra.database import database
from infra.wording import N_, _
from models.people import passwords, queries, recovery
from models.people.actions import masked
from models.people.rules import show_snils
from models.people.tables import PERSON_KINDS, PersonKind, User
from models.process.actor import STAFF
from models.process.errors import NotFound

ENTRY = menu.Entry("access", N_("Temporary access"), order=75, roles=recovery.CENTRE)
_SHOWN = "access-shown"


def page() -> None:
    session.current()
    parts.show(
        parts.head(
            _("Temporary access"),
            _(
                "For whoever has no contacts in his account: after you have seen his document, a password for one sign-in."
            ),
        )
    )
    _shown()
    typed = st.text_input(_("Login, registration number or СНИЛС"), key="access-find", width=360)
    if typed.strip():
        _found(typed)
    _lately()


def _shown() -> None:
    """Until it is said to be handed over: a second click must not lose what cannot be shown again."""
    if told := st.session_state.get(_SHOWN):
        name, password = told
        hours = profiles.cabinet().links.temporary_hours
        once = _("Write it down for the person: it is shown once, opens once and is valid for %(hours)s hours.")
        with st.container(key="turn-access"):
            parts.show(
                parts.facts([(_("To whom"), name), (_("Temporary password"), password)]),
                parts.p(once % {"hours": hours}),
            )
            if st.button(_("I have handed it over"), key="access-handed"):
                del st.session_state[_SHOWN]
                st.rerun()


def _found(typed: str) -> None:
    with database().transaction() as db:
        user = queries.by_any_number(db, typed)
    if user is None or user.role in STAFF:
        parts.show(
            parts.empty(
                _("Nobody was found"),
                _("Check the number with the person. Staff get their access from the administrator."),
            )
        )
        return
    with st.container(key="card-access"):
        parts.show(parts.facts(_facts(user)))
        with st.form("access-grant", border=False):
            seen = st.text_input(_("Document you have seen"), placeholder=_("For example: passport 41 08 512340"))
            lost = bool(user.email or user.phone) and st.checkbox(_("The person has lost the contacts of the account"))
            if st.form_submit_button(_("Grant temporary access"), type="primary"):
                grant(user.id or 0, seen, lost)


def _facts(user: User) -> list[tuple[str, object]]:
    contacts = ", ".join(filter(None, (masked(user.email), f"*** {user.phone[-4:]}" if user.phone else "")))
    kind = _(PERSON_KINDS[PersonKind(user.kind)]) if user.kind else ""
    login = f"***{show_snils(user.login)[-6:]}" if user.login.isdecimal() else masked(user.login)
    return [(_("Name"), user.name), (_("Kind of applicant"), kind), (_("Login"), login),
            (_("Contacts"), contacts or _("No contacts"))]  # fmt: skip


def grant(user_id: int, seen: str, lost: bool) -> None:
    """One transaction of one click; the hash is made before it."""
    password = passwords.temporary()
    with hashing.place(known=True):
        hashed = hashing.hash_password(password)
    with session.acting() as (db, actor, now):
        user = db.get(User, user_id, with_for_update=True)
        if user is None:
            raise NotFound
        life = profiles.temporary_life()
        recovery.grant_temporary(db, user, actor, hashed, seen, now, life, contacts_lost=lost)
        name = user.name
    st.session_state[_SHOWN] = (name, password)
    st.rerun()


def _lately() -> None:
    with database().transaction() as db:
        rows = queries.granted(db, clock.now())
    if not rows:
        return
    columns = [parts.Column(_("When"), "nw"), parts.Column(_("To whom")), parts.Column(_("Who"), "nw")]
    columns.append(parts.Column(_("Document you have seen")))
    lines = [
        (str(audit.id), [parts.esc(moment(audit.at)), parts.esc(name), parts.esc(audit.user_name),
                         parts.esc(audit.facts.get("document", ""))])
        for audit, name in rows
    ]  # fmt: skip
    parts.show(parts.h2(_("Granted lately")), parts.still(parts.table(columns, lines, _("Granted lately"))))
