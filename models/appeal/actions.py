"""Verbs of an author: register, reply, mark, reopen, withdraw, be called. Flushes, never commits; every stage goes through
models.appeal.moving. What the desk does stands in models.appeal.desk."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from models.appeal import calls, clocks, rules
from models.appeal.moving import move, ready
from models.appeal.tables import (
    PROCESS,
    SETTING,
    Appeal,
    AppealCall,
    AppealFile,
    AppealKind,
    AppealLine,
    Channel,
    LineKind,
)
from models.connection.tables import Application
from models.document.actions import check_file
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotFound, NotReady
from models.process.tables import Setting
from models.process.terms import next_number
from models.process.words import N_
from models.rulebook.limits import limit


@dataclass(frozen=True)
class File:
    """A file whose type was sniffed; `key` says where its bytes stand in the store, "" while it is only being checked."""

    name: str
    media_type: str
    size: int
    key: str
    sha256: str


@dataclass(frozen=True)
class Sent:
    """What an author has sent, as typed: name, email, phone, address, text, contract."""

    kind: str
    channel: str
    typed: Mapping[str, str]
    application_id: int | None = None
    call: tuple[date | None, str] | None = None  # day and hours of the call he wants
    files: Sequence[File] = field(default_factory=tuple)
    consent: str = ""  # hash of the wording a visitor has agreed to


# ------------------------------------------------------------------------------------------------ from the author
def check(session: Session, sent: Sent, now: datetime) -> tuple[rules.Contact, list[Invalid]]:
    """Everything that keeps it from being registered, each fault beside its field."""
    contact, faults = rules.contact(sent.typed, sent.channel, call=sent.call is not None)
    kind = session.get(AppealKind, sent.kind)
    if kind is None or not kind.enabled or (sent.channel == Channel.SITE and not kind.on_site):
        faults.append(Invalid("kind", N_("Choose what it is about")))
    elif kind.about_case and sent.application_id is None:
        faults.append(Invalid("application", N_("Choose the application")))
    if sent.call is not None:
        faults += calls.faults(session, sent.call[0], sent.call[1], now)
    return contact, faults + rules.text_faults(sent.typed.get("text", "")) + file_faults(session, sent.files, now)


def file_faults(session: Session, files: Sequence[File], now: datetime) -> list[Invalid]:
    """Size by the dated limit of the day, type as sniffed, and how many."""
    megabytes = int(limit(session, "file_mb", now.astimezone(clocks.zone_of(session)).date()))
    found = []
    for file in files:
        try:
            check_file(file.name, file.media_type, file.size, 0, megabytes, rules.FILES)
        except Invalid as fault:
            found.append(fault)
    if len(files) > rules.FILES:
        found.append(Invalid("file", N_("Attach %(most)s files at most"), most=rules.FILES))
    return found


def register(session: Session, actor: Actor, sent: Sent, now: datetime) -> Appeal:
    """The appeal with its number, at once. Raises ManyInvalid; NotFound for somebody else's application; NotAllowed."""
    contact, faults = check(session, sent, now)
    if faults:
        raise ManyInvalid(faults)
    case = _case(session, actor, sent.application_id)
    appeal = Appeal(
        number=_number(session, now), kind=sent.kind, channel=sent.channel, author_id=_author(actor, case),
        application_id=sent.application_id, branch_id=case.branch_id if case else actor.branch_id if actor.is_staff else None,
        contract=_contract(sent, case), name=contact.name, email=contact.email, phone=contact.phone, address=contact.address,
        text=sent.typed["text"].strip(), status_token=secrets.token_urlsafe(24), registered_at=now, changed_at=now,
        made_by=actor.user_id if actor.is_staff else None,
    )  # fmt: skip
    session.add(appeal)
    session.flush()
    _attach(session, appeal, None, sent.files, now, from_staff=False)
    facts = {"number": appeal.number, "kind": appeal.kind, "channel": appeal.channel, "files": len(sent.files)}
    facts |= {"consent": sent.consent} if sent.consent else {}
    move(session, appeal, "register", actor, now, changes=facts)
    if sent.call is not None:
        calls.promise(session, appeal, sent.call[0], sent.call[1], actor, now)
    return appeal


def _case(session: Session, actor: Actor, application_id: int | None) -> Application | None:
    case = session.get(Application, application_id) if application_id is not None else None
    foreign = case is None or (not actor.is_staff and case.applicant_id != actor.user_id)
    if application_id is not None and foreign:
        raise NotFound
    return case


