"""Rates, taxes, schedules, limits and key rates from rates.toml into dated rows. Rows are only added, never changed."""

from decimal import Decimal
from typing import Any

from sqlmodel import Session, select

from infra import clock
from models.connection import late_rates
from models.payment.ledger_tables import KeyRate
from models.payment.tables import FeeRate, ScheduleRow, VatRate
from models.process.actor import SYSTEM
from models.rulebook import editions
from models.rulebook.tables import DatedLimit

PER_KW = (
    ("PREF", "preferential", "Технологическое присоединение по льготной ставке за 1 кВт"),
    ("SOCIAL", "social", "Технологическое присоединение по льготной ставке для социальной группы за 1 кВт"),
)


def load(session: Session, told: dict[str, Any]) -> None:
    """A row whose code and first day are there already stays as people left it."""
    _vat(session, told["vat"])
    days = {row.valid_from for row in session.exec(select(KeyRate))}
    rates = [KeyRate(**row | {"percent": Decimal(row["percent"])}) for row in told["key_rate"]]
    new = [row for row in rates if row.valid_from not in days]
    session.add_all(new)
    session.flush()
    if days and new:
        late_rates.came(session, min(row.valid_from for row in new), SYSTEM, clock.now())
    _limits(session, told["limit"])
    _schedules(session, told["schedule"])
    _fees(session, told)


def _vat(session: Session, rows: list[dict[str, Any]]) -> None:
    have = {row.valid_from for row in session.exec(select(VatRate))}
    for row in rows:
        made = VatRate(**row | {"percent": Decimal(row["percent"])})
        if made.valid_from not in have:
            editions.insert(session, made)


def _limits(session: Session, rows: list[dict[str, Any]]) -> None:
    have = {(row.name, row.valid_from) for row in session.exec(select(DatedLimit))}
    for row in rows:
        made = DatedLimit(**row | {"value": Decimal(row["value"])})
        if (made.name, made.valid_from) not in have:
            editions.insert(session, made)


def _schedules(session: Session, tables: list[dict[str, Any]]) -> None:
    have = {(row.template, row.valid_from) for row in session.exec(select(ScheduleRow))}
    for table in tables:
        common = {k: v for k, v in table.items() if k not in ("rows", "bears_interest")}
        if (table["template"], table["valid_from"]) in have:
            continue
        for seq, (percent, event, offset, unit, *more) in enumerate(table["rows"], 1):
            repeat = int(more[0]) if more else 1
            not_later = str(more[1]) if len(more) > 1 else ""
            bears = bool(table.get("bears_interest")) and repeat > 1
            session.add(
                ScheduleRow(
                    seq=seq, percent=Decimal(percent), event=event, offset=offset, unit=unit, repeat=repeat,
                    not_later=not_later, bears_interest=bears, **common,
                )
            )  # fmt: skip


def _fees(session: Session, told: dict[str, Any]) -> None:
    have = {(row.code, row.voltage, row.valid_from) for row in session.exec(select(FeeRate))}
    rows = [row for edition in told["rates"] for row in _edition(edition)]
    one = told["reissue"]
    rows.append(
        FeeRate(
            code=one["code"], voltage="*", title=one["title"], amount=Decimal(one["amount"]), unit="connection",
            vat_included=True, basis=one["basis"], valid_from=one["valid_from"],
        )
    )  # fmt: skip
    for row in rows:
        if (row.code, row.voltage, row.valid_from) not in have:
            editions.insert(session, row)


def _edition(edition: dict[str, Any]) -> list[FeeRate]:
    common = {"basis": edition["basis"], "valid_from": edition["valid_from"], "valid_to": edition.get("valid_to")}
    rows = [
        FeeRate(code=code, voltage=voltage, title=title, amount=Decimal(amount), unit=unit, **common)
        for code, voltage, amount, unit, title in edition["rows"]
    ]
    per_kw: dict[str, Any] = {"voltage": "0.4", "unit": "kW", "vat_included": True}
    return rows + [
        FeeRate(code=code, title=title, amount=Decimal(edition[key]), **per_kw, **common) for code, key, title in PER_KW
    ]
