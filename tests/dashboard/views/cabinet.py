"""The cabinet without a browser: the harness of the desk, with one applicant «anna», a firm and a stranger."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from dashboard import session
from infra import clock, storage
from infra.database import Database
from models.connection.tables import Application, Stage
from models.people.rules import actor_of
from models.people.tables import PersonKind, SignIn, User
from models.process.actor import Role
from tests.dashboard.views.desk import Desk, Page


class Cabinet(Desk):
    """`case(stage)` makes one of anna's; `shows(page, id=…)` opens a page as anna."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        super().__init__(database, patch)
        with self.writing() as story:
            for login, kind in (
                ("anna", PersonKind.INDIVIDUAL),
                ("stranger", PersonKind.INDIVIDUAL),
                ("firm", PersonKind.LEGAL_ENTITY),
            ):
                user = story.house.applicant(kind)
                user.login = login
                user.registration_number = f"Л-{user.id:06d}"

    def case(self, stage: Stage, login: str = "anna", **typed: Any) -> int:
        with self.writing() as story:
            user = story.session.exec(select(User).where(User.login == login)).one()
            made = story.house.draft(user, **typed) if stage == Stage.DRAFT else story.to(stage, user, **typed)
            return made.id or 0

    def signed_in(self, login: str) -> None:
        """For what is called without a page."""
        with self.database.transaction() as db:
            user = db.exec(select(User).where(User.login == login)).one()
        who = session.Who(user, _sign_in(user), actor_of(user))
        self.patch.setattr(session, "current", lambda: who)

    def role(self) -> str:
        return session.current().user.role

    def shows(self, page: str, login: str = "anna", **query: object) -> Page:
        return self.open(page, Role.APPLICANT, login, **query)

    def read(self, look: Callable[[Session], Any]) -> Any:
        return self.reading(look)

    def stage(self, case_id: int) -> str:
        return str(self.read(lambda db: db.get(Application, case_id).stage))

    def of(self, login: str) -> list[Application]:
        query = select(Application).join(User, Application.applicant_id == User.id).where(User.login == login)  # type: ignore[arg-type]
        return list(self.read(lambda db: db.exec(query).all()))


def _sign_in(user: User) -> SignIn:
    now = clock.now()
    return SignIn(token_hash="", user_id=user.id or 0, created_at=now, seen_at=now, expires_at=now, csrf="")


@pytest.fixture
def cabinet(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cabinet:
    store = storage.FolderStorage(tmp_path)
    monkeypatch.setattr(storage, "storage", lambda: store)
    return Cabinet(database, monkeypatch)
