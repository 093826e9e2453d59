"""What the demonstration's utility tells its people: written, published and answered through the verbs. Invented, the same
every time. Texts stand in content_texts; blank forms are made by the room of documents, opened by name."""

import importlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import Session, select

from infra import clock, profiles
from infra.demo import content_texts as texts
from infra.demo.content_texts import BLANKS, FAQ, NEWS, OUTAGES, SURVEY, THOUGHTS
from infra.storage import storage
from models.content import actions
from models.content.tables import Ask, ContentItem, Kind, Outage, Reader
from models.people.rules import actor_of
from models.people.tables import Branch, User
from models.process.actor import Actor, Role

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DAY = timedelta(days=1)


def fill(session: Session, now: datetime, *, ours: bool = True) -> None:
    """`ours`: the demonstration's own utility, with its news and outages. Others get one piece of news, and answers, forms
    and a survey by what their cabinet is for."""
    editor = actor_of(session.exec(select(User).where(User.role == Role.EDITOR)).one())
    told = profiles.profile().utility
    facts = {"utility": told.full_short, "phone": told.phone}
    connecting = "connection" in profiles.cabinet().modules
    for section, title, text in FAQ:
        if not (connecting or section == texts.CABINET):
            continue
        _published(
            session, Kind.FAQ, {"section": section, "title": title, "text": _said(text, facts)}, editor, now - 200 * DAY
        )
    if ours:
        for ago, title, lead, text, audience in NEWS:
            item = {"title": title, "lead": lead, "text": _said(text, facts), "audience": audience}
            _published(session, Kind.NEWS, item, editor, now - ago * DAY)
        _outages(session, editor, now)
    else:
        title, lead, text = texts.OPENED
        _published(
            session, Kind.NEWS, {"title": title, "lead": lead, "text": _said(text, facts)}, editor, now - 3 * DAY
        )
    if connecting:
        _blanks(session, editor, now - 150 * DAY)
    _survey(session, editor, now, connecting)


def _said(text: str, facts: Mapping[str, str]) -> str:
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    return text


def _published(session: Session, kind: Kind, values: Mapping[str, Any], editor: Actor, at: datetime) -> ContentItem:
    made = actions.begin(session, kind, values, editor, at)
    return actions.publish(session, made.id or 0, editor, at)


def _outages(session: Session, editor: Actor, now: datetime) -> None:
    """In the next days, by the clock of the place; one runs now."""
    branches = {b.name: b.id or 0 for b in session.exec(select(Branch))}
    for branch, days, begins, hours, kind, title, places, text in OUTAGES:
        midnight = now.astimezone(clock.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
        first = (
            midnight + timedelta(days=days, hours=begins) if days else now.replace(minute=0, second=0, microsecond=0)
        )
        item = {"title": title, "lead": places[0], "text": text, "outage": str(Outage(kind)), "places": list(places),
                "branches": [branches[branch]], "begins_at": first, "ends_at": first + timedelta(hours=hours)}  # fmt: skip
        _published(session, Kind.OUTAGE, item, editor, now - DAY)


def _survey(session: Session, editor: Actor, now: datetime, connecting: bool) -> None:
    """With the answers of some applicants, who answer at random but the same every time."""
    title, lead, asked = (texts.SURVEY_TITLE, texts.SURVEY_LEAD, SURVEY)
    if not connecting:
        title, lead, asked = (texts.OF_CABINET_TITLE, texts.OF_CABINET_LEAD, texts.OF_CABINET)
    item = {"title": title, "lead": lead, "text": "Займёт две минуты. Звёздочкой отмечены обязательные вопросы.",
            "questions": asked, "audience": ["individual", "entrepreneur", "legal_entity"]}  # fmt: skip
    made = _published(session, Kind.SURVEY, item, editor, now - 12 * DAY)
    named = ("anna@demo.example", "petr@demo.example", "firma@demo.example")  # these see it waiting
    query = select(User).where(User.role == Role.APPLICANT).order_by(User.id)  # type: ignore[arg-type]
    dice = Random(861)  # noqa: S311 - the same demonstration every time
    for number, user in enumerate(session.exec(query).all()):
        if user.email not in named and number % 2 and user.created_at < now - 12 * DAY:
            at = now - 11 * DAY + timedelta(hours=5 * number % 250)
            actions.answer(session, made.id or 0, [_given(q, dice) for q in asked], actor_of(user), at)


def _given(asked: Mapping[str, Any], dice: Random) -> Any:
    match asked["kind"]:
        case Ask.SINGLE:
            return dice.randrange(len(asked["options"]))
        case Ask.MULTIPLE:
            return dice.sample(range(len(asked["options"])), dice.randint(0, 3))
        case Ask.SCALE:
            return min(asked["steps"], 2 + dice.randrange(asked["steps"]))
        case _:
            return dice.choice(THOUGHTS)


# ------------------------------------------------------------------------------------------------ blank forms
def _blanks(session: Session, editor: Actor, at: datetime) -> None:
    for title, lead, name, body in BLANKS:
        told: dict[str, Any] = {"title": title, "lead": lead, "section": "Присоединение"}
        if "физического лица" in title:
            told |= {"audience": [Reader.VISITOR, Reader.INDIVIDUAL]}
        made = actions.begin(session, Kind.FORM, told, editor, at)
        data = _paper(title, body)
        actions.attach(
            session, made.id or 0, editor, at, key=storage().put(data), name=name, media_type=_WORD, size=len(data)
        )
        actions.publish(session, made.id or 0, editor, at)


def _paper(title: str, body: str) -> bytes:
    """This room does not see `documents`: the door is opened here, by name, as for passwords in build.py."""
    blocks, reader, tokens, word = (
        importlib.import_module(f"documents.{n}") for n in ("blocks", "reader", "tokens", "word")
    )
    told = profiles.profile().utility
    letterhead = blocks.Letterhead(told.full_short, (told.address, f"{told.phone} · {told.email}"))
    found: bytes = word.write(
        blocks.Paper(
            title=title, number="", date="", subject="", letterhead=letterhead, running=title, footer=f"Бланк {told.full_short}",
            issued=(2026, 1, 12), blocks=reader.Reader([], numbered=False).blocks(tokens.parse(body)),
        )
    )  # fmt: skip
    return found
