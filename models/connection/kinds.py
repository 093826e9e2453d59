"""What follows from the kind of a case: its papers, whether it is inspected, who else has a say. Pure, one case in, a fact out.

ПП 861, п. 15, 18, 82–90, 110; domain b.4."""

from decimal import Decimal

from models.connection.tables import Application, Category, Path

OFFER_PAPERS = ("contract", "conditions", "invoice", "guide")
ORDINARY_PAPERS = ("contract", "conditions")
_REISSUED = {  # what was asked for → its papers; a duplicate, a new owner and kept conditions give the act
    "conditions": ("conditions",),
    "nothing": ("conditions", "connection_act"),
}


def ordinary(case: Application) -> bool:
    return case.path == Path.ORDINARY


def above_low_voltage(case: Application) -> bool:
    return case.voltage_kv > Decimal("0.4")


def offer_papers(case: Application) -> tuple[str, ...]:
    """What is made when the conditions are approved. A reissue makes what was asked for, and its invoice (п. 67–74)."""
    if case.category == Category.REISSUE:
        return (*_REISSUED.get(str(case.previous.get("kind")), ("connection_act",)), "invoice")
    return ORDINARY_PAPERS if ordinary(case) else OFFER_PAPERS


def closing_paper(case: Application) -> str:
    """Ordinary path and above 0.4 kV an act, else a notice (п. 19, 110)."""
    return "connection_act" if ordinary(case) or above_low_voltage(case) else "readiness_notice"


def closing_papers(case: Application) -> tuple[str, ...]:
    """What is made when the voltage is on, after the meter's act; the first reliability category has a reserve besides."""
    reserve = ("reserve_act",) if ordinary(case) and case.reliability == "I" else ()
    return (closing_paper(case), *reserve)


def inspected(case: Application) -> bool:
    """On the ordinary path always, through the cabinet above 0.4 kV only (п. 82–90, 108)."""
    return (ordinary(case) and case.category != Category.REISSUE) or above_low_voltage(case)


def takes_power(case: Application) -> bool:
    """New power of a feeding centre. Documents issued again and redistribution inside one centre take none (п. 34, 67);
    nor does generation alone."""
    return case.power_kw > 0 and case.category not in (Category.REISSUE, Category.REDISTRIBUTE)


def system_operator(case: Application) -> bool:
    """The System Operator approves the conditions (п. 15, 21; domain b.4)."""
    return case.category in (Category.GE_670, Category.GEN)


def rtn_kind(case: Application) -> str:
    """notice | permission | nothing. ПП 861, п. 18(1)–18(4); law 33: a company's paper of 2026 tells it otherwise."""
    total = case.power_kw + case.prior_kw
    if case.category == Category.LE_150:
        return "notice" if case.reliability == "II" else ""
    if case.category in (Category.LE_150_670, Category.IND_GT_15) and 150 < total < 670:
        return "notice" if case.reliability == "III" and case.voltage_kv <= 20 else "permission"
    if case.category in (Category.GE_670, Category.GEN, Category.GRID):
        return "permission"
    return "permission" if case.category == Category.IND_GT_15 and total >= 670 else ""
