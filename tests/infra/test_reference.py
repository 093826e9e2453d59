"""A database that was filled by an earlier version gets every word of the reference files, and keeps what people changed."""

import tomllib
from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from infra import profiles, reference
from infra.database import Database
from infra.migrations.versions import v0021_connection_more as migration
from infra.reference import booking, money
from infra.settings import settings
from models.booking.register import Office
from models.payment.tables import FeeRate, VatRate
from models.process.tables import TermRule

WORDS = ("title", "starts_on", "length", "unit", "lengths", "alternative", "whose", "condition", "on_lapse", "reminders",
         "grace", "is_right", "basis", "confidence", "contested")  # fmt: skip


def told(session: Session) -> dict[tuple[str, str, date], dict[str, object]]:
    rows = session.exec(select(TermRule).order_by(col(TermRule.id))).all()
    return {(r.process, r.rule, r.valid_from): {w: getattr(r, w) for w in WORDS} for r in rows}


def test_an_old_database_has_the_same_rules_as_a_fresh_one_after_the_migration(database: Database) -> None:
    with database.transaction() as session:
        fresh = told(session)
        session.execute(text("delete from term_rule where rule in ('CTR-12', 'TP-21R', 'PAY-IND')"))
        session.execute(text("update term_rule set alternative = '{}' where rule = 'TP-12'"))
    with database.transaction() as session:
        session.execute(text(migration.RULES.replace(":", "\\:")))
    reference.load(database.url)
    with database.transaction() as session:
        assert told(session) == fresh
        works = session.exec(select(TermRule).where(TermRule.rule == "TP-12")).one()
        assert works.alternative == {"max_by_request": {"GE_670": "4y", "GEN": "4y"}}


def test_words_that_people_changed_stay(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("""update term_rule set alternative = '{"max_by_request": {"GEN": "3y"}}' where rule = 'TP-12'"""
                             .replace(":", "\\:")))  # fmt: skip
        session.execute(text("update term_rule set length = 12 where rule = 'TP-04X'"))
        session.execute(text(migration.RULES.replace(":", "\\:")))
    reference.load(database.url)
    with database.transaction() as session:
        rows = {r.rule: r for r in session.exec(select(TermRule).where(col(TermRule.rule).in_(["TP-12", "TP-04X"])))}
        assert rows["TP-12"].alternative == {"max_by_request": {"GEN": "3y"}}
        assert rows["TP-04X"].length == 12


def test_a_later_tax_or_rate_reaches_a_database_that_has_earlier_ones(database: Database) -> None:
    with database.transaction() as session:
        taxes = session.exec(select(VatRate).order_by(col(VatRate.valid_from))).all()
        last = taxes[-1]
        percent, since = last.percent, last.valid_from
        rate = session.exec(select(FeeRate).order_by(col(FeeRate.id).desc())).first()
        assert rate is not None
        gone = (rate.code, rate.voltage, rate.valid_from)
        session.delete(rate)
        session.delete(last)
    with database.transaction() as session:
        assert session.exec(select(VatRate).where(VatRate.valid_from == since)).first() is None
        money.load(session, reference._read(reference.HERE / "rates.toml"))
        found = session.exec(select(VatRate).where(VatRate.valid_from == since)).one()
        assert found.percent == percent
        assert gone in {(r.code, r.voltage, r.valid_from) for r in session.exec(select(FeeRate))}


def test_vostok_receives_visitors_in_one_office_of_three_regions(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "settings", lambda: settings().model_copy(update={"profile": "vostok"}))
    with database.transaction() as session:
        before = set(session.exec(select(Office.address)))
        booking.load(session)
        made = [o for o in session.exec(select(Office)) if o.address not in before]
        assert len({o.region_id for o in made}) == len(made) == 3
        assert [o.address for o in made if o.switched_on] == [
            "Тюменская область, г. Тюмень, ул. 30 лет Победы, 81, корпус 2"
        ]
        named = {b.name for b in profiles.profile("vostok").branches}
    told = tomllib.loads((booking.HERE / "booking-vostok.toml").read_text("utf-8"))
    assert {o["branch"] for o in told["offices"]} == named
