"""The card «Ваш ход», or the quiet one of somebody else's turn: until when, what then, what if not, one filled button.

Which moves are open is told by the table of moves (Sight.moves), never decided here."""

from collections.abc import Callable

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import application_pay, application_reply
from dashboard.views.application_sight import Sight
from dashboard.views.application_sight import sight as look
from dashboard.views.cabinet_live import wait_for
from dashboard.views.cabinet_words import file_note
from dashboard.views.desk_parts import dialog
from dashboard.views.desk_words import WHOSE
from dashboard.views.filing_fields import dress, faulty
from documents.wording import day_long, working_days
from infra.wording import N_, _
from models.connection import actions
from models.connection.rules import above_low_voltage
from models.connection.tables import FINAL_STAGES, Stage

IF_NOT = {"pay": N_("If you do not pay"), "supply_info": N_("If you do not send it")}


def card(who: session.Who, seen: Sight) -> None:
    dress()
    turn = seen.card.turn
    mine = turn.whose == "applicant"
    with st.container(key="turn" if mine else "card-turn"):
        parts.show(_title(seen), f'<div style="margin-top:10px">{parts.facts(_facts(seen))}</div>')
        _action(who, seen)
    if saying := _passing(seen):
        wait_for(
            f"stage-{seen.id}-{seen.case.stage}",
            lambda: look(who, seen.id).case.stage,
            seen.case.stage,
            saying,
            _("It takes longer than usual. Nothing is lost: this page shows the number as soon as it is there."),
        )


def _passing(seen: Sight) -> str:
    """What the system is about to do within a second; nothing when a person or a term is awaited."""
    stage, first = seen.case.stage, next(iter(seen.card.payments), None)
    if stage == Stage.SUBMITTED:
        return _("A moment: the application is being registered")
    paid = stage == Stage.OFFER_PLACED and first is not None and first.credited_at is not None
    return _("A moment: the contract is being concluded") if paid or stage == Stage.CONCLUDED else ""


def _title(seen: Sight) -> str:
    turn = seen.card.turn
    if turn.whose == "applicant":
        chip = parts.chip("yours", _("Your turn"))
    elif turn.whose == "nobody":
        chip = parts.chip("done" if seen.case.stage == Stage.COMPLETED else "closed")
    else:
        chip = parts.chip("work", _("Turn: %(whose)s") % {"whose": _(WHOSE[turn.whose])})
    return f'{chip}<h2 style="margin-top:8px">{parts.esc(parts.say(turn.title))}</h2>'


def _facts(seen: Sight) -> list[tuple[str, object]]:
    turn = seen.card.turn
    found: list[tuple[str, object]] = []
    if turn.due_on:
        found.append((_("Until which day"), day_long(turn.due_on)))
    if turn.left is not None:
        found.append((_("Time left"), _left(turn.left)))
    if turn.then.template:
        found.append((_("What then"), parts.say(turn.then)))
    if turn.otherwise.template:
        found.append((_(IF_NOT.get(turn.action, N_("If not"))), parts.say(turn.otherwise)))
    if seen.case.suspended_at and seen.case.stage not in FINAL_STAGES:
        found.append((_("Why"), seen.case.suspension_reason))
    if seen.case.stage in FINAL_STAGES and seen.case.end_reason:
        found.append((_("Why"), seen.case.end_reason))
    return found


def _left(days: int) -> str:
    if days > 0:
        return working_days(days)
    return _("today is the last day") if days == 0 else _("overdue by %(days)s") % {"days": working_days(-days)}


# ------------------------------------------------------------------------------------------------ what can be done
def _action(who: session.Who, seen: Sight) -> None:
    action = seen.card.turn.action
    if action == "supply_info" and "supply_info" in seen.moves:
        application_reply.body(seen)
    with st.container(horizontal=True, vertical_alignment="center"):
        if action == "pay":
            application_pay.button(seen)
            _link_to_invoice(seen)
        _button(
            seen,
            "report_own_works",
            N_("Report that my works are done"),
            _report_own_works,
            primary=action == "report_own_works",
        )
        _button(seen, "refuse_offer", N_("Refuse with demands"), _refuse_offer)
        _button(seen, "remark", N_("Send remarks on the papers"), _remark)
        if seen.case.stage in FINAL_STAGES and st.button(_("Apply again with the same data"), key="copy"):
            from dashboard.views.filing_draft import begin

            menu.go("filing", id=begin(seen.case.branch_id, seen.id))
        _button(seen, "withdraw", N_("Withdraw the application"), _withdraw, quiet=True)
    if action == "pay":
        application_pay.state(who, seen)


