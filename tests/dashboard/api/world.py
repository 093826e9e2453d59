"""The open interface over one database a module: an owner with cases at many stages, a stranger, keys of every kind."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard import utility
from dashboard.server import app
from infra import clock, storage
from infra.database import Database
from infra.embedded import EmbeddedPostgres
from infra.keys import vault_keys
from infra.webhook import Unsafe
from models.connection import actions as connection
from models.connection.tables import Stage
from models.integration import actions
from models.integration.rules import Scope
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor, Role
from signatures.secrets import Vault
from tests.conftest import _sql
from tests.models.booking.office import Scene, scene
from tests.models.story import Story

with warnings.catch_warnings():  # it would rather have a client that we do not lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

YEAR = timedelta(days=365)
PDF = b"%PDF-1.7 plan"
_made = 0


@dataclass
class World:
    """`call` sends one request with a key and gives the answer; paths stand without /api/v1."""

    database: Database
    owner: User
    stranger: User
    cases: dict[Stage, int]
    foreign: int  # a case of the stranger
    office: Scene
    paper: int
    attachment: int
    notice: int
    webhook: int
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> TestClient:
        return TestClient(app, base_url="http://testserver", follow_redirects=False, raise_server_exceptions=False)

    def call(self, method: str, path: str, key: str = "", **more: Any) -> Any:
        """`key`: a name of `keys`, or the key itself; empty: the owner's with every right."""
        given = self.keys.get(key or "all", key)
        headers = {"Authorization": f"Bearer {given}"} | more.pop("headers", {})
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def actor(self, user: User | None = None) -> Actor:
        return actor_of(user or self.owner)

    def make_key(self, *scopes: Scope, user: User | None = None, life: timedelta = YEAR) -> str:
        with self.database.transaction() as db:
            return actions.make_key(db, self.actor(user), "проверка", scopes, life, clock.now())[1]

    def poor(self, scope: str) -> str:
        """The owner's key with every right but this one; a person has twenty keys at most."""
        name = f"poor {scope}"
        if name not in self.keys:
            self.keys[name] = self.make_key(*(s for s in Scope if s != scope))
        return name

    def forget_limits(self) -> None:
        """Tests send more in a minute than a program may."""
        with self.database.transaction() as db:
            db.execute(_text("update api_key set window_at = null, window_count = 0"))
            db.execute(_text("delete from attempt"))


def _text(sql: str) -> Any:
    from sqlalchemy import text

    return text(sql)


def made(postgres: EmbeddedPostgres, template: str, folder: Path) -> Iterator[World]:
    """For a module's fixture: `yield from made(...)`."""
    global _made
    _made += 1
    name = f"feeder_api_{_made}"
    _sql(postgres, f"create database {name} template {template}")
    database, patch = Database(postgres.url(name), 24), pytest.MonkeyPatch()
    patch.setattr("infra.database._current", database)
    store = storage.FolderStorage(folder)
    patch.setattr(storage, "storage", lambda: store)
    patch.setattr("dashboard.api.files.storage", lambda: store)
    patch.setattr("infra.webhook.judge", _judge)  # no name is resolved here
    utility.forget()
    clock.forget()
    world = _world(database, store)
    yield world
    patch.undo()
    utility.forget()
    database.close()
    _sql(postgres, f"drop database {name} with (force)")


def _judge(address: str) -> None:
    if "example.ru" not in address:
        raise Unsafe("not of the open Internet")


def _world(database: Database, store: storage.FolderStorage) -> World:
    now = clock.now()
    with database.transaction() as db:
        story = Story(db, now - timedelta(hours=1))
        owner, stranger = story.house.applicant(), story.house.applicant()
        stages = (Stage.CHECKING, Stage.AWAITING_INFO, Stage.OFFER_PLACED, Stage.EXECUTION)
        cases = {stage: story.to(stage, owner).id or 0 for stage in stages}
        cases[Stage.DRAFT] = story.house.draft(owner).id or 0
        foreign = story.to(Stage.OFFER_PLACED, stranger).id or 0
        connection.say(db, cases[Stage.EXECUTION], story.staff(Role.OPERATOR), "Здравствуйте", story.now)
        place = scene(db, desks=3, now=now)
        db.flush()
        paper = db.execute(_text("select min(id) from document where placed_at is not null and application_id = :c"),
                           {"c": cases[Stage.OFFER_PLACED]}).scalar_one()  # fmt: skip
        db.execute(
            _text("update document set pdf_key = :k, seal_key = :k where placed_at is not null"), {"k": store.put(PDF)}
        )
        attachment = db.execute(_text("select min(id) from attachment where application_id = :c"),
                                {"c": cases[Stage.DRAFT]}).scalar_one()  # fmt: skip
        db.execute(_text("update attachment set key = :k"), {"k": store.put(PDF)})
        notice = db.execute(_text("select min(id) from notice where user_id = :u"), {"u": owner.id}).scalar_one()
        sealed = Vault(vault_keys()).lock({"secret": "whs_demo"})
        hook = (
            actions.add_webhook(db, actor_of(owner), "https://example.ru/known", sealed, ["document.placed"], now).id
            or 0
        )
        db.expunge_all()
    world = World(database, owner, stranger, cases, foreign, place, int(paper), int(attachment), int(notice), hook)
    world.keys = {
        "all": world.make_key(*Scope),
        "read": world.make_key(*(s for s in Scope if s.endswith(":read"))),
        "stranger": world.make_key(*Scope, user=stranger),
    }
    return world


def tomorrow(world: World) -> datetime:
    """A free time of the office, by the interface itself."""
    found = world.call("GET", f"/offices/{world.office.office.id}/slots?service_id={world.office.service.id}").json()
    return datetime.fromisoformat(found["free"][-1])
