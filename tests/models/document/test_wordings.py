"""Templates that staff write: two people, a day, and what was published stays as it was."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from models.document import wordings
from models.document.tables import PaperTemplate, TemplateState
from models.people.tables import Audit
from models.process.actor import STAFF, Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, Stale
from tests.house import House

TEXT = "---\nversion: 1\ntitle: АКТ\n---\nтекст\n"
DAY = date(2026, 11, 2)


@dataclass
class Flaw:
    line: int = 3
    template: str = "Line %(line)s: bad"
    facts: dict[str, object] = field(default_factory=lambda: {"line": 3})


def sound(kind: str, text: str) -> list[Flaw]:
    return []


def unsound(kind: str, text: str) -> list[Flaw]:
    return [Flaw()]


@pytest.fixture
def house(session: Session, now: datetime) -> House:
    return House(session, now)


@pytest.fixture
def author(house: House) -> Actor:
    return house.staff[Role.MANAGER]


@pytest.fixture
def second(house: House) -> Actor:
    return house.staff[Role.ADMIN]


def saved(session: Session, author: Actor, now: datetime, text: str = TEXT, kind: str = "guide") -> PaperTemplate:
    return wordings.save(session, kind, text, 1, author, now)


def written(session: Session, row: PaperTemplate, **values: Any) -> None:
    """Past the verbs, straight into the table."""
    with session.begin_nested():
        for name, value in values.items():
            setattr(row, name, value)


def deleted(session: Session, row: PaperTemplate) -> None:
    with session.begin_nested():
        session.delete(row)


def published(session: Session, author: Actor, second: Actor, now: datetime, on: date = DAY) -> PaperTemplate:
    row = saved(session, author, now)
    wordings.submit(session, row.id or 0, on, DAY, author, now, sound)
    return wordings.publish(session, row.id or 0, DAY, second, now, sound)


def test_the_shipped_text_is_in_force_until_something_is_published(
    session: Session, author: Actor, now: datetime
) -> None:
    assert wordings.effective(session, "guide", DAY) is None
    saved(session, author, now)
    assert wordings.effective(session, "guide", DAY) is None


def test_a_draft_bears_the_next_version_in_its_head(session: Session, author: Actor, now: datetime) -> None:
    row = saved(session, author, now)
    assert (row.version, row.text) == (2, TEXT.replace("version: 1", "version: 2"))
    again = saved(session, author, now, TEXT + "ещё\n")
    assert (again.id, again.version) == (row.id, 2)
    assert wordings.save(session, "contract", TEXT, 4, author, now).version == 5


def test_a_published_text_is_in_force_from_its_day(
    session: Session, author: Actor, second: Actor, now: datetime
) -> None:
    row = published(session, author, second, now, DAY + timedelta(days=7))
    assert wordings.effective(session, "guide", DAY + timedelta(days=6)) is None
    assert wordings.effective(session, "guide", DAY + timedelta(days=7)) == row
    assert wordings.effective(session, "invoice", DAY + timedelta(days=7)) is None
    newer = published(session, second, author, now, DAY + timedelta(days=9))
    assert newer.version == 3
    assert wordings.effective(session, "guide", DAY + timedelta(days=8)) == row
    assert wordings.effective(session, "guide", DAY + timedelta(days=9)) == newer


def test_the_author_never_publishes_his_own_text(session: Session, author: Actor, now: datetime) -> None:
    row = saved(session, author, now)
    wordings.submit(session, row.id or 0, DAY, DAY, author, now, sound)
    with pytest.raises(Invalid, match="second person"):
        wordings.publish(session, row.id or 0, DAY, author, now, sound)
    with pytest.raises(DatabaseError, match="two_people"):
        written(session, row, state=TemplateState.PUBLISHED, approver_id=author.person, published_at=now)


def test_whoever_touched_the_text_last_is_its_author(
    session: Session, author: Actor, second: Actor, now: datetime
) -> None:
    row = saved(session, author, now)
    saved(session, second, now, TEXT + "и я\n")
    wordings.submit(session, row.id or 0, DAY, DAY, author, now, sound)
    with pytest.raises(Invalid, match="second person"):
        wordings.publish(session, row.id or 0, DAY, second, now, sound)


def test_an_unsound_text_is_neither_submitted_nor_published(
    session: Session, author: Actor, second: Actor, now: datetime
) -> None:
    row = saved(session, author, now)
    with pytest.raises(Invalid, match="Line 3"):
        wordings.submit(session, row.id or 0, DAY, DAY, author, now, unsound)
    wordings.submit(session, row.id or 0, DAY, DAY, author, now, sound)
    with pytest.raises(Invalid, match="Line 3"):
        wordings.publish(session, row.id or 0, DAY, second, now, unsound)
    assert row.state == TemplateState.SUBMITTED


def test_a_day_that_has_passed_is_refused_also_when_publishing_took_long(
    session: Session, author: Actor, second: Actor, now: datetime
) -> None:
    row = saved(session, author, now)
    with pytest.raises(Invalid, match="has passed"):
        wordings.submit(session, row.id or 0, DAY - timedelta(days=1), DAY, author, now, sound)
    wordings.submit(session, row.id or 0, DAY, DAY, author, now, sound)
    with pytest.raises(Invalid, match="has passed"):
        wordings.publish(session, row.id or 0, DAY + timedelta(days=1), second, now, sound)


def test_the_second_person_sends_back_with_a_remark(
    session: Session, author: Actor, second: Actor, now: datetime
) -> None:
    row = saved(session, author, now)
    wordings.submit(session, row.id or 0, DAY, DAY, author, now, sound)
    with pytest.raises(Stale):
        saved(session, author, now)
    with pytest.raises(Invalid, match="Say what"):
        wordings.send_back(session, row.id or 0, " ", second, now)
    assert wordings.send_back(session, row.id or 0, "п. 3 не нужен", second, now).remark == "п. 3 не нужен"
    assert saved(session, author, now).state == TemplateState.DRAFT


def test_a_retired_version_gives_way_to_the_one_before(
    session: Session, author: Actor, second: Actor, now: datetime
) -> None:
    first = published(session, author, second, now)
    newer = published(session, author, second, now)
    assert wordings.effective(session, "guide", DAY) == newer
    with pytest.raises(Invalid, match="second person"):
        wordings.retire(session, newer.id or 0, author, now)
    wordings.retire(session, newer.id or 0, second, now)
    assert wordings.effective(session, "guide", DAY) == first


@pytest.mark.parametrize(
    "change", [{"text": "x"}, {"effective_from": date(2020, 1, 1)}, {"state": "draft"}, {"version": 9}]
)
def test_what_was_published_cannot_be_changed(
    session: Session, author: Actor, second: Actor, now: datetime, change: dict[str, Any]
) -> None:
    row = published(session, author, second, now)
    with pytest.raises(DatabaseError, match="never changed"):
        written(session, row, **change)


def test_what_was_published_cannot_be_deleted_and_a_draft_can(
    session: Session, author: Actor, second: Actor, now: datetime
) -> None:
    row = published(session, author, second, now)
    draft = saved(session, author, now)
    wordings.drop(session, draft.id or 0, author, now)
    assert [r.id for r in wordings.versions(session, "guide")] == [row.id]
    with pytest.raises(DatabaseError, match="never deleted"):
        deleted(session, row)


@pytest.mark.parametrize("role", sorted(STAFF - wordings.EDITORS))
def test_other_roles_may_nothing(session: Session, house: House, author: Actor, now: datetime, role: Role) -> None:
    actor = replace(author, role=role)
    row = saved(session, author, now)
    verbs: list[Callable[[], object]] = [
        lambda: saved(session, actor, now),
        lambda: wordings.submit(session, row.id or 0, DAY, DAY, actor, now, sound),
        lambda: wordings.publish(session, row.id or 0, DAY, actor, now, sound),
        lambda: wordings.send_back(session, row.id or 0, "x", actor, now),
        lambda: wordings.retire(session, row.id or 0, actor, now),
        lambda: wordings.drop(session, row.id or 0, actor, now),
    ]
    for verb in verbs:
        with pytest.raises(NotAllowed):
            verb()


def test_every_step_leaves_an_audit_row(session: Session, author: Actor, second: Actor, now: datetime) -> None:
    published(session, author, second, now)
    tags = [t for t in session.exec(select(Audit.tag)) if t.startswith("desk:template")]
    assert tags == ["desk:template:submit", "desk:template:publish"]


def test_a_text_too_long_and_a_row_that_is_not_there_are_refused(
    session: Session, author: Actor, now: datetime
) -> None:
    with pytest.raises(Invalid, match="characters at most"):
        saved(session, author, now, "x" * 100_001)
    with pytest.raises(NotFound):
        wordings.submit(session, 10**9, DAY, DAY, author, now, sound)
