"""What may be chosen in the application's form: value → English label. Words only."""

from datetime import date

from models.connection.form import PURPOSES as KEPT
from models.process.words import N_

PURPOSES = {
    KEPT[0]: N_("household needs"),
    KEPT[1]: N_("trade and services"),
    KEPT[2]: N_("production"),
    KEPT[3]: N_("agriculture"),
    KEPT[4]: N_("a social object"),
}

REASONS = {
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

TEMPORARY = {
    "mobile": N_("a movable object: a kiosk, a fair, filming; for a time"),
    "construction": N_("the time of construction, until the permanent connection"),
}

REISSUES = {
    "duplicate": N_("a duplicate of lost papers"),
    "owner": N_("papers in the name of a new owner"),
    "act": N_("the act; the technical conditions are kept"),
    "conditions": N_("the technical conditions"),
    "nothing": N_("everything: no paper is left"),
}

VOLTAGES = {
    "0.4": N_("0.4 kV: a house, a shop"),
    "6": N_("6 kV: an own substation"),
    "10": N_("10 kV: an own substation"),
    "20": N_("20 kV"),
    "35": N_("35 kV"),
    "110": N_("110 kV and more"),
}

GENERATION = {
    "solar": N_("solar panels"),
    "wind": N_("a wind turbine"),
    "gas": N_("a gas engine or a turbine"),
    "diesel": N_("a diesel generator"),
    "hydro": N_("a small hydroelectric plant"),
    "иная": N_("another kind"),
}

# values that the paper of the application prints as they are: Russian
CONTRACTS = {
    "договор энергоснабжения": N_("contract of energy supply"),
    "договор купли-продажи электрической энергии": N_("contract of purchase and sale, the grid apart"),
}

SOCIAL = {
    "large": N_("a family with many children"),
    "poor": N_("poor citizens"),
    "veteran": N_("veterans and disabled veterans of war"),
    "disabled": N_("disabled persons of groups I and II, families with disabled children"),
    "radiation": N_("sufferers from radiation catastrophes"),
    "other": N_("another ground, by the paper I attach"),
}

FEE_CHOICES = {
    "": N_("whichever is less"),
    "standard": N_("by standardised rates"),
    "by_power": N_("by the rate for a kW of power"),
}

WORKS_YEARS = {"": N_("as the Rules say"), "3": N_("three years"), "4": N_("four years")}

PRICES = {name: name for name in ("первая", "вторая", "третья", "четвёртая", "пятая", "шестая")}

QUARTERS = ("I", "II", "III", "IV")


def quarters(today: date, count: int = 12) -> dict[str, str]:
    """'II квартал 2027' for this quarter and those after it; the words of the application itself, so Russian."""
    first = today.year * 4 + (today.month - 1) // 3
    return {(words := f"{QUARTERS[n % 4]} квартал {n // 4}"): words for n in range(first, first + count)}
