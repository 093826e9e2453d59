"""What a power must say to be taken, whom a contact names, how a representative is called. Pure: no session here.

ГК РФ, ст. 182, 185, 185.1, 186, 188; ПП РФ 861, п. 9 (a representative's paper goes with the application)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.people import rules
from models.people.represent_tables import ACTS, Act, Basis, Representative
from models.people.tables import PersonKind, User
from models.process.errors import FeederError, Invalid

LONGEST = timedelta(days=3 * 366)  # ГК РФ, ст. 186 sets no longest term: this company asks anew after three years
_PHONE = 10  # digits and more: a phone; fewer are a registration number

# moves of a connection: what a representative needs for each. What is not named here the principal does himself.
OF_MOVES: dict[str, frozenset[Act]] = {
    "submit": frozenset({Act.FILE, Act.SIGN}),
    "supply_info": frozenset({Act.CORRESPOND}),
    "raise_remarks": frozenset({Act.SIGN}),
    "refuse_offer": frozenset({Act.SIGN}),
    "report_own_works": frozenset({Act.CORRESPOND}),
    "record_rtn": frozenset({Act.CORRESPOND}),
    "remark": frozenset({Act.CORRESPOND}),
    "report_fault": frozenset({Act.CORRESPOND}),
    "withdraw": frozenset({Act.WITHDRAW}),
}


class BeyondPower(FeederError):
    """The power is in force, but not for this."""

    template = "%(principal)s has not given you the right to «%(act)s»: ask for a wider power or leave it to them"


class OnlyInPerson(FeederError):
    """No power carries this."""

    template = "This is done by the applicant in person, not by a representative: %(principal)s"


@dataclass(frozen=True)
class Scan:
    """A file that was sniffed, checked and stored: `key` is the sha256 of its bytes."""

    key: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Offer:
    """As the principal typed it. `first` and `last`: days on which the power is in force, both included."""

    contact: str
    agent_name: str
    basis: str
    number: str
    issued_on: date | None
    acts: Sequence[str]
    first: date | None
    last: date | None
    application_id: int | None = None
    notary: str = ""


def contact_of(typed: str) -> str:
    """As it is kept and compared. Raises Invalid("contact") for what is no e-mail, phone or registration number."""
    text = typed.strip()
    if "@" in text:
        return rules.email(text, "contact").lower()
    if len(rules.digits(text)) >= _PHONE:
        return rules.phone(text, "contact")
    if not text or len(text) > 40:
        raise Invalid("contact", "Write the e-mail, the phone or the registration number of the representative")
    return text


def contacts_of(user: User) -> set[str]:
    """What names this person for certain: an unproved e-mail or phone names nobody."""
    email = user.email.lower() if user.email_confirmed_at else ""
    phone = user.phone if user.phone_confirmed_at else ""
    return {found for found in (user.registration_number or "", email, phone) if found}


def faults(offer: Offer, principal: User, today: date) -> list[Invalid]:
    """Everything that is wrong with an offer, each beside its field."""
    found = []
    try:
        if contact_of(offer.contact) in _own(principal):
            found.append(Invalid("contact", "These are your own: name another person"))
    except Invalid as wrong:
        found.append(wrong)
    if len(offer.agent_name.split()) < 2:  # noqa: PLR2004 - a family name and a first one
        found.append(Invalid("agent_name", "Write the full name as in the power"))
    if offer.basis not in bases_of(principal):
        found.append(Invalid("basis", "Choose from the list"))
    if not offer.number.strip():
        found.append(Invalid("number", "Write the number of the paper; «б/н» if it has none"))
    if offer.issued_on is None or offer.issued_on > today:
        found.append(Invalid("issued_on", "Write the day of the paper, not later than today"))
    if not offer.acts or not set(offer.acts) <= set(Act):
        found.append(Invalid("acts", "Choose what the representative may do"))
    return found + _term(offer, today)


def _own(user: User) -> set[str]:
    return {found for found in (user.registration_number or "", user.email.lower(), user.phone) if found}


def bases_of(principal: User) -> list[Basis]:
    """The head acts for a firm, a parent or guardian for a person."""
    more = Basis.HEAD if principal.kind == PersonKind.LEGAL_ENTITY else Basis.LAW
    return [Basis.POWER, more]


def _term(offer: Offer, today: date) -> list[Invalid]:
    if offer.first is None:
        return [Invalid("first", "Write the first day of the power")]
    if offer.last is None or offer.last < max(offer.first, today):
        return [Invalid("last", "Write the last day of the power: not before today and not before its first day")]
    if offer.last - max(offer.first, today) > LONGEST:
        return [Invalid("last", "Three years at most: then the power is shown anew")]
    if offer.issued_on and offer.first < offer.issued_on <= today:
        return [Invalid("first", "A power is in force from its own day at the earliest")]
    return []


def term_of(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, by local time."""
    begins = datetime.combine(first, time(), zone)
    return begins, datetime.combine(last + timedelta(days=1), time(), zone)


def last_day(row: Representative, zone: ZoneInfo) -> date:
    return (row.until - timedelta(microseconds=1)).astimezone(zone).date()


def same_name(one: str, other: str) -> bool:
    """«Фёдор» and «Федор» are one; order and case of the words do not matter."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> list[str]:
    return sorted(name.lower().replace("ё", "е").split())


def may(row: Representative, act: Act) -> bool:
    return act in row.acts


def missing(acts: Collection[str], wanted: Collection[Act]) -> Act | None:
    """The first act that is wanted and not given."""
    return next((act for act in Act if act in wanted and act not in acts), None)


def move_given(name: str, acts: Collection[str] | None) -> bool:
    """Whether a move of a connection is open to who has these acts; None: it is his own case."""
    return acts is None or (name in OF_MOVES and missing(acts, OF_MOVES[name]) is None)


def beyond(act: Act, row: Representative) -> BeyondPower:
    return BeyondPower(act=ACTS[act], principal=row.principal_name)


# ------------------------------------------------------------------------------------------------ words of papers
def paper_of(row: Representative) -> str:
    """'доверенность № 12 от 01.02.2026, нотариус …': Russian, it goes into histories, letters and papers."""
    day = f"{row.issued_on:%d.%m.%Y}"
    notary = f", удостоверил(а): {row.notary}" if row.notary else ""
    if row.basis == Basis.HEAD:
        return f"запись ЕГРЮЛ № {row.number} от {day}"
    if row.basis == Basis.LAW:
        return f"документ о законном представительстве № {row.number} от {day}{notary}"
    return f"доверенность № {row.number} от {day}{notary}"


def called(row: Representative) -> str:
    """'Иванова А. А. по доверенности № 12 от 01.02.2026 за ООО «Лесной двор»'."""
    day, name = f"{row.issued_on:%d.%m.%Y}", short(row.agent_name)
    ground = {
        Basis.POWER: f"по доверенности № {row.number} от {day}",
        Basis.HEAD: f"как руководитель (ЕГРЮЛ, запись № {row.number} от {day})",
        Basis.LAW: f"как законный представитель (документ № {row.number} от {day})",
    }[Basis(row.basis)]
    return f"{name} {ground} за {row.principal_name}"


def short(name: str) -> str:
    """'Иванова Анна Андреевна' → 'Иванова А. А.'; a firm keeps its name."""
    family, *rest = name.split() or [""]
    if "«" in name or not rest:
        return name
    return " ".join([family, *(f"{word[0]}." for word in rest[:2])])
