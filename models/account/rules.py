"""Arithmetic and judgements of personal accounts: what is due, what was consumed, whether a reading can be so. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from models.account.tables import Meter
from models.process import typed
from models.process.errors import FeederError, Invalid, NotReady

KOPECK = Decimal("0.01")
TURN = 10  # a counter is believed to have turned over when less than a tenth of its scale was consumed then
# surname, then initials, or name and patronymic: nothing else is surely a person
_PERSON = re.compile(r"[А-ЯЁ][а-яё]+(-[А-ЯЁ][а-яё]+)? ([А-ЯЁ]\. ?[А-ЯЁ]\.|[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]*(ич|вна|чна))")


class TurnedOver(Invalid):
    """The counter may have passed its last figure: the person is asked, `rolled=True` is his yes."""

    def __init__(self, consumed: Decimal) -> None:
        template = (
            "The reading is less than the previous one. If the counter began anew from zero, %(consumed)s was consumed"
        )
        super().__init__("value", template, consumed=plain(consumed))


@dataclass(frozen=True)
class Consumed:
    """What follows from a reading: in units of the meter. `rolled`: the counter has passed its last figure."""

    volume: Decimal
    rolled: bool = False


def due(debt: Decimal, paid: Decimal, charged: Decimal, recalculated: Decimal) -> Decimal:
    """To pay for one service, roubles; below zero it is an advance. Row R-44."""
    return debt - paid + charged + recalculated


def charged(tariff: Decimal, volume: Decimal) -> Decimal:
    """Roubles to the kopeck, halves up. Row R-42."""
    return (tariff * volume).quantize(KOPECK, ROUND_HALF_UP)


def consumption(previous: Decimal, value: Decimal, digits: int) -> Consumed:
    """From one reading to the next on a counter with so many whole figures; both below 10**digits."""
    if value >= previous:
        return Consumed(value - previous)
    return Consumed(value + Decimal(10) ** digits - previous, rolled=True)


def judge(meter: Meter, previous: Decimal | None, value: Decimal) -> Consumed:
    """What a reading says after the previous one. Raises Invalid("value") when the meter cannot show it, or went back."""
    whole, point = meter.digits, meter.decimals
    if value < 0 or value >= Decimal(10) ** whole:
        raise Invalid("value", "The counter shows %(count)s figures before the point: check what is typed", count=whole)
    if value != value.quantize(Decimal(1).scaleb(-point)):
        if point == 0:
            raise Invalid("value", "Write the whole figures only: those after the point are not taken")
        raise Invalid("value", "The counter shows %(count)s figures after the point: check what is typed", count=point)
    if previous is None:
        return Consumed(Decimal(0))
    found = consumption(previous, value, whole)
    if found.rolled and found.volume * TURN > Decimal(10) ** whole:
        raise Invalid("value", "The reading is less than the previous one, %(previous)s: check what is typed",
                      previous=plain(previous))  # fmt: skip
    return found


def refusal(meter: Meter, today: date) -> FeederError | None:
    """Why readings of this meter are not taken now. Row J-089 says the same of meters of organisations."""
    if meter.removed_on is not None and meter.removed_on <= today:
        return NotReady("The meter is removed: its readings are not taken any more")
    if meter.verified_until is not None and meter.verified_until < today:
        return NotReady("The verification of the meter has run out: have it verified or replaced, then enter readings")
    return None


def number(text: str, field: str = "number") -> str:
    """6 to 20 digits; spaces and dashes between them are left out. Raises Invalid."""
    found = re.sub(r"[\s\-]", "", text)
    if not re.fullmatch(r"[0-9]{6,20}", found):
        raise Invalid(
            field, "Write the digits of the account number, 6 to 20 of them: it stands in the payment document"
        )
    return found


def decimal(text: str, field: str = "value") -> Decimal:
    """A number as people write it. Raises Invalid."""
    found = typed.number(text, 6)
    if found is None:
        raise Invalid(field, "Write a number, for example 12345,6")
    return found


def plain(value: Decimal) -> str:
    """As it stands on a counter: no exponent, no zeros that say nothing, a comma."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",") or "0"


def fits(proof: str, holder: str, due_now: Decimal | None) -> bool:
    """Whether somebody knows more of an account than its number: the owner's surname, or the sum to pay of the newest bill.

    The name of an organisation stands on its door and proves nothing; neither does a sum of zero."""
    said = proof.strip()
    if not said:
        return False
    if _PERSON.fullmatch(holder.strip()) and _same(said) == _same(holder.split()[0]):
        return True
    sum_said = typed.number(re.sub(r"(руб(\.|лей|ля|ль)?|₽)$", "", said, flags=re.IGNORECASE))
    return due_now is not None and due_now > 0 and sum_said == due_now


def _same(word: str) -> str:
    return word.casefold().replace("ё", "е")


def next_month(month: date) -> date:
    """The first day of the month after: a bill is told as of it (row R-36)."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
