"""Words and figures that the pages of personal accounts share: an account's line, months, tariffs, volumes. Plain text."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date

from documents.wording import NBSP, amount, figure, money, sentence
from infra.wording import N_, _, language
from models.account.sight import AccountSight, MeterSight
from models.account.tables import MeterKind

METERS = {MeterKind.INDIVIDUAL: N_("Individual"), MeterKind.COMMON: N_("Common to the house")}


def line(account: AccountSight) -> str:
    """'Населенный пункт, ул. Прямая, дом 1, кв. 11, ЛС 110022334455' (row R-28)."""
    return _("%(address)s, account %(number)s") % {"address": account.address, "number": account.number}


def month(value: date) -> str:
    """'Ноябрь 2026' (row R-29)."""
    return sentence(format_date(value, "LLLL y", locale=language()))


def as_of(value: date) -> str:
    """'1 Февраля 2021 г.', as the heading of a bill has it (row R-36)."""
    said = format_date(value, "long", locale=language())
    if language() != "ru":
        return said
    number, month_name, *year = said.split()
    return f"{number}{NBSP}{sentence(month_name)} {NBSP.join(year)}"


def tariff(value: Decimal) -> str:
    """Two figures after the comma, or as many as there are: '2,97', '3,4375'."""
    return amount(value) if value == round(value, 2) else figure(value)


def volume(value: Decimal, unit: str) -> str:
    """'200 кВт·ч'"""
    return f"{figure(value)}{NBSP}{unit}".strip()


def balance(value: Decimal) -> str:
    """What is to pay; below zero it is an advance."""
    return money(value) + (f" ({_('advance')})" if value < 0 else "")


def meter(row: MeterSight) -> str:
    """'Электроэнергия, день, № 01234567899876'"""
    return ", ".join(filter(None, (row.service, row.zone, f"№{NBSP}{row.serial}")))
