"""The site over a fresh database, with one applicant, one stranger and staff. All passwords are the same."""

import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sqlmodel import select

from dashboard import utility
from dashboard.public import forms
from dashboard.server import app
from infra import clock, storage
from infra.database import Database
from models.connection import moving
from models.connection.tables import Application
from models.document import actions as documents
from models.document import queries
from models.document.tables import Document
from models.people.tables import User
from models.process.actor import SYSTEM
from signatures.secrets import hash_password
from tests.components import look_once
from tests.house import House

with warnings.catch_warnings():  # it would rather have a client that we do not lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

look_once()
PASSWORD = "Береговая-14"
PDF = b"%PDF-1.7 conditions"


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


@dataclass
class Site:
    """`visitor()` is a browser without a session."""

    database: Database
    applicant: User
    stranger: User
    case: Application
    paper: Document

    def visitor(self) -> TestClient:
        return TestClient(app, base_url="http://testserver", follow_redirects=False, raise_server_exceptions=False)

    def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> TestClient:
        """A browser after an attempt to sign in; its last answer is `client.answer`."""
        client = self.visitor()
        client.answer = post_sign_in(client, login, password, **more)  # type: ignore[attr-defined]
        return client


def post_sign_in(client: TestClient, login: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    client.get("/sign-in")
    token = client.cookies[forms.cookie_name()]
    return client.post("/sign-in", data={"login": login, "password": password, "csrf": token} | more)


@pytest.fixture
def site(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(storage, "storage", lambda: storage.FolderStorage(tmp_path))
    monkeypatch.setattr("dashboard.api.files.storage", lambda: storage.FolderStorage(tmp_path))
    utility.forget()
    clock.forget()
    now = clock.now()
    with database.transaction() as session:
        house = House(session, now)
        applicant, stranger = house.applicant(), house.applicant()
        case = house.submitted(applicant)
        case.number = "ТП-000123/26"
        moving.move(session, case, "register", SYSTEM, now)
        paper = _placed_paper(session, case, storage.FolderStorage(tmp_path).put(PDF), now)
        for user in session.exec(select(User)):
            user.password_hash = _hashed()
    yield Site(database, applicant, stranger, case, paper)
    utility.forget()


def _placed_paper(session, case, key, now):  # type: ignore[no-untyped-def]
    row = documents.order(
        session, case.id, "conditions", "000123/26-ТУ", "Технические условия", {}, now.date(), now,
        token=documents.new_token(),
    )  # fmt: skip
    made = (key, hashlib.sha256(PDF).hexdigest(), len(PDF))
    documents.stored(session, row, now, template_version="1", pdf=made, docx=made, seal=(key, "печать"))
    documents.place(session, [row], now)
    assert queries.check_card(session, row.check_token) is not None
    return row
