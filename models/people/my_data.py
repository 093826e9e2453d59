"""A person and his data (152-ФЗ): what is held, who looked, a copy, a request to correct or delete, what law keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, text
from sqlmodel import Session, col, select

from models.people import access, actions, consents, data_terms, sealing
from models.people.access import Right, Subject
from models.people.access_tables import DataRequest, RequestKind, RetentionEdition, RetentionRule
from models.people.tables import Audit, User
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, Stale

LONGEST = 2000  # characters
# what the copy holds: file of the archive, and the rows of this person (`:me`)
HELD: tuple[tuple[str, str], ...] = (
    ("applications", "select id, number, stage, object_name, object_address, category, power_kw, person, created_at, "
     "registered_at, ended_at from connection where applicant_id = :me"),
    ("documents", "select d.id, d.application_id, d.kind, d.number, d.title, d.placed_at, d.pdf_sha256 from document d "
     "join connection c on c.id = d.application_id where c.applicant_id = :me and d.placed_at is not null"),
    ("files", "select t.id, t.application_id, t.kind, t.name, t.size, t.sha256, t.uploaded_at from attachment t "
     "join connection c on c.id = t.application_id where c.applicant_id = :me"),
    ("messages", "select t.application_id, t.author, t.text, t.at from message t "
     "join connection c on c.id = t.application_id where c.applicant_id = :me"),
    ("payments", "select t.number, t.amount, t.state, t.created_at from payment_order t "
     "join connection c on c.id = t.application_id where c.applicant_id = :me"),
    ("notices", "select kind, title, text, at, read_at from notice where user_id = :me and deleted_at is null"),
    ("consents", "select kind, version, sha256, purpose, given_at, address, channel, withdrawn_at from consent "
     "where user_id = :me"),
    ("sign_ins", "select created_at, seen_at, ended_at, address, agent from sign_in where user_id = :me"),
    ("representatives", "select id, principal_name, agent_name, contact, basis, number, issued_on, acts, starts_at, until, state, "
     "offered_at, accepted_at, checked_at, ended_at, reason from representative where principal_id = :me or agent_id = :me"),
    ("surveys", "select i.title, t.given_at, t.given from survey_answer t join content_item i on i.id = t.item_id "
     "where t.user_id = :me"),
    ("appeals", "select t.number, t.kind, t.stage, t.name, t.email, t.phone, t.address, t.contract, t.text, t.registered_at, "
     "t.answered_at, t.ended_at, t.mark, t.mark_comment from appeal t where t.author_id = :me"),
    ("appeal_talk", "select a.number, t.kind, t.author, t.text, t.at from appeal_line t join appeal a on a.id = t.appeal_id "
     "where a.author_id = :me"),
    ("visits", "select t.id, t.stage, t.starts_at, t.way, t.name, t.email, t.phone, t.account, t.address, t.created_at, t.consent_at, "
     "t.ended_at, t.reason from booking t where t.user_id = :me"),
    ("waits", "select t.id, t.state, t.first_day, t.last_day, t.way, t.tell_by, t.name, t.email, t.phone, t.created_at "
     "from booking_waiting t where t.user_id = :me"),
    ("accounts", "select a.number, a.holder, a.address, t.bound_at, t.ended_at from account_binding t "
     "join account a on a.id = t.account_id where t.user_id = :me"),
    ("readings", "select a.number, m.serial, m.zone, t.day, t.value, t.entered_at, t.replaced_at from account_reading t "
     "join account_meter m on m.id = t.meter_id join account a on a.id = m.account_id where t.user_id = :me"),
)  # fmt: skip
_SECRET = ("password_hash", "passport")


@dataclass(frozen=True)
class Look:
    at: datetime
    who: str  # role or name
    tag: str
    number: str


def looks(session: Session, user_id: int, limit: int = 100) -> list[Look]:
    """Who of the staff opened his data or his papers, newest first. Read without the customer's wall: it names staff."""
    query = text("""select a.at, a.user_name, a.tag, coalesce(c.number, '') as number from audit a
        join connection c on c.id = a.subject_id and a.process = 'connection'
        where c.applicant_id = :me and a.user_id is distinct from :me order by a.id desc limit :most""")
    return [Look(r.at, r.user_name, r.tag, r.number) for r in session.execute(query, {"me": user_id, "most": limit})]


