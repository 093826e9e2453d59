"""What may be done with a case now, and which fact opens the rest. The table of legal moves decides, never this file."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views import desk_check
from dashboard.views.desk_case import Sight
from dashboard.views.desk_parts import dialog
from documents.wording import sentence
from infra.wording import N_, _
from models.connection import actions
from models.connection.rules import MOVES
from models.connection.tables import Stage
from models.process.actor import ROLE_NAMES, SYSTEM, Actor, Role
from models.process.errors import FeederError
from models.process.moves import Move

PAGES: dict[str, tuple[str, str]] = {  # move → page with its form, and the button that opens it
    "submit_conditions": ("conditions", N_("Prepare the technical conditions")),
    "approve": ("approvals", N_("Look at the conditions and approve")),
    "pass_inspection": ("inspection", N_("Write down the inspection")),
    "admit_meter": ("metering", N_("Admit the meter")),
    "energise": ("metering", N_("Supply voltage")),
}
HERE = {"return_conditions", "fail_inspection"}  # on the page of a neighbour above
ON_TABS = {"request_info": N_("Name what is missing on the tab «Completeness»")}
PAUSES = {"suspend", "resume", "terminate"}  # always there for a manager: never the likely move

WHAT_THEN: dict[str, str] = {
    "return": N_("The application is closed. The applicant reads your reason in a letter and in the cabinet."),
    "redirect": N_("The application is closed here. The applicant reads your reason: name the right grid company."),
    "terminate": N_("The contract ends, all terms stop. The applicant reads your reason."),
    "suspend": N_(
        "All terms stand still until the case is resumed; the days are given back. The applicant reads your reason."
    ),
    "remove_remarks": N_("The term of remarks is fulfilled. The applicant reads what was corrected."),
    "resume": N_("All terms run on, as many days remain as before."),
    "accept": N_("The set is complete: the engineer prepares the technical conditions."),
    "revise_offer": N_("The case goes back to the engineer; the offer's papers have lost force already."),
    "report_grid_works": N_("The applicant gets a letter. Then the inspection or the admission of the meter begins."),
    "note_supply_contract": N_("The supplier's term is fulfilled."),
}
_VERBS: dict[str, Callable[[Session, int, Actor, str, datetime], object]] = {
    "suspend": lambda db, case, actor, reason, now: actions.suspend(db, case, actor, reason, now),
    "resume": lambda db, case, actor, _reason, now: actions.resume(db, case, actor, now),
}


def panel(who: session.Who, seen: Sight) -> None:
    """The buttons of this role; below them every closed move with the fact that opens it."""
    case = seen.case
    mine = MOVES.open_to(case.stage, who.actor, seen.known, seen.now, suspended=case.suspended_at is not None)
    ready = [m for m, why in mine if why is None]
    with st.container(key="card-moves"):
        parts.show(parts.h2(_("What can be done")))
        if not _buttons(seen, ready, [m for m, _why in mine]):
            parts.show(parts.p(_nothing(who), sub=True))
        closed = [(_(m.title), _closed_words(m, why)) for m, why in mine if why and m.name not in PAUSES] + _of_system(
            seen
        )
        if closed:
            parts.show(f'<h3 style="margin:6px 0 2px">{parts.esc(_("Closed now"))}</h3>', parts.closed_moves(closed))
        if others := _of_others(who, seen):
            parts.show(
                f'<h3 style="margin:6px 0 2px">{parts.esc(_("Done by others"))}</h3>', parts.closed_moves(others)
            )


def _nothing(who: session.Who) -> str:
    if who.user.role == Role.AUDITOR:
        return _("You read: an auditor changes nothing.")
    return _("Nothing for your role at this stage.")


def _buttons(seen: Sight, ready: list[Move], mine: list[Move]) -> int:
    """How many stand there. The first one that is no pause is filled; forms are opened while the move is being prepared."""
    names = {m.name for m in ready}
    shown = [m for m in mine if m.name in PAGES and (m.name in names or m.name == "submit_conditions")]
    shown += [m for m in ready if m.name not in PAGES and m.name not in HERE and m.name not in ON_TABS]
    shown.sort(key=lambda m: (m.name in PAUSES, m.reason, m.name not in PAGES))
    opened: set[str] = set()
    for move in shown:
        page, label = PAGES.get(move.name, ("", move.title))
        if page and page in opened:
            continue
        opened.add(page)
        likely = len(opened) == 1 and move.name not in PAUSES and not move.reason
        likely = likely and (move.name != "accept" or desk_check.complete(seen))
        kind = "primary" if likely else "secondary"
        if st.button(_(label), type=kind, width="stretch", key=f"move-{move.name}"):  # type: ignore[arg-type]
            menu.go(page, id=seen.id) if page else dialog(_(move.title), ask, seen.id, move.name)
    hints = [_(hint) for name, hint in ON_TABS.items() if name in names]
    for hint in hints:
        parts.show(parts.p(hint, sub=True))
    return len(opened) + len(hints)


def _closed_words(move: Move, why: FeederError) -> str:
    if move.name in ON_TABS:
        return _(ON_TABS[move.name])
    return sentence_of(why)


def _of_system(seen: Sight) -> list[tuple[str, str]]:
    """Steps that go by themselves: each with the fact that it waits for."""
    case = seen.case
    steps = MOVES.open_to(case.stage, SYSTEM, seen.known, seen.now, suspended=case.suspended_at is not None)
    soon = _("The system does it within a minute")
    return [(_(m.title), sentence_of(why) if why else soon) for m, why in steps]


def _of_others(who: session.Who, seen: Sight) -> list[tuple[str, str]]:
    """Moves of this stage that belong to other roles."""
    hidden = {"suspend", "resume"}
    found = []
    for move in MOVES.table.values():
        if seen.case.stage not in move.sources or move.automatic or who.actor.role in move.by or move.name in hidden:
            continue
        roles = ", ".join(sorted(_(ROLE_NAMES[r]) for r in move.by))
        found.append((_(move.title), sentence(roles)))
    return found


def ask(case_id: int, name: str) -> None:
    """The window before a move: what comes of it, a reason where the applicant will read one, one button."""
    move = MOVES[name]
    parts.show(parts.p(_(WHAT_THEN.get(name, ""))))
    reason = ""
    if move.reason:
        reason = st.text_area(_("Reason"), key=f"reason-{name}", height=120, help=_("The applicant will read it"))
    if st.button(_(move.title), type="primary", key=f"do-{name}"):
        with session.acting() as (db, actor, now):
            verb = _VERBS.get(name)
            if verb:
                verb(db, case_id, actor, reason, now)
            else:
                actions.simple_move(db, case_id, name, actor, now, reason)
        parts.done(_("Done: %(move)s") % {"move": _(move.title)})


def is_checked_here(who: session.Who, seen: Sight) -> bool:
    return seen.case.stage == Stage.CHECKING and who.user.role == Role.OPERATOR
