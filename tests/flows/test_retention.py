"""Retention by the units of its flow: of an appeal that was kept long enough the bytes of its files go too, through a row; bytes
that something else points at stay."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from infra import clock
from infra.database import Database
from infra.settings import settings
from infra.storage import storage
from models.appeal import actions, desk
from models.appeal.actions import File
from models.appeal.moving import lock
from models.appeal.tables import AppealFile
from models.content.tables import ContentItem
from models.delivery.tables import Letter, Notice
from models.document import actions as documents
from models.people import removals
from models.people.access_tables import ObjectRemoval, Removal
from models.process.actor import SYSTEM, Actor, Role
from tasks import retention
from tests.architecture.source import ROOT
from tests.conftest import NOW
from tests.house import House
from tests.models.appeal.desk import sent

LATER = NOW + timedelta(days=5 * 365 + 1)
OWN, SHARED = b"%PDF-1.7 of the appeal alone", b"%PDF-1.7 sent with an application too"


def rested(*keys: str) -> None:
    """As if the bytes had been put long ago."""
    for key in keys:
        for path in (settings().home / "objects" / key[:2]).glob(f"{key}*"):
            os.utime(path, (0, 0))


def paper(data: bytes) -> File:
    key = storage().put(data)
    return File("письмо.pdf", "application/pdf", len(data), key, key)


@pytest.fixture
def closed(database: Database) -> list[str]:
    """Keys of an appeal that ended: its own file, the file of an application too, the file of our answer."""
    files = [paper(OWN), paper(SHARED), paper(b"%PDF-1.7 our answer")]
    with database.transaction() as session:
        house = House(session, NOW)
        anna, operator = house.applicant(), house.staff[Role.OPERATOR]
        author = Actor(Role.APPLICANT, anna.id, anna.name)
        appeal = actions.register(session, author, sent(files=files[:2]), NOW)
        number = appeal.id or 0
        desk.review(session, number, operator, "question", operator.user_id, NOW)
        desk.take(session, number, operator, NOW)
        desk.answer(session, number, operator, "Ответ во вложении", files[2:], NOW)
        actions.simple(session, lock(session, number, SYSTEM), "close", author, NOW)
        case = house.draft(anna)
        documents.attach(session, case.id or 0, house.owner(case), NOW, kind="plan", name="план.pdf",
                         media_type="application/pdf", size=len(SHARED), sha256=files[1].key, key=files[1].key)  # fmt: skip
    keys = [file.key for file in files]
    rested(*keys)
    return keys


def outcomes(database: Database) -> dict[str, str]:
    with database.transaction() as session:
        return {r.key: r.outcome for r in session.exec(select(ObjectRemoval)) if r.done_at is not None}


def test_the_bytes_of_an_appeal_go_and_those_of_an_application_stay(database: Database, closed: list[str]) -> None:
    assert "step.remove_objects()" in (ROOT / "flows" / "retention.py").read_text("utf-8")
    with clock.at(NOW):
        assert (retention.apply.fn("appeal"), retention.remove_objects.fn()) == (0, 0)
    assert all(storage().exists(key) for key in closed), "the control: nothing goes before its day"
    with clock.at(LATER):
        assert retention.apply.fn("appeal") == 1
        assert all(storage().exists(key) for key in closed), "a row asks for it; the bytes go with the next step"
        assert (retention.remove_objects.fn(), retention.remove_objects.fn()) == (2, 0)
    own, shared, answer = closed
    assert [storage().exists(key) for key in closed] == [False, True, False]
    assert storage().get(shared) == SHARED
    assert outcomes(database) == {own: Removal.REMOVED, shared: Removal.HELD, answer: Removal.REMOVED}
    assert not list((settings().home / "objects" / own[:2]).glob(f"{own}*")), "its small key went with it"
    with database.transaction() as session:
        assert session.exec(select(AppealFile)).all() == []
        told = session.exec(select(Letter).where(col(Letter.key).startswith("appeal:"))).all()
        assert {(m.recipient, m.body, str(m.data)) for m in told} == {("", "", "{}")}
        assert session.exec(select(Notice).where(col(Notice.key).startswith("appeal:"))).all() == []


def test_bytes_that_were_sent_again_wait_for_the_row_that_will_point_at_them(
    database: Database, closed: list[str]
) -> None:
    with clock.at(LATER):
        retention.apply.fn("appeal")
        storage().put(OWN)  # somebody has begun to send the same file
        assert retention.remove_objects.fn() == 1, "the answer's"
        assert storage().get(closed[0]) == OWN
        rested(closed[0])
        assert retention.remove_objects.fn() == 1
    assert not storage().exists(closed[0])


def test_a_draft_that_goes_takes_its_bytes_along(database: Database) -> None:
    data = b"%PDF-1.7 of a draft"
    file = paper(data)
    rested(file.key)
    with database.transaction() as session:
        house = House(session, NOW)
        case = house.draft()
        documents.attach(session, case.id or 0, house.owner(case), NOW, kind="plan", name="план.pdf",
                         media_type="application/pdf", size=len(data), sha256=file.key, key=file.key)  # fmt: skip
    with clock.at(NOW + timedelta(days=91)):
        assert retention.apply.fn("draft") == 1
        assert storage().exists(file.key)
        assert retention.remove_objects.fn() >= 1
    assert not storage().exists(file.key)


def test_what_any_row_points_at_is_held(database: Database) -> None:
    """A form of the site, and a file that waits in a letter."""
    form, entry, nobody = ("a" * 64, "b" * 64, "c" * 64)
    with database.transaction() as session:
        house = House(session, NOW)
        editor = house.staff[Role.OPERATOR].person
        session.add(
            ContentItem(kind="form", title="Бланк", author_id=editor, created_at=NOW, changed_at=NOW, file_key=form)
        )
        told = {"files": [["Приём.ics", entry, "text/calendar"]]}
        session.add(Letter(key="k", kind="x", recipient="a@b.example", data=told, message_id="m", ordered_at=NOW))
        session.flush()
        assert removals.held(session, [form, entry, nobody]) == {form, entry}


NOT_OBJECTS = {  # columns with such a name that hold something else
    ("letter", "key"), ("notice", "key"), ("api_answer", "key"), ("webhook_call", "key"), ("bank_line", "key"), ("attempt", "key"),
    ("object_removal", "key"), ("passkey", "public_key"),
}  # fmt: skip


def test_every_column_that_names_an_object_is_known(database: Database) -> None:
    query = text("""select table_name, column_name from information_schema.columns where table_schema = 'public'
        and (column_name = 'key' or column_name like '%\\_key')""")
    with database.transaction() as session:
        found = {(table, column) for table, column in session.execute(query)}
    assert found - NOT_OBJECTS == set(removals.HOLDERS)
