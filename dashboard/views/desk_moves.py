"""What may be done with a case now, and which fact opens the rest. The table of legal moves decides, never this file."""

from collections.abc import Callable

import streamlit as st

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views import desk_answers, desk_changes, desk_check, desk_clocks, desk_endings
from dashboard.views.desk_case import Sight
from dashboard.views.desk_form import Form
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
HERE = {"return_conditions": "approve", "fail_inspection": "pass_inspection"}  # on the page of a neighbour above
ON_TABS = {
    "request_info": N_("Name what is missing on the tab «Completeness»"),
    "answer_remark": N_("Answer the remarks on the tab «Disagreements»"),
}
FORMS: dict[str, Callable[[Sight], None]] = {  # moves that carry data: each has its window
    "record_answer": desk_answers.form,
    "record_rtn": desk_clocks.rtn,
    "ask_change": desk_changes.form,
    "remake_change": desk_changes.anew,
    "propose_override": desk_clocks.propose,
    "explain_delay": desk_clocks.explain,
    "note_supply_contract": desk_endings.supply,
    "terminate": desk_endings.terminate,
}
TOLD: dict[str, Callable[[session.Who, Sight], str]] = {  # what is decided on, in the window of the decision
    "accept_change": desk_changes.told,
    "decline_change": desk_changes.told,
    "cancel_change": desk_changes.told,
    "confirm_override": lambda _who, seen: desk_clocks.proposed(seen),
    "decline_override": lambda _who, seen: desk_clocks.proposed(seen),
}
PAUSES = {"suspend", "resume", "terminate"}  # always there for a manager: never the likely move
ASIDE = PAUSES | {"propose_override", "ask_change", "cancel_change"}  # rarely wanted: below the others

WHAT_THEN: dict[str, str] = {
    "return": N_("The application is closed. The applicant reads your reason in a letter and in the cabinet."),
    "redirect": N_("The application is closed here. The applicant reads your reason: name the right grid company."),
    "suspend": N_(
        "All terms stand still until the case is resumed; the days are given back. The applicant reads your reason."
    ),
    "remove_remarks": N_("The term of remarks is fulfilled. The applicant reads what was corrected."),
    "resume": N_("All terms run on, as many days remain as before."),
    "accept": N_("The set is complete: the engineer prepares the technical conditions."),
    "revise_offer": N_("The case goes back to the engineer; the offer's papers have lost force already."),
    "report_grid_works": N_("The applicant gets a letter. Then the inspection or the admission of the meter begins."),
    "remove_fault": N_("The term of the fault is fulfilled. The applicant reads what was mended."),
    "send_again": N_("The papers are sent to sign anew; the terms of signing do not begin again."),
    "accept_change": N_("The agreement is made, sealed and sent to both sides to sign; it is in force when both have signed."),
    "decline_change": N_("The contract stays as it is. The applicant reads your reason."),
    "cancel_change": N_("The change is given up, its signing stops; the contract stays as it is."),
    "confirm_override": N_("The term gets the new last day at once. The history keeps both names."),
    "decline_override": N_("The old last day stays in force. The one who proposed reads your reason in the history."),
}  # fmt: skip

NEVER = frozenset({  # answers of needs after which a move does not open any more
    "Approved already: the papers are being made",
    "The paper is placed already",
    "The first payment has come: it concludes the contract",
    "The first payment has come",
    "Reported already",
    "Above 0.4 kV the installation is inspected first",
    "Up to 0.4 kV there is no inspection",
    "The meter is admitted already",
    "The terms are running",
    "The terms are suspended already",
    "It is recorded already",
    "The act is signed already",
    "The contract is signed already",
    "Every remark has its answer",
    "Nobody else is asked to approve now",
    "The contract ends by another step",
    "Both sides have signed the agreement already",
})  # fmt: skip
UNASKED = frozenset({  # nothing has begun yet that this move would end: it is not told before
    "There are no remarks to remove",
    "There is no fault to remove",
    "It opens when copies have been sent to the supplier",
    "It opens when a signing was declined, has expired or was cancelled",
    "No change of the contract waits for a decision",
    "No change of the contract is being made",
    "Nobody has asked to end the contract",
    "Nobody has proposed another due date",
    "No term of ours is late without a reason",
})  # fmt: skip


