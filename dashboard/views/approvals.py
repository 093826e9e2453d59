"""Approval by a second person: what the engineer wrote, what it costs, what will be placed; approve, or return with a reason."""

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views import case_news, conditions_draft, conditions_versions, desk_answers
from dashboard.views.desk_case import Sight, sight
from dashboard.views.desk_fee import Outcome, fee_card, outcome, works_words
from dashboard.views.desk_parts import clock_chip, dialog, moment, short_left, to_case
from dashboard.views.desk_sheet import sheet
from dashboard.views.queue import short_name
from documents.wording import NBSP, figure
from infra import clock
from infra.wording import N_, _
from models.connection import actions, cards, effects, papers, queries, rules
from models.connection.cards import QueueRow
from models.connection.rules import MOVES
from models.connection.tables import Application, ApprovalState, Stage
from models.people import queries as people
from models.process.actor import Role
from models.process.errors import NotFound

ENTRY = menu.Entry("approvals", N_("Approval"), order=20, roles=frozenset({Role.MANAGER, Role.AUDITOR}))


def page() -> None:
    who = session.current()
    if "id" in st.query_params:
        return _card(who, sight(who))
    return _list(who)


def _list(who: session.Who) -> None:
    st.session_state.pop(menu.SEEN, None)  # whatever is opened from here is looked at for the first time
    with session.reading(who) as db:
        rows = [r for r in cards.queue(db, clock.now(), stages=(Stage.APPROVAL,)) if r.case.approved_at is None]
        names: dict[int | None, str] = {u.id: u.name for u in people.staff(db)}
        authors = {r.case.id: _author(db, r, names) for r in rows}
    parts.show(parts.head(_("Approval"), _("Technical conditions that wait for a second person. All branches.")))
    if not rows:
        return parts.show(
            parts.empty(_("Nothing to approve"), _("Conditions appear here when an engineer sends them."))
        )
    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("Left"), "nw key"), parts.Column(_("Object")),
               parts.Column(_("kW"), "n"), parts.Column(_("Applicant")), parts.Column(_("Engineer"))]  # fmt: skip
    cells = [
        (
            str(r.case.id),
            [
                parts.opener(r.case.number or ""),
                short_left(r.clock) if r.clock else "",
                parts.esc(r.case.object_name),
                parts.esc(figure(r.case.power_kw)),
                parts.esc(short_name(r.case)),
                parts.esc(authors[r.case.id]),
            ],
        )
        for r in rows
    ]
    opened = parts.rows(parts.table(columns, cells, _("Conditions that wait for approval")), key="approvals")
    if opened:
        menu.go("approvals", id=opened)
    return None


def _author(db: Session, row: QueueRow, names: dict[int | None, str]) -> str:
    found = queries.conditions(db, row.case.id or 0)
    return names.get(found.author_id, "") if found else ""


def _card(who: session.Who, seen: Sight) -> None:
    menu.link("approvals", _("Approval"))
    c = seen.case
    term = next(
        (
            k
            for k in seen.card.clocks
            if k.rule in ("TP-08", "TP-04X", "TP-04O", "TP-04T") and k.state in ("running", "soon", "late")
        ),
        None,
    )
    sub = f"{c.person.get('name', '')} · {c.object_name}, {figure(c.power_kw)}{NBSP}кВт, {figure(c.voltage_kv)}{NBSP}кВ · {c.object_address}"
    parts.show(parts.head(c.number or "", sub, clock_chip(term) if term else ""))
    to_case(seen.id, c.number or "")
    case_news.show(who, seen.id, seen.history, seen.card.zone)
    if c.stage != Stage.APPROVAL or seen.conditions is None:
        return parts.show(
            parts.empty(
                _("Nothing to approve here"), _("The application is at another stage: somebody has decided already.")
            )
        )
    with session.reading(who) as db:
        case = db.get(Application, seen.id)
        if case is None:
            raise NotFound
        found = outcome(db, case, clock.today())
        data = papers.data("conditions", papers.with_token(effects.bundle(db, case, clock.now()), ""))
        author = people.user(db, seen.conditions.author_id or 0)
    with st.container(key="flip"):
        main, side = st.columns([1.6, 1], gap="medium")
    with main:
        parts.show(sheet("conditions", data, (), _("Technical conditions to be approved")))
        conditions_versions.block(seen)
    with side:
        _decision(who, seen, found)
        told = [
            parts.Field(_("Prepared by"), author.name if author else ""),
            parts.Field(_("Sent"), moment(seen.conditions.saved_at, seen.card.zone)),
            parts.Field(_("Version"), str(seen.conditions.version)),
            parts.Field(_("Distance to the grid"), f"{c.distance_m}{NBSP}м"),
            parts.Field(_("Term of the works"), works_words(found)),
        ]
        parts.show(desk_answers.chain(seen), parts.card(_("Conditions"), parts.listing(told)), fee_card(found))
    return None


