"""Verbs of people on a connection: what a click does. Each checks the right, changes rows, flushes, never commits."""

import secrets
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlmodel import Session, col, func, select

from models.connection import effects, form, queries, rules
from models.connection.moving import lock, move, ready
from models.connection.rules import MOVES
from models.connection.tables import (
    Application,
    Conditions,
    ConditionsState,
    Inspection,
    Message,
    Meter,
    Stage,
)
from models.document import queries as documents
from models.people.tables import SimpleCode, User
from models.process import history, terms
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotReady
from models.process.words import N_


# ------------------------------------------------------------------------------------------------ the applicant
def begin(
    session: Session, user: User, branch_id: int, now: datetime, copy_of: Application | None = None
) -> Application:
    """A new draft, prefilled from the profile (and from an earlier application)."""
    case = Application(
        applicant_id=user.id or 0,
        branch_id=branch_id,
        created_at=now,
        changed_at=now,
        status_token=secrets.token_urlsafe(18),
        draft=form.prefilled(user, copy_of.draft if copy_of else None),
    )
    session.add(case)
    session.flush()
    return case


def save_draft(
    session: Session, case_id: int, actor: Actor, values: dict[str, Any], now: datetime, passport: bytes | None = None
) -> Application:
    """As typed, saved as it goes: nothing is checked, nothing is lost. A signature code sent before is void.

    `passport`: the typed passport fields, encrypted; they never stand among the other values."""
    if set(values) & set(form.PASSPORT_FIELDS):
        raise ValueError("passport fields are kept encrypted only")
    case = lock(session, case_id, actor)
    if case.stage != Stage.DRAFT or actor.role != Role.APPLICANT:
        raise NotReady("The application has been sent: its data are changed on request only")
    case.draft = {**case.draft, **values, "checked": False}
    case.passport = passport or case.passport
    case.changed_at = now
    session.add(case)
    session.flush()
    return case


def check_draft(session: Session, case_id: int, actor: Actor, passport: dict[str, str], now: datetime) -> str:
    """Check everything before sending; `passport` holds the typed passport fields, decrypted for the check. Raises
    ManyInvalid with every fault beside its field. Gives the sha256 of what will be signed; the code is bound to it."""
    case = lock(session, case_id, actor)
    if case.stage != Stage.DRAFT or actor.role != Role.APPLICANT:
        raise NotReady("The application has been sent: its data are changed on request only")
    files = {a.kind for a in documents.attachments(session, case_id)}
    today = now.astimezone(queries.zone_of(session, case)).date()
    form.fill(case, today, files, passport)
    case.draft = {**case.draft, "checked": True}
    session.add(case)
    session.flush()
    return form.fingerprint(case, documents.attachments(session, case_id), passport)


def submit(
    session: Session, case_id: int, actor: Actor, code: SimpleCode, passport: dict[str, str], now: datetime
) -> Application:
    """Send the application, signed by the used code."""
    case = lock(session, case_id, actor)
    bound_to = check_draft(session, case_id, actor, passport, now)
    if code.bound_to != bound_to or code.used_at is None:
        raise Invalid("code", "The data have changed since the code was sent. Ask for a new code")
    zone = queries.zone_of(session, case)
    case.signature = {
        "kind": "simple",
        "code_id": code.id,
        "bound_to": bound_to,
        "channel": code.channel,
        "at": f"{now.astimezone(zone):%d.%m.%Y %H:%M} (МСК)",
        "address": actor.address,
    }
    return move(session, case, "submit", actor, now, changes={"bound_to": bound_to})


def supply_info(session: Session, case_id: int, actor: Actor, text: str, now: datetime) -> Application:
    """Send what was missing; files were attached before under the kind «reply». Something has to be sent."""
    case = lock(session, case_id, actor)
    ready(session, case, "supply_info", actor, now)
    sent = [
        a
        for a in documents.attachments(session, case_id)
        if a.kind == "reply" and a.uploaded_at >= _asked_at(session, case_id)
    ]
    if not sent and not text.strip():
        raise Invalid("reply", "Attach a file or write an answer: nothing is sent yet")
    if text.strip():
        _say(session, case, actor, text, now)
    changes = {"files": [a.name for a in sent], "text": text.strip()}
    return move(session, case, "supply_info", actor, now, changes=changes)


def _asked_at(session: Session, case_id: int) -> datetime:
    asked = [h.at for h in queries.history(session, case_id) if h.tag.endswith(":request_info")]
    return max(asked)


def simple_move(
    session: Session, case_id: int, name: str, actor: Actor, now: datetime, reason: str = ""
) -> Application:
    """A move that carries nothing but itself and perhaps a reason: withdraw, accept, approve, return, …"""
    if name in _WITH_DATA:
        raise NotAllowed(move=MOVES[name].title)
    if verb := _OWN_VERBS.get(name):
        return verb(session, case_id, actor, reason, now)
    case = lock(session, case_id, actor)
    if name in _ENDS:
        case.end_reason = reason.strip()
    return move(session, case, name, actor, now, reason=reason)


