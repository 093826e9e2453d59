"""What was typed into a form, read field by field: every fault is collected, so that a person sees them all at once. Pure."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from models.process.errors import Invalid


class Sheet:
    """Collects every fault, so that a person sees them all at once."""

    def __init__(self, typed: dict[str, Any]) -> None:
        self.typed, self.faults = typed, list[Invalid]()

    def text(self, name: str) -> str:
        return str(self.typed.get(name) or "").strip()

    def ask(self, name: str, message: str = "Fill in this field") -> str:
        value = self.text(name)
        if not value:
            self.faults.append(Invalid(name, message))
        return value

    def checked(self, name: str, check: Callable[[str], str], *, required: bool = True) -> str:
        value = self.ask(name) if required else self.text(name)
        if not value:
            return ""
        try:
            return check(value)
        except Invalid as fault:
            self.faults.append(Invalid(name, fault.template, **fault.facts))
            return value

    def kw(self, name: str, low: str, high: str) -> Decimal:
        found = _plain(self.text(name) or "0")
        if found.is_finite() and found != round(found, 2):
            self.faults.append(Invalid(name, "Write power to the hundredth of a kW: it is not rounded"))
            return Decimal(0)
        if not found.is_finite() or not Decimal(low) <= found <= Decimal(high):
            self.faults.append(
                Invalid(
                    name, "Power is a number of kW from %(low)s to %(high)s, for example 15 or 7,5", low=low, high=high
                )
            )
            return Decimal(0)
        return found.quantize(Decimal("0.01"))

    def day(self, name: str, *, required: bool = True) -> date | None:
        value = self.ask(name) if required else self.text(name)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.faults.append(Invalid(name, "Write the date as day, month, year, for example 14.03.2012"))
            return None


_HUGE = Decimal("1e12")  # more digits than that cannot be rounded, and nobody means them


def _plain(typed: str) -> Decimal:
    """NaN for what is no number in usual digits."""
    value = typed.replace(",", ".").replace(" ", "").replace("\u00a0", "")
    try:
        found = Decimal(value if value.isascii() and "_" not in value else "NaN")
    except InvalidOperation:
        return Decimal("NaN")
    return found if found.is_finite() and abs(found) < _HUGE else Decimal("NaN")


def kilowatts(typed: str) -> Decimal | None:
    """'7,5' → 7.50; nothing when it is no number or finer than a hundredth."""
    found = _plain(typed)
    return found if found.is_finite() and found == round(found, 2) else None
