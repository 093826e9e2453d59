"""What was typed into a form, read field by field: every fault is collected, so that a person sees them all at once. Pure."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from models.process.errors import Invalid
from models.process.typed import number


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
        found = number(self.text(name) or "0")
        if found is not None and found != round(found, 2):
            self.faults.append(Invalid(name, "Write power to the hundredth of a kW: it is not rounded"))
            return Decimal(0)
        if found is None or not Decimal(low) <= found <= Decimal(high):
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


def kilowatts(typed: str) -> Decimal | None:
    """'7,5' → 7.5; nothing when it is no number or finer than a hundredth."""
    return number(typed, 2)
