"""What the application's form asks: fields by step, their labels, hints and choices. No Streamlit, no session here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from models.connection.form import PASSPORT_FIELDS, PURPOSES
from models.people.tables import PersonKind
from models.process.words import N_


class Kind(StrEnum):
    TEXT = "text"
    AREA = "area"
    DAY = "day"  # typed as 14.03.2012, kept as 2012-03-14
    CHOICE = "choice"
    SELECT = "select"
    TICK = "tick"


@dataclass(frozen=True)
class Ask:
    """One field. `name` is its key in the draft; `options` are value → English label."""

    name: str
    label: str
    required: bool = False
    hint: str = ""
    kind: Kind = Kind.TEXT
    options: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    longest: int = 200

    @property
    def secret(self) -> bool:
        """Kept encrypted only."""
        return self.name in PASSPORT_FIELDS


@dataclass(frozen=True)
class Part:
    """Fields under one heading. `pairs`: side by side on a wide screen."""

    title: str
    asks: tuple[Ask, ...]
    hint: str = ""
    folded: bool = False


STEPS = ("who", "object", "papers", "consent", "sign")
STEP_NAMES = {
    "who": N_("Who applies"),
    "object": N_("Object and power"),
    "papers": N_("Papers to attach"),
    "consent": N_("Consent"),
    "sign": N_("Check and sign"),
}

_CONTACTS = Part(
    N_("Contacts"),
    (
        Ask("phone", N_("Mobile phone"), True, N_("We call only about this application"), example="+7 922 555-01-23"),
        Ask("email", N_("E-mail"), True, N_("Our letters about this application come here")),
        Ask("postal", N_("Postal address"), hint=N_("If it differs from the address above")),
    ),
)
_REPRESENTED = Ask(
    "represented",
    N_("A representative files the application"),
    kind=Kind.TICK,
    hint=N_("We ask for a power of attorney"),
)
_INDIVIDUAL = (
    Part(
        N_("The applicant"),
        (
            Ask("name", N_("Family name, first name, patronymic"), True, N_("As in the passport")),
            Ask("birth_date", N_("Date of birth"), True, kind=Kind.DAY, example="17.03.1984"),
            Ask("snils", N_("SNILS"), True, example="112-233-445 95"),
            Ask("inn", N_("INN"), hint=N_("12 digits, if you know it")),
            Ask("address", N_("Address of registration"), True, longest=300),
            _REPRESENTED,
        ),
    ),
    Part(
        N_("Passport"),
        (
            Ask("passport_series", N_("Passport: series"), True, example="4108"),
            Ask("passport_number", N_("Passport: number"), True, example="512340"),
            Ask("passport_issued", N_("Passport: date of issue"), True, kind=Kind.DAY, example="02.04.2008"),
            Ask("passport_code", N_("Passport: department code"), True, example="470-021"),
            Ask("passport_issuer", N_("Passport: issued by"), True, longest=300),
        ),
        hint=N_("Kept encrypted. The staff see it only when they have to, and every look is written down."),
    ),
    _CONTACTS,
)
_BANK = Part(
    N_("Bank account for returns"),
    (
        Ask("bank_bic", N_("Bank BIC"), example="044030653"),
        Ask("bank_account", N_("Account number"), hint=N_("20 digits")),
        Ask("bank_name", N_("Bank name")),
    ),
    folded=True,
)
_ENTREPRENEUR = (
    Part(
        N_("The applicant"),
        (
            Ask("name", N_("Family name, first name, patronymic"), True, N_("As in the register of entrepreneurs")),
            Ask("inn", N_("INN"), True, example="720312345678"),
            Ask("ogrn", N_("OGRNIP"), True, N_("15 digits")),
            Ask("address", N_("Address of registration"), True, longest=300),
            _REPRESENTED,
        ),
    ),
    _CONTACTS,
    _BANK,
)
_ORGANISATION = (
    Part(
        N_("The applicant"),
        (
            Ask("name", N_("Short name"), True, example="ООО «Лесной двор»"),
            Ask("full", N_("Name in full"), longest=300),
            Ask("inn", N_("INN"), True, N_("10 digits")),
            Ask("ogrn", N_("OGRN"), True, N_("13 digits")),
            Ask("kpp", N_("KPP"), True, example="471201001"),
            Ask("address", N_("Legal address"), True, longest=300),
        ),
    ),
    Part(
        N_("Who signs for the organisation"),
        (
            Ask("head", N_("Head: family name, first name, patronymic"), True),
            Ask("head_post", N_("Post"), True, example="Генеральный директор"),
            Ask("authority", N_("Acts on the ground of"), True, example="устава"),
            _REPRESENTED,
        ),
    ),
    _CONTACTS,
    _BANK,
)
WHO: dict[str, tuple[Part, ...]] = {
    PersonKind.INDIVIDUAL: _INDIVIDUAL,
    PersonKind.ENTREPRENEUR: _ENTREPRENEUR,
    PersonKind.LEGAL_ENTITY: _ORGANISATION,
}

_PURPOSES = {
    PURPOSES[0]: N_("household needs"),
    PURPOSES[1]: N_("trade and services"),
    PURPOSES[2]: N_("production"),
    PURPOSES[3]: N_("agriculture"),
    PURPOSES[4]: N_("a social object"),
}
QUARTERS = ("I", "II", "III", "IV")


def quarters(today: date, count: int = 12) -> dict[str, str]:
    """'II квартал 2027' for this quarter and those after it; the words of the application itself, so Russian."""
    first = today.year * 4 + (today.month - 1) // 3
    return {(words := f"{QUARTERS[n % 4]} квартал {n // 4}"): words for n in range(first, first + count)}


def object_parts(kind: str, today: date) -> tuple[Part, ...]:
    """The step «Object and power»."""
    site = Part(
        N_("The object"),
        (
            Ask("object_name", N_("Object name"), True, example="Садовый дом"),
            Ask("object_address", N_("Object address"), True, N_("Settlement, street, house or plot"), longest=300),
            Ask("cadastre", N_("Cadastral number of the plot"), hint=N_("Stands in the extract from the land register"),
                example="47:03:0512004:118"),
            Ask("reason", N_("Why you apply"), True, kind=Kind.SELECT, options={
                "new": N_("a new connection"), "increase": N_("more power"),
                "category": N_("another reliability category"), "point": N_("another point of connection")}),
        ),
    )  # fmt: skip
    power = Part(
        N_("Power"),
        (
            Ask("purpose", N_("What the power is for"), True, kind=Kind.SELECT, options=_PURPOSES),
            Ask("power_kw", N_("Power asked, kW"), True, N_("Number of kW, for example 15 or 7,5"), longest=10),
            Ask("prior_kw", N_("Connected before, kW"), hint=N_("0 if nothing is connected yet"), longest=10),
            Ask("generation_kw", N_("Own generation, kW"), hint=N_("Solar panels and the like, up to 15 kW; otherwise leave it empty"), longest=10),
            Ask("voltage_kv", N_("Voltage"), True, kind=Kind.CHOICE, options={"0.4": N_("0.4 kV: a house, a shop"), "10": N_("10 kV: an own substation")}),
            Ask("phases", N_("Phases"), True, kind=Kind.CHOICE, options={"3": N_("three, 380 V"), "1": N_("one, 220 V")}),
            Ask("reliability", N_("Reliability category"), True, N_("III suits houses, shops, farms. II and I need a second source"),
                kind=Kind.CHOICE, options={"III": "III", "II": "II", "I": "I"}),
        ),
    )  # fmt: skip
    works = Part(
        N_("Devices and dates"),
        (
            Ask("devices", N_("What will be switched on"), True, kind=Kind.AREA, example="электроплита, водонагреватель, освещение", longest=1000),
            Ask("commissioning", N_("When you need the power"), True, kind=Kind.SELECT, options=quarters(today)),
            Ask("supplier", N_("Electricity supplier"), True, N_("The guaranteeing supplier of your place is filled in"), longest=200),
            _ground(kind),
        ),
    )  # fmt: skip
    return site, power, works


def _ground(kind: str) -> Ask:
    if kind == PersonKind.INDIVIDUAL:
        return Ask("social", N_("I have the right to the social rate"), kind=Kind.TICK,
                   hint=N_("Large families, veterans, disabled persons and others: we ask for a paper"))  # fmt: skip
    return Ask("procurement_law", N_("We buy under the law on public procurement (44-FZ) or the state defence order"),
               kind=Kind.TICK, hint=N_("You get more days to pay the first part"))  # fmt: skip


def parts_of(step: str, kind: str, today: date) -> tuple[Part, ...]:
    """Fields of a step; nothing for steps without fields of their own."""
    if step == "who":
        return WHO[kind]
    return object_parts(kind, today) if step == "object" else ()


def asks_of(step: str, kind: str, today: date) -> Iterator[Ask]:
    return (ask for part in parts_of(step, kind, today) for ask in part.asks)


def step_of(name: str, kind: str, today: date) -> str:
    """On which step a fault is repaired."""
    if name.startswith("file_"):
        return "papers"
    if name == "consent":
        return "consent"
    return next((s for s in STEPS for ask in asks_of(s, kind, today) if ask.name == name), "object")


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
    if ask.kind is not Kind.DAY:
        return text
    pieces = text.replace("/", ".").replace(" ", ".").split(".")
    if len(pieces) == 3 and all(p.isascii() and p.isdigit() for p in pieces) and len(pieces[2]) == 4:
        return f"{pieces[2]}-{pieces[1]:0>2}-{pieces[0]:0>2}"
    return text
