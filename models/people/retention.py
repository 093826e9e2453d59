"""Deletes what nobody may keep longer: by the rows of retention_rule, in small batches, and what law binds stays.

Never touches an application that was filed, its papers, its money, its history or the audit."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, text
from sqlmodel import Session, col, select

from models.integration import actions as integration
from models.people import actions, data_terms, factors, passkeys, removals, represent, sessions
from models.people.access_tables import RetentionEdition, RetentionRule
from models.people.tables import User
from models.process.actor import SYSTEM

BATCH = 200


def run(session: Session, name: str, now: datetime) -> int:
    """One batch of one rule; how many were deleted. 0: nothing is left to do, or the rule only tells."""
    rule = session.get(RetentionRule, name, with_for_update=True)
    told = edition(session, name, now)
    if rule is None or told is None or told.days is None or not rule.deletes or name not in _VERBS:
        return 0
    count = _VERBS[name](session, now - timedelta(days=told.days), now)
    rule.last_run_at, rule.last_count = now, count
    session.add(rule)
    if count:
        actions.note(session, SYSTEM, f"people:retention:{name}", now, count=count, days=told.days)
    session.flush()
    return count


def edition(session: Session, name: str, now: datetime) -> RetentionEdition | None:
    """What is in force on this day of the country's time."""
    day = now.astimezone(data_terms.ZONE).date()
    last = col(RetentionEdition.valid_to)
    query = select(RetentionEdition).where(RetentionEdition.name == name, RetentionEdition.valid_from <= day)
    return session.exec(query.where(or_(last.is_(None), last >= day))).first()


def names() -> tuple[str, ...]:
    return tuple(_VERBS)


def _drafts(session: Session, before: datetime, now: datetime) -> int:
    """Drafts that were never filed and have no history: the person is not told, there is nothing to lose."""
    found = text("""select id from connection c where stage = 'DRAFT' and version = 0 and number is null
        and changed_at < :before and not exists (select 1 from history h where h.process = 'connection'
        and h.subject_id = c.id) order by id limit :most for update skip locked""")
    ids = list(session.execute(found, {"before": before, "most": BATCH}).scalars())
    if not ids:
        return 0
    removals.ask(session, _keys(session, "attachment", "application_id", ids), "draft", now)
    for table in _children(session):
        session.execute(text(f"delete from {table} where application_id = any(:ids)"), {"ids": ids})  # noqa: S608
    session.execute(text("delete from work where process = 'connection' and subject_id = any(:ids)"), {"ids": ids})
    session.execute(text("delete from connection where id = any(:ids)"), {"ids": ids})
    return len(ids)


def _keys(session: Session, table: str, column: str, ids: list[int]) -> list[str]:
    query = text(f"select key from {table} where {column} = any(:ids)")  # noqa: S608 - names of ours
    return list(session.execute(query, {"ids": ids}).scalars())


def _children(session: Session) -> list[str]:
    """Tables that hang on a case directly: names of the catalogue, none of them typed by anybody."""
    query = text("""select distinct conrelid::regclass::text from pg_constraint k
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
        where k.contype = 'f' and k.confrelid = 'connection'::regclass and a.attname = 'application_id'""")
    return sorted(session.execute(query).scalars())


def _bookings(session: Session, before: datetime, _now: datetime) -> int:
    """The visitor's name and contacts leave the closed bookings; the place in the timetable stays as a number."""
    query = text("""update booking set name = '', email = '', phone = '', account = '', address = '', sealed = null,
        ticket = null where id in (select id from booking
        where ends_at < :before and (name <> '' or email <> '' or sealed is not null) and stage not in ('HELD', 'BOOKED')
        order by id limit :most)""")
    return session.execute(query, {"before": before, "most": BATCH}).rowcount  # type: ignore[attr-defined,no-any-return]


def _notices(session: Session, before: datetime, _now: datetime) -> int:
    query = text("""delete from notice where id in
        (select id from notice where deleted_at < :before order by id limit :most)""")
    return session.execute(query, {"before": before, "most": BATCH}).rowcount  # type: ignore[attr-defined,no-any-return]


