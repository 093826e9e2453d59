"""A person's own doors: password, e-mail, phone, second factor, sessions, consents. Parts of a page, for any role.

Everything that opens a door anew asks for the present password first."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard import menu, parts, session
from dashboard.faults import lines_of, sentence_of
from dashboard.public import card_form, hashing
from dashboard.public.entry import sender
from dashboard.views.desk_parts import moment
from infra import clock, profiles
from infra.database import database
from infra.wording import _
from models.people import actions as people
from models.people import factors, passkeys, proofs, recovery, rules, sessions, sign_out
from models.people.passwords import check_new
from models.people.proof_tables import Channel, Purpose
from models.people.tables import User
from models.process.errors import FeederError, Invalid, NotFound

_HANDLE = "phone-proof"  # of the code that was sent, while the page is open
_MADE = "own-passwords-made"  # new names of the fields each time: a password does not stay on the screen
_FEW = 5  # sessions that stand open: the rest is folded, so that a phone is not scrolled through all of them


def show(who: session.Who) -> None:
    parts.show(parts.h2(_("Security")))
    _password(who)
    if not who.is_staff:
        _email(who)
        _phone(who)
    _sessions(who)
    if not who.is_staff:
        _consents()


@contextmanager
def beside() -> Iterator[None]:
    """A refusal is said under the form whose button was pressed: what was typed and the rest of the page stay."""
    try:
        yield
    except FeederError as refused:
        parts.error_box(sentence_of(refused), lines_of(refused))


def prove(who: session.Who, password: str) -> None:
    """The present password, counted. Raises Invalid, TooMany."""
    with database().transaction() as db:
        people.count_attempt(db, "password", str(who.id), clock.now())
    with hashing.place(known=True):
        right = hashing.verify_password(who.user.password_hash, password)
    if not right:
        raise Invalid("password", "The password is not right")


def _password(who: session.Who) -> None:
    made = st.session_state.get(_MADE, 0)
    with st.expander(_("Change the password")), st.form("own-password", border=False):
        old = st.text_input(_("Password now"), type="password", autocomplete="current-password", key=f"own-old-{made}")
        told = "; ".join(card_form.password_hints())
        new = st.text_input(
            _("New password"), type="password", autocomplete="new-password", help=told, key=f"own-new-{made}"
        )
        again = st.text_input(
            _("New password once more"), type="password", autocomplete="new-password", key=f"own-again-{made}"
        )
        if st.form_submit_button(profiles.cabinet().password.button or _("Change the password")):
            with beside():
                check_new(new, again, profiles.password_rules(), login=who.user.login)
                prove(who, old)
                _set_password(session.current(), new)


def _set_password(who: session.Who, new: str) -> None:
    with hashing.place(known=True):
        hashed = hashing.hash_password(new)
    with session.acting() as (db, actor, now):
        user = db.get(User, who.id)
        if user is None:
            raise NotFound
        recovery.set_password(db, user, hashed, now, sender(), keep=who.sign_in.id, address=actor.address)
    st.session_state[_MADE] = st.session_state.get(_MADE, 0) + 1
    parts.done(_("The password is changed, all other sessions have ended"))


def _email(who: session.Who) -> None:
    with st.expander(_("Change the e-mail")), st.form("own-email", border=False):
        typed = st.text_input(_("New address"), autocomplete="email")
        password = st.text_input(_("Password now"), type="password", autocomplete="current-password")
        if st.form_submit_button(_("Send the link")):
            with beside():
                address = rules.email(typed).lower()
                prove(who, password)
                _ask(who, Channel.EMAIL, address)
                parts.done(_("A link is on its way to the new address: it counts once you have followed it"))


def _phone(who: session.Who) -> None:
    bare = who.user.phone if not who.user.phone_confirmed_at else ""  # one that was never proved gets no messages
    title = _("Confirm or change the phone") if bare else _("Change the phone")
    with st.expander(title, expanded=_HANDLE in st.session_state):
        with st.form("own-phone", border=False):
            typed = st.text_input(
                _("Number") if bare else _("New number"), bare, autocomplete="tel", key="own-phone-number"
            )
            password = st.text_input(_("Password now"), type="password", autocomplete="current-password")
            if st.form_submit_button(_("Send the code")):
                with beside():
                    number = rules.phone(typed)
                    prove(who, password)
                    st.session_state[_HANDLE] = _ask(who, Channel.PHONE, number)
                    parts.done(_("A code is on its way to the new number"))
        if _HANDLE in st.session_state:
            _phone_code(who)


def _phone_code(who: session.Who) -> None:
    with st.form("own-phone-code", border=False):
        code = st.text_input(_("Code from the message"), autocomplete="one-time-code", width=200)
        if st.form_submit_button(_("Confirm")):
            with beside():
                confirm_phone(who, st.session_state[_HANDLE], code)
                st.session_state.pop(_HANDLE)
                parts.done(_("The number is changed"))


def _ask(who: session.Who, channel: Channel, contact: str) -> str:
    """The handle of what was promised. Raises TooMany."""
    with session.acting() as (db, _actor, now):
        people.count_attempt(db, "contact", str(who.id), now)
        user = db.get(User, who.id)
        if user is None:
            raise NotFound
        return recovery.ask_contact(db, user, channel, contact, now, sender()).handle


def confirm_phone(who: session.Who, handle: str, code: str) -> None:
    """A wrong code is counted in a transaction of its own. Raises Invalid."""
    with session.acting() as (db, _actor, now):
        row = proofs.by_handle(db, handle, now)
        mine = row is not None and row.user_id == who.id and row.purpose == Purpose.PHONE
        right = mine and row is not None and proofs.try_code(db, row, handle, code, now)
    if not right:
        raise Invalid("code", "The code is wrong or no longer valid. Check it, or begin again")
    with session.acting() as (db, actor, now):
        if (row := proofs.by_handle(db, handle, now)) is not None:
            recovery.change_contact(db, row, now, sender(), actor.address)


# ------------------------------------------------------------------------------------------------ sessions, factor
def _sessions(who: session.Who) -> None:
    now, idle = clock.now(), profiles.session_life()[1]
    with database().transaction() as db:
        found = sessions.of_user(db, who.id, now, idle)
        factor = factors.has_authenticator(db, who.id)
    columns = [
        parts.Column(_("Where from"), "nw"),
        parts.Column(_("Browser")),
        parts.Column(_("Last click"), "nw"),
        parts.Column(_("until"), "nw"),
    ]
    rows = [
        (str(row.id), [parts.esc(_place(row.address, row.id == who.sign_in.id)), parts.esc(_browser(row.agent)),
                       parts.esc(moment(row.seen_at)), parts.esc(moment(row.expires_at))])
        for row in sorted(found, key=lambda row: row.id != who.sign_in.id)
    ]  # fmt: skip
    parts.show(parts.h2(_("My sessions")), parts.still(parts.table(columns, rows[:_FEW], _("My sessions"))))
    if more := rows[_FEW:]:
        with st.expander(_("More sessions: %(count)s") % {"count": len(more)}):
            parts.show(parts.still(parts.table(columns, more, _("My sessions"))))
    if len(found) > 1 and st.button(_("End all other sessions"), key="end-sessions"):
        with session.acting() as (db, actor, at):
            count = sign_out.everywhere(db, who.id, actor, at, keep=who.sign_in.id)
            people.note(db, actor, "people:user:signed_out_everywhere", at, count=count)
        parts.done(_("Other sessions ended: %(count)s") % {"count": count})
    _factor(who, factor)
    _keys(who)


def _place(address: str, here: bool) -> str:
    return f"{address} · {_('this session')}" if here else address


def _browser(agent: str) -> str:
    """'Chrome 126', roughly: enough to know one's own telephone."""
    for name in ("YaBrowser", "Edg", "OPR", "Firefox", "Chrome", "Safari"):
        if f"{name}/" in agent:
            version = agent.partition(f"{name}/")[2].split(".")[0].split(" ")[0]
            return f"{name} {version}" + (
                " · Android" if "Android" in agent else " · iPhone" if "iPhone" in agent else ""
            )
    return agent[:40]


