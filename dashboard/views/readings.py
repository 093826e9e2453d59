"""«Ввод показаний» (rows R-49, R-50, R-72…R-75): meters of an account, today's readings, the consumption that follows, his yes.

Nothing is taken before the person has confirmed the consumption."""

from collections.abc import Iterator
from datetime import date

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import account_pick
from dashboard.views import account_words as words
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import dialog
from documents.wording import day, figure
from infra import clock
from infra.wording import N_, _
from models.account import actions, queries
from models.account.actions import Proposal
from models.account.sight import AccountSight, MeterSight
from models.account.tables import MeterKind, Source
from models.process.errors import FeederError, Invalid, ManyInvalid

ENTRY = menu.Entry("readings", N_("Meter readings"), order=28, roles=menu.APPLICANT, hidden=True)
NOT_TAKEN = N_("Without confirmation the readings will not be taken into the calculation.")
_SENT = "readings-sent"  # how often: after a sending the fields are new and empty


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Meter readings")))
    account = account_pick.chosen(who, "readings")
    if account is None:
        return
    with session.reading(who) as db:
        today = actions.local_day(db, account.id, clock.now())
        meters = queries.meters(db, account.id, today)
        db.expunge_all()
    parts.show(parts.h2(words.line(account)))
    if not meters:
        told = _("The supplier has told us of no meter of this account. If you have one, call us.")
        parts.show(parts.empty(_("No individual meters"), told))
        return
    _form(account, meters, today)
    account_pick.ways(account, "bills", "account_reports")


def _form(account: AccountSight, meters: list[MeterSight], today: date) -> None:
    form = Form(f"readings-{account.id}-{st.session_state.get(_SENT, 0)}")
    typed: dict[int, str] = {}
    with st.form(f"readings-form-{account.id}", border=False):
        for meter in meters:
            with st.container(key=f"card-meter-{meter.id}"):
                text = _meter(form, meter, today)
            if text.strip():
                typed[meter.id] = text
        open_ones = any(not m.refused for m in meters)
        sent = open_ones and st.form_submit_button(_("Send the readings"), type="primary", key="readings-send")
    if sent:
        with form.sending():
            told = proposals(typed)
            dialog(_("Check the consumption"), _confirm, [(m, told[m.id]) for m in meters if m.id in told], wide=True)


def _meter(form: Form, meter: MeterSight, today: date) -> str:
    """One meter with the columns of row R-50; the last one is the field. What was typed, or nothing."""
    title = ", ".join(filter(None, (meter.description or meter.service, meter.zone)))
    parts.show(parts.h2(title))
    parts.show(parts.facts(_facts(meter, today)))
    if meter.refused:
        parts.show(f'<p class="f-sub">{parts.icon("lock")} {parts.esc(_(meter.refused))}</p>')
        return ""
    label = _("Entry of the reading, %(unit)s (no. %(serial)s)") % {"unit": meter.unit, "serial": meter.serial}
    before = _("previous reading %(value)s") % {"value": figure(meter.last.value)} if meter.last else None
    text = st.text_input(label, key=form.field(str(meter.id)), placeholder=before, max_chars=20, width=420)
    form.beside(field(meter.id))
    return text


def field(meter_id: int) -> str:
    """The name of a meter's field in faults."""
    return f"meter-{meter_id}"


def _facts(meter: MeterSight, today: date) -> Iterator[tuple[str, str]]:
    kind = _(words.METERS[MeterKind(meter.kind)])
    described = _("Description: %(text)s") % {"text": meter.description} if meter.description else ""
    entered = meter.last if meter.last and meter.last.source == Source.CABINET else None
    if entered and entered.day < today.replace(day=1):
        entered = None
    yield _("Service"), meter.service
    yield _("Metering device"), ". ".join(filter(None, (kind, described)))
    yield _("Meter no."), meter.serial
    yield _("Date of the next verification"), day(meter.verified_until) if meter.verified_until else _("not told")
    yield _("Reading at the beginning of the period"), figure(meter.start.value) if meter.start else _("not yet there")
    yield _("Entered reading"), figure(entered.value) if entered else _("not entered this month")
    yield _("Unit of measure"), meter.unit
    yield _("Date of entering the reading"), day(entered.day) if entered else _("on the day of sending")


def proposals(typed: dict[int, str]) -> dict[int, Proposal]:
    """What would be taken. Raises ManyInvalid with a fault for each wrong field, Invalid when nothing was typed."""
    if not typed:
        raise Invalid("readings", "Write the reading of at least one meter")
    found: dict[int, Proposal] = {}
    faults: list[Invalid] = []
    with session.acting() as (db, actor, now):
        for meter_id, text in typed.items():
            try:
                found[meter_id] = actions.check(db, actor, meter_id, text, now)
            except FeederError as fault:
                faults.append(Invalid(field(meter_id), fault.template, **fault.facts))
    if faults:
        raise ManyInvalid(faults)
    return found


# ------------------------------------------------------------------------------------------------ the window
def _confirm(told: list[tuple[MeterSight, Proposal]]) -> None:
    """Row R-73: the consumption that follows; row R-74: what happens without a yes."""
    columns = [parts.Column(_("Metering device")), parts.Column(_("Previous reading"), "n"),
               parts.Column(_("New reading"), "n"), parts.Column(_("Consumption"), "n")]  # fmt: skip
    lines = [(str(m.id), [parts.esc(cell) for cell in _line(m, p)]) for m, p in told]
    parts.show(parts.p(_("Check what follows from your readings.")))
    parts.show(parts.still(parts.table(columns, lines, _("Consumption"))))
    turned = {m.id: _turned(m, p) for m, p in told if p.rolled}
    parts.show(parts.p(_(NOT_TAKEN)))
    if st.button(_("Confirm"), type="primary", key="readings-yes", disabled=not all(turned.values())):
        enter([p for _meter, p in told], turned)
        parts.done(_("Thank you, your readings are accepted"))


def _line(meter: MeterSight, told: Proposal) -> list[str]:
    before = figure(told.previous) if told.previous is not None else _("not yet there")
    return [words.meter(meter), before, figure(told.value), words.volume(told.consumed, meter.unit)]


def _turned(meter: MeterSight, told: Proposal) -> bool:
    """The counter went back: only its owner knows whether it began anew."""
    label = _("%(meter)s: the counter has begun anew from zero") % {"meter": words.meter(meter)}
    return st.checkbox(label, key=f"turned-{meter.id}-{told.value}")


def enter(told: list[Proposal], turned: dict[int, bool]) -> None:
    """All of them in one transaction, or none."""
    with session.acting() as (db, actor, now):
        for one in told:
            actions.enter(db, actor, one.meter_id, str(one.value), now, rolled=turned.get(one.meter_id, False))
    st.session_state[_SENT] = st.session_state.get(_SENT, 0) + 1