def _decision(who: session.Who, seen: Sight, found: Outcome) -> None:
    """The two buttons, or why they are closed."""
    why = MOVES.refusal(
        MOVES["approve"], seen.case.stage, who.actor, seen.known, seen.now, seen.case.suspended_at is not None
    )
    with st.container(key="card-decision"):
        parts.show(parts.h2(_("Your decision")))
        if seen.case.approved_at:
            parts.show(parts.p(_("Approved. The papers are being made and sealed; they are placed by themselves.")))
            return
        papers_html = "".join(
            f"<li>{parts.icon('doc')}<span>{parts.esc(papers.TITLES[k])}</span></li>"
            for k in rules.offer_papers(seen.case)
        )
        parts.show(
            parts.p(
                _("After the approval these are made, sealed and sent to the applicant to sign:")
                if rules.ordinary(seen.case)
                else _(
                    "After the approval these are made, sealed and placed in the cabinet; the applicant gets a letter:"
                )
            ),
            f'<ul class="f-docs">{papers_html}</ul>',
        )
        fault = found.fee_fault or found.works_fault
        if why is not None:
            parts.show(parts.closed_moves([(_(MOVES["approve"].title), sentence_of(why))]))
        elif fault:
            parts.show(parts.closed_moves([(_(MOVES["approve"].title), fault)]))
        elif _looked(seen) and st.button(
            _("Approve the technical conditions"), type="primary", key="approve", width="stretch"
        ):
            with session.acting() as (db, actor, now):
                actions.approve(db, seen.id, actor, now)
            parts.said(_("Approved: the papers are being made"))
            menu.go("approvals")
        told = _(MOVES["record_answer"].title)
        awaited = any(a.state == ApprovalState.ASKED for a in desk_answers.asked(seen))
        if who.user.role == Role.MANAGER and awaited and st.button(told, key="record-answer", width="stretch"):
            dialog(told, desk_answers.form, seen)
        if who.user.role == Role.MANAGER and st.button(_("Return to the engineer"), key="return", width="stretch"):
            dialog(_("Return the conditions to the engineer"), _return, seen.id)


def _looked(seen: Sight) -> bool:
    """The button decides on the text that stood above it when it was pressed: for a newer one it is pressed anew."""
    mark, place = conditions_draft.mark_of(seen.conditions), f"approval-{seen.id}"
    held = st.session_state.setdefault(menu.SEEN, {})
    if held.setdefault(place, mark) == mark:
        return True
    parts.show(parts.p(_("The engineer has sent a newer text since you opened this page: read it, then decide.")))
    if st.button(_("I have read the newer text"), type="primary", key="approve-read", width="stretch"):
        held[place] = mark
        st.rerun()
    return False


def _return(case_id: int) -> None:
    parts.show(parts.p(_("The engineer reads your reason above his fields and corrects the draft.")))
    reason = st.text_area(_("What is to be corrected"), key="return-reason", height=120)
    if st.button(_("Return to the engineer"), type="primary", key="do-return"):
        with session.acting() as (db, actor, now):
            actions.return_conditions(db, case_id, actor, reason, now)
        parts.said(_("The conditions went back to the engineer"))
        menu.go("approvals")
