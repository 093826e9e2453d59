"""The public calculator: what a visitor types, checked; the fee, the terms and the category by the rules of today.

An estimate promises nothing: the works are those of a plain line of the named length. Nothing personal is asked."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlmodel import Session, select

from models.connection import queries as connection
from models.connection import rules as cases
from models.connection.papers.offer import works_rule
from models.connection.stages import Category, Path
from models.connection.tables import Application
from models.payment import queries
from models.payment.calculation import Fee, Floor, Site
from models.payment.instalments import Part, parts
from models.payment.ledger_tables import Estimate
from models.payment.rules import fee
from models.people.tables import PersonKind
from models.process.errors import FeederError, Invalid, ManyInvalid
from models.process.tables import TermRule
from models.process.typed import number as typed_number
from models.process.words import N_

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
MOST_KW, MOST_M = Decimal(50_000), 50_000
LINES = {"air": "C2.3.1.4.1.1", "cable": "C3.1.2.1.1.1"}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": tuple(PersonKind),
    "use": ("household", "business"),
    "voltage": ("0.4", "10"),
    "phases": ("1", "3"),
    "place": ("country", "town"),
    "reliability": ("III", "II", "I"),
    "line": ("air", "cable", "none"),
}
START = {
    "kind": "individual", "use": "household", "kw": "15", "prior": "0", "generation": "", "voltage": "0.4", "phases": "3",
    "place": "country", "distance": "", "reliability": "III", "line": "air", "social": "",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Typed and checked. Powers in kW, distance in metres."""

    kind: PersonKind
    household: bool
    kw: Decimal
    prior: Decimal
    generation: Decimal
    voltage: str
    phases: int
    town: bool
    distance: int
    reliability: str
    line: str
    social: bool


@dataclass(frozen=True)
class Answer:
    """The estimate of one visit. `works`: (rule, length, unit); `offer`: the term of the papers; faults say why not."""

    asked: Asked
    choice: cases.Choice
    fee: Fee | None
    shares: Sequence[Part]
    offer: TermRule | None
    works: tuple[TermRule, int, str] | None
    fault: FeederError | None
    line_m: int
    day: date


# ------------------------------------------------------------------------------------------------ what is typed
def read(typed: Mapping[str, str]) -> Asked:
    """Raises ManyInvalid, one fault a field."""
    faults: list[Invalid] = []

    def pick(name: str) -> str:
        value = typed.get(name, "") or START[name]
        if value not in CHOICES[name]:
            faults.append(Invalid(name, "Choose one of the answers"))
        return value

    def number(name: str, most: Decimal, places: int, example: str) -> Decimal:
        found = _number(typed.get(name, ""), places)
        if found is None or found > most:
            faults.append(
                Invalid(name, "Write a number from 0 to %(most)s, for example %(example)s", most=most, example=example)
            )
            return Decimal(0)
        return found

    chosen = {name: pick(name) for name in CHOICES}
    kw, prior = number("kw", MOST_KW, 2, "15"), number("prior", MOST_KW, 2, "5")
    generation = number("generation", MOST_KW, 2, "10")
    distance = number("distance", Decimal(MOST_M), 0, "120")
    if kw == 0 and generation == 0 and not any(f.field == "kw" for f in faults):
        faults.append(Invalid("kw", "Name the power: it is more than nothing"))
    if not typed.get("distance", "").strip():
        faults.append(Invalid("distance", "Name the distance to the nearest pole or substation, in metres"))
    if faults:
        raise ManyInvalid(faults)
    kind = PersonKind(chosen["kind"])
    individual = kind == PersonKind.INDIVIDUAL
    return Asked(
        kind, individual and chosen["use"] == "household", kw, prior, generation, chosen["voltage"], int(chosen["phases"]),
        chosen["place"] == "town", int(distance), chosen["reliability"], chosen["line"], individual and bool(typed.get("social")),
    )  # fmt: skip


def _number(text: str, places: int) -> Decimal | None:
    found = typed_number(text.strip() or "0", places)
    return found if found is not None and found >= 0 else None


