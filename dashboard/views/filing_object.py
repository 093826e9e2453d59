"""The step «Object and power»: what is asked of every kind of request, each field only where it matters (domain b.8).

Words only; what is right is told by models.connection.form."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from dashboard.views.filing_asks import Ask, Draft, Kind, Part
from models.connection.form import PURPOSES, kilowatts
from models.people.tables import PersonKind
from models.process.words import N_

LARGE = Decimal(150)
HUGE = Decimal(670)
_PURPOSES = {
    PURPOSES[0]: N_("household needs"),
    PURPOSES[1]: N_("trade and services"),
    PURPOSES[2]: N_("production"),
    PURPOSES[3]: N_("agriculture"),
    PURPOSES[4]: N_("a social object"),
}
_REASONS = {
    "new": N_("a new connection"),
    "increase": N_("more power"),
    "category": N_("another reliability category"),
    "point": N_("another point of connection"),
    "scheme": N_("another scheme of outer supply"),
    "activity": N_("another kind of activity"),
    "temporary": N_("a temporary connection"),
    "reissue": N_("papers of the connection lost or issued anew"),
    "redistribution": N_("another consumer gives me a part of his power"),
    "grid": N_("I am an adjacent grid company"),
}
_TEMPORARY = {
    "mobile": N_("a movable object: a kiosk, a fair, filming; up to 12 months"),
    "construction": N_("the time of construction, until the permanent connection"),
}
_REISSUES = {
    "duplicate": N_("a duplicate of lost papers"),
    "owner": N_("papers in the name of a new owner"),
    "act": N_("the act; the technical conditions are kept"),
    "conditions": N_("the technical conditions"),
    "nothing": N_("everything: no paper is left"),
}
_VOLTAGES = {
    "0.4": N_("0.4 kV: a house, a shop"),
    "6": N_("6 kV: an own substation"),
    "10": N_("10 kV: an own substation"),
    "20": N_("20 kV"),
    "35": N_("35 kV"),
    "110": N_("110 kV and more"),
}
_GENERATION = {
    "solar": N_("solar panels"),
    "wind": N_("a wind turbine"),
    "gas": N_("a gas engine or a turbine"),
    "diesel": N_("a diesel generator"),
    "hydro": N_("a small hydroelectric plant"),
    "иная": N_("another kind"),
}
# values that the paper of the application prints as they are: Russian
_CONTRACTS = {
    "договор энергоснабжения": N_("contract of energy supply"),
    "договор купли-продажи электрической энергии": N_("contract of purchase and sale, the grid apart"),
}
_PRICES = {name: name for name in ("первая", "вторая", "третья", "четвёртая", "пятая", "шестая")}
QUARTERS = ("I", "II", "III", "IV")


def quarters(today: date, count: int = 12) -> dict[str, str]:
    """'II квартал 2027' for this quarter and those after it; the words of the application itself, so Russian."""
    first = today.year * 4 + (today.month - 1) // 3
    return {(words := f"{QUARTERS[n % 4]} квартал {n // 4}"): words for n in range(first, first + count)}


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
            Ask("reason", N_("Why you apply"), True, kind=Kind.SELECT, options=_REASONS),
        ),
    )  # fmt: skip


def _kinds_of_case() -> tuple[Part, ...]:
    temporary, partner, reissue = _reason("temporary"), _reason("redistribution"), _reason("reissue")
    return (
        Part(N_("Temporary connection"), (
            Ask("temporary", N_("For what"), True, kind=Kind.CHOICE, options=_TEMPORARY, when=temporary),
            Ask("temporary_until", N_("Last day"), True, kind=Kind.DAY, example="30.09.2027", when=temporary),
        )),
        Part(N_("Who gives you power"), (
            Ask("partner_name", N_("Name of the consumer"), True, N_("An organisation or a person"), when=partner),
            Ask("partner_inn", N_("His INN"), True, N_("10 or 12 digits"), when=partner),
            Ask("partner_contract", N_("Agreement on the redistribution"), hint=N_("Number and day"), when=partner),
        )),
        Part(N_("What is to be issued again"), (
            Ask("reissue_kind", N_("Which papers"), True, kind=Kind.CHOICE, options=_REISSUES, when=reissue),
            Ask("previous_papers", N_("Numbers and days of the earlier papers"), kind=Kind.AREA, hint=N_("Whatever you know: it makes the search shorter"), longest=1000, when=reissue),
        )),
    )  # fmt: skip


def _power() -> Part:
    return Part(
        N_("Power"),
        (
            Ask("purpose", N_("What the power is for"), True, kind=Kind.SELECT, options=_PURPOSES),
            Ask("power_kw", N_("Power asked, kW"), True, N_("Number of kW, for example 15 or 7,5"), longest=10),
            Ask("prior_kw", N_("Connected before, kW"), hint=N_("0 if nothing is connected yet"), longest=10),
            Ask("generation_kw", N_("Own generation, kW"), hint=N_("Solar panels and the like. Leave it empty if there are none"), longest=10),
            Ask("generation_kind", N_("What generates"), kind=Kind.SELECT, options=_GENERATION, when=_generates),
            Ask("voltage_kv", N_("Voltage"), True, kind=Kind.SELECT, options=_VOLTAGES),
            Ask("phases", N_("Phases"), True, kind=Kind.CHOICE, options={"3": N_("three, 380 V"), "1": N_("one, 220 V")},
                when=lambda draft: str(draft.get("voltage_kv") or "0.4") == "0.4"),
            Ask("reliability", N_("Reliability category"), True, N_("III suits houses, shops, farms. II and I need a second source"),
                kind=Kind.CHOICE, options={"III": "III", "II": "II", "I": "I"}),
            Ask("sources", N_("Independent sources"), kind=Kind.CHOICE, options={"1": "1", "2": "2", "3": "3"}, when=_two_sources),
            Ask("nonlinear", N_("Loads that distort the current"), hint=N_("Converters, welding, arc furnaces. Leave it empty if there are none"), when=_large),
            Ask("reserve_kw", N_("Technological and emergency reserve, kW"), hint=N_("The least power that keeps people and equipment safe"), longest=10, when=_reserved),
        ),
    )  # fmt: skip


def _devices(kind: str, today: date) -> Part:
    business = () if kind == PersonKind.INDIVIDUAL else (
        Ask("supply_contract", N_("Contract with the supplier"), kind=Kind.SELECT, options=_CONTRACTS),
        Ask("price_category", N_("Price category"), hint=N_("If you do not know it, leave it empty: the first one"), kind=Kind.SELECT, options=_PRICES),
    )  # fmt: skip
    return Part(
        N_("Devices and dates"),
        (
            Ask("devices", N_("What will be switched on"), True, kind=Kind.AREA, example="электроплита, водонагреватель, освещение", longest=1000),
            Ask("commissioning", N_("When you need the power"), True, kind=Kind.SELECT, options=quarters(today)),
            Ask("supplier", N_("Electricity supplier"), True, N_("The guaranteeing supplier of your place is filled in"), longest=200),
            *business,
            Ask("payment_variant", N_("How you pay"), kind=Kind.CHOICE, options={"": N_("by the usual schedule"), "instalments": N_("in instalments, with interest")},
                when=_instalments),
            Ask("quarters", N_("In how many quarters"), hint=N_("From 1 to 12; empty: as many as the law allows"), longest=2, when=_by_quarters),
            _ground(kind),
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


def _ground(kind: str) -> Ask:
    if kind == PersonKind.INDIVIDUAL:
        return Ask("social", N_("I have the right to the social rate"), kind=Kind.TICK,
                   hint=N_("Large families, veterans, disabled persons and others: we ask for a paper"))  # fmt: skip
    return Ask("procurement_law", N_("We buy under the law on public procurement (44-FZ) or the state defence order"),
               kind=Kind.TICK, hint=N_("You get more days to pay the first part"))  # fmt: skip
