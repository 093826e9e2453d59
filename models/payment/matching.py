"""To which case a line of a statement belongs: numbers in the purpose, INN of the payer, the sum. Pure arithmetic of points.

A number alone proposes; a number with a sum or an INN that fits is exact. What contradicts is never credited by itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from models.process.words import N_

EXACT, WORTH = 80, 40  # points from which a line is credited by itself, and from which it is proposed
POINTS = {"invoice": 60, "case": 50, "inn": 20, "part": 30, "whole": 30}
REASONS = {
    "invoice": N_("number of the invoice"),
    "case": N_("number of the application or the contract"),
    "inn": N_("INN of the payer"),
    "part": N_("sum of the next part"),
    "whole": N_("whole rest of the invoice"),
    "other_inn": N_("INN is of somebody else"),
    "closed": N_("the application is closed"),
    "nothing_due": N_("nothing is due: it would be overpaid"),
    "several": N_("several applications fit"),
    "no_number": N_("no number of ours in the purpose"),
    "by_hand": N_("matched by hand"),
}
_INVOICE = re.compile(r"(?<!\d)(\d{6})\s*/\s*(\d{2})\s*-\s*[СC]\s*-\s*(\d{1,3})(?!\d)", re.IGNORECASE)
_CASE = re.compile(r"(?<!\d)(\d{6})\s*/\s*(\d{2})(?!\d)")


@dataclass(frozen=True)
class Candidate:
    """A case as matching sees it. Sums in roubles; `inn` is empty for most individuals."""

    application_id: int
    stem: str  # 000123/26
    invoice: str  # number of the invoice in force, or nothing
    inn: str
    next_part: Decimal
    whole_rest: Decimal
    is_open: bool


@dataclass(frozen=True)
class Match:
    """`reasons`: keys of REASONS, what spoke for it and against it."""

    application_id: int | None
    score: int
    reasons: tuple[str, ...]
    exact: bool = False


def invoices_in(purpose: str) -> set[str]:
    """'000123/26-С-1' as our invoices are numbered, however the payer spaced it and whichever C he typed."""
    return {f"{a}/{b}-С-{int(c)}" for a, b, c in _INVOICE.findall(purpose)}


def stems_in(purpose: str) -> set[str]:
    """'000123/26': of applications, contracts and invoices alike."""
    return {f"{a}/{b}" for a, b in _CASE.findall(purpose)}


def match(amount: Decimal, payer_inn: str, purpose: str, candidates: Iterable[Candidate]) -> Match:
    """The best candidate. Two that are equally good are nobody's by themselves."""
    scored = sorted((_scored(amount, payer_inn, purpose, c) for c in candidates), key=lambda m: -m.score)
    if not scored or scored[0].score < WORTH:
        return Match(None, scored[0].score if scored else 0, ("no_number",))
    best = scored[0]
    if len(scored) > 1 and scored[1].score == best.score:
        return Match(best.application_id, best.score, (*best.reasons, "several"))
    return best


def _scored(amount: Decimal, payer_inn: str, purpose: str, c: Candidate) -> Match:
    found: list[str] = []
    if c.invoice and c.invoice in invoices_in(purpose):
        found.append("invoice")
    elif c.stem and c.stem in stems_in(purpose):
        found.append("case")
    if payer_inn and payer_inn == c.inn:
        found.append("inn")
    if amount == c.next_part and amount > 0:
        found.append("part")
    elif amount == c.whole_rest and amount > 0:
        found.append("whole")
    against = []
    if payer_inn and c.inn and payer_inn != c.inn:
        against.append("other_inn")
    if not c.is_open:
        against.append("closed")
    elif amount > c.whole_rest:
        against.append("nothing_due")
    score = sum(POINTS[name] for name in found)
    numbered = "invoice" in found or "case" in found
    return Match(c.application_id, score, (*found, *against), score >= EXACT and numbered and not against)