_OF_APPEALS = (
    "split_part(key, ':', 1) = 'appeal' and split_part(key, ':', 2) = any(cast(cast(:ids as bigint[]) as text[]))"
)


def _appeals(session: Session, before: datetime, now: datetime) -> int:
    """Of appeals that ended long ago the words, the files, the letters and the person go; number, stages, terms and the mark
    stay for the counts."""
    found = text("""select id from appeal where ended_at < :before and (name <> '' or text <> '')
        order by id limit :most for update skip locked""")
    ids = list(session.execute(found, {"before": before, "most": BATCH}).scalars())
    removals.ask(session, _keys(session, "appeal_file", "appeal_id", ids), "appeal", now)
    told = {"ids": ids, "now": now}
    for query in (
        "delete from appeal_file where appeal_id = any(:ids)",
        "delete from appeal_line where appeal_id = any(:ids)",
        "update appeal_call set note = '' where appeal_id = any(:ids)",
        """update appeal set name = '', email = '', phone = '', address = '', contract = '', text = '', mark_comment = '',
        author_id = null, changed_at = :now where id = any(:ids)""",
        f"update letter set recipient = '', data = '{{}}', subject = '', body = '' where {_OF_APPEALS}",  # noqa: S608
        f"delete from notice where {_OF_APPEALS}",  # noqa: S608
    ):
        session.execute(text(query), told)
    return len(ids)


_BOUND = "exists (select 1 from connection c where c.applicant_id = u.id and (c.number is not null or c.version > 0))"


def _cabinets(session: Session, before: datetime, now: datetime) -> int:
    """Who asked to be deleted: his card is emptied and closed. Filed applications bind us: they stay, and say so."""
    found = text(f"""select u.id, r.id as request, {_BOUND} as bound from data_request r join app_user u on u.id = r.user_id
        where r.kind = 'delete' and r.answered_at is null and r.asked_at < :before order by r.id limit :most
        for update of r skip locked""")  # noqa: S608 - _BOUND is ours
    rows = session.execute(found, {"before": before, "most": BATCH}).all()
    for row in rows:
        user = session.get(User, row.id, with_for_update=True)
        assert user is not None
        _empty(session, user, now)
        said = KEPT if row.bound else GONE
        told = {"now": now, "said": said, "id": row.request}
        session.execute(text("update data_request set answered_at = :now, answer = :said where id = :id"), told)
        tag = "people:data:deleted"
        actions.note(session, SYSTEM, tag, now, process="people", subject_id=user.id, bound=row.bound)
    return len(rows)


KEPT = "Кабинет закрыт, данные кабинета удалены. Заявки, договоры и акты хранятся в срок, установленный законом."
GONE = "Кабинет закрыт, все данные удалены."


def _empty(session: Session, user: User, now: datetime) -> None:
    """Nothing of the card is left; the row stays, so that what law binds still points at somebody."""
    sessions.end_all(session, user.id or 0, now)
    integration.revoke_keys(session, user.id or 0, now)
    factors.remove(session, user.id or 0)
    passkeys.revoke_all(session, user.id or 0, now)
    represent.end_all(session, user.id or 0, now)
    for table in ("notice", "page_wish", "notice_wish", "notice_hours", "proof", "simple_code", "account_binding"):
        session.execute(text(f"delete from {table} where user_id = :id"), {"id": user.id})  # noqa: S608 - names of ours
    session.execute(text("update identity_signature set sealed = null where user_id = :id"), {"id": user.id})
    user.login, user.registration_number, user.password_hash = f"deleted-{user.id}", None, ""
    user.name, user.active, user.erased_at, user.passport, user.birth_date = "—", False, now, None, None
    for name in ("email", "phone", "snils", "inn", "ogrn", "kpp", "address", "head", "head_post", "authority",
                 "bank_account", "bank_bic", "city"):  # fmt: skip
        setattr(user, name, "")
    user.email_confirmed_at = user.phone_confirmed_at = user.temporary_until = None
    session.add(user)


Verb = Callable[[Session, datetime, datetime], int]
_VERBS: dict[str, Verb] = {
    "draft": _drafts, "booking": _bookings, "notice": _notices, "cabinet": _cabinets, "appeal": _appeals,
}  # fmt: skip
