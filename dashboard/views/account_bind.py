"""The window «Привязать адрес» (rows R-21…R-23): number and proof, the address that was found, yes or change.

An address is shown to nobody who knows the number alone."""

import re

import streamlit as st

from dashboard import menu, parts, session
from dashboard.utility import utility
from dashboard.views.desk_form import Form
from infra.wording import N_, _
from models.account import actions
from models.process.errors import Invalid

FOUND = "bind-found"  # (number, proof, address) while the person looks whether it is his
_DIGITS = re.compile(r"\d{6,20}")
NOBODY = N_("No account fits this number and this proof: compare both with the payment document")


def window(who: session.Who, *, first: bool) -> None:
    """`first`: he has no account yet."""
    with st.container(key="card-bind"):
        if FOUND in st.session_state:
            _look(*st.session_state[FOUND])
        else:
            _ask(_login(who) if first else "")


def _ask(number: str) -> None:
    ours = utility()
    told = _("Personal account number of the supplier %(supplier)s: it is printed in the payment document.")
    parts.show(parts.h2(_("Bind the address")), parts.p(told % {"supplier": ours.full_short or ours.name}, sub=True))
    form = Form("bind")
    with st.form("bind-form", border=False):
        number = st.text_input(
            _("Number of the personal account"), number, key=form.field("number"), max_chars=40, width=420,
            placeholder=_("for example %(what)s") % {"what": "110022334455"},
        )  # fmt: skip
        form.beside("number")
        proof = st.text_input(_("Surname of the owner, or the sum to pay of the newest payment document"),
                              key=form.field("proof"), max_chars=100, width=420)  # fmt: skip
        form.beside("proof")
        why = _("An account tells of a home and its people: the number alone does not open it.")
        parts.show(parts.p(why, sub=True))
        if st.form_submit_button(_("Bind"), type="primary", key="bind-send"):
            with form.sending():
                st.session_state[FOUND] = _found(number, proof)
                st.rerun()


def _login(who: session.Who) -> str:
    """The manual advises to take the account number as the login (row R-13)."""
    return who.user.login if _DIGITS.fullmatch(who.user.login) else ""


def _found(number: str, proof: str) -> tuple[str, str, str]:
    """The try is counted whatever comes of it. Raises Invalid, TooMany."""
    if not proof.strip():
        raise Invalid("proof", "Write the surname of the owner, or the sum to pay")
    with session.acting() as (db, actor, now):
        found = actions.found(db, actor, number, proof, now)
    if found is None:
        raise Invalid("proof", NOBODY)
    return found.number, proof, found.address


def _look(number: str, proof: str, address: str) -> None:
    parts.show(
        parts.h2(_("Is it your address?")),
        parts.listing(
            [parts.Field(_("Address of the object"), address), parts.Field(_("Number of the personal account"), number)]
        ),
    )
    with st.container(horizontal=True):
        if st.button(_("The data are right, go on"), type="primary", key="bind-yes"):
            _bind(number, proof)
        if st.button(_("Change the number of the personal account"), key="bind-number-again"):
            back(number, proof)
        if st.button(_("Change the data of the registration"), key="bind-profile"):
            menu.go("profile")


def back(number: str, proof: str) -> None:
    """What was typed stays in the fields."""
    del st.session_state[FOUND]
    st.session_state["bind-number"], st.session_state["bind-proof"] = number, proof
    st.rerun()


def _bind(number: str, proof: str) -> None:
    with session.acting() as (db, actor, now):
        made = actions.bind(db, actor, number, proof, now)
    del st.session_state[FOUND]
    if made is None:
        raise Invalid("proof", NOBODY)
    parts.said(_("The personal account is bound"))
    menu.go("accounts")
