"""Verbs of the applicant: draft, send, supply, answer the offer, report his works, correct his data. Each checks the right,
changes rows, flushes, never commits."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.connection import effects, form, queries, talk
from models.connection.moving import lock, move, ready, start
from models.connection.tables import Application, Message, Stage
from models.document import queries as documents
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.people.tables import SimpleCode, User
from models.process import history
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotReady
from models.process.words import N_

CORRECTED_AT = (Stage.SUBMITTED, Stage.CHECKING, Stage.AWAITING_INFO, Stage.ENGINEERING)  # before the approval (D-16)
SECOND_CLICK = timedelta(seconds=10)


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
    case = lock(session, case_id, actor, Act.FILE)
    if case.stage == Stage.WITHDRAWN and case.submitted_at is None:
        raise NotReady("The draft was thrown away in another window: begin a new application")
    if case.stage != Stage.DRAFT or actor.role != Role.APPLICANT:
        raise NotReady("The application has been sent: its data are changed on request only")
    case.draft = {**case.draft, **_storable(values), "checked": False}
    case.passport = passport or case.passport
    case.changed_at = now
    session.add(case)
    session.flush()
    return case


def _storable(value: Any) -> Any:
    """The database keeps no zero byte in a text, and nobody types one: it falls out."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {name: _storable(part) for name, part in value.items()}
    return [_storable(part) for part in value] if isinstance(value, list) else value


def check_draft(session: Session, case_id: int, actor: Actor, passport: dict[str, str], now: datetime) -> str:
    """Check everything before sending; `passport` holds the typed passport fields, decrypted for the check. Raises
    ManyInvalid with every fault beside its field. Gives the sha256 of what will be signed; the code is bound to it."""
    case = lock(session, case_id, actor, Act.FILE, Act.SIGN)
    if case.stage != Stage.DRAFT or actor.role != Role.APPLICANT:
        raise NotReady("The application has been sent: its data are changed on request only")
    files = {a.kind for a in documents.attachments(session, case_id)}
    today = now.astimezone(queries.zone_of(session, case)).date()
    form.fill(case, today, files, passport, queries.switches(session, today))
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
    } | _by(session, case, actor, now)
    return move(session, case, "submit", actor, now, changes={"bound_to": bound_to})


def _by(session: Session, case: Application, actor: Actor, now: datetime) -> dict[str, Any]:
    """Who signed, when it was a representative: the paper names both."""
    if actor.user_id == case.applicant_id:
        return {}
    return {"by": powers.voice(session, case.applicant_id, case.id or 0, actor, now).name, "by_id": actor.user_id}


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


def say(session: Session, case_id: int, actor: Actor, text: str, now: datetime) -> Message:
    """A message on the case; staff's goes to the applicant by letter too."""
    case = lock(session, case_id, actor, Act.CORRESPOND)
    if not text.strip():
        raise Invalid("message", "Write the message first")
    if actor.role in (Role.AUDITOR, Role.SYSTEM):
        raise NotAllowed(move=N_("Send a message"))
    talk.read(session, case_id, actor, now)  # who answers has read
    return _say(session, case, actor, text, now)


def _say(session: Session, case: Application, actor: Actor, text: str, now: datetime) -> Message:
    if (said := _said_just_now(session, case, actor, text.strip()[:4000], now)) is not None:
        return said
    row = Message(
        application_id=case.id or 0,
        author_id=actor.person,
        from_staff=actor.is_staff,
        author=powers.voice(session, case.applicant_id, case.id or 0, actor, now).name,
        text=text.strip()[:4000],
        at=now,
    )
    session.add(row)
    session.flush()
    if actor.is_staff:
        effects.letter(session, case, "message", now, text=row.text, ref=f":m{row.id}")
    return row


def _said_just_now(session: Session, case: Application, actor: Actor, text: str, now: datetime) -> Message | None:
    """The same words of the same person a moment ago: a second click says nothing twice. The case is locked."""
    mine = select(Message).where(Message.application_id == case.id, Message.author_id == actor.person)
    last = session.exec(mine.order_by(col(Message.id).desc()).limit(1)).first()
    return last if last is not None and last.text == text and now - last.at < SECOND_CLICK else None


def refuse_offer(session: Session, case_id: int, actor: Actor, reason: str, now: datetime) -> Application:
    """Мотивированный отказ (п. 105): in five working days, with demands."""
    return move(session, lock(session, case_id, actor), "refuse_offer", actor, now, reason=reason)


def report_own_works(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """The applicant's notice that his works are done; above 0.4 kV it starts the term of the inspection."""
    case = lock(session, case_id, actor)
    case = move(session, case, "report_own_works", actor, now)
    again = bool(queries.inspections(session, case_id))
    event = "fixed_notice.received" if again else "tu_done_notice.received"
    start(session, case, event, now)
    return case


def correct(session: Session, case_id: int, actor: Actor, values: dict[str, Any], now: datetime) -> Application:
    """The applicant corrects contacts or the object's description until the conditions go to approval (D-16); the history
    keeps the old and the new version."""
    case = lock(session, case_id, actor, Act.FILE)
    if actor.role != Role.APPLICANT or case.stage not in CORRECTED_AT:
        raise NotReady("Data are corrected until the technical conditions go to approval")
    changes = form.correct(case, values)
    if changes:
        named = powers.voice(session, case.applicant_id, case_id, actor, now)
        history.record(session, "connection", case, "cabinet:connection:corrected", named, now, changes=changes)
        case.changed_at = now
        session.add(case)
        session.flush()
    return case