# ------------------------------------------------------------------------------------------------ what it comes to
def answer(session: Session, asked: Asked, day: date) -> Answer:
    """By the rates and rules of `day`. Raises Invalid where no category fits."""
    told = connection.org(session)
    choice = cases.choose(_told(asked), cases.Switches.of(told))
    case = _case(asked, choice)
    site = _site(asked, case)
    found, fault = None, None
    try:
        floor = Floor(told.get("connection", {}).get("pref_floor", "strict"))
        found = fee(site, queries.rates_on(session, day, floor))
    except FeederError as error:
        fault = error
    table = connection.rules_today(session, day)
    template = str(told.get("connection", {}).get("pay_template", "PAY-X25")) if choice.path == Path.X else "PAY-O"
    shares = parts(found.total, found.vat, queries.schedule_on(session, template, day)) if found else ()
    return Answer(asked, choice, found, shares, _offer(table, choice), _works(case, table), fault, _line_m(asked), day)


def _told(asked: Asked) -> cases.Told:
    sources = 1 if asked.reliability == "III" else 2
    return cases.Told(
        kind=asked.kind, kw=asked.kw, prior_kw=asked.prior, generation_kw=asked.generation, sources=sources,
        reliability=asked.reliability, household=asked.household, voltage_kv=Decimal(asked.voltage),
    )  # fmt: skip


def _case(asked: Asked, choice: cases.Choice) -> Application:
    """A case that is never saved: rules of terms ask it for facts."""
    return Application(
        applicant_id=0, branch_id=0, created_at=_NEVER, changed_at=_NEVER, status_token="",
        category=choice.category, path=choice.path, power_kw=asked.kw, prior_kw=asked.prior, generation_kw=asked.generation,
        voltage_kv=Decimal(asked.voltage), reliability=asked.reliability, distance_m=asked.distance, town=asked.town,
        phases=asked.phases, person={"kind": asked.kind}, social=asked.social,
    )  # fmt: skip


def _line_m(asked: Asked) -> int:
    return asked.distance if asked.line != "none" else 0


def _site(asked: Asked, case: Application) -> Site:
    high = asked.voltage != "0.4"
    works = ((LINES[asked.line], Decimal(_line_m(asked)) / 1000),) if _line_m(asked) else ()
    return Site(
        individual=asked.kind == PersonKind.INDIVIDUAL, kw=asked.kw, prior_kw=asked.prior,
        voltage="1-20" if high else "0.4", distance_m=asked.distance, town=asked.town, household=asked.household,
        social=asked.social, checked=cases.inspected(case), works=works, generation_kw=asked.generation,
        meter_rate="C8.3.3" if high else _low_meter(asked), generation_micro=case.category != Category.GEN,
        reliability=asked.reliability,
    )  # fmt: skip


def _low_meter(asked: Asked) -> str:
    """Direct metering up to about 100 A; above it through current transformers."""
    if asked.phases == 1:
        return "C8.1"
    return "C8.3.1" if asked.kw + asked.prior <= 50 else "C8.3.2"


def _offer(table: Mapping[str, TermRule], choice: cases.Choice) -> TermRule | None:
    return table.get("TP-04X" if choice.path == Path.X else "TP-04O")


def _works(case: Application, table: Mapping[str, TermRule]) -> tuple[TermRule, int, str] | None:
    try:
        return works_rule(case, table)
    except LookupError:
        return None


# ------------------------------------------------------------------------------------------------ kept for an application
_DRAFT = {"household": "Бытовые нужды"}


def keep(session: Session, asked: Asked, total: Decimal, now: datetime) -> Estimate:
    """The row that the wizard is filled from."""
    row = Estimate(token=secrets.token_urlsafe(18), values=_values(asked), total=total, made_at=now)
    session.add(row)
    session.flush()
    return row


def _values(asked: Asked) -> dict[str, object]:
    """Fields of the application's form by their names there."""
    found: dict[str, object] = {
        "power_kw": f"{asked.kw.normalize():f}",
        "prior_kw": f"{asked.prior.normalize():f}",
        "generation_kw": f"{asked.generation.normalize():f}" if asked.generation else "",
        "voltage_kv": asked.voltage,
        "phases": str(asked.phases),
        "reliability": asked.reliability,
        "social": asked.social,
        "reason": "increase" if asked.prior > 0 and asked.kw > 0 else "new",
    }
    return found | ({"purpose": _DRAFT["household"]} if asked.household else {})


def kept(session: Session, token: str) -> Estimate | None:
    return session.exec(select(Estimate).where(Estimate.token == token)).first()


ASSUMED = {
    "air": N_("an overhead line on concrete poles along the whole distance"),
    "cable": N_("a cable in a trench along the whole distance"),
    "none": N_("no line: the grid stands at your plot"),
}
