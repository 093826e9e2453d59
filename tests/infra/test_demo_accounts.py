"""Personal accounts of the demonstration: plausible bills that follow from each other, the same every time, and cheap."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, select

from infra import clock
from infra.database import Database
from infra.demo import accounts, cast
from infra.demo.accounts_told import HOMES
from infra.demo.people import person
from models.account import queries
from models.account.tables import Account, Charge, MeterKind, Reading, Register
from models.people.tables import User

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def told(shared: Database) -> Iterator[Session]:
    """Staff, and Anna and Petr as they registered three months ago; never committed."""
    with shared.engine.connect() as connection, connection.begin() as transaction:
        with clock.at(NOW), Session(connection, expire_on_commit=False) as session:
            cast.hire(session, NOW, "")
            for key in ("anna", "petr"):
                cast.enrol(session, person(key), f"{key}@demo.example", NOW - timedelta(days=95), "")
            assert accounts.fill(session, NOW) == len(HOMES["demo"])
            session.flush()
            yield session
        transaction.rollback()


def anna(session: Session) -> User:
    return session.exec(select(User).where(User.email == "anna@demo.example")).one()


def test_anna_has_one_account_with_eight_bills_and_owes_nothing(told: Session) -> None:
    (sight,) = queries.accounts(told, anna(told).id or 0)
    assert sight.address == "г. Приозёрск, ул. Прямая, дом 1, кв. 11"
    assert (sight.due, sight.due_on, sight.last_payment is not None) == (0, date(2026, 11, 13), True)
    assert queries.months(told, sight.id) == [date(2026, n, 1) for n in range(10, 2, -1)]
    assert [t.service for t in sight.tariffs] == ["Электроэнергия", "Обращение с ТКО", "Обслуживание ВДГО"]
    assert all(t.details for t in sight.tariffs)


def test_every_debt_is_what_the_bill_before_asked_for(told: Session) -> None:
    for account in told.exec(select(Account)).all():
        bills = queries.charges(told, account.id or 0, date(2026, 1, 1), date(2026, 12, 1))[::-1]
        assert len(bills) == 8
        for before, after in zip(bills, bills[1:], strict=False):
            assert [line.debt for line in after.lines] == [line.due for line in before.lines]
            assert {line.paid for line in after.lines} <= {line.due for line in before.lines} | {Decimal(0)}
    late = told.exec(select(Charge).where(Charge.paid == 0, Charge.debt > 0)).all()
    assert late, "one bill was paid with the next one"


def test_volumes_are_what_the_meters_counted(told: Session) -> None:
    for account in told.exec(select(Account)).all():
        read = queries.readings(told, account.id or 0, MeterKind.INDIVIDUAL, date(2026, 1, 1), date(2026, 12, 1))
        counted = sum((r.consumed for r in read if r.consumed is not None), Decimal(0))
        bills = queries.charges(told, account.id or 0, date(2026, 1, 1), date(2026, 12, 1))
        assert counted == sum(line.volume for b in bills for line in b.lines if line.unit == "кВт.ч")


def test_anna_reads_her_meter_herself_and_the_day_of_petrs_has_passed(told: Session) -> None:
    own = told.exec(select(Reading).where(Reading.user_id == anna(told).id)).all()
    assert [r.day for r in own] == [date(2026, n, 24) for n in (8, 9, 10)]
    petr = queries.by_number(told, "471200020414")
    assert petr is not None
    (meter,) = queries.meters(told, petr.id or 0, NOW.date())
    assert meter.refused
    assert queries.due_now(told, petr.id or 0) > 0  # type: ignore[operator]


def test_one_account_waits_to_be_bound_and_one_line_to_be_corrected(told: Session) -> None:
    assert queries.by_number(told, "471200013151") is not None
    aside: list[Any] = [line for row in told.exec(select(Register)) for line in row.refused]
    assert [line["facts"] for line in aside] == [{"branch": "Сосново"}]


def test_a_supplier_of_another_town_has_accounts_and_a_grid_company_none(told: Session) -> None:
    assert accounts.fill(told, NOW, "moek") == 0
    assert {h.number for h in HOMES["vostok"]} == {"110022334455"}
