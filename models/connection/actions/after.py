"""Verbs beside the main course: the applicant's choices before the approval, a fault after the voltage, the papers of the
supplier. Each checks the right, changes rows, flushes, never commits."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.connection import effects, queries, request
from models.connection.moving import lock, move, ready
from models.connection.tables import PROCESS, Application, Stage
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.process import history, terms
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotReady
from models.process.words import N_

CHOSEN_AT = (Stage.SUBMITTED, Stage.CHECKING, Stage.AWAITING_INFO, Stage.ENGINEERING)  # until the fee is approved
FAULTS = {
    "no_voltage": N_("there is no voltage"),
    "quality": N_("the voltage is too low, too high or jumps"),
    "meter": N_("the meter"),
    "line": N_("the line, a support or the branch to my input"),
    "other": N_("something else"),
}
SUPPLY = (
    "contract",
    "account",
)  # a contract of supply for business, a personal account for an individual (ПП 442 п. 39(3))


def choose(session: Session, case_id: int, actor: Actor, values: Mapping[str, str], now: datetime) -> Application:
    """How the fee is counted, how long the works may take, how it is paid: changed by the applicant until the conditions go
    to approval; the history keeps what was and what is. Raises ManyInvalid beside the fields, NotReady later."""
    case = lock(session, case_id, actor, Act.FILE)
    if actor.role != Role.APPLICANT or case.stage not in CHOSEN_AT:
        raise NotReady("The way to pay is chosen until the technical conditions go to approval")
    told = {name: str(values[name]).strip() for name in request.CHOICES if name in values}
    if faults := request.choice_faults(told):
        raise ManyInvalid(faults)
    changes = {n: [str(case.draft.get(n) or ""), v] for n, v in told.items() if v != str(case.draft.get(n) or "")}
    if changes:
        case.draft, case.changed_at = {**case.draft, **told}, now
        named = powers.voice(session, case.applicant_id, case_id, actor, now)
        history.record(session, PROCESS, case, "cabinet:connection:chosen", named, now, changes=dict(changes))
        session.add(case)
        session.flush()
    return case


def report_fault(
    session: Session, case_id: int, actor: Actor, kind: str, since: date, text: str, now: datetime
) -> Application:
    """A hidden fault of our works, told after the voltage is on (п. 110; by a signed contract where it was promised). Raises ManyInvalid("kind"|"since"|"reason")."""
    case = lock(session, case_id, actor)
    ready(session, case, "report_fault", actor, now)
    faults = []
    if kind not in FAULTS:
        faults.append(Invalid("kind", "Choose what is wrong"))
    if since > now.astimezone(queries.zone_of(session, case)).date():
        faults.append(Invalid("since", "This day lies ahead: since when is it wrong?"))
    if not text.strip():
        faults.append(Invalid("reason", "Write what is wrong first: we act by your words"))
    if faults:
        raise ManyInvalid(faults)
    told = {"fault": kind, "since": since.isoformat()}
    return move(session, case, "report_fault", actor, now, reason=text, changes=told, checked=True)


def note_supply(session: Session, case_id: int, actor: Actor, values: Mapping[str, Any], now: datetime) -> Application:
    """The supplier has placed its papers (ПП 442 п. 39(3)). values: {kind: contract | account, number, on: date}; while
    TP-05 is open the number is needed, the applicant reads it in a message. Raises ManyInvalid beside the fields."""
    case = lock(session, case_id, actor)
    ready(session, case, "note_supply_contract", actor, now)
    if awaits_number(session, case_id) or str(values.get("number") or "").strip():
        case.supply = _supply(session, case, values, now)
        session.add(case)
    told = {f"supply_{name}": value for name, value in case.supply.items()}
    case = move(session, case, "note_supply_contract", actor, now, changes=told, checked=True)
    if told:
        _tell(session, case, now)
    return case


def awaits_number(session: Session, case_id: int) -> bool:
    """The contract or the account itself is awaited, not only the acts."""
    return bool(terms.unfulfilled(session, PROCESS, case_id, ["TP-05"]))


def _supply(session: Session, case: Application, values: Mapping[str, Any], now: datetime) -> dict[str, str]:
    kind, number, on = str(values.get("kind") or ""), str(values.get("number") or "").strip(), values.get("on")
    faults = []
    if kind not in SUPPLY:
        faults.append(Invalid("kind", "Choose: a contract or a personal account"))
    if not number:
        faults.append(Invalid("number", "Write the number that the supplier has placed"))
    elif len(number) > 60:
        faults.append(Invalid("number", "The number is longer than 60 characters: check it"))
    if not isinstance(on, date) or on > now.astimezone(queries.zone_of(session, case)).date():
        faults.append(Invalid("on", "The day of the paper cannot lie ahead"))
    if faults or not isinstance(on, date):
        raise ManyInvalid(faults)
    return {"kind": kind, "number": number, "on": on.isoformat()}


def _tell(session: Session, case: Application, now: datetime) -> None:
    """To the applicant by letter: Russian, like every letter."""
    what = "открыл лицевой счёт" if case.supply["kind"] == "account" else "разместил договор энергоснабжения"
    text = (
        f"Гарантирующий поставщик ({case.supplier}) {what} № {case.supply['number']}. Номер стоит на карточке заявки."
    )
    effects.letter(session, case, "message", now, text=text, ref=f":supply{case.version}")