def _button(
    seen: Sight, move: str, label: str, body: Callable[[Sight], None], *, primary: bool = False, quiet: bool = False
) -> None:
    if move not in seen.moves:
        return
    if st.button(_(label), key=move, type="primary" if primary else "tertiary" if quiet else "secondary"):
        dialog(_(label), body, seen)


def _link_to_invoice(seen: Sight) -> None:
    paper = seen.paper("invoice")
    if paper is not None:
        st.link_button(
            _("Show the invoice, %(note)s") % {"note": file_note("application/pdf", paper.pdf_size)},
            f"/files/{paper.id}",
        )


def _do(seen: Sight, move: str, said: str, reason: str = "") -> None:
    with session.acting() as (db, actor, now):
        actions.simple_move(db, seen.id, move, actor, now, reason)
    parts.done(said)


def _withdraw(seen: Sight) -> None:
    lines = [_("The application is closed for good: the terms stop, nothing more is prepared by it.")]
    if seen.case.stage == Stage.OFFER_PLACED:
        lines.append(_("The contract, the conditions and the invoice lose force. Do not pay the invoice after that."))
    lines.append(_("You can apply again any day, with the same data."))
    parts.show(*map(parts.p, lines))
    reason = st.text_area(_("Why (at will)"), key="withdraw-why", max_chars=1000, height=80)
    if st.button(_("Withdraw the application"), type="primary", key="withdraw-sure"):
        _do(seen, "withdraw", _("The application is withdrawn"), reason or "")


def _refuse_offer(seen: Sight) -> None:
    parts.show(
        parts.p(
            _(
                "Use it when the contract or the conditions do not suit you. Name what to correct: we prepare corrected papers in ten working days."
            )
        ),
        parts.p(_("The papers and the invoice placed now lose force. Do not pay them.")),
    )
    reason = st.text_area(_("What to correct and why"), key="refuse-why", max_chars=4000, height=140)
    if st.button(_("Send the refusal with demands"), type="primary", key="refuse-sure") and _written(reason):
        with session.acting() as (db, actor, now):
            actions.refuse_offer(db, seen.id, actor, reason or "", now)
        parts.done(_("The refusal is sent. Corrected papers appear here."))


def _report_own_works(seen: Sight) -> None:
    if above_low_voltage(seen.case):
        parts.show(
            parts.p(
                _("We come to inspect the installation. If the works are not finished, the visit ends with remarks.")
            )
        )
    else:
        parts.show(parts.p(_("You say that the input up to the metering board is ready by the technical conditions.")))
    if st.button(_("My works are done"), type="primary", key="own-works-sure"):
        with session.acting() as (db, actor, now):
            actions.report_own_works(db, seen.id, actor, now)
        parts.done(_("We know that your works are done"))


def _remark(seen: Sight) -> None:
    parts.show(
        parts.p(_("Write what is wrong in the closing papers. We correct it or explain within ten working days."))
    )
    reason = st.text_area(_("Your remarks"), key="remark-why", max_chars=4000, height=140)
    if st.button(_("Send the remarks"), type="primary", key="remark-sure") and _written(reason):
        _do(seen, "remark", _("The remarks are sent"), reason or "")


def _written(text: str | None) -> bool:
    """Says beside the field that something has to be written."""
    if (text or "").strip():
        return True
    parts.show(faulty(_("Write what is wrong first: we act by your words")))
    return False


def whose_words(whose: str) -> str:
    """For lists: «ваш ход» or whose."""
    return _("your turn") if whose == "applicant" else _(WHOSE[whose])
