"""The category of an application from what the applicant says, and why, in plain words. Pure: no session here.

Domain b.2; ПП 861, п. 12–14, 34, 41, 103. Bounds are compared as typed: nothing is rounded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.connection.stages import Category, Path, path_of
from models.people.tables import PersonKind
from models.process.errors import Invalid
from models.process.words import N_
from models.rulebook.limits import LIMITS

HOUSEHOLD_KW, SMALL_KW, LARGE_KW = Decimal(15), Decimal(150), Decimal(670)
MICRO_KW = Decimal(15)  # micro-generation: up to 15 kW and 1000 V
MICRO_KV = Decimal(1)
FOURTH_KW = Decimal(5000)

CATEGORY_NAMES = {
    Category.IND_15: N_("individual, up to 15 kW, household needs (п. 14)"),
    Category.IND_150_MICRO: N_("individual, up to 150 kW with micro-generation (п. 13(2)–13(5))"),
    Category.MICRO: N_("micro-generation (п. 13(2)–13(5))"),
    Category.IND_GT_15: N_("individual, by a signed contract (п. 9, 12)"),
    Category.LE_150: N_("organisation or entrepreneur, up to 150 kW (п. 12(1))"),
    Category.TEMP: N_("temporary connection (п. 13)"),
    Category.LE_150_670: N_("organisation or entrepreneur, by a signed contract, less than 670 kW (п. 12)"),
    Category.GE_670: N_("670 kW and more (п. 9, 10)"),
    Category.GEN: N_("generation (п. 9, 10, 21)"),
    Category.GRID: N_("adjacent grid company (п. 41, 42)"),
    Category.REDISTRIBUTE: N_("redistribution of power between consumers (п. 34–38)"),
    Category.REISSUE: N_("documents of the connection restored or issued again (п. 67–74)"),
}


@dataclass(frozen=True)
class Switches:
    """What is contested between sources: settings of the utility, off unless it says otherwise.

    x_individual_max_kw: 15 by the text of 2025, 150 by a company's paper of 2026 (law 36). by_payment: contracts of
    150–670 kW are concluded by payment (law 37). fourth: the fourth reliability category above 5 MW (law 38)."""

    x_individual_max_kw: Decimal = HOUSEHOLD_KW
    by_payment: bool = False
    fourth: bool = False
    mobile_months: int = LIMITS["temporary_months"].usual  # movable objects at most, by the limit of the day (п. 54)

    @classmethod
    def of(cls, org: Mapping[str, Any]) -> "Switches":
        told = org.get("connection", {})
        return cls(
            Decimal(str(told.get("x_individual_max_kw", HOUSEHOLD_KW))),
            bool(told.get("contract_by_payment_150_670", False)),
            bool(told.get("fourth_reliability_category", False)),
        )


@dataclass(frozen=True)
class Told:
    """What the applicant says. Powers in kW; `kw` is asked now, `prior_kw` was connected before."""

    kind: str
    kw: Decimal
    prior_kw: Decimal = Decimal(0)
    generation_kw: Decimal = Decimal(0)
    reliability: str = "III"
    sources: int = 1
    household: bool = False
    reason: str = "new"
    temporary: str = ""  # mobile | construction
    voltage_kv: Decimal = Decimal("0.4")

    @property
    def total(self) -> Decimal:
        return self.kw + self.prior_kw

    @property
    def individual(self) -> bool:
        return self.kind == PersonKind.INDIVIDUAL


@dataclass(frozen=True)
class Choice:
    """The category, its path, and the reason: `_(why) % facts`. `paragraph` of the Rules."""

    category: Category
    path: Path
    why: str
    paragraph: str
    facts: Mapping[str, Any] = field(default_factory=dict)


_BY_REASON = {
    "reissue": (Category.REISSUE, N_("You ask for documents of a connection that exists already"), "п. 67–74"),
    "redistribution": (Category.REDISTRIBUTE, N_("Another consumer gives you a part of his power"), "п. 34–38"),
    "grid": (Category.GRID, N_("You are a grid company: grids are connected to each other by a signed contract"), "п. 41, 42"),
}  # fmt: skip


def choose(told: Told, switches: Switches | None = None) -> Choice:
    """Reissue, redistribution, adjacent grid; then temporary, generation, power, reliability, sources, purpose.

    Raises Invalid beside the field that fits no category."""
    if told.reason in _BY_REASON:
        category, why, paragraph = _BY_REASON[told.reason]
        return Choice(category, path_of(category), why, paragraph)
    _check_reliability(told, switches or Switches())
    if told.reason == "temporary":
        return _temporary(told)
    if told.generation_kw > 0:
        return _generation(told, switches or Switches())
    if told.individual:
        return _individual(told, switches or Switches())
    return _organisation(told)


def _check_reliability(told: Told, switches: Switches) -> None:
    if told.reliability == "IV" and not (switches.fourth and told.total > FOURTH_KW):
        raise Invalid("reliability", "The fourth reliability category is not in force here: choose I, II or III")
    if told.reliability in ("I", "II") and told.sources < 2:
        raise Invalid("sources", "The first and second reliability category need two independent sources")


def _made(category: Category, why: str, paragraph: str, told: Told, **facts: object) -> Choice:
    return Choice(category, path_of(category), why, paragraph, {"kw": told.total} | facts)


def _temporary(told: Told) -> Choice:
    if told.temporary == "mobile" and told.total > SMALL_KW:
        raise Invalid(
            "power_kw", "Movable objects are connected for a time up to 150 kW: ask for a permanent connection"
        )
    why = (
        N_("A movable object, up to 150 kW, for a time")
        if told.temporary == "mobile"
        else N_("For the time of construction, until the permanent connection")
    )
    return _made(Category.TEMP, why, "п. 13, 52–54", told)


def _generation(told: Told, switches: Switches) -> Choice:
    if told.generation_kw > MICRO_KW or told.voltage_kv > MICRO_KV:
        why = N_("Generation of %(generation)s kW: micro-generation is up to 15 kW and 1000 V")
        return _made(Category.GEN, why, "п. 9, 10, 21", told, generation=told.generation_kw)
    if told.kw == 0:
        why = N_("Only micro-generation is added to devices that are connected already")
        return _made(Category.MICRO, why, "п. 13(2), 13(4)", told)
    if told.individual and told.total <= SMALL_KW and told.sources == 1:
        why = N_("%(kw)s kW in all, not more than 150 kW, together with micro-generation, one source")
        return _made(Category.IND_150_MICRO, why, "п. 13(3), 13(5)", told)
    return _individual(told, switches) if told.individual else _organisation(told)


def _individual(told: Told, switches: Switches) -> Choice:
    one = told.sources == 1 and told.reliability == "III"
    if not one:
        why = N_("Two sources or a reliability category above the third: the contract is signed by both sides")
        return _made(Category.IND_GT_15, why, "п. 9, 12", told)
    if told.total <= HOUSEHOLD_KW:
        if not told.household:
            raise Invalid("purpose", "For business apply as an entrepreneur or an organisation")
        return _made(
            Category.IND_15, N_("%(kw)s kW in all, not more than 15 kW, household needs, one source"), "п. 14", told
        )
    if told.total <= switches.x_individual_max_kw and told.generation_kw == 0:
        why = N_("%(kw)s kW in all, not more than %(bound)s kW, third reliability category: through the cabinet")
        return Choice(
            Category.IND_GT_15, Path.X, why, "раздел X", {"kw": told.total, "bound": switches.x_individual_max_kw}
        )
    why = N_("%(kw)s kW in all, more than 15 kW: the contract is signed by both sides")
    return _made(Category.IND_GT_15, why, "п. 9, 12", told)


def _organisation(told: Told) -> Choice:
    if told.total >= LARGE_KW:
        return _made(Category.GE_670, N_("%(kw)s kW in all, 670 kW or more"), "п. 9, 10", told)
    if told.total > SMALL_KW:
        return _made(Category.LE_150_670, N_("%(kw)s kW in all, more than 150 and less than 670 kW"), "п. 12", told)
    if told.reliability == "I":
        why = N_("%(kw)s kW in all, but the first reliability category: the contract is signed by both sides")
        return _made(Category.LE_150_670, why, "п. 9, 12", told)
    return _made(
        Category.LE_150, N_("%(kw)s kW in all, not more than 150 kW, second or third category"), "п. 12(1)", told
    )
