"""One field of the application's form: its name, label, choices, when it is asked, how it is kept. No Streamlit here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from models.connection.form import PASSPORT_FIELDS

Draft = Mapping[str, Any]


class Kind(StrEnum):
    TEXT = "text"
    AREA = "area"
    DAY = "day"  # typed as 14.03.2012, kept as 2012-03-14
    CHOICE = "choice"
    SELECT = "select"
    TICK = "tick"


@dataclass(frozen=True)
class Ask:
    """One field. `name` is its key in the draft; `options` are value → English label. `when`: asked only if the draft so
    far makes it matter."""

    name: str
    label: str
    required: bool = False
    hint: str = ""
    kind: Kind = Kind.TEXT
    options: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    longest: int = 200
    when: Callable[[Draft], bool] | None = None

    @property
    def secret(self) -> bool:
        """Kept encrypted only."""
        return self.name in PASSPORT_FIELDS


@dataclass(frozen=True)
class Part:
    """Fields under one heading."""

    title: str
    asks: tuple[Ask, ...]
    hint: str = ""
    folded: bool = False


def shown(ask: Ask, value: Any) -> str:
    """A kept value as it is typed: days turn round, everything else as it is."""
    text = "" if value is None else str(value)
    if ask.kind is Kind.DAY and len(text) == 10 and text[4] == "-":
        return f"{text[8:]}.{text[5:7]}.{text[:4]}"
    return text


def kept(ask: Ask, typed: Any) -> Any:
    """A typed value as the draft keeps it. A day that is none stays as typed: the check says what is wrong."""
    if ask.kind is Kind.TICK:
        return bool(typed)
    text = str(typed or "").strip()[: ask.longest]
    return iso_day(text) if ask.kind is Kind.DAY else text


def iso_day(text: str) -> str:
    """'7.3.1984' → '1984-03-07'; what is no day stays as it is."""
    pieces = text.replace("/", ".").replace(" ", ".").split(".")
    if len(pieces) == 3 and all(p.isascii() and p.isdigit() for p in pieces) and len(pieces[2]) == 4:
        return f"{pieces[2]}-{pieces[1]:0>2}-{pieces[0]:0>2}"
    return text


def as_day(typed: str) -> date | None:
    """A day as typed, or nothing."""
    try:
        return date.fromisoformat(iso_day(typed.strip()))
    except ValueError:
        return None
