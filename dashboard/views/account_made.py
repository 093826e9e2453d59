"""The three reports on an account as plain tables: for the screen, for paper and for a workbook alike. They change nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlmodel import Session

from dashboard import parts
from dashboard.views import account_words as words
from documents.account_report import Printed
from documents.sheets.statistics import Cell, Sheet
from documents.wording import amount, day, figure
from infra.wording import N_, _
from models.account import queries
from models.account.sight import AccountSight, Bill
from models.account.tables import SOURCES, MeterKind, Source

ZERO = Decimal(0)


class Kind(StrEnum):
    PAYMENTS = "payments"
    CHARGES = "charges"
    READINGS = "readings"


TITLES = {
    Kind.PAYMENTS: N_("History of payments"), Kind.CHARGES: N_("History of charges"), Kind.READINGS: N_("Readings of meters"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see. Both days are in; of charges they are first days of months."""

    kind: Kind
    first: date
    last: date
    meters: MeterKind = MeterKind.INDIVIDUAL


@dataclass(frozen=True)
class Field:
    """A column: its title, how a value is written, its class on the screen, its share of the paper's width in percent."""

    title: str
    write: Callable[[object], str]
    cls: str
    width: int


@dataclass(frozen=True)
class Report:
    """`keys`: what a row is known by; of a payment its number in the database."""

    title: str
    about: str
    fields: Sequence[Field]
    keys: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def texts(self) -> list[list[str]]:
        return [[_text(f, v) for f, v in zip(self.fields, row, strict=True)] for row in self.rows]

    def columns(self) -> list[parts.Column]:
        return [parts.Column(f.title, f.cls) for f in self.fields]

    def sheet(self) -> Sheet:
        return Sheet(self.title, self.about, [f.title for f in self.fields], self.rows)

    def printed(self, number: str) -> Printed:
        numbers = ["right" if "n" in f.cls.split() else "left" for f in self.fields]
        return Printed(
            self.title, number, self.about, [f.title for f in self.fields], self.texts(),
            numbers, [f.width for f in self.fields],
        )  # fmt: skip


def _text(field: Field, value: Cell) -> str:
    return "" if value is None or value == "" else field.write(value)


def make(db: Session, account: AccountSight, asked: Asked) -> Report:
    """Run it behind the reader's wall."""
    made = {Kind.PAYMENTS: _payments, Kind.CHARGES: _charges, Kind.READINGS: _readings}[asked.kind]
    return made(db, account, asked)


def _about(account: AccountSight, asked: Asked) -> str:
    by_month = asked.kind == Kind.CHARGES
    first, last = (words.month(d) if by_month else day(d) for d in (asked.first, asked.last))
    period = first if first == last else f"{first} – {last}"
    return f"{words.line(account)}. {_('Period')}: {period}"


def _days(value: object) -> str:
    assert isinstance(value, date)
    return day(value)


def _money(value: object) -> str:
    assert isinstance(value, Decimal)
    return amount(value)


def _count(value: object) -> str:
    assert isinstance(value, Decimal)
    return figure(value)


def _tariff(value: object) -> str:
    assert isinstance(value, Decimal)
    return words.tariff(value)


def _payments(db: Session, account: AccountSight, asked: Asked) -> Report:
    found = queries.payments(db, account.id, asked.first, asked.last)
    fields = (Field(_("Date of the payment"), _days, "nw", 25), Field(_("Sum, roubles"), _money, "n", 25),
              Field(_("Place of the payment"), str, "", 50))  # fmt: skip
    rows: list[list[Cell]] = [[p.paid_on, p.amount, p.place] for p in found]
    return Report(_(TITLES[asked.kind]), _about(account, asked), fields, [str(p.id) for p in found], rows)


def _charges(db: Session, account: AccountSight, asked: Asked) -> Report:
    fields = (Field(_("Month"), str, "nw", 16), Field(_("Service"), str, "", 20), Field(_("Tariff, roubles."), _tariff, "n", 10),
              Field(_("Volume of consumption"), str, "n", 15), Field(_("Charged, roubles"), _money, "n", 13),
              Field(_("Recalculation, roubles"), _money, "n", 13), Field(_("To pay, roubles"), _money, "n", 13))  # fmt: skip
    bills = queries.charges(db, account.id, asked.first, asked.last)
    rows = [row for bill in bills for row in _of_bill(bill)]
    return Report(_(TITLES[asked.kind]), _about(account, asked), fields, [str(n) for n in range(len(rows))], rows)


def _of_bill(bill: Bill) -> list[list[Cell]]:
    """Its services and its total."""
    month = words.month(bill.month)
    lines: list[list[Cell]] = [
        [month, x.service, x.tariff, words.volume(x.volume, x.unit), x.charged, x.recalculated, x.due]
        for x in bill.lines
    ]
    charged, again = (sum((getattr(x, name) for x in bill.lines), ZERO) for name in ("charged", "recalculated"))
    return [*lines, [month, _("Total:"), None, None, charged, again, bill.total]]


def _readings(db: Session, account: AccountSight, asked: Asked) -> Report:
    found = queries.readings(db, account.id, asked.meters, asked.first, asked.last)
    fields = (Field(_("Date of the reading"), _days, "nw", 13), Field(_("Service"), str, "", 19),
              Field(_("Meter no."), str, "", 20), Field(_("Reading"), _count, "n", 13), Field(_("Consumption"), _count, "n", 12),
              Field(_("Unit of measure"), str, "nw", 10), Field(_("How received"), str, "", 13))  # fmt: skip
    rows: list[list[Cell]] = [
        [r.day, f"{r.service}, {r.zone}" if r.zone else r.service, r.serial, r.value, r.consumed, r.unit,
         _(SOURCES[Source(r.source)])]
        for r in found
    ]  # fmt: skip
    title = f"{_(TITLES[asked.kind])}: {_(words.METERS[asked.meters]).lower()}"
    return Report(title, _about(account, asked), fields, [str(n) for n in range(len(rows))], rows)
