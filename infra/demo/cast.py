"""Brings people on the stage: branches' staff with their sign-ins, and applicants with their profiles."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session, col, select

from infra import profiles
from infra.demo import numbers
from infra.demo.people import SEED, STAFF, Person
from models.people.registration import next_number
from models.people.rules import actor_of, phone
from models.people.tables import Branch, User
from models.process.actor import Actor, Role

HIRED = timedelta(days=430)  # before the first application


def hire(session: Session, now: datetime, password_hash: str) -> None:
    """All staff, with one password."""
    branches = {b.name: b.id for b in session.exec(select(Branch))}
    for login, role, name, post, branch in STAFF:
        rng = Random(f"{SEED}:{login}")  # noqa: S311 - invented data
        session.add(
            User(
                login=login,
                role=role,
                name=name,
                post=post,
                email=f"{login}@{profiles.profile().utility.email.rpartition('@')[2]}",
                phone=phone(numbers.phone(rng)),
                branch_id=branches.get(branch),
                password_hash=password_hash,
                created_at=now - HIRED,
            )
        )
    session.flush()


def staff(session: Session) -> Mapping[str, Actor]:
    """By login."""
    logins = [login for login, *_ in STAFF]
    return {u.login: actor_of(u) for u in session.exec(select(User).where(col(User.login).in_(logins)))}


def enrol(session: Session, person: Person, email: str, at: datetime, password_hash: str) -> User:
    """An applicant with a filled profile. Passports are kept with applications only."""
    user = User(
        login=person.login,
        role=Role.APPLICANT,
        kind=person.kind,
        name=person.name,
        email=email,
        phone=phone(person.phone),
        password_hash=password_hash,
        created_at=at,
        snils=person.snils,
        inn=person.inn,
        ogrn=person.ogrn,
        kpp=person.kpp,
        birth_date=person.birth,
        address=person.address,
        head=person.head,
        head_post=person.head_post,
        authority=person.authority,
        bank_account=person.bank_account,
        bank_bic=numbers.BIC if person.bank_account else "",
        registration_number=next_number(session, at),
    )
    session.add(user)
    session.flush()
    return user


def applicants(session: Session, people: Iterable[Person]) -> Mapping[str, Actor]:
    """By the key of the person."""
    keys = {p.login: p.key for p in people}
    return {keys[u.login]: actor_of(u) for u in session.exec(select(User).where(col(User.login).in_(list(keys))))}
