"""«Программный доступ»: personal keys of the open interface, shown once, with rights and an end; below them the webhooks."""

from datetime import timedelta

import streamlit as st

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views import keys_calls
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import dress, faulty
from dashboard.views.own_security import prove
from infra import clock
from infra.settings import settings
from infra.wording import N_, _
from models.integration import actions, queries
from models.integration.rules import SCOPES, Scope
from models.integration.tables import ApiKey
from models.process.errors import Invalid, ManyInvalid

ENTRY = menu.Entry("keys", N_("Access for programs"), order=46, roles=menu.APPLICANT, hidden=True)
LIVES = {30: N_("a month"), 90: N_("three months"), 180: N_("half a year"), 365: N_("a year")}
_FRESH = "keys-fresh"  # the key that was just made, until its owner says that he has it
_FAULTS = "keys-faults"


def page() -> None:
    who = session.current()
    dress()
    menu.link("profile", _("Profile"))
    lead = _(
        "Your program files applications, reads documents and books visits as you do here. A key opens what you allow."
    )
    parts.show(parts.head(_("Access for programs"), lead))
    told = parts.esc(_("How it works: description with examples"))
    parts.show(f'<p><a href="/api/v1/docs" target="_blank" rel="noopener">{told}</a></p>')
    if st.session_state.get(_FRESH):
        _once(st.session_state[_FRESH][-1])
    parts.show(parts.h2(_("Keys")))
    with session.reading(who) as db:
        found = queries.keys_of(db, who.id)
    now = clock.now()
    living = [k for k in found if queries.living(k, now)]
    if not living:
        parts.show(parts.empty(_("No keys yet"), _("Make one below and put it into the settings of your program.")))
    for key in living:
        _key(key)
    _make(who)
    _ended([k for k in found if not queries.living(k, now)])
    keys_calls.section(who)


def _once(key: str) -> None:
    """The only time that the key is seen."""
    with st.container(key="turn"):
        parts.show(
            parts.h2(_("Your key: copy it now")),
            parts.p(_("It is shown this once. We keep only its trace: whoever loses it makes another one.")),
        )
        st.code(key, language=None, wrap_lines=True)
        curl = f'curl -H "Authorization: Bearer {key}" {settings().site}/api/v1/me'
        with st.expander(_("Try it in a terminal")):
            st.code(curl, language=None, wrap_lines=True)
        if st.button(_("I have saved the key"), type="primary", key="keys-saved"):
            del st.session_state[_FRESH]
            st.rerun()


def rights_of(key: ApiKey) -> str:
    """In the reader's words, in the order of the list."""
    return "; ".join(_(words) for scope, words in SCOPES.items() if scope in key.scopes)


def _key(key: ApiKey) -> None:
    with st.container(key=f"card-key-{key.id}"):
        used = moment(key.last_used_at) or _("not yet")
        where = f", {key.last_address}" if key.last_address else ""
        pairs = [
            (_("Begins with"), key.prefix),
            (_("Valid until"), moment(key.expires_at)),
            (_("Last used"), f"{used}{where}"),
        ]
        parts.show(f'<div class="f-head"><h2>{parts.esc(key.name)}</h2></div>', parts.facts(pairs),
                   parts.p(rights_of(key), sub=True))  # fmt: skip
        if st.button(_("Revoke the key"), key=f"revoke-{key.id}"):
            dialog(_("Revoke the key?"), _sure, key.id or 0)


def _sure(key_id: int) -> None:
    parts.show(parts.p(_("Programs that use it stop working at once. It cannot be undone; a new key can be made.")))
    if st.button(_("Revoke the key"), type="primary", key="revoke-sure"):
        with session.acting() as (db, actor, now):
            actions.revoke_key(db, key_id, actor, now)
        parts.done(_("The key is revoked"))


def _make(who: session.Who) -> None:
    faults: dict[str, str] = st.session_state.pop(_FAULTS, {})
    with st.expander(_("Make a key"), expanded=bool(faults)), st.form("keys-make", border=False):
        name = st.text_input(_("What it is for"), max_chars=100, key="key-name", placeholder=_("For example, our 1C"))
        _beside(faults, "name")
        parts.show(parts.p(_("What it may do")))
        ticked = [s for s, words in SCOPES.items() if st.checkbox(_(words), key=f"key-scope-{s}")]
        _beside(faults, "scopes")
        days = st.selectbox(
            _("How long it is valid"), list(LIVES), index=1, format_func=lambda d: _(LIVES[d]), key="key-life"
        )
        password = st.text_input(
            _("Password now"), type="password", autocomplete="current-password", key="key-password"
        )
        _beside(faults, "password")
        if st.form_submit_button(_("Make a key")):
            _made(who, name, ticked, days, password)


def _beside(faults: dict[str, str], field: str) -> None:
    if field in faults:
        parts.show(faulty(faults[field]))


def _made(who: session.Who, name: str, scopes: list[Scope], days: int, password: str) -> None:
    held: list[str] = st.session_state.setdefault(_FRESH, [])
    try:
        if held:  # a second click stops the first one's run behind its commit: the key stands in this list by then
            raise Invalid("name", "Save the key that stands above first")
        prove(who, password)
        with session.acting() as (db, actor, now):
            _row, key = actions.make_key(db, actor, name, scopes, timedelta(days=days), now)
        held.append(key)
    except (Invalid, ManyInvalid) as error:
        st.session_state[_FAULTS] = faults_of(error)
        st.rerun()
    for field in ("key-name", "key-password", *(f"key-scope-{s}" for s in SCOPES)):
        st.session_state.pop(field, None)
    parts.done(_("The key is made"))


def faults_of(error: Invalid | ManyInvalid) -> dict[str, str]:
    """Field → sentence."""
    found = error.errors if isinstance(error, ManyInvalid) else [error]
    return {fault.field: sentence_of(fault) for fault in found}


def _ended(keys: list[ApiKey]) -> None:
    if not keys:
        return
    columns = [parts.Column(_("Key")), parts.Column(_("Begins with"), "nw"), parts.Column(_("Ended"), "nw"),
               parts.Column(_("Last used"), "nw")]  # fmt: skip
    rows = [
        (str(k.id), [parts.esc(k.name), parts.esc(k.prefix), parts.esc(moment(k.revoked_at or k.expires_at)),
                     parts.esc(moment(k.last_used_at) or "–")])
        for k in keys
    ]  # fmt: skip
    with st.expander(_("Keys that have ended")):
        parts.show(parts.still(parts.table(columns, rows, _("Keys that have ended"))))