def copy_of(session: Session, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything held about him, by file of the archive; secrets (hashes, sealed bytes) are left out."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    card = {name: value for name, value in user.model_dump().items() if name not in _SECRET}
    found = {"card": [card | {"passport": "kept encrypted" if user.passport else ""}]}
    for name, query in HELD:
        rows = session.execute(text(query), {"me": user_id})
        found[name] = [sealing.every(dict(row._mapping), sealing.opened) for row in rows]
    found["looks"] = [vars(look) for look in looks(session, user_id, 10_000)]
    return found


def counts(copy: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    return {name: len(rows) for name, rows in copy.items()}


def files_of(session: Session, user_id: int) -> list[tuple[str, str]]:
    """(name in the archive, key in the store) of his papers and of what he has sent."""
    query = text("""select 'documents/' || d.id || ' ' || d.title || '.pdf' as name, d.pdf_key as key from document d
          join connection c on c.id = d.application_id where c.applicant_id = :me and d.placed_at is not null
           and coalesce(d.pdf_key, '') <> ''
        union all select 'files/' || t.id || ' ' || t.name, t.key from attachment t
          join connection c on c.id = t.application_id where c.applicant_id = :me
        union all select 'files/appeal ' || t.id || ' ' || t.name, t.key from appeal_file t
          join appeal a on a.id = t.appeal_id where a.author_id = :me""")
    return [(r.name.replace("\\", "_").replace("..", "_"), r.key) for r in session.execute(query, {"me": user_id})]


def kept(session: Session, day: date) -> Sequence[tuple[RetentionRule, RetentionEdition]]:
    """What is kept how long, by the editions of `day`."""
    edition, last = RetentionEdition, col(RetentionEdition.valid_to)
    query = select(RetentionRule, edition).join(edition, col(edition.name) == RetentionRule.name)
    query = query.where(edition.valid_from <= day, or_(last.is_(None), last >= day))
    return session.exec(query.order_by(col(RetentionRule.title))).all()


# ------------------------------------------------------------------------------------------------ requests
def ask(session: Session, kind: RequestKind, words: str, actor: Actor, now: datetime) -> DataRequest:
    """How long we have is a dated rule (data_terms.due). Raises NotAllowed, Invalid("text"), Stale when the same request waits already."""
    if actor.role != Role.APPLICANT:
        raise NotAllowed(move="Ask about personal data")
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Invalid("text", "Write what is wrong and how it is right, up to %(most)s characters", most=LONGEST)
    open_one = select(DataRequest).where(
        DataRequest.user_id == actor.person, DataRequest.kind == kind, col(DataRequest.answered_at).is_(None)
    )
    if session.exec(open_one).first() is not None:
        raise Stale
    row = DataRequest(
        user_id=actor.person, kind=kind, text=words, asked_at=now, due_at=data_terms.due(session, kind, now)
    )
    session.add(row)
    session.flush()
    actions.note(
        session, actor, f"people:data:{kind}_asked", now, process="people", subject_id=actor.person, request=row.id
    )
    if kind == RequestKind.DELETE:
        _withdraw_all(session, actor, now)
    return row


def _withdraw_all(session: Session, actor: Actor, now: datetime) -> None:
    """Who asks to delete agrees to nothing more."""
    for row, _text in consents.of_user(session, actor.person):
        if row.withdrawn_at is None:
            consents.withdraw(session, actor.person, row.id or 0, now)
            actions.note(session, actor, "people:consent:withdrawn", now, process="people", subject_id=actor.person,
                         kind=row.kind)  # fmt: skip


def take_back(session: Session, request_id: int, actor: Actor, now: datetime) -> None:
    row = session.get(DataRequest, request_id, with_for_update=True)
    if row is None or row.user_id != actor.user_id:
        raise NotFound
    if row.answered_at is not None:
        raise Stale
    row.answered_at, row.answered_by, row.answer = now, actor.user_id, "Отозвано заявителем"
    session.add(row)
    actions.note(
        session, actor, "people:data:taken_back", now, process="people", subject_id=row.user_id, request=row.id
    )


def answer(session: Session, request_id: int, words: str, actor: Actor, now: datetime) -> DataRequest:
    """What was corrected, or why it was not. Raises NotAllowed, Invalid("answer"), Stale."""
    access.need(actor, Subject.DATA_REQUEST, Right.CHANGE)
    row = session.get(DataRequest, request_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.answered_at is not None:
        raise Stale
    if row.kind == RequestKind.DELETE:  # an answer keeps the data: a head decides that
        access.need(actor, Subject.DATA_REQUEST, Right.APPROVE)
    if not words.strip():
        raise Invalid("answer", "Write what was done: the person will read it")
    row.answered_at, row.answered_by, row.answer = now, actor.user_id, words.strip()[:LONGEST]
    session.add(row)
    actions.note(session, actor, "people:data:answered", now, process="people", subject_id=row.user_id, request=row.id)
    return row


def of_person(session: Session, user_id: int) -> Sequence[DataRequest]:
    return session.exec(
        select(DataRequest).where(DataRequest.user_id == user_id).order_by(col(DataRequest.id).desc()).limit(20)
    ).all()


def waiting(session: Session) -> Sequence[tuple[DataRequest, User]]:
    """Requests without an answer, the soonest first."""
    query = select(DataRequest, User).join(User, col(DataRequest.user_id) == User.id)
    return session.exec(query.where(col(DataRequest.answered_at).is_(None)).order_by(col(DataRequest.due_at))).all()


def own_audit(session: Session, user_id: int, limit: int = 50) -> Sequence[Audit]:
    """What he did himself: sign-ins, changes."""
    return session.exec(select(Audit).where(Audit.user_id == user_id).order_by(col(Audit.id).desc()).limit(limit)).all()
