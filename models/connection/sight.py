"""Shapes of what screens show of a case. Texts are English source with facts; a Decimal fact is money, a date is a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Phrase:
    """`_(template) % facts`, with money and days written the Russian way."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Clock:
    """One term as a screen shows it. `left`: working days to the end, negative when late. `share`: 0…1 of it used."""

    rule: str
    title: str
    whose: str  # grid | applicant | supplier
    starts_on: date
    due_on: date
    left: int
    share: float
    state: str  # done | done_late | running | soon | late | paused | cancelled | expired
    done_on: date | None
    basis: str
    on_lapse: str
    is_right: bool
    ref: str = ""


@dataclass(frozen=True)
class Turn:
    """Whose move it is, what to do, until when, what happens then and what if not."""

    whose: str  # applicant | grid | supplier | nobody
    title: Phrase
    due_on: date | None = None
    left: int | None = None
    then: Phrase = field(default_factory=lambda: Phrase(""))
    otherwise: Phrase = field(default_factory=lambda: Phrase(""))
    action: str = ""  # pay | supply_info | continue_draft | report_own_works | sign | record_rtn, or nothing


@dataclass(frozen=True)
class Step:
    """A knot of the timeline. A step ahead says what it hangs on, never an invented date."""

    state: str  # done | now | next | out
    on: date | None
    when: Phrase
    what: Phrase
    detail: Phrase


@dataclass(frozen=True)
class Milestone:
    """One of the eight fields of the card (rows G-32…G-38). `there`: it has happened; otherwise `value` says when."""

    label: str
    value: Phrase
    there: bool
