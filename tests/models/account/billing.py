"""A small billing for tests: an account with bills, meters and payments, loaded by the door that real registers take."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from models.account import lines, queries, registers
from models.account.file import Row
from models.account.tables import Account, Meter, RegisterKind
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor, Role
from tests.models.story import Story

NUMBER, OTHER = "110022334455", "110022334456"
HOLDER = "Смирнова Анна Викторовна"


def rows(kind: RegisterKind, *told: Mapping[str, str], first: int = 2) -> list[Row]:
    """Lines of a register: the samples of its form, and what differs."""
    samples = {lines.plain(c.title): c.sample for c in lines.COLUMNS[kind]}
    return [Row(first + n, samples | {lines.plain(k): v for k, v in one.items()}) for n, one in enumerate(told)]


class Billing:
    """Loads registers as the administrator of the story, who belongs to no branch."""

    def __init__(self, story: Story) -> None:
        self.story, self.session = story, story.session
        self.actor = story.staff(Role.ADMIN)

    def load(self, kind: RegisterKind, *told: Mapping[str, str], actor: Actor | None = None) -> registers.Loaded:
        return self.take(kind, rows(kind, *told), actor)

    def take(self, kind: RegisterKind, given: Sequence[Row], actor: Actor | None = None) -> registers.Loaded:
        return registers.load(self.session, actor or self.actor, kind, given, self.story.now, name="реестр.csv")

    def account(self, number: str = NUMBER, **told: str) -> Account:
        self.load(RegisterKind.ACCOUNTS, {"Лицевой счёт": number, **told})
        found = queries.by_number(self.session, number)
        assert found is not None
        return found

    def meter(self, number: str = NUMBER, **told: str) -> Meter:
        """«Показание» 12345 of the first of November unless it is told otherwise."""
        account = self.account(number)
        self.load(RegisterKind.METERS, {"Лицевой счёт": number, **told})
        row: Any = queries.meters(self.session, account.id or 0, self.story.now.date())
        return self.session.get_one(Meter, row[-1].id)

    def customer(self) -> Actor:
        user: User = self.story.house.applicant()
        return actor_of(user)


def sums(*values: str) -> list[Decimal]:
    return [Decimal(v) for v in values]


def month(number: int, year: int = 2026) -> date:
    return date(year, number, 1)
