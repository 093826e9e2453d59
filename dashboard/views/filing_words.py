"""What the application's form asks: steps, and the fields of each for what has been typed so far. No Streamlit, no session."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from dashboard.views.filing_asks import Ask, Draft, Kind, Part, as_day, kept, shown
from dashboard.views.filing_object import object_parts
from dashboard.views.filing_options import quarters
from dashboard.views.filing_who import WHO
from models.process.words import N_

__all__ = ["STEPS", "STEP_NAMES", "WHO", "Ask", "Kind", "Part", "as_day", "asks_of", "kept", "object_parts", "parts_of",
           "quarters", "shown", "step_of"]  # fmt: skip

STEPS = ("who", "object", "papers", "consent", "sign")
STEP_NAMES = {
    "who": N_("Who applies"),
    "object": N_("Object and power"),
    "papers": N_("Papers to attach"),
    "consent": N_("Consent"),
    "sign": N_("Check and sign"),
}


def parts_of(step: str, kind: str, today: date, draft: Draft | None = None) -> tuple[Part, ...]:
    """Fields of a step: all that may be asked, or only those that matter for this draft."""
    whole = WHO[kind] if step == "who" else object_parts(kind, today) if step == "object" else ()
    if draft is None:
        return whole
    found = (replace(p, asks=tuple(a for a in p.asks if a.when is None or a.when(draft))) for p in whole)
    return tuple(p for p in found if p.asks)


def asks_of(step: str, kind: str, today: date, draft: Draft | None = None) -> Iterator[Ask]:
    return (ask for part in parts_of(step, kind, today, draft) for ask in part.asks)


def step_of(name: str, kind: str, today: date) -> str:
    """On which step a fault is repaired."""
    if name.startswith("file_"):
        return "papers"
    if name == "consent":
        return "consent"
    return next((s for s in STEPS for ask in asks_of(s, kind, today) if ask.name == name), "object")