_WITH_DATA = {"submit", "request_info", "supply_info", "admit_meter", "pass_inspection", "fail_inspection"}
_ENDS = {"withdraw", "return", "redirect", "terminate"}


def say(session: Session, case_id: int, actor: Actor, text: str, now: datetime) -> Message:
    """A message on the case; staff's goes to the applicant by letter too."""
    case = lock(session, case_id, actor)
    if not text.strip():
        raise Invalid("message", "Write the message first")
    if actor.role in (Role.AUDITOR, Role.SYSTEM):
        raise NotAllowed(move=N_("Send a message"))
    return _say(session, case, actor, text, now)


def _say(session: Session, case: Application, actor: Actor, text: str, now: datetime) -> Message:
    row = Message(
        application_id=case.id or 0,
        author_id=actor.person,
        from_staff=actor.is_staff,
        author=actor.name,
        text=text.strip()[:4000],
        at=now,
    )
    session.add(row)
    session.flush()
    if actor.is_staff:
        effects.letter(session, case, "message", now, text=row.text, ref=f":m{row.id}")
    return row


# ------------------------------------------------------------------------------------------------ the desk
def request_info(
    session: Session, case_id: int, actor: Actor, missing: list[dict[str, str]], now: datetime
) -> Application:
    """Name what is missing: {what, ground, how} each (п. 15). The notice is made, placed and delivered by the leg."""
    case = lock(session, case_id, actor)
    case.missing = [
        {key: m.get(key, "").strip() for key in ("what", "ground", "how")} for m in missing if m.get("what", "").strip()
    ]
    return move(session, case, "request_info", actor, now, changes={"missing": [m["what"] for m in case.missing]})


def save_conditions(session: Session, case_id: int, actor: Actor, values: dict[str, Any], now: datetime) -> Conditions:
    """The engineer's draft of technical conditions and of the site; a new version after an approved one."""
    case = lock(session, case_id, actor)
    if actor.role != Role.ENGINEER:
        raise NotAllowed(move=N_("Edit the technical conditions"))
    if case.stage != Stage.ENGINEERING:
        raise NotReady("Technical conditions are edited only while they are being prepared")
    row = queries.conditions(session, case_id)
    if row is None or row.state == ConditionsState.APPROVED:
        version = row.version + 1 if row else 1
        row = Conditions(application_id=case_id, version=version, saved_at=now)
    row.values, row.author_id, row.saved_at = values, actor.person, now
    row.state = ConditionsState.DRAFT
    _site(case, values)
    session.add(row)
    session.add(case)
    session.flush()
    return row


def _site(case: Application, values: dict[str, Any]) -> None:
    """The engineer's findings on which terms and fee depend."""
    try:
        distance = int(values.get("distance_m") or 0)
    except (TypeError, ValueError) as error:
        raise Invalid("distance_m", "The distance is a whole number of metres") from error
    if not 0 <= distance <= 50_000:
        raise Invalid("distance_m", "Check the distance: it is given in metres")
    case.distance_m = distance
    case.town = bool(values.get("town"))
    case.land_relations = bool(values.get("land_relations"))
    case.investment_works = bool(values.get("investment_works"))


