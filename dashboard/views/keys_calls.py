"""Webhooks on the page of keys: addresses, what they are told, every try of every call, «send again». Calls nobody itself."""

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.hook_address import judged
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import faulty
from infra.keys import vault_keys
from infra.settings import settings
from infra.wording import N_, _
from models.integration import actions, queries
from models.integration.rules import EVENTS, Event, new_secret
from models.integration.tables import Call, CallState, CallTry, Webhook
from models.process.errors import Invalid, ManyInvalid
from signatures.secrets import Vault

_FAULTS, _SECRET = "hook-faults", "hook-secret"
_STATES = {
    CallState.ORDERED: ("work", N_("is being sent")),
    CallState.CALLING: ("work", N_("is being sent")),
    CallState.RETRYING: ("soon", N_("will be tried again")),
    CallState.DELIVERED: ("done", N_("was received")),
    CallState.UNDELIVERABLE: ("late", N_("not received")),
}


def section(who: session.Who) -> None:
    parts.show(parts.h2(_("Webhooks")))
    parts.show(
        parts.p(_("We call your program when something happens: it does not have to ask again and again."), sub=True)
    )
    if _SECRET in st.session_state:
        _secret()
    with session.reading(who) as db:
        found = [(w, list(queries.calls_of(db, w.id or 0))) for w in queries.webhooks_of(db, who.id)]
        tries = queries.tries_of(db, [c.id or 0 for _w, calls in found for c in calls])
    for hook, calls in found:
        _one(hook, calls, tries)
    _add()


def _secret() -> None:
    with st.container(key="turn-secret"):
        parts.show(parts.h2(_("Secret of the address: copy it now")),
                   parts.p(_("By it your program sees that it is we who call. It is shown this once.")))  # fmt: skip
        st.code(st.session_state[_SECRET], language=None, wrap_lines=True)
        if st.button(_("I have saved the secret"), key="hook-saved"):
            del st.session_state[_SECRET]
            st.rerun()


def _one(hook: Webhook, calls: list[Call], tries: dict[int, list[CallTry]]) -> None:
    with st.container(key=f"card-hook-{hook.id}"):
        words = _("switched on") if hook.active else _("switched off")
        chip = parts.chip("done" if hook.active else "closed", words)
        told = "; ".join(_(EVENTS[Event(e)]) for e in hook.events if e in EVENTS)
        parts.show(
            f'<div class="f-head"><h2 style="overflow-wrap:anywhere">{parts.esc(hook.address)}</h2>{chip}</div>',
            parts.p(told, sub=True),
        )
        if hook.off_reason:
            parts.show(faulty(_(hook.off_reason)))
        elif hook.failing_since:
            since = _("It has not answered since %(at)s. We try again.") % {"at": moment(hook.failing_since)}
            parts.show(faulty(since))
        with st.container(horizontal=True):
            _buttons(hook)
        with st.expander(_("Calls: %(count)s") % {"count": len(calls)}):
            _calls(hook, calls, tries)


def _buttons(hook: Webhook) -> None:
    hook_id = hook.id or 0
    if hook.active and st.button(_("Send a trial call"), key=f"hook-try-{hook_id}"):
        with session.acting() as (db, actor, now):
            actions.try_out(db, hook_id, actor, now)
        parts.done(_("The call is on its way: its outcome stands among the calls"))
    if st.button(_("Switch off") if hook.active else _("Switch on"), key=f"hook-switch-{hook_id}"):
        with session.acting() as (db, actor, now):
            actions.switch(db, hook_id, not hook.active, actor, now)
        st.rerun()
    if st.button(_("Remove the address"), key=f"hook-drop-{hook_id}", type="tertiary"):
        dialog(_("Remove the address?"), _sure, hook_id)


def _sure(hook_id: int) -> None:
    parts.show(parts.p(_("It is called no more, and its list of calls disappears.")))
    if st.button(_("Remove the address"), type="primary", key="hook-drop-sure"):
        with session.acting() as (db, actor, now):
            actions.remove_webhook(db, hook_id, actor, now)
        parts.done(_("The address is removed"))


