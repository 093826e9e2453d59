"""Name, phone and the like of this utility for page heads; from the database, remembered for a minute."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.database import database
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
        return "".join(c for c in self.phone if c.isdigit() or c == "+")


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
