"""What is legal and what it is called: labels of stages, the legal moves, facts of a case, faults of its conditions.

ПП РФ № 861; domain b. Pure: no session here."""

from decimal import Decimal
from typing import Any

from models.connection import tables as t
from models.connection.categories import CATEGORY_NAMES, LARGE_KW, Choice, Switches, Told, choose
from models.connection.needs import (
    OFFER_PAPERS,
    ORDINARY_PAPERS,
    Known,
    above_low_voltage,
    closing_paper,
    closing_papers,
    inspected,
    offer_papers,
    ordinary,
    rtn_kind,
    system_operator,
)
from models.connection.tables import Application, Category, Stage
from models.connection.wanted import Paper, papers_wanted
from models.process.errors import Invalid
from models.process.moves import Moves
from models.process.tables import TermRule
from models.process.typed import number, whole
from models.process.words import N_
from models.rulebook.limits import LIMITS

__all__ = ["CATEGORY_NAMES", "CONDITIONS_REQUIRED", "MOVES", "OFFER_PAPERS", "ORDINARY_PAPERS", "STAGE_NAMES", "Choice",
           "Known", "Paper", "Switches", "Told", "above_low_voltage", "asked_longer", "category", "choose", "closing_paper", "closing_papers", "column",
           "conditions_faults", "facts", "inspected", "offer_papers", "ordinary", "papers_wanted", "points_faults", "reissue_faults", "rtn_kind",
           "system_operator"]  # fmt: skip

STAGE_NAMES = {
    Stage.DRAFT: N_("draft"),
    Stage.SUBMITTED: N_("received"),
    Stage.CHECKING: N_("being checked"),
    Stage.AWAITING_INFO: N_("awaiting corrections"),
    Stage.ENGINEERING: N_("technical conditions in preparation"),
    Stage.APPROVAL: N_("in approval"),
    Stage.OFFER_PLACED: N_("contract, conditions and invoice placed; awaiting payment"),
    Stage.CONTRACT_SENT: N_("draft contract and conditions sent; awaiting signature"),
    Stage.DISAGREEMENT: N_("disagreement"),
    Stage.CONCLUDED: N_("contract concluded"),
    Stage.EXECUTION: N_("contract in execution"),
    Stage.INSPECTION: N_("technical conditions being inspected"),
    Stage.METERING: N_("admission of the meter"),
    Stage.ENERGISED: N_("voltage supplied"),
    Stage.COMPLETED: N_("completed"),
    Stage.RETURNED: N_("returned without consideration"),
    Stage.REDIRECTED: N_("redirected to another grid company"),
    Stage.WITHDRAWN: N_("withdrawn by the applicant"),
    Stage.ANNULLED_NO_INFO: N_("annulled: information was not supplied"),
    Stage.ANNULLED_NO_PAYMENT: N_("annulled: the invoice was not paid"),
    Stage.ANNULLED_NOT_SIGNED: N_("annulled: the contract was not signed"),
    Stage.TERMINATED: N_("contract terminated"),
}

# the table stands in moves.py; whoever asks for the rules of the process finds it here
from models.connection.moves import TABLE  # noqa: E402 - the names of stages come first

MOVES = Moves(t.PROCESS, TABLE, {str(stage): name for stage, name in STAGE_NAMES.items()})


# ------------------------------------------------------------------------------------------------ facts
def category(
    kind: str, total_kw: Decimal, generation_kw: Decimal, reliability: str, household: bool, sources: int = 0
) -> Category:
    """The category alone, for somebody who applies anew; `choose` gives the path and the reason too."""
    needed = sources or (1 if reliability == "III" else 2)
    told = Told(kind, total_kw, Decimal(0), generation_kw, reliability, needed, household)
    return choose(told).category


def column(case: Application) -> str:
    """By which column of the table of terms a case goes. Individuals above 15 kW and adjacent grids go by power
    (domain b.2); 670 kW exactly has the works term of the middle band and all else of the upper (law 39)."""
    total = case.power_kw + case.prior_kw
    by_power = case.category in (Category.IND_GT_15, Category.GRID, Category.GE_670)
    if not by_power:
        return case.category or ""
    if total == LARGE_KW:
        return "AT_670"
    return Category.GE_670 if total > LARGE_KW else Category.LE_150_670


