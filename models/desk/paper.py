"""An application that was brought on paper: filed by staff for a person through the same actions, with the scan as evidence.

ПП 861, п. 8–10: an application on paper is as good as one from the cabinet. Flushes, never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.connection import actions, form, queries
from models.connection import rules as connection
from models.connection.moving import move
from models.connection.tables import Application
from models.desk import queries as desk
from models.desk import rules
from models.document import actions as documents
from models.people import actions as people
from models.people import rules as persons
from models.people.registration import next_number
from models.people.tables import PersonKind, User
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed
from models.process.words import N_

SCAN = "paper_application"  # the kind of the scan among the attachments


@dataclass(frozen=True)
class File:
    """A file that is checked and stored already."""

    kind: str
    name: str
    media_type: str
    size: int
    key: str  # sha256 of the bytes: the key of the store too


@dataclass(frozen=True)
class Counter:
    """What the clerk saw: the day under the signature, how he made sure who signed."""

    signed_on: date
    mark: str


def file(
    session: Session, branch_id: int, values: Mapping[str, Any], passport: Mapping[str, str], locked: bytes | None,
    files: Sequence[File], counter: Counter, clerk: Actor, now: datetime,
) -> Application:  # fmt: skip
    """The application, sent. The applicant is found by СНИЛС or ИНН, or gets a cabinet without a password.

    `passport` as typed, for the check alone; `locked` the same, encrypted. Raises ManyInvalid beside the fields."""
    if clerk.role not in rules.CLERKS:
        raise NotAllowed(move=N_("Register an application on paper"))
    _check(session, branch_id, values, passport, files, counter, now)
    user = applicant(session, values, clerk, now)
    case = actions.begin(session, user, branch_id, now)
    owner = rules.on_paper(persons.actor_of(user), clerk)
    actions.save_draft(session, case.id or 0, owner, dict(values), now, locked)
    for f in files:
        documents.attach(
            session, case.id or 0, clerk, now, kind=f.kind, name=f.name, media_type=f.media_type, size=f.size,
            sha256=f.key, key=f.key,
        )  # fmt: skip
    bound = actions.check_draft(session, case.id or 0, owner, dict(passport), now)
    _sign(session, case, files, counter, clerk, bound, now)
    told = {"bound_to": bound, "on_paper": True, "signed_on": counter.signed_on.isoformat()}
    return move(session, case, "submit", owner, now, changes=told)


def _check(
    session: Session, branch_id: int, values: Mapping[str, Any], passport: Mapping[str, str], files: Sequence[File],
    counter: Counter, now: datetime,
) -> None:  # fmt: skip
    """Every fault at once, before anything is written: of the form, of the scan, of what the clerk says."""
    trial = Application(
        applicant_id=0, branch_id=branch_id, created_at=now, changed_at=now, status_token="", draft=dict(values)
    )  # noqa: S106 - never saved
    today = now.astimezone(queries.zone_of(session, trial)).date()
    faults = []
    try:
        form.fill(trial, today, {f.kind for f in files}, dict(passport), connection.Switches.of(queries.org(session)))
    except ManyInvalid as many:
        faults += many.errors
    if not any(f.kind == SCAN for f in files):
        faults.append(Invalid(f"file_{SCAN}", "Attach the scan of the signed application"))
    if counter.signed_on > today:
        faults.append(Invalid("signed_on", "The day of the signature cannot lie ahead"))
    if not counter.mark.strip():
        faults.append(Invalid("mark", "Write how you made sure who signed"))
    if faults:
        raise ManyInvalid(faults)


def applicant(session: Session, values: Mapping[str, Any], clerk: Actor, now: datetime) -> User:
    """Raises Invalid beside "snils" or "inn": without it a person is not known."""
    kind = PersonKind(str(values.get("kind") or PersonKind.INDIVIDUAL))
    snils, inn = str(values.get("snils") or ""), str(values.get("inn") or "")
    if kind == PersonKind.INDIVIDUAL:
        snils = _checked("snils", lambda: persons.snils(snils))
    else:
        inn = _checked("inn", lambda: persons.inn(inn, kind))
    found = desk.person(session, kind, snils, inn)
    if found is not None:
        if found.kind != kind:
            raise Invalid("kind", "This person has a cabinet of another kind: %(login)s", login=found.login)
        return found
    return _new(session, kind, values, snils, inn, clerk, now)


def _checked(field: str, check: Any) -> str:
    try:
        return str(check())
    except Invalid as fault:
        raise Invalid(field, fault.template, **fault.facts) from fault


def _new(
    session: Session, kind: PersonKind, values: Mapping[str, Any], snils: str, inn: str, clerk: Actor, now: datetime
) -> User:
    """A cabinet without a password: its owner gets in by recovery, or by a temporary access at the counter."""
    names = ("name", "address", "email", "phone", "ogrn", "kpp", "head", "head_post", "authority")
    kept: dict[str, Any] = {k: str(values.get(k) or "") for k in names}
    user = User(
        login=rules.login_of(kind, snils, inn), role=Role.APPLICANT, kind=kind, password_hash="", created_at=now,
        snils=snils if kind == PersonKind.INDIVIDUAL else "", inn=inn, birth_date=_day(values.get("birth_date")),
        registration_number=next_number(session, now), **kept,
    )  # fmt: skip
    session.add(user)
    session.flush()
    people.note(session, clerk, "desk:applicant:made", now, user=user.id)
    return user


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None


def _sign(
    session: Session,
    case: Application,
    files: Sequence[File],
    counter: Counter,
    clerk: Actor,
    bound: str,
    now: datetime,
) -> None:
    """The evidence: the scan with the handwritten signature, the day under it, who looked and how."""
    scan = next(f for f in files if f.kind == SCAN)
    case.signature = {
        "kind": "paper", "scan": scan.key, "bound_to": bound, "at": f"{counter.signed_on:%d.%m.%Y}", "mark": counter.mark.strip(),
        "clerk_id": clerk.user_id, "clerk": clerk.name, "recorded_at": now.isoformat(),
    }  # fmt: skip
    session.add(case)
