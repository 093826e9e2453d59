"""One application on the stage: its applicant, the staff that takes it, and what is drawn by lot for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from infra.demo.lives import Life
from infra.demo.people import NEAREST, SEED, STAFF, Person, latin
from models.process.actor import Actor, Role


def lot(number: int, what: str) -> Random:
    """What is drawn by lot for one application: the same every time."""
    return Random(f"{SEED}:{number}:{what}")  # noqa: S311 - invented data


@dataclass
class Scene:
    """One application on the stage: who applies, and who of the staff takes it."""

    number: int  # of the life: seeds everything that is drawn by lot
    life: Life
    person: Person
    applicant: Actor
    staff: Mapping[str, Actor]  # by login
    case_id: int = 0

    def lot(self, what: str) -> Random:
        return lot(self.number, what)

    def desk(self, role: Role) -> Actor:
        """Who of this role works for the branch."""
        near = NEAREST.get(self.life.branch, {}).get(role)
        mine = [login for login, r, _, _, _ in STAFF if r == role]
        here = [login for login, r, _, _, branch in STAFF if r == role and branch in ("", self.life.branch)]
        return self.staff[near or (here or mine)[self.number % len(here or mine)]]

    @property
    def high(self) -> bool:
        return self.life.typed.get("voltage_kv") == "10"

    @property
    def email(self) -> str:
        return email_of(self.life, self.person)


def email_of(life: Life, person: Person) -> str:
    """As typed in this application: some of them cannot be reached."""
    login = latin(person.name.split()[0])
    return str(life.typed.get("email", person.email)).format(login=login)
