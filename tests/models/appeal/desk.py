"""A small desk of appeals for tests: everything goes through the verbs."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.appeal import actions, clocks, desk, queries
from models.appeal.actions import File, Sent
from models.appeal.moving import lock
from models.appeal.tables import PROCESS, Appeal, Stage
from models.process.actor import SYSTEM, Actor, Role
from models.process.tables import History, Term
from tests.house import House

TYPED = {
    "name": "Смирнова Анна Викторовна", "email": "anna@pochta.example", "phone": "+79225550123",
    "text": "Когда начнутся работы по моей заявке?",
}  # fmt: skip
PAPER = File("ответ.pdf", "application/pdf", 1200, "a" * 64, "a" * 64)
VISITOR = Actor(Role.APPLICANT)


def sent(kind: str = "question", channel: str = "cabinet", **more: Any) -> Sent:
    typed = TYPED | more.pop("typed", {})
    return Sent(kind, channel, typed, **more)


class Appeals:
    """Makes appeals at any stage; `now` is the moment of the next click."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.house = session, House(session, now)
        self.anna = self.house.applicant()
        self.author = Actor(Role.APPLICANT, self.anna.id, self.anna.name)

    @property
    def now(self) -> datetime:
        return self.house.now

    def who(self, role: Role) -> Actor:
        if role == Role.APPLICANT:
            return self.author
        return SYSTEM if role == Role.SYSTEM else self.house.staff[role]

    def registered(self, kind: str = "question", **more: Any) -> Appeal:
        return actions.register(self.session, self.author, sent(kind, **more), self.now)

    def to(self, stage: Stage, kind: str = "question", **more: Any) -> Appeal:
        appeal = self.registered(kind, **more)
        number, operator = appeal.id or 0, self.who(Role.OPERATOR)
        if stage in (Stage.REVIEWED, Stage.IN_WORK, Stage.ASKED, Stage.ANSWERED, Stage.CLOSED):
            desk.review(self.session, number, operator, kind, operator.user_id, self.house.later(minutes=5))
        if stage in (Stage.IN_WORK, Stage.ASKED, Stage.ANSWERED, Stage.CLOSED):
            desk.take(self.session, number, operator, self.house.later(minutes=5))
        if stage == Stage.ASKED:
            desk.ask(self.session, number, operator, "Уточните номер опоры", self.house.later(minutes=5))
        if stage in (Stage.ANSWERED, Stage.CLOSED):
            desk.answer(self.session, number, operator, "Работы начнутся в декабре", (), self.house.later(minutes=5))
        if stage == Stage.CLOSED:
            actions.simple(self.session, self.lock(number), "close", self.author, self.house.later(minutes=5))
        if stage == Stage.WITHDRAWN:
            actions.simple(self.session, self.lock(number), "withdraw", self.author, self.now, "Передумала")
        if stage == Stage.REDIRECTED:
            desk.redirect(self.session, number, operator, "Администрация", "Не наш вопрос", self.now)
        return self.lock(number)

    def lock(self, number: int | None) -> Appeal:
        return lock(self.session, number or 0, SYSTEM)

    def term(self, appeal: Appeal, rule: str) -> Term:
        return next(t for t in clocks.of_appeal(self.session, appeal.id or 0) if t.rule == rule)

    def whole(self, appeal: Appeal) -> queries.Whole:
        return queries.whole(self.session, appeal.id or 0)

    def tags(self, appeal: Appeal) -> list[str]:
        query = select(History.tag).where(History.process == PROCESS, History.subject_id == appeal.id)
        return list(self.session.exec(query.order_by(col(History.seq))))