def _factor(who: session.Who, there: bool) -> None:
    with st.expander(_("Second factor")):
        if there:
            _switch_off(who)
        else:
            _switch_on(who)


def _keys(who: session.Who) -> None:
    """They are made on a light page: this one may not speak to a device."""
    with st.expander(_("Passkeys")):
        with database().transaction() as db:
            known = [key.name for key in passkeys.of_user(db, who.id)]
        none = _("No keys yet: a finger, a face or the code of your device instead of the password")
        told = parts.esc(_("Add or revoke a key"))
        parts.show(parts.p("; ".join(known) or none, sub=True))
        parts.show(f'<p><a href="/passkeys" target="_self">{told}</a></p>')


def _switch_on(who: session.Who) -> None:
    parts.show(parts.p(_("Not set up: the password alone opens the cabinet"), sub=True))
    with st.form("factor-on", border=False):
        password = st.text_input(_("Password now"), type="password", autocomplete="current-password")
        if st.form_submit_button(_("Set up")):
            with beside():
                prove(who, password)
                with session.acting() as (db, actor, now):
                    sessions.enrol(db, who.sign_in.id or 0)
                    people.note(db, actor, "people:user:factor_begun", now)
                told = parts.esc(_("Go on: scan the code with your phone"))
                parts.show(f'<p><a href="/sign-in/step?next=%2F" target="_self">{told}</a></p>')


def _switch_off(who: session.Who) -> None:
    parts.show(parts.p(_("The sign-in asks for a code of the authenticator"), sub=True))
    with st.form("factor-off", border=False):
        password = st.text_input(_("Password now"), type="password", autocomplete="current-password")
        if st.form_submit_button(_("Switch off")):
            with beside():
                prove(who, password)
                with session.acting() as (db, actor, now):
                    factors.remove(db, who.id)
                    people.note(db, actor, "people:user:factor_removed", now)
                parts.done(_("The second factor is off"))


def _consents() -> None:
    parts.show(parts.h2(_("Consents and data")))
    menu.link("my_consents", _("Consents and how to withdraw them"))
    menu.link("my_data", _("What we hold about you"))