def facts(case: Application) -> dict[str, bool]:
    """Facts that conditions of term rules name. `near`: ≤20 kV and ≤300 m in towns or ≤500 m elsewhere (п. 16 б)."""
    distance = case.distance_m if case.distance_m is not None else 0
    near = case.voltage_kv <= 20 and distance <= (300 if case.town else 500)
    low, on_ordinary = not above_low_voltage(case), ordinary(case)
    reissue = case.category == Category.REISSUE
    kind = str(case.previous.get("kind", "")) if reissue else ""
    return {
        "near": near,
        "above_04": not low,
        "investment_works": case.investment_works,
        "land_relations": case.land_relations,
        "fast_works": low
        and distance <= 15
        and not case.land_relations
        and not case.investment_works
        and case.category in (Category.IND_15, Category.LE_150),
        "procurement_law": case.procurement_law,
        "path_x": not on_ordinary,
        "signed": on_ordinary and not reissue,
        "temporary": case.category == Category.TEMP,
        "inspected": inspected(case),
        "so": system_operator(case),
        "rtn_notice": rtn_kind(case) == "notice",
        "reissue_duplicate": kind in ("duplicate", "owner"),
        "reissue_act": kind == "act",
        "reissue_conditions": kind == "conditions",
        "reissue_nothing": kind == "nothing",
    }


def asked_longer(case: Application, rule: TermRule) -> str:
    """'4y', when the applicant himself asked for longer works than the rule gives, up to its `max_by_request`; else ''.

    Source: п. 16 б): up to four years on the applicant's initiative, from 670 kW and for generation."""
    most = str((rule.alternative or {}).get("max_by_request", {}).get(column(case), "")).rstrip("y")
    typed = whole(case.draft.get("works_years"))
    usual = str((rule.lengths or {}).get(column(case), "0y"))
    if not most or typed is None or not usual.endswith("y"):
        return ""
    years = min(typed, int(most))
    return f"{years}y" if years > int(usual.rstrip("y")) else ""


# ------------------------------------------------------------------------------------------------ conditions
_MOST_WORK = Decimal(100_000)  # kilometres or units of one work
LEAST_YEARS = 2  # what the rule TU-EXP gives to everybody
CONDITIONS_REQUIRED = ("source", "feeder", "substation", "point", "distance_m", "grid_works", "own_works", "years")


_MOST = Decimal(10) ** 9  # roubles of one decision; nobody means more


def _positive(value: object, most: Decimal = _MOST) -> bool:
    """A quantity above nothing in usual digits, as typed: '0.2'."""
    found = number(value)
    return found is not None and 0 < found < most


def conditions_faults(values: dict[str, Any], most_years: int = LIMITS["conditions_years"].usual) -> list[Invalid]:
    """What is still missing in technical conditions, by field. `most_years`: the limit of the day (п. 24)."""
    faults = [Invalid(name, "Fill in this field") for name in CONDITIONS_REQUIRED if values.get(name) in (None, "", [])]
    works = [*(values.get("grid_works") or []), *(values.get("generation_works") or [])]
    if any(w.get("rate") and not _positive(w.get("quantity"), _MOST_WORK) for w in works):
        faults.append(Invalid("grid_works", "Write how much of each work is done: its cost is counted from it"))
    if not values.get("possible", True):
        faults += _project_faults(values)
    years = str(values.get("years") or "").strip()
    if years and not LEAST_YEARS <= (whole(years) or 0) <= most_years:
        told = "Technical conditions are valid from %(least)s to %(most)s years (п. 24)"
        faults.append(Invalid("years", told, least=LEAST_YEARS, most=most_years))
    return faults


def points_faults(case: Application, values: dict[str, Any]) -> list[Invalid]:
    """The application asks for so many points of connection: each is named, with its part of the power."""
    more = values.get("more_points") or []
    if len(more) + 1 != case.points:
        return [
            Invalid(
                "more_points",
                "Points of connection that the application asks for: %(count)s. Name each of them",
                count=case.points,
            )
        ]
    if not all(str(p.get("point") or "").strip() and _positive(p.get("kw")) for p in more):
        return [Invalid("more_points", "Write the place and the power of every point of connection")]
    if more and sum(number(p["kw"]) or 0 for p in more) >= case.power_kw + case.prior_kw:
        return [
            Invalid(
                "more_points", "The further points have no less power than the whole object: the first needs its part"
            )
        ]
    return []


def _project_faults(values: dict[str, Any]) -> list[Invalid]:
    """Without technical possibility the regulator sets the fee: its sum without VAT and its decision (п. 30(1), 30(5))."""
    net = number(values.get("project_net"), 2)
    faults = [] if net and 0 < net < _MOST else [Invalid("project_net", "Write the sum as roubles and kopecks, for example 14850,00")]  # fmt: skip
    if not str(values.get("project_basis") or "").strip():
        faults.append(Invalid("project_basis", "Write the decision of the regulator: its number and day"))
    return faults


METER_OF_OLD = ("serial", "model", "accuracy", "verified", "place")


def reissue_faults(values: dict[str, Any]) -> list[Invalid]:
    """A reissued act speaks of a meter that stands already: the engineer writes it down."""
    told = values.get("meter") or {}
    return [Invalid(f"meter_{name}", "Fill in this field") for name in METER_OF_OLD if not told.get(name)]
