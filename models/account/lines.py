"""Lines of the registers that the billing gives: which columns there are, and what a line says. Pure: nothing of a file is
believed, and every refusal names the column and what to write there."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models.account import rules
from models.account.tables import MeterKind, RegisterKind, Source
from models.process import typed
from models.process.errors import Invalid

LONGEST = 300  # characters of a text
LARGEST = Decimal("999999999.99")  # roubles of a line
_KINDS = {"индивидуальный": MeterKind.INDIVIDUAL, "общедомовой": MeterKind.COMMON}
_SOURCES = {"офис": Source.OFFICE, "контрольное": Source.CONTROL, "кабинет": Source.CABINET}


@dataclass(frozen=True)
class Column:
    """`title` as the billing writes it; `sample` stands in the empty form."""

    title: str
    sample: str
    needed: bool = True


NUMBER = Column("Лицевой счёт", "110022334455")
_SERVICE = Column("Услуга", "Электроэнергия")
_UNIT = Column("Ед. изм.", "кВт.ч")
COLUMNS: Mapping[RegisterKind, tuple[Column, ...]] = {
    RegisterKind.ACCOUNTS: (
        NUMBER, Column("Собственник", "Смирнова Анна Викторовна"),
        Column("Адрес", "г. Приозёрск, ул. Прямая, дом 1, кв. 11"), Column("Филиал", "Приозёрск", needed=False),
    ),
    RegisterKind.CHARGES: (
        NUMBER, Column("Месяц", "10.2026"), _SERVICE, Column("Поставщик", "ООО «Озёрная сбытовая компания»"),
        Column("Реквизиты поставщика", "ИНН 4712011225", needed=False), Column("Приборы учёта", "1", needed=False),
        Column("Ед. изм.", "кВт.ч", needed=False), Column("Тариф", "3,43"), Column("Долг", "698,00"), Column("Оплачено", "698,00"),
        Column("Объём", "200"), Column("Начислено", "686,00", needed=False), Column("Перерасчёт", "42,50", needed=False),
    ),
    RegisterKind.PAYMENTS: (
        NUMBER, Column("Номер платежа", "000481"), Column("Дата", "11.12.2020"), Column("Сумма", "144,55"),
        Column("Место оплаты", "Отделение почтовой связи 188760", needed=False),
    ),
    RegisterKind.METERS: (
        NUMBER, _SERVICE, Column("Вид", "Индивидуальный"), Column("Описание", "Однотарифный Э/э Дом", needed=False),
        Column("№ счётчика", "01234567899876"), Column("Зона", "", needed=False), Column("Знаков", "5"),
        Column("Знаков после запятой", "0", needed=False), _UNIT, Column("Дата очередной поверки", "01.01.2028", needed=False),
        Column("Снят", "", needed=False), Column("Дата показания", "01.11.2026", needed=False),
        Column("Показание", "12345", needed=False), Column("Источник", "офис", needed=False),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class AccountLine:
    number: str
    holder: str
    address: str
    branch: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.number,)


@dataclass(frozen=True)
class ChargeLine:
    number: str
    month: date
    service: str
    told: Mapping[str, Any]  # columns of tables.Charge

    @property
    def key(self) -> tuple[object, ...]:
        return self.number, self.month, self.service


@dataclass(frozen=True)
class PaymentLine:
    number: str
    payment: str
    told: Mapping[str, Any]  # columns of tables.AccountPayment

    @property
    def key(self) -> tuple[str, ...]:
        return self.number, self.payment


@dataclass(frozen=True)
class MeterLine:
    number: str
    serial: str
    zone: str
    told: Mapping[str, Any]  # columns of tables.Meter
    reading: tuple[date, Decimal, Source] | None

    @property
    def key(self) -> tuple[object, ...]:
        return self.number, self.serial, self.zone, self.reading[0::2] if self.reading else None


Line = AccountLine | ChargeLine | PaymentLine | MeterLine
Values = Mapping[str, str]  # cells of one line by `plain` titles


def plain(title: str) -> str:
    """How titles are compared: «Лицевой счет» is «лицевой счёт»."""
    return re.sub(r"[^0-9a-zа-я№]", "", title.casefold().replace("ё", "е"))


def missing(kind: RegisterKind, titles: set[str]) -> list[str]:
    """Needed columns that a file has not; `titles` are plain."""
    return [c.title for c in COLUMNS[kind] if c.needed and plain(c.title) not in titles]


def parse(kind: RegisterKind, values: Values) -> Line:
    """What a line says. Raises Invalid; `field` is the title of the column."""
    for column in COLUMNS[kind]:
        if column.needed and not _cell(values, column.title):
            raise Invalid(column.title, "Fill in the column «%(column)s»", column=column.title)
    return _PARSERS[kind](values)


def _cell(values: Values, title: str) -> str:
    return values.get(plain(title), "").strip()[:LONGEST]


def _account(values: Values) -> AccountLine:
    return AccountLine(_number(values), _cell(values, "Собственник"), _cell(values, "Адрес"), _cell(values, "Филиал"))


def _charge(values: Values) -> ChargeLine:
    tariff, volume = _decimal(values, "Тариф", 4), _decimal(values, "Объём", 3)
    counted = rules.charged(tariff, volume)
    charged = _money(values, "Начислено") if _cell(values, "Начислено") else counted
    if charged != counted:
        raise Invalid("Начислено", "Charged %(charged)s, but the tariff times the volume is %(counted)s: check the line",
                      charged=rules.plain(charged), counted=rules.plain(counted))  # fmt: skip
    told = {
        "provider": _cell(values, "Поставщик"), "provider_details": _cell(values, "Реквизиты поставщика"),
        "meters": _whole(values, "Приборы учёта", 0, 99) if _cell(values, "Приборы учёта") else 0,
        "unit": _cell(values, "Ед. изм."), "tariff": tariff, "debt": _money(values, "Долг"), "paid": _money(values, "Оплачено"),
        "volume": volume, "charged": charged, "recalculated": _money(values, "Перерасчёт"),
    }  # fmt: skip
    return ChargeLine(_number(values), _month(values, "Месяц"), _cell(values, "Услуга"), told)


def _payment(values: Values) -> PaymentLine:
    amount = _money(values, "Сумма")
    if amount <= 0:
        raise Invalid("Сумма", "A payment is more than zero: returns stand in the recalculation")
    told = {"paid_on": _day(values, "Дата"), "amount": amount, "place": _cell(values, "Место оплаты")}
    return PaymentLine(_number(values), _cell(values, "Номер платежа"), told)


def _meter(values: Values) -> MeterLine:
    told: dict[str, Any] = {
        "service": _cell(values, "Услуга"), "kind": _choice(values, "Вид", _KINDS), "description": _cell(values, "Описание"),
        "digits": _whole(values, "Знаков", 3, 10), "unit": _cell(values, "Ед. изм."),
        "decimals": _whole(values, "Знаков после запятой", 0, 3) if _cell(values, "Знаков после запятой") else 0,
        "verified_until": _day(values, "Дата очередной поверки") if _cell(values, "Дата очередной поверки") else None,
        "removed_on": _day(values, "Снят") if _cell(values, "Снят") else None,
    }  # fmt: skip
    return MeterLine(_number(values), _cell(values, "№ счётчика"), _cell(values, "Зона"), told, _reading(values))


def _reading(values: Values) -> tuple[date, Decimal, Source] | None:
    if not _cell(values, "Показание"):
        return None
    source = _choice(values, "Источник", _SOURCES) if _cell(values, "Источник") else Source.OFFICE
    return _day(values, "Дата показания"), _decimal(values, "Показание", 3), Source(source)


_PARSERS: Mapping[RegisterKind, Callable[[Values], Line]] = {
    RegisterKind.ACCOUNTS: _account, RegisterKind.CHARGES: _charge, RegisterKind.PAYMENTS: _payment,
    RegisterKind.METERS: _meter,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------ cells
def _number(values: Values) -> str:
    return rules.number(_cell(values, NUMBER.title), NUMBER.title)


def _decimal(values: Values, title: str, places: int) -> Decimal:
    found = typed.number(_cell(values, title) or "0", places)
    if found is None or abs(found) > LARGEST:
        raise Invalid(title, "Column «%(column)s»: write a number, for example 12345,6", column=title)
    return found


def _money(values: Values, title: str) -> Decimal:
    return _decimal(values, title, 2)


def _whole(values: Values, title: str, least: int, most: int) -> int:
    found = typed.whole(_cell(values, title))
    if found is None or not least <= found <= most:
        raise Invalid(title, "Column «%(column)s»: write a whole number from %(least)s to %(most)s",
                      column=title, least=least, most=most)  # fmt: skip
    return found


def _choice(values: Values, title: str, known: Mapping[str, str]) -> str:
    found = known.get(_cell(values, title).casefold())
    if found is None:
        raise Invalid(title, "Column «%(column)s»: write one of %(known)s", column=title, known=", ".join(known))
    return found


def _day(values: Values, title: str) -> date:
    """11.12.2020, or 2020-12-11 as sheets keep it."""
    text = _cell(values, title)
    parts = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text, re.ASCII)
    try:
        found = date(*map(int, parts.groups()[::-1])) if parts else date.fromisoformat(text[:10])
    except ValueError:
        raise Invalid(title, "Column «%(column)s»: write the day as 11.12.2020", column=title) from None
    if not 1990 <= found.year <= 2199:  # noqa: PLR2004 - what stands outside is a slip
        raise Invalid(title, "Column «%(column)s»: write the day as 11.12.2020", column=title)
    return found


def _month(values: Values, title: str) -> date:
    """02.2021, or any day of the month."""
    text = _cell(values, title)
    short = re.fullmatch(r"\d{1,2}\.\d{4}", text, re.ASCII)
    try:
        return _day({plain(title): f"01.{text}" if short else text}, title).replace(day=1)
    except Invalid:
        raise Invalid(title, "Column «%(column)s»: write the month as 02.2021", column=title) from None
