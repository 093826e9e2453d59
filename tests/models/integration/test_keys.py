"""Keys and addresses of webhooks: made by their owner alone, within limits, seen by nobody else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from infra.database import Database
from models.delivery.tables import Notice
from models.integration import actions, queries
from models.integration.rules import (
    EVENTS,
    MOST_KEYS,
    MOST_WEBHOOKS,
    Scope,
    checked_address,
    hashed,
    new_key,
    signature,
)
from models.people import recovery, sign_out
from models.people.registration import Sender
from models.people.rules import actor_of
from models.people.tables import Audit, User
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound
from tests.house import House

MONTH = timedelta(days=30)


@pytest.fixture
def house(session: Session, now: datetime) -> House:
    return House(session, now)


def made(session: Session, user: User, now: datetime, *scopes: Scope) -> str:
    return actions.make_key(session, actor_of(user), "1С", scopes or tuple(Scope), MONTH, now)[1]


def test_a_key_is_kept_as_its_hash_and_known_by_its_beginning(session: Session, house: House, now: datetime) -> None:
    row, key = actions.make_key(session, actor_of(house.applicant()), " 1С ", [Scope.NOTICES_READ], MONTH, now)
    assert key.startswith(row.prefix + "_")
    assert (row.name, row.key_hash, row.scopes) == ("1С", hashed(key), ["notices:read"])
    assert key not in str(row.model_dump())
    told = session.exec(select(Audit).where(Audit.tag == "people:key:made")).all()[-1]
    assert told.facts["key"] == row.prefix


def test_two_keys_are_never_alike() -> None:
    assert len({new_key().key for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [("", ["notices:read"], 30, "name"), ("1С", [], 30, "scopes"), ("1С", ["admin"], 30, "scopes"),
     ("1С", ["notices:read"], 366, "life"), ("1С", ["notices:read"], 0, "life")],
)  # fmt: skip
def test_what_is_wrong_with_a_key_stands_beside_its_field(
    session: Session, house: House, now: datetime, name: str, scopes: list[str], days: int, field: str
) -> None:
    with pytest.raises(ManyInvalid) as found:
        actions.make_key(session, actor_of(house.applicant()), name, scopes, timedelta(days=days), now)
    assert [e.field for e in found.value.errors] == [field]


def test_keys_are_for_customers(session: Session, house: House, now: datetime) -> None:
    for actor in (house.staff[Role.OPERATOR], house.staff[Role.ADMIN], Actor(Role.APPLICANT)):
        with pytest.raises(NotAllowed):
            actions.make_key(session, actor, "x", list(Scope), MONTH, now)
        with pytest.raises(NotAllowed):
            actions.add_webhook(session, actor, "https://example.ru/", b"x", list(EVENTS), now)


def test_there_are_so_many_living_keys_and_no_more(session: Session, house: House, now: datetime) -> None:
    user = house.applicant()
    for _ in range(MOST_KEYS):
        made(session, user, now)
    with pytest.raises(ManyInvalid):
        made(session, user, now)
    actions.revoke_key(session, queries.keys_of(session, user.id or 0)[0].id or 0, actor_of(user), now)
    made(session, user, now)


def test_a_key_opens_until_its_last_moment(session: Session, house: House, now: datetime) -> None:
    key = made(session, house.applicant(), now)
    last = now + MONTH
    assert actions.use_key(session, key, last - timedelta(microseconds=1), "203.0.113.5") is not None
    assert actions.use_key(session, key, last, "203.0.113.5") is None


def test_the_count_begins_anew_every_minute(session: Session, house: House, now: datetime) -> None:
    key = made(session, house.applicant(), now)
    seen = [actions.use_key(session, key, now + timedelta(seconds=s), "") for s in (0, 30, 59, 60, 61)]
    assert [u.number for u in seen if u] == [1, 2, 3, 1, 2]


def test_another_persons_key_is_not_found(session: Session, house: House, now: datetime) -> None:
    owner, stranger = house.applicant(), house.applicant()
    made(session, owner, now)
    row = queries.keys_of(session, owner.id or 0)[0]
    with pytest.raises(NotFound):
        actions.revoke_key(session, row.id or 0, actor_of(stranger), now)
    assert queries.living(row, now)


# ------------------------------------------------------------------------------------------------ webhooks
@pytest.mark.parametrize(
    "address",
    ["", "example.ru", "ftp://example.ru/", "http://example.ru/", "https://", "https:///x", "https://u:p@example.ru/",
     "https://example.ru/#x", "https://example.ru:99999/", "https://exa mple.ru/", "https://пример.рф/",
     "https://example.ru\\@localhost/", "javascript:alert(1)", "https://example.ru/" + "x" * 500],
)  # fmt: skip
def test_an_address_is_whole_plain_and_secret_free(address: str) -> None:
    with pytest.raises(Invalid) as found:
        checked_address(address, plain_allowed=False)
    assert found.value.field == "address"


def test_plain_http_is_for_development() -> None:
    assert checked_address(" http://127.0.0.1:9000/hook ", plain_allowed=True) == "http://127.0.0.1:9000/hook"
    assert checked_address("https://example.ru:8443/a?b=1", plain_allowed=False)


def test_a_webhook_is_its_owners_alone(session: Session, house: House, now: datetime) -> None:
    owner, stranger = actor_of(house.applicant()), actor_of(house.applicant())
    row = actions.add_webhook(session, owner, "https://example.ru/", b"x", ["notice.created"], now)
    for verb in (
        lambda: actions.switch(session, row.id or 0, False, stranger, now),
        lambda: actions.remove_webhook(session, row.id or 0, stranger, now),
        lambda: actions.try_out(session, row.id or 0, stranger, now),
    ):
        with pytest.raises(NotFound):
            verb()
    with pytest.raises(ManyInvalid):
        actions.add_webhook(session, owner, "https://example.ru/", b"x", ["no.such"], now)
    for _ in range(MOST_WEBHOOKS - 1):
        actions.add_webhook(session, owner, "https://example.ru/", b"x", ["notice.created"], now)
    with pytest.raises(ManyInvalid):
        actions.add_webhook(session, owner, "https://example.ru/", b"x", ["notice.created"], now)


def test_a_signature_is_of_this_secret_this_moment_and_these_bytes() -> None:
    good = signature("whs_a", 1764000000, '{"a":1}')
    assert good.startswith("v1=")
    assert len(good) == 3 + 64
    others = {signature("whs_b", 1764000000, '{"a":1}'), signature("whs_a", 1764000001, '{"a":1}'),
              signature("whs_a", 1764000000, '{"a":2}')}  # fmt: skip
    assert good not in others
    assert len(others) == 3


# ------------------------------------------------------------------------------------------------ walls
TABLES = ("api_key", "api_answer", "webhook", "webhook_call", "webhook_try")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN, Role.AUDITOR])
def test_staff_read_none_of_it(shared: Database, table: str, role: Role) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), shared.reading_as(role, 1) as session:
        session.execute(text(f"select 1 from {table}"))


def test_behind_the_wall_each_sees_his_own_and_no_answers(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        house = House(session, now)
        users = [house.applicant(), house.applicant()]
        for user in users:
            made(session, user, now)
            hook = actions.add_webhook(session, actor_of(user), "https://example.ru/", b"x", ["notice.created"], now)
            actions.try_out(session, hook.id or 0, actor_of(user), now)
            session.execute(text("insert into webhook_try (call_id, number, started_at, outcome, error) "
                                 "select id, 1, now(), '', '' from webhook_call where webhook_id = :w"), {"w": hook.id})  # fmt: skip
    for user in users:
        with database.reading(user.id or 0) as session:
            counts = [
                session.execute(text(f"select count(*) from {t}")).scalar_one() for t in TABLES if t != "api_answer"
            ]
            assert counts == [1, 1, 1, 1]
            assert session.execute(text("select user_id from api_key")).scalars().all() == [user.id]
    with pytest.raises(DBAPIError, match="permission denied"), database.reading(users[0].id or 0) as session:
        session.execute(text("select 1 from api_answer"))
    with pytest.raises(DBAPIError), database.reading(users[0].id or 0) as session:
        session.execute(text("update api_key set scopes = '[]'"))


# ------------------------------------------------------------------------------------------------ all doors at once
def test_a_new_password_revokes_every_key_and_a_notice_tells_of_it(
    session: Session, house: House, now: datetime
) -> None:
    user, other = house.applicant(), house.applicant()
    mine, theirs = made(session, user, now), made(session, other, now)
    recovery.set_password(session, user, "хэш", now, Sender("АО «Сети»", "8 800", timedelta(hours=1)))
    assert actions.use_key(session, mine, now, "") is None
    assert actions.use_key(session, theirs, now, "") is not None
    told = session.exec(select(Notice).where(Notice.user_id == user.id, Notice.kind == sign_out.NOTICE)).one()
    assert "отозвано ключей — 1" in told.text


def test_whoever_ends_his_sessions_ends_his_keys_and_without_keys_nothing_is_told(
    session: Session, house: House, now: datetime
) -> None:
    user = house.applicant()
    key = made(session, user, now)
    for _ in range(2):
        sign_out.everywhere(session, user.id or 0, actor_of(user), now)
    assert actions.use_key(session, key, now, "") is None
    assert len(session.exec(select(Notice).where(Notice.user_id == user.id)).all()) == 1
