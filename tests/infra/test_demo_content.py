"""The demonstration's news, outages, answers, survey and forms stand as people will see them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from infra import clock, storage
from infra.database import Database
from infra.demo import cast, content
from models.content import queries, rules
from models.content.tables import ContentItem, Kind, State
from models.people.tables import PersonKind, User
from models.process.actor import Role
from tests.models.story import Story

NOW = datetime(2026, 11, 22, 8, 37, tzinfo=UTC)


@pytest.mark.parametrize("ours", [True, False], ids=["of the demonstration", "of another utility"])
def test_everything_is_published_and_whole(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours: bool
) -> None:
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
        assert {Kind(i.kind) for i in items} == (set(Kind) if ours else {Kind.FAQ, Kind.SURVEY})
        assert not [i.title for i in items if "{" in i.text], "a fact was not filled in"
        survey = next(i for i in items if i.kind == Kind.SURVEY)
        assert queries.counted(session, [survey.id or 0]) == {survey.id: 2}
        for form in queries.forms(session, NOW):
            assert store.get(form.file_key).startswith(b"PK")
        coming = queries.outages(session, NOW)
        assert len(coming) == (4 if ours else 0)
        assert not ours or (coming[0].begins_at is not None and coming[0].begins_at <= NOW)


def test_the_story_house_has_an_editor(session, now) -> None:  # type: ignore[no-untyped-def]
    assert Story(session, now).staff(Role.EDITOR).role == Role.EDITOR
