"""People of an installation that runs under another utility's profile: its staff, and one customer of each kind, who
registered by that utility's card. No applications: those of the demonstration belong to its own utility."""

from datetime import datetime
from random import Random

from sqlmodel import Session

from infra import clock, profiles
from infra.database import database
from infra.demo import accounts, cast, content, numbers
from infra.demo.people import SEED, STAFF
from infra.demo.sign_ins import PASSWORD
from infra.settings import settings
from models.people import card, proofs, registration
from models.people.proof_tables import Channel, Purpose
from models.people.tables import PERSON_KINDS, PersonKind

_WORDS = {
    "last_name": "Орлова",
    "first_name": "Вера",
    "middle_name": "Львовна",
    "name": "Вера",
    "organisation": "ООО «Причал»",
    "head": "Орлов Пётр Ильич",
    "head_post": "Генеральный директор",
    "kpp": "471201001",
    "login": "110022334455",
    "channel": "email",
}


def build(password_hash: str) -> None:
    """Staff and customers, at this moment."""
    now = clock.now()
    with database().transaction() as session:
        cast.hire(session, now, password_hash)
        for kind in profiles.cabinet().registration.kinds:
            _register(session, kind, password_hash, now)
        content.fill(session, now, ours=False)
        accounts.fill(session, now, settings().profile)


def sign_ins() -> list[tuple[str, str, str]]:
    """What `feeder up` prints at its end: (who, login, password)."""
    told = profiles.cabinet().registration
    customers = [(f"Клиент: {_NAMES[k]}", typed(k)[told.login[k]], PASSWORD) for k in told.kinds]
    return customers + [(post, login, PASSWORD) for login, _role, _name, post, _branch in _first_of_each_role()]


_NAMES = {
    PersonKind.INDIVIDUAL: "физическое лицо",
    PersonKind.LEGAL_ENTITY: "юридическое лицо",
    PersonKind.ENTREPRENEUR: "индивидуальный предприниматель",
}
assert set(_NAMES) == set(PERSON_KINDS)


def typed(kind: PersonKind) -> dict[str, str]:
    """A card filled in with invented data, the same each time."""
    rng = Random(f"{SEED}:{kind}")  # noqa: S311 - invented data
    firm = kind == PersonKind.LEGAL_ENTITY
    cities = profiles.cabinet().registration.cities
    return _WORDS | {
        "email": f"{kind}@demo.example".replace("_", "-"),
        "phone": numbers.phone(rng),
        "snils": numbers.snils(rng),
        "inn": numbers.company_inn(rng) if firm else numbers.personal_inn(rng),
        "ogrn": numbers.company_ogrn(rng, 2015) if firm else numbers.personal_ogrn(rng, 2015),
        "city": cities[0] if cities else "",
        "password": PASSWORD,
        "repeat": PASSWORD,
    }


def _register(session: Session, kind: PersonKind, password_hash: str, now: datetime) -> None:
    """As the page does it, with the password the demonstration has (rules of some utilities ask for another one)."""
    told = profiles.card(kind)
    values, faults = card.check(told, typed(kind), clock.today())
    if wrong := [fault for fault in faults if fault.field not in card.SECRET]:
        raise wrong[0]
    wordings = [w for w in profiles.consents() if w.required]
    made = proofs.promise(
        session,
        Purpose.REGISTER,
        Channel.EMAIL,
        values["email"],
        now,
        profiles.link_life(),
        data={
            "kind": kind,
            "values": values,
            "login": values[told.login],
            "password": password_hash,
            "consents": [w.kind for w in wordings],
        },
    )
    proofs.followed(session, made.proof, now)
    registration.complete(session, made.proof, now, wordings)


def _first_of_each_role() -> list[tuple[str, str, str, str, str]]:
    seen: dict[str, tuple[str, str, str, str, str]] = {}
    for row in STAFF:
        seen.setdefault(str(row[1]), row)
    return list(seen.values())
