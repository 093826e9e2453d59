"""A demonstration certification centre, in development only: so that a customer's certificate can be tried from end to end.

It proves nothing to anybody and says so; production has no such button and no such centre."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st
from sqlmodel import Session, col, select

from dashboard import parts, session
from infra.settings import settings
from infra.wording import _
from models.people.tables import PersonKind, User
from models.process.actor import Role
from models.process.errors import NotReady
from models.process.words import N_
from models.trust import actions, rules
from models.trust.tables import Centre, Place, Standing
from signatures import certificates, demo_centre

FILE, PASSWORD = "demo-centre.p12", "demonstration"  # noqa: S105 - proves nothing to anybody
NO_SECOND = N_(
    "There is no second employee who could have looked: the demonstration needs an administrator and a manager"
)


def place() -> Path:
    return Path(settings().home, FILE)


def body(who: session.Who, centres: Sequence[Centre]) -> None:
    parts.show(parts.h2(_("Demonstration centre (development only)")))
    said = _(
        "A certification centre of this computer. Customers can then get a demonstration certificate in «Certificates». It proves nothing to anybody."
    )
    parts.show(parts.p(said, sub=True))
    here = place().exists() and any(c.owner == demo_centre.NAME and c.state == Standing.TRUSTED for c in centres)
    if not here and st.button(_("Make a demonstration centre"), key="demo-centre"):
        make()
        parts.done(_("The demonstration centre is made and trusted"))


def make() -> None:
    """The centre, its trust and its list, as if two employees had looked: in development only."""
    centre = opened()
    facts = asdict(certificates.facts(certificates.load(centre.der)))
    with session.acting() as (db, actor, now):
        row = actions.propose(db, actor, facts, centre.der, Place.ROOT, now)
        row.state, row.confirmed_by, row.confirmed_at = Standing.TRUSTED, _second(db, actor.person), now
        db.add(row)
        actions.add_address(db, actor, rules.DEMONSTRATION, now)


def opened() -> demo_centre.Centre:
    """The key of the centre in the home folder, made when it is missing. Raises NotReady outside development."""
    if not settings().development:
        raise NotReady(why=N_("The demonstration centre exists in development only"))
    if not place().exists():
        handle = os.open(place(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(demo_centre.found(PASSWORD))
    return demo_centre.opened(place().read_bytes(), PASSWORD)


def _second(db: Session, first: int) -> int:
    roles = [Role.ADMIN, Role.MANAGER]
    query = select(User.id).where(col(User.role).in_(roles), User.id != first, col(User.active).is_(True))
    found = db.exec(query.order_by(col(User.id))).first()
    if found is None:
        raise NotReady(why=NO_SECOND)
    return found


def offered() -> bool:
    return settings().development and place().exists()


def certificate_for(user: User, password: str) -> bytes:
    """A demonstration .p12 with the numbers of this person's profile; the demonstration centre must stand."""
    return demo_centre.issue(opened(), person_of(user), password)


def person_of(user: User) -> demo_centre.Person:
    legal = user.kind == PersonKind.LEGAL_ENTITY
    surname, _space, given = (user.head or user.name).partition(" ")
    return demo_centre.Person(
        name=user.name, surname=surname, given=given, organisation=user.name if legal else "",
        inn="" if legal else user.inn, inn_legal=user.inn if legal else "", ogrn=user.ogrn, snils=user.snils,
    )  # fmt: skip
