"""Every route of the open interface against every kind of caller: a stranger, a poor key, another person's key."""

from typing import Any

import pytest

from dashboard.api.v1.app import api, doors
from dashboard.session import cookie_name
from models.connection.tables import Stage
from models.integration.rules import Scope
from tests.architecture.doors import API
from tests.dashboard.api.world import PDF, World

BODIES: dict[str, dict[str, Any]] = {  # of requests that carry something; the others carry nothing
    "POST /applications": {"json": {"branch_id": 1}, "headers": {"Idempotency-Key": "doors-0001"}},
    "PATCH /applications/{application_id}/draft": {"json": {"object_name": "Дом"}},
    "POST /applications/{application_id}/messages": {"json": {"text": "Здравствуйте"}},
    "POST /applications/{application_id}/answer": {"json": {"text": "Ответ"}},
    "POST /applications/{application_id}/withdrawal": {"json": {"reason": "Передумал"}},
    "POST /applications/{application_id}/submission": {"json": {"code": "123456"}, "headers": {"Idempotency-Key": "doors-0002"}},
    "POST /applications/{application_id}/payments": {"headers": {"Idempotency-Key": "doors-0003"}},
    "POST /applications/{application_id}/attachments": {"data": {"kind": "plan"}, "files": {"file": ("п.pdf", PDF)}},
    "POST /bookings": {"json": {"office_id": 1, "service_id": 1, "starts_at": "2030-01-01T10:00:00+03:00"},
                       "headers": {"Idempotency-Key": "doors-0004"}},
    "POST /webhooks": {"json": {"address": "https://example.ru/feeder", "events": ["document.placed"]}},
    "POST /bookings/{booking_id}/visitor": {"json": {"name": "Иванова Мария"}},
    "POST /bookings/{booking_id}/move": {"json": {"starts_at": "2027-01-01T10:00:00+03:00"}},
}  # fmt: skip
EVERYBODYS = {"GET /offices", "GET /offices/{office_id}/slots", "POST /bookings"}  # what belongs to nobody


def send(world: World, door: str, key: str, ids: dict[str, int]) -> Any:
    method, _, path = door.partition(" ")
    more = {name: dict(value) if isinstance(value, dict) else value for name, value in BODIES.get(door, {}).items()}
    for name, value in ids.items():
        path = path.replace("{" + name + "}", str(value))
    if path.endswith("/slots"):
        path += f"?service_id={world.office.service.id}"
    return world.call(method, path, key, **more)


def ids_of(world: World) -> dict[str, int]:
    return {"application_id": world.cases[Stage.DRAFT], "document_id": world.paper, "attachment_id": world.attachment,
            "notice_id": world.notice, "office_id": world.office.office.id or 0, "booking_id": 10**6, "webhook_id": world.webhook}  # fmt: skip


def test_no_route_exists_that_the_table_does_not_name() -> None:
    assert doors() == API
    assert {r.path for r in api.routes if hasattr(r, "path")} == {"/openapi.json", "/docs"}, "described, behind no key"


def test_a_scope_that_reads_stands_at_no_route_that_changes() -> None:
    writing = {door: scope for door, scope in API.items() if not door.startswith("GET ") and scope.endswith(":read")}
    assert writing == {"POST /applications/{application_id}/check": Scope.APPLICATIONS_READ}, "it changes nothing"


@pytest.mark.parametrize("door", API)
def test_a_stranger_is_asked_for_a_key(world: World, door: str) -> None:
    for key in ("", "fdr_00000000_" + "x" * 43, "Bearer", "fdr_'; drop table api_key"):
        method, _, path = door.partition(" ")
        more = BODIES.get(door, {})
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = world.client.request(
            method, "/api/v1" + path.replace("{", "").replace("}", ""),
            **{**more, "headers": headers | more.get("headers", {})},
        )  # fmt: skip
        assert answer.status_code == 401, answer.text
    filled = send(world, door, "fdr_00000000_" + "x" * 43, ids_of(world))
    assert filled.status_code == 401
    assert filled.headers["content-type"] == "application/problem+json"
    assert filled.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("door", API)
def test_a_key_without_the_scope_is_refused(world: World, door: str) -> None:
    scope = API[door]
    if not scope:
        return
    answer = send(world, door, world.poor(scope), ids_of(world))
    assert (answer.status_code, scope in answer.json()["detail"]) == (403, True)


@pytest.mark.parametrize(
    "door", [d for d in API if not d.startswith("GET ") and d != "POST /applications/{application_id}/check"]
)
def test_a_reading_key_changes_nothing(world: World, door: str) -> None:
    assert send(world, door, "read", ids_of(world)).status_code == 403


@pytest.mark.parametrize("door", [d for d in API if "{" in d and d not in EVERYBODYS])
def test_another_persons_things_do_not_exist(world: World, door: str) -> None:
    before = _state(world)
    answer = send(world, door, "stranger", ids_of(world))
    assert answer.status_code == 404, answer.text
    assert _state(world) == before


def _state(world: World) -> Any:
    from sqlalchemy import text

    query = """select (select jsonb_agg(c.version || c.stage || c.changed_at::text order by c.id) from connection c),
        (select count(*) from attachment where removed_at is null), (select count(*) from message),
        (select count(*) from payment_order), (select count(*) from notice where read_at is null)"""
    with world.database.transaction() as db:
        return db.execute(text(query)).one()


def test_a_cookie_of_the_cabinet_opens_nothing_here(world: World) -> None:
    from models.people import sessions
    from models.process.actor import Role  # noqa: F401 - the owner is an applicant

    with world.database.transaction() as db:
        from datetime import timedelta

        from infra import clock

        sessions.begin(db, world.owner, "cookie-token", clock.now(), timedelta(hours=1))
    client = world.client
    client.cookies.set(cookie_name(), "cookie-token")
    assert client.get("/api/v1/me").status_code == 401


def test_the_description_and_its_page_are_open_and_bring_no_script(world: World) -> None:
    page = world.client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "http://" not in page.text.replace("http://testserver", "")
    assert "script-src" not in page.headers["content-security-policy"]
    described = world.client.get("/api/v1/openapi.json").json()
    assert {f"{m.upper()} {p}" for p, what in described["paths"].items() for m in what} == set(API)
    for door in API:
        assert f"/api/v1{door.partition(' ')[2]}" in page.text
