"""The step «Object and power»: what is asked of every kind of request, each field only where it matters (domain b.8).

Words only; what is right is told by models.connection.form."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from dashboard.views.filing_asks import Ask, Draft, Kind, Part
from dashboard.views.filing_options import (
    CONTRACTS,
    FEE_CHOICES,
    GENERATION,
    PRICES,
    PURPOSES,
    REASONS,
    REISSUES,
    SOCIAL,
    TEMPORARY,
    VOLTAGES,
    WORKS_YEARS,
    quarters,
)
from models.connection.form import kilowatts
from models.people.tables import PersonKind
from models.process.words import N_

LARGE = Decimal(150)
HUGE = Decimal(670)
MICRO = Decimal(15)


# ------------------------------------------------------------------------------------------------ when something matters
def _kw(draft: Draft, name: str = "power_kw") -> Decimal:
    return kilowatts(str(draft.get(name) or "0")) or Decimal(0)


def whole_kw(draft: Draft) -> Decimal:
    """Asked now and connected before."""
    return _kw(draft) + _kw(draft, "prior_kw")


def _reason(*names: str) -> Callable[[Draft], bool]:
    return lambda draft: (draft.get("reason") or "new") in names


def _large(draft: Draft) -> bool:
    return whole_kw(draft) >= LARGE


def _generates(draft: Draft) -> bool:
    return _kw(draft, "generation_kw") > 0


def _two_sources(draft: Draft) -> bool:
    return draft.get("reliability") in ("I", "II") or str(draft.get("sources") or "1") != "1"


def _first(draft: Draft) -> bool:
    return draft.get("reliability") == "I"


def _above_third(draft: Draft) -> bool:
    return draft.get("reliability") in ("I", "II")


def _reserved(draft: Draft) -> bool:
    """Technological and emergency reserve: from 670 kW, for generation and the first category (п. 14(2))."""
    return whole_kw(draft) >= HUGE or draft.get("reliability") == "I"


# ------------------------------------------------------------------------------------------------ fields
def object_parts(kind: str, today: date) -> tuple[Part, ...]:
    """Everything this kind of applicant may be asked on the step."""
    return _site(), *_kinds_of_case(), _power(), _devices(kind, today)


def _site() -> Part:
    return Part(
        N_("The object"),
        (
            Ask("object_name", N_("Object name"), True, example="Садовый дом"),
            Ask("object_address", N_("Object address"), True, N_("Settlement, street, house or plot"), longest=300),
            Ask("cadastre", N_("Cadastral number of the plot"), hint=N_("Stands in the extract from the land register"),
                example="47:03:0512004:118"),
            Ask("landmark", N_("Landmark"), hint=N_("If the plot has no address yet: what stands nearby"), longest=300),
            Ask("fias", N_("Code of the address in the state register"), hint=N_("At will: it makes the address exact"),
                example="29251dcf-00a1-4e34-98d4-5c47484a36d4"),
            Ask("reason", N_("Why you apply"), True, kind=Kind.SELECT, options=REASONS),
        ),
    )  # fmt: skip


def _kinds_of_case() -> tuple[Part, ...]:
    temporary, partner, reissue = _reason("temporary"), _reason("redistribution"), _reason("reissue")
    return (
        Part(N_("Temporary connection"), (
            Ask("temporary", N_("For what"), True, kind=Kind.CHOICE, options=TEMPORARY, when=temporary),
            Ask("temporary_until", N_("Last day"), True, kind=Kind.DAY, example="30.09.2027", when=temporary),
        )),
        Part(N_("Who gives you power"), (
            Ask("partner_name", N_("Name of the consumer"), True, N_("An organisation or a person"), when=partner),
            Ask("partner_inn", N_("His INN"), True, N_("10 or 12 digits"), when=partner),
            Ask("partner_contract", N_("Agreement on the redistribution"), hint=N_("Number and day"), when=partner),
        )),
        Part(N_("What is to be issued again"), (
            Ask("reissue_kind", N_("Which papers"), True, kind=Kind.CHOICE, options=REISSUES, when=reissue),
            Ask("previous_papers", N_("Numbers and days of the earlier papers"), kind=Kind.AREA, hint=N_("Whatever you know: it makes the search shorter"), longest=1000, when=reissue),
        )),
    )  # fmt: skip


def _power() -> Part:
    return Part(
        N_("Power"),
        (
            Ask("purpose", N_("What the power is for"), True, kind=Kind.SELECT, options=PURPOSES),
            Ask("power_kw", N_("Power asked, kW"), True, N_("Number of kW, for example 15 or 7,5"), longest=10),
            Ask("prior_kw", N_("Connected before, kW"), hint=N_("0 if nothing is connected yet"), longest=10),
            Ask("generation_kw", N_("Own generation, kW"), hint=N_("Solar panels and the like. Leave it empty if there are none"), longest=10),
            Ask("generation_kind", N_("What generates"), kind=Kind.SELECT, options=GENERATION, when=_generates),
            Ask("voltage_kv", N_("Voltage"), True, kind=Kind.SELECT, options=VOLTAGES),
            Ask("phases", N_("Phases"), True, kind=Kind.CHOICE, options={"3": N_("three, 380 V"), "1": N_("one, 220 V")},
                when=lambda draft: str(draft.get("voltage_kv") or "0.4") == "0.4"),
            Ask("reliability", N_("Reliability category"), True, N_("III suits houses, shops, farms. II and I need a second source"),
                kind=Kind.CHOICE, options={"III": "III", "II": "II", "I": "I"}),
            Ask("first_kw", N_("Of it in the first category, kW"), hint=N_("Empty: all the power is of the category chosen above"), longest=10, when=_first),
            Ask("second_kw", N_("Of it in the second category, kW"), hint=N_("What is left is of the third category"), longest=10, when=_above_third),
            Ask("points", N_("Points of connection"), hint=N_("At how many places the line enters; usually one"), longest=2),
            Ask("sources", N_("Independent sources"), kind=Kind.CHOICE, options={"1": "1", "2": "2", "3": "3"}, when=_two_sources),
            Ask("nonlinear", N_("Loads that distort the current"), hint=N_("Converters, welding, arc furnaces. Leave it empty if there are none"), when=_large),
            Ask("reserve_kw", N_("Technological and emergency reserve, kW"), hint=N_("The least power that keeps people and equipment safe"), longest=10, when=_reserved),
        ),
    )  # fmt: skip


def _devices(kind: str, today: date) -> Part:
    business = () if kind == PersonKind.INDIVIDUAL else (
        Ask("supply_contract", N_("Contract with the supplier"), kind=Kind.SELECT, options=CONTRACTS),
        Ask("price_category", N_("Price category"), hint=N_("If you do not know it, leave it empty: the first one"), kind=Kind.SELECT, options=PRICES),
    )  # fmt: skip
    return Part(
        N_("Devices and dates"),
        (
            Ask("devices", N_("What will be switched on"), True, kind=Kind.AREA, example="электроплита, водонагреватель, освещение", longest=1000),
            Ask("design", N_("When the design of your devices is ready"), kind=Kind.SELECT, options=quarters(today), when=_large),
            Ask("commissioning", N_("When you need the power"), True, kind=Kind.SELECT, options=quarters(today)),
            Ask("supplier", N_("Electricity supplier"), True, N_("The guaranteeing supplier of your place is filled in"), longest=200),
            *business,
            Ask("payment_variant", N_("How you pay"), kind=Kind.CHOICE, options={"": N_("by the usual schedule"), "instalments": N_("in instalments, with interest")},
                when=_instalments),
            Ask("quarters", N_("In how many quarters"), hint=N_("From 1 to 12; empty: as many as the law allows"), longest=2, when=_by_quarters),
            Ask("fee_choice", N_("How the fee is counted"), hint=N_("Both sums stand in the calculation. Without a rate for a kW of power the standardised rates are used"),
                kind=Kind.CHOICE, options=FEE_CHOICES, when=fee_is_chosen),
            Ask("works_years", N_("How long our works may take"), hint=N_("If you build for years yourself, you may ask for more time"),
                kind=Kind.CHOICE, options=WORKS_YEARS, when=works_are_long),
            *_ground(kind),
        ),
    )  # fmt: skip


def _instalments(draft: Draft) -> bool:
    """Up to 150 kW for business, and micro-generation of a person (п. 104)."""
    if draft.get("reason") in ("reissue", "temporary", "redistribution", "grid") or whole_kw(draft) > LARGE:
        return False
    if (draft.get("kind") or PersonKind.INDIVIDUAL) == PersonKind.INDIVIDUAL:
        return _generates(draft)
    return draft.get("reliability") != "I"


def _by_quarters(draft: Draft) -> bool:
    return _instalments(draft) and draft.get("payment_variant") == "instalments"


def fee_is_chosen(draft: Draft) -> bool:
    """Between two methods, where no preferential rate settles the fee (методические указания 490/22)."""
    if draft.get("reason") in ("reissue", "redistribution"):
        return False
    return whole_kw(draft) > LARGE or (draft.get("reliability") or "III") != "III"


def works_are_long(draft: Draft) -> bool:
    """From 670 kW and for generation above micro: up to four years on the applicant's own request (п. 16 б)."""
    if draft.get("reason") in ("reissue", "temporary", "redistribution"):
        return False
    return whole_kw(draft) >= HUGE or _kw(draft, "generation_kw") > MICRO


def _ground(kind: str) -> tuple[Ask, ...]:
    if kind == PersonKind.INDIVIDUAL:
        return (
            Ask("social", N_("I have the right to the social rate"), kind=Kind.TICK,
                hint=N_("Large families, veterans, disabled persons and others: we ask for a paper")),
            Ask("social_ground", N_("On which ground"), kind=Kind.SELECT, options=SOCIAL, when=lambda d: bool(d.get("social"))),
        )  # fmt: skip
    return (
        Ask("procurement_law", N_("We buy under the law on public procurement (44-FZ) or the state defence order"),
            kind=Kind.TICK, hint=N_("You get more days to pay the first part")),
    )  # fmt: skip