def _author(actor: Actor, case: Application | None) -> int | None:
    """Who finds it in his cabinet: the author himself; of a call about an application, its applicant."""
    return case.applicant_id if actor.is_staff and case else None if actor.is_staff else actor.user_id


def _contract(sent: Sent, case: Application | None) -> str:
    told = " ".join(sent.typed.get("contract", "").split())[:100]
    return told or (case.contract_number or case.number or "" if case else "")


def _number(session: Session, now: datetime) -> str:
    """«ОБ-000012/26»: gapless within the year, taken under a row lock."""
    row = session.get(Setting, SETTING)
    prefix = row.value.get("number_prefix", "ОБ") if row else "ОБ"
    day = now.astimezone(clocks.zone_of(session)).date()
    return f"{prefix}-{next_number(session, PROCESS, day.year):06d}/{day:%y}"


def reply(
    session: Session, appeal: Appeal, actor: Actor, text: str, files: Sequence[File], now: datetime
) -> AppealLine:
    """The author answers our question; by phone somebody of ours writes it down. Raises ManyInvalid."""
    whole(session, text, files, now)
    ready(session, appeal, "reply", actor, now)
    row = line(session, appeal, LineKind.REPLY, actor, text, now, files)
    move(session, appeal, "reply", actor, now, changes={"files": len(files)})
    return row


def mark(session: Session, appeal: Appeal, actor: Actor, mark: int, comment: str, now: datetime) -> None:
    """How good the answer was, 1 to 5. Once an answer."""
    if mark not in rules.MARKS:
        raise Invalid("mark", N_("Choose a mark from 1 to 5"))
    move(session, appeal, "mark", actor, now, changes={"mark": mark})
    appeal.mark, appeal.mark_comment, appeal.marked_at = mark, comment.strip()[:1000], now
    session.add(appeal)
    session.flush()


def reopen(session: Session, appeal: Appeal, actor: Actor, reason: str, now: datetime) -> None:
    """The answer was not enough: it goes back to whoever answered, and a new term begins."""
    ready(session, appeal, "reopen", actor, now)
    move(session, appeal, "reopen", actor, now, reason=reason)
    line(session, appeal, LineKind.REOPENING, actor, reason, now)


def simple(session: Session, appeal: Appeal, name: str, actor: Actor, now: datetime, reason: str = "") -> Appeal:
    """Moves that carry nothing but a reason: close, withdraw, acknowledge, go_on."""
    if rules.MOVES[name].carries:
        raise NotReady(N_("This move has a form of its own"))
    return move(session, appeal, name, actor, now, reason=reason)


def promise_call(
    session: Session, appeal: Appeal, actor: Actor, on: date | None, hours: str, now: datetime
) -> AppealCall:
    """Another time for the call, by the author or by us. Raises as calls.promise."""
    if actor.role not in rules.WORKERS | {Role.APPLICANT}:
        raise NotReady(N_("Only whoever answers promises a call"))
    return calls.promise(session, appeal, on, hours, actor, now)


# ------------------------------------------------------------------------------------------------ rows
def whole(session: Session, text: str, files: Sequence[File], now: datetime) -> None:
    if faults := rules.text_faults(text) + file_faults(session, files, now):
        raise ManyInvalid(faults)


def line(
    session: Session, appeal: Appeal, kind: LineKind, actor: Actor, text: str, now: datetime, files: Sequence[File] = ()
) -> AppealLine:
    author = actor.name or appeal.name
    row = AppealLine(
        appeal_id=appeal.id or 0, kind=kind, from_staff=actor.is_staff, author=author, author_id=actor.user_id,
        text=text.strip(), at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _attach(session, appeal, row.id, files, now, from_staff=actor.is_staff)
    return row


def _attach(
    session: Session, appeal: Appeal, line_id: int | None, files: Sequence[File], now: datetime, *, from_staff: bool
) -> None:
    for file in files:
        session.add(
            AppealFile(
                appeal_id=appeal.id or 0, line_id=line_id, from_staff=from_staff, name=file.name[-200:],
                media_type=file.media_type, size=file.size, sha256=file.sha256, key=file.key, uploaded_at=now,
            )
        )  # fmt: skip
    session.flush()
