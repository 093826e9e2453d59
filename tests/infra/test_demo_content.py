"""The demonstration's news, outages, answers, survey and forms stand as people will see them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from infra import clock, profiles, storage
from infra.database import Database
from infra.demo import cast, content
from infra.settings import settings
from models.content import queries, rules
from models.content.tables import ContentItem, Kind, State
from models.people.tables import PersonKind, User
from models.process.actor import Role
from tests.models.story import Story

NOW = datetime(2026, 11, 22, 8, 37, tzinfo=UTC)


@pytest.fixture(params=["demo", "drsk", "moek"])
def named(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The utility of this installation."""
    monkeypatch.setattr(profiles, "settings", lambda: settings().model_copy(update={"profile": request.param}))
    profiles.profile.cache_clear()
    yield request.param
    profiles.profile.cache_clear()


def test_everything_is_published_and_whole(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """What a cabinet cannot do is not told of: no forms and no answers about connection where nobody is connected."""
    ours, connecting = named == "demo", named != "moek"
    store = storage.FolderStorage(tmp_path)
    monkeypatch.setattr(content, "storage", lambda: store)
    with clock.at(NOW), database.transaction() as session:
        cast.hire(session, NOW, "x")
        for number in range(4):
            session.add(User(login=f"a{number}", role=Role.APPLICANT, kind=PersonKind.INDIVIDUAL, name="Анна", password_hash="",
                             created_at=NOW - timedelta(days=90)))  # fmt: skip
        session.flush()
        content.fill(session, NOW, ours=ours)
        items = session.exec(select(ContentItem)).all()
        assert {i.state for i in items} == {State.PUBLISHED}
        assert not [(i.title, fault) for i in items for fault in rules.faults(i)]
        missing = ({Kind.OUTAGE} if not ours else set()) | ({Kind.FORM} if not connecting else set())
        assert {Kind(i.kind) for i in items} == set(Kind) - missing
        assert ({i.section for i in items if i.kind == Kind.FAQ} == {"Кабинет"}) != connecting
        assert not [i.title for i in items if "{" in i.text], "a fact was not filled in"
        survey = next(i for i in items if i.kind == Kind.SURVEY)
        assert ("подключение" in survey.title) == connecting
        assert queries.counted(session, [survey.id or 0]) == {survey.id: 2}
        for form in queries.forms(session, NOW):
            assert store.get(form.file_key).startswith(b"PK")
        coming = queries.outages(session, NOW)
        assert len(coming) == (4 if ours else 0)
        assert not ours or (coming[0].begins_at is not None and coming[0].begins_at <= NOW)


def test_the_story_house_has_an_editor(session, now) -> None:  # type: ignore[no-untyped-def]
    assert Story(session, now).staff(Role.EDITOR).role == Role.EDITOR
