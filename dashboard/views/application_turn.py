"""The card «Ваш ход», or the quiet one of somebody else's turn: until when, what then, what if not, one filled button, and
when the whole thing usually ends.

Which moves are open is told by the table of moves (Sight.moves), never decided here."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import day_long, working_days
from dashboard.views import (
    application_expected,
    application_moves,
    application_pay,
    application_protocol,
    application_reply,
    application_rtn,
)
from dashboard.views.application_sight import Sight
from dashboard.views.application_sight import sight as look
from dashboard.views.cabinet_live import wait_for
from dashboard.views.cabinet_words import file_note
from dashboard.views.desk_words import WHOSE
from dashboard.views.filing_fields import dress
from infra.wording import N_, _
from models.connection.signed_needs import NO_PROMISE
from models.connection.tables import FINAL_STAGES, Stage

IF_NOT = {
    "pay": N_("If you do not pay"),
    "supply_info": N_("If you do not send it"),
    "sign": N_("If you do not sign"),
}


def card(who: session.Who, seen: Sight) -> None:
    dress()
    turn = seen.card.turn
    mine = turn.whose == "applicant"
    with st.container(key="turn" if mine else "card-turn"):
        parts.show(_title(seen), f'<div style="margin-top:10px">{parts.facts(_facts(seen))}</div>')
        application_expected.line(seen)
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
    if "record_rtn" in seen.moves:
        application_rtn.body(seen)
    with st.container(horizontal=True, vertical_alignment="center"):
        if action == "pay":
            application_pay.button(seen)
            _link_to_invoice(seen)
        if action == "sign":
            _sign(seen)
        for move in application_moves.WINDOWS:
            if move != "withdraw":
                application_moves.button(seen, move, primary=action == move)
        if seen.case.stage in FINAL_STAGES and st.button(_("Apply again with the same data"), key="copy"):
            from dashboard.views.filing_draft import begin

            menu.go("filing", id=begin(seen.case.branch_id, seen.id))
        application_moves.button(seen, "withdraw")
        if seen.unpromised and st.button(_("Write an appeal"), key="appeal-of-fault"):
            menu.go("appeal", new=1, case=seen.id)
    if seen.unpromised:
        parts.show(parts.p(_(NO_PROMISE), sub=True))
    if "raise_remarks" in seen.moves:
        application_protocol.form(seen)
    if action == "pay":
        application_pay.state(who, seen)


def _sign(seen: Sight) -> None:
    """To the page of this signing: the papers stand there with the ways to sign."""
    if seen.to_sign is None:
        parts.show(parts.p(_("You have signed: the desk records it or the other side signs now."), sub=True))
        return
    if st.button(_("Read and sign"), type="primary", key="sign-now"):
        menu.go("signing", id=seen.to_sign)


def _link_to_invoice(seen: Sight) -> None:
    paper = seen.paper("invoice")
    if paper is not None:
        st.link_button(
            _("Show the invoice, %(note)s") % {"note": file_note("application/pdf", paper.pdf_size)},
            f"/files/{paper.id}",
        )


def whose_words(whose: str) -> str:
    """For lists: «ваш ход» or whose."""
    return _("your turn") if whose == "applicant" else _(WHOSE[whose])