def _calls(hook: Webhook, calls: list[Call], tries: dict[int, list[CallTry]]) -> None:
    if not calls:
        return parts.show(parts.p(_("Nothing was sent yet: try it by a trial call."), sub=True))
    columns = [parts.Column(_("When"), "nw"), parts.Column(_("What")), parts.Column(_("State"), "nw"),
               parts.Column(_("Tries"))]  # fmt: skip
    rows = [
        (str(c.id), [parts.esc(moment(c.ordered_at)), f"<code>{parts.esc(c.event)}</code>", _state(c),
                     _tries(tries.get(c.id or 0, []))])
        for c in calls
    ]  # fmt: skip
    parts.show(parts.still(parts.table(columns, rows, _("Calls"))))
    failed = [c for c in calls if c.state in (CallState.UNDELIVERABLE, CallState.RETRYING)]
    return _again(hook, failed) if failed and hook.active else None


def _state(call: Call) -> str:
    family, words = _STATES[CallState(call.state)]
    at = call.next_at if call.state == CallState.RETRYING else call.ended_at
    return parts.chip(family, _(words)) + (f"<small>{parts.esc(moment(at))}</small>" if at else "")


def _tries(rows: list[CallTry]) -> str:
    """What the other side said to every try; the last three are enough."""
    said = [
        f"{moment(t.started_at)}: {t.error or (f'HTTP {t.status}' if t.status else t.outcome or '…')}"
        for t in rows[-3:]
    ]
    more = (
        f"<small>{parts.esc(_('earlier tries: %(count)s') % {'count': len(rows) - 3})}</small>" if len(rows) > 3 else ""
    )
    return more + "".join(f'<small style="overflow-wrap:anywhere">{parts.esc(line)}</small>' for line in said)


def _again(hook: Webhook, failed: list[Call]) -> None:
    names = {c.id or 0: f"{moment(c.ordered_at)} {c.event}" for c in failed}
    chosen = st.selectbox(
        _("Which call"), list(names), format_func=lambda i: names[i], key=f"hook-which-{hook.id}", width=320
    )
    if st.button(_("Send again"), key=f"hook-again-{hook.id}"):
        with session.acting() as (db, actor, now):
            actions.send_again(db, chosen, actor, now)
        parts.done(_("The call is on its way: its outcome stands among the calls"))


# ------------------------------------------------------------------------------------------------ a new address
def _add() -> None:
    faults: dict[str, str] = st.session_state.pop(_FAULTS, {})
    with st.expander(_("Add an address"), expanded=bool(faults)), st.form("hook-add", border=False):
        address = st.text_input(
            _("Address"), max_chars=500, key="hook-address", placeholder="https://example.ru/feeder"
        )
        if "address" in faults:
            parts.show(faulty(faults["address"]))
        parts.show(parts.p(_("What it is told")))
        wanted = [e for e, words in EVENTS.items() if st.checkbox(_(words), key=f"hook-event-{e}")]
        if "events" in faults:
            parts.show(faulty(faults["events"]))
        if st.form_submit_button(_("Add the address")):
            _added(address, wanted)


def _added(address: str, wanted: list[Event]) -> None:
    secret, plain = new_secret(), settings().development
    try:
        found = judged(address, plain_allowed=plain)
        sealed = Vault(vault_keys()).lock({"secret": secret})
        with session.acting() as (db, actor, now):
            actions.add_webhook(db, actor, found, sealed, wanted, now, plain_allowed=plain)
    except (Invalid, ManyInvalid) as error:
        faults = error.errors if isinstance(error, ManyInvalid) else [error]
        st.session_state[_FAULTS] = {fault.field: sentence_of(fault) for fault in faults}
        st.rerun()
    st.session_state[_SECRET] = secret
    for field in ("hook-address", *(f"hook-event-{e}" for e in EVENTS)):
        st.session_state.pop(field, None)
    parts.done(_("The address is added"))