def submit_conditions(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """Send the conditions to a second person. Raises ManyInvalid with what is not filled in."""
    case = lock(session, case_id, actor)
    row = queries.conditions(session, case_id)
    if row and actor.role == Role.ENGINEER and (faults := rules.conditions_faults(row.values)):
        raise ManyInvalid(faults)
    case = move(session, case, "submit_conditions", actor, now)
    if row:
        row.state = ConditionsState.SUBMITTED
        session.add(row)
    return case


def approve(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """The second person approves: fee, invoice and papers of the offer are ordered in this transaction."""
    case = lock(session, case_id, actor)
    row = queries.conditions(session, case_id)
    if row is not None:
        row.approver_id = actor.user_id
    case = move(session, case, "approve", actor, now, changes={"conditions": row.version if row else None})
    if row is not None:
        row.state, row.approved_at = ConditionsState.APPROVED, now
        session.add(row)
    return case


def return_conditions(session: Session, case_id: int, actor: Actor, reason: str, now: datetime) -> Application:
    case = lock(session, case_id, actor)
    case = move(session, case, "return_conditions", actor, now, reason=reason)
    if row := queries.conditions(session, case_id):
        row.state, row.remark = ConditionsState.RETURNED, reason.strip()
        session.add(row)
    return case


def refuse_offer(session: Session, case_id: int, actor: Actor, reason: str, now: datetime) -> Application:
    """Мотивированный отказ (п. 105): in five working days, with demands."""
    return move(session, lock(session, case_id, actor), "refuse_offer", actor, now, reason=reason)


def report_own_works(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """The applicant's notice that his works are done; above 0.4 kV it starts the term of the inspection."""
    case = lock(session, case_id, actor)
    case = move(session, case, "report_own_works", actor, now)
    again = bool(queries.inspections(session, case_id))
    event = "fixed_notice.received" if again else "tu_done_notice.received"
    zone = queries.zone_of(session, case)
    terms.start(
        session, "connection", case_id, event, now, zone=zone, facts=rules.facts(case), category=case.category or ""
    )
    return case


def inspect(
    session: Session, case_id: int, actor: Actor, values: dict[str, Any], passed: bool, on: date, now: datetime
) -> Application:
    """Write down a visit: values {devices, checks, remarks}. With remarks the case goes back to the applicant."""
    case = lock(session, case_id, actor)
    if not passed and not values.get("remarks"):
        raise Invalid("remarks", "Write at least one remark, or mark the inspection as passed")
    for remark in values.get("remarks", []):
        if not remark.get("what", "").strip() or not _is_day(remark.get("due")):
            raise Invalid("remarks", "Write each remark with the day by which it is to be removed")
    if on > now.astimezone(queries.zone_of(session, case)).date():
        raise Invalid("on", "The day of the visit cannot lie ahead")
    name = "pass_inspection" if passed else "fail_inspection"
    ready(session, case, name, actor, now)
    seq = (
        1
        + session.exec(
            select(func.coalesce(func.max(Inspection.seq), 0)).where(col(Inspection.application_id) == case_id)
        ).one()
    )
    session.add(
        Inspection(
            application_id=case_id,
            seq=seq,
            on=on,
            inspector_id=actor.person,
            passed=passed,
            values=values,
            at=now,
        )
    )
    return move(session, case, name, actor, now)


def _is_day(value: object) -> bool:
    """An ISO day: papers cannot be made of anything else."""
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


METER_REQUIRED = ("model", "accuracy", "verified", "interval_years", "next_check", "place")


def admit_meter(
    session: Session, case_id: int, actor: Actor, serial: str, values: dict[str, Any], on: date, now: datetime
) -> Application:
    """Admit the meter to operation (п. 109): its act is made and placed the same day."""
    case = lock(session, case_id, actor)
    faults = [Invalid(name, "Fill in this field") for name in METER_REQUIRED if not values.get(name)]
    if not 5 <= len(serial.strip()) <= 20:
        faults.append(Invalid("serial", "The number of a meter has 5 to 20 characters"))
    faults += [
        Invalid(name, "Write the date as day, month, year, for example 14.03.2012")
        for name in ("verified", "next_check")
        if values.get(name) and not _is_day(values[name])
    ]
    if not values.get("readings"):
        faults.append(Invalid("readings", "Write the reading on the day of admission"))
    if on > now.astimezone(queries.zone_of(session, case)).date():
        faults.append(Invalid("on", "The day of admission cannot lie ahead"))
    if faults:
        raise ManyInvalid(faults)
    ready(session, case, "admit_meter", actor, now)
    row = Meter(application_id=case_id, serial=serial.strip(), admitted_on=on, inspector_id=actor.person, values=values)
    session.add(row)
    return move(session, case, "admit_meter", actor, now, changes={"serial": row.serial})


def suspend(session: Session, case_id: int, actor: Actor, reason: str, now: datetime) -> Application:
    case = lock(session, case_id, actor)
    case = move(session, case, "suspend", actor, now, reason=reason)
    case.suspension_reason = reason.strip()
    terms.pause(session, "connection", case_id, now)
    return case


def resume(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """The terms run on, the days of the pause are given back."""
    case = lock(session, case_id, actor)
    paused = {t.rule: t.due_on.isoformat() for t in terms.running(session, "connection", case_id) if t.paused_at}
    terms.resume(session, "connection", case_id, now, queries.zone_of(session, case))
    moved = {t.rule: [paused.get(t.rule), t.due_on.isoformat()] for t in terms.running(session, "connection", case_id)}
    return move(session, case, "resume", actor, now, changes=moved)


def correct(session: Session, case_id: int, actor: Actor, values: dict[str, Any], now: datetime) -> Application:
    """The applicant corrects contacts or the object's description while his application is checked (D-16)."""
    case = lock(session, case_id, actor)
    if actor.role != Role.APPLICANT or case.stage not in (Stage.CHECKING, Stage.AWAITING_INFO):
        raise NotReady("Data are corrected while the application is being checked")
    changes = form.correct(case, values)
    if changes:
        history.record(session, "connection", case, "cabinet:connection:corrected", actor, now, changes=changes)
        case.changed_at = now
        session.add(case)
        session.flush()
    return case


# moves that change more than the case: by whatever door they come, their own verb does them
_OWN_VERBS: dict[str, Callable[[Session, int, Actor, str, datetime], Application]] = {
    "submit_conditions": lambda session, case_id, actor, _, now: submit_conditions(session, case_id, actor, now),
    "approve": lambda session, case_id, actor, _, now: approve(session, case_id, actor, now),
    "return_conditions": return_conditions,
    "report_own_works": lambda session, case_id, actor, _, now: report_own_works(session, case_id, actor, now),
    "suspend": suspend,
    "resume": lambda session, case_id, actor, _, now: resume(session, case_id, actor, now),
}


def money(text: str, field: str) -> Decimal:
    """A sum as typed: '82 200,00'."""
    try:
        return Decimal(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation as error:
        raise Invalid(field, "Write a number, for example 15 or 7,5") from error