def panel(who: session.Who, seen: Sight) -> None:
    """The buttons of this role; below them the moves that may open later, each with the fact that opens it."""
    mine = _open_to(seen, who.actor)
    ready = [m for m, why in mine if why is None]
    with st.container(key="card-moves"):
        parts.show(parts.h2(_("What can be done")))
        if not _buttons(who, seen, ready, [m for m, _why in mine]):
            parts.show(parts.p(_nothing(who), sub=True))
        closed = [
            (_(m.title), _closed_words(m, why)) for m, why in mine if why and m.name not in PAGES and may_open(why)
        ]
        if closed := closed + _of_system(seen):
            parts.show(f'<h3 style="margin:6px 0 2px">{parts.esc(_("Closed now"))}</h3>', parts.closed_moves(closed))
        if others := _of_others(who, seen):
            parts.show(
                f'<h3 style="margin:6px 0 2px">{parts.esc(_("Done by others"))}</h3>', parts.closed_moves(others)
            )


def _open_to(seen: Sight, actor: Actor) -> list[tuple[Move, FeederError | None]]:
    case = seen.case
    return list(MOVES.open_to(case.stage, actor, seen.known, seen.now, suspended=case.suspended_at is not None))


def may_open(why: FeederError) -> bool:
    return why.template not in NEVER | UNASKED and str(why) not in NEVER | UNASKED


def _nothing(who: session.Who) -> str:
    if who.user.role == Role.AUDITOR:
        return _("You read: an auditor changes nothing.")
    return _("Nothing for your role at this stage.")


def _buttons(who: session.Who, seen: Sight, ready: list[Move], mine: list[Move]) -> int:
    """How many stand there. The first likely one is filled; forms are opened while the move is being prepared."""
    names = {m.name for m in ready}
    hints = [_(hint) for name, hint in ON_TABS.items() if name in names]
    for hint in hints:
        parts.show(parts.p(hint, sub=True))
    wanted = names | {HERE[name] for name in names if name in HERE} | {"submit_conditions"}
    shown = [m for m in mine if m.name in PAGES and m.name in wanted]
    shown += [m for m in ready if m.name not in PAGES and m.name not in HERE and m.name not in ON_TABS]
    shown.sort(key=lambda m: (m.name in ASIDE, m.reason, m.name not in PAGES))
    opened: set[str] = set()
    for move in shown:
        page, label = PAGES.get(move.name, ("", move.title))
        if page and page in opened:
            continue
        opened.add(page or move.name)
        likely = len(opened) == 1 and not hints and move.name not in ASIDE and not move.reason
        likely = likely and (move.name != "accept" or desk_check.complete(seen))
        kind = "primary" if likely else "tertiary" if move.name in ASIDE else "secondary"
        if st.button(_(label), type=kind, width="stretch", key=f"move-{move.name}"):  # type: ignore[arg-type]
            menu.go(page, id=seen.id) if page else _window(who, seen, move)
    return len(opened) + len(hints)


def _window(who: session.Who, seen: Sight, move: Move) -> None:
    if form := FORMS.get(move.name):
        dialog(_(move.title), form, seen)
    else:
        dialog(_(move.title), ask, who, seen, move.name)


def _closed_words(move: Move, why: FeederError) -> str:
    if move.name in ON_TABS:
        return _(ON_TABS[move.name])
    return sentence_of(why)


def _of_system(seen: Sight) -> list[tuple[str, str]]:
    """Steps that go by themselves and may still come: each with the fact that it waits for."""
    soon = _("The system does it within a minute")
    steps = [(m, why) for m, why in _open_to(seen, SYSTEM) if why is None or may_open(why)]
    return [(_(m.title), sentence_of(why) if why else soon) for m, why in steps]


def _of_others(who: session.Who, seen: Sight) -> list[tuple[str, str]]:
    """Moves that other roles can make now."""
    found: dict[str, list[str]] = {}
    for role in Role:
        if role in (Role.SYSTEM, who.actor.role):
            continue
        for move, why in _open_to(seen, Actor(role)):
            if why is None and who.actor.role not in move.by and move.name not in ASIDE:
                found.setdefault(move.title, []).append(_(ROLE_NAMES[role]))
    return [(_(title), sentence(", ".join(sorted(roles)))) for title, roles in found.items()]


def ask(who: session.Who, seen: Sight, name: str) -> None:
    """The window before a move: what is decided on, what comes of it, a reason where somebody will read one, one button."""
    move, form = MOVES[name], Form("ask")
    if told := TOLD.get(name):
        parts.show(told(who, seen))
    parts.show(parts.p(_(WHAT_THEN[name]) if name in WHAT_THEN else ""))
    reason = ""
    if move.reason:
        reason = st.text_area(_("Reason"), key=f"reason-{name}", height=120, help=_("The applicant will read it"))
        form.beside("reason")
    if st.button(_(move.title), type="primary", key=f"do-{name}"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.simple_move(db, seen.id, name, actor, now, reason)
            parts.done(_("Done: %(move)s") % {"move": _(move.title)})


def is_checked_here(who: session.Who, seen: Sight) -> bool:
    return seen.case.stage == Stage.CHECKING and who.user.role == Role.OPERATOR
