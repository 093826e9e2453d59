"""Name, phone and the like of this utility for page heads; from the database, remembered for a minute."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra import profiles
from infra.database import database
from infra.wording import _
from models.connection import queries

_FRESH = 60.0  # seconds
_seen: list[tuple[float, "Utility"]] = []


@dataclass(frozen=True)
class Utility:
    name: str = "Фидер"
    full_short: str = ""
    phone: str = ""
    hours: str = ""
    email: str = ""

    @property
    def dial(self) -> str:
        """For tel: links."""
        return _dial(self.phone)


@dataclass(frozen=True)
class Way:
    """One way to reach people. `link`: tel:, mailto: or a page, empty for an office told in words."""

    title: str
    value: str
    hours: str = ""
    address: str = ""

    @property
    def link(self) -> str:
        if self.address:
            return self.address
        if "@" in self.value:
            return f"mailto:{self.value}"
        number = self.value.partition(",")[0]  # without the extension
        return f"tel:{_dial(number)}" if _NUMBER.fullmatch(number) else ""


_NUMBER = re.compile(r"\+?\d[\d ()-]{9,18}")


def _dial(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit() or c == "+")


def ways() -> list[Way]:
    """Phone, what the profile tells, e-mail: each number and address once, under the profile's own word for it."""
    ours = utility()
    told = [Way(c.title, c.value, c.hours, c.address) for c in profiles.cabinet().contacts]
    known = {way.value for way in told}
    phone = [Way(_("Phone"), ours.phone, ours.hours)] if ours.phone and ours.phone not in known else []
    email = [Way(_("E-mail"), ours.email)] if ours.email and ours.email not in known else []
    return [*phone, *told, *email]


def utility() -> Utility:
    """Error pages need it while the database is away: then the last known one, or a nameless one."""
    if not _seen or time.monotonic() - _seen[0][0] > _FRESH:
        try:
            with database().transaction() as session:
                found = _from(queries.org(session).get("utility", {}))
        except Exception:  # noqa: BLE001 - the head of a page must never be the reason why the page fails
            return _seen[0][1] if _seen else Utility()
        _seen[:] = [(time.monotonic(), found)]
    return _seen[0][1]


def forget() -> None:
    _seen.clear()


def _from(values: Mapping[str, Any]) -> Utility:
    names = ("name", "full_short", "phone", "hours", "email")
    return Utility(**{name: str(values[name]) for name in names if values.get(name)})
