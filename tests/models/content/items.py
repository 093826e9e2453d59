"""Items for the tests of content: made by the editor through the actions, like every real one."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from models.content import actions
from models.content.tables import Ask, ContentItem, Kind
from models.people.rules import actor_of
from models.people.tables import Branch, User
from models.process.actor import Actor, Role
from tests.conftest import NOW

QUESTIONS: list[dict[str, Any]] = [
    {"kind": Ask.SINGLE, "text": "Как вы подали заявку?", "options": ["в кабинете", "в офисе"], "needed": True},
    {"kind": Ask.MULTIPLE, "text": "Что было удобно?", "options": ["сроки", "оплата", "письма"], "needed": False},
    {"kind": Ask.SCALE, "text": "Оцените сроки", "steps": 5, "least": "плохо", "most": "отлично", "needed": True},
    {"kind": Ask.TEXT, "text": "Что улучшить?", "needed": False},
]
WHOLE: dict[Kind, dict[str, Any]] = {
    Kind.NEWS: {"title": "Открыт офис в Лесном", "lead": "С понедельника", "text": "Приходите **с 9 до 18**."},
    Kind.FAQ: {"title": "Сколько ждать?", "section": "Подключение", "text": "Обычно 30 рабочих дней."},
    Kind.OUTAGE: {"title": "Ремонт ВЛ-10 кВ", "outage": "planned", "places": ["пос. Лесное, ул. Озёрная"],
                  "begins_at": NOW + timedelta(days=3), "ends_at": NOW + timedelta(days=3, hours=4)},
    Kind.SURVEY: {"title": "Как прошло подключение", "text": "Две минуты.", "questions": QUESTIONS},
    Kind.FORM: {"title": "Заявка онлайн", "fill": "filing"},
}  # fmt: skip


def editor(session: Session, now: datetime = NOW) -> Actor:
    found = session.exec(select(User).where(User.login == "editor")).first()
    if found is None:
        found = User(login="editor", role=Role.EDITOR, name="Лидия Редактор", password_hash="", created_at=now)
        session.add(found)
        session.flush()
    return actor_of(found)


def item(session: Session, kind: Kind, now: datetime = NOW, *, published: bool = True, **more: Any) -> ContentItem:
    values = WHOLE[kind] | more
    if kind == Kind.OUTAGE and "branches" not in more:
        values["branches"] = [session.exec(select(Branch.id).order_by(Branch.id)).first()]  # type: ignore[arg-type]
    made = actions.begin(session, kind, values, editor(session, now), now)
    return actions.publish(session, made.id or 0, editor(session, now), now) if published else made
