"""How the open interface refuses and counts: problem+json for everything, limits told in headers, keys in no log."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from dashboard.gate import SMALL, UPLOAD
from infra import clock
from models.connection.tables import Stage
from models.integration import actions
from models.integration.rules import PER_MINUTE, Scope
from tests.dashboard.api.world import PDF, World

PROBLEM = "application/problem+json"


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["title"]
    return told


def test_whatever_is_wrong_is_told_as_a_problem(world: World) -> None:
    problem(world.call("GET", "/no-such-address"), 404)
    problem(world.call("GET", "/applications/%0A/status"), 422)
    problem(world.call("GET", "/applications/100000000"), 404)
    refused = world.call("DELETE", "/applications")
    problem(refused, 405)
    assert set(refused.headers["allow"].replace(" ", "").split(",")) <= {"GET", "POST", "HEAD"}
    problem(
        world.call(
            "POST",
            "/applications",
            content=b"{",
            headers={"Content-Type": "application/json", "Idempotency-Key": "x" * 8},
        ),
        400,
    )
    problem(
        world.call(
            "POST", "/applications", content=b"a=1", headers={"Content-Type": "text/plain", "Idempotency-Key": "x" * 8}
        ),
        415,
    )
    problem(world.call("GET", "/applications?limit=1000"), 422)
    problem(world.call("GET", "/me", "fdr_00000000_" + "x" * 43), 401)


def test_too_much_at_once_is_refused_by_its_claim_and_by_its_body(world: World) -> None:
    path = f"/applications/{world.cases[Stage.EXECUTION]}"
    body = b'{"text":"' + b"x" * SMALL + b'"}'
    kind = {"Content-Type": "application/json"}
    problem(world.call("POST", f"{path}/messages", content=body, headers=kind), 413)
    pieces = (body[i : i + 8192] for i in range(0, len(body), 8192))
    problem(world.call("POST", f"{path}/messages", content=pieces, headers=kind), 413)
    whole = {"file": ("a.pdf", PDF + b"0" * UPLOAD)}
    problem(world.call("POST", f"{path}/attachments", data={"kind": "message"}, files=whole), 413)
    nearly = {"file": ("a.pdf", PDF + b"0" * (10 << 20))}
    assert problem(world.call("POST", f"{path}/attachments", data={"kind": "message"}, files=nearly), 422)["errors"]


def test_what_breaks_on_our_side_has_a_number_and_tells_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("пароль от базы: 12345")

    monkeypatch.setattr("dashboard.api.v1.notices.queries.notices", broken)
    answer = world.call("GET", "/notices")
    told = problem(answer, 500)
    assert "12345" not in answer.text
    assert told["detail"]


def test_the_rest_of_the_minute_is_told_and_then_refused(world: World) -> None:
    first = world.call("GET", "/me")
    assert first.headers["ratelimit-limit"] == str(PER_MINUTE)
    assert first.headers["ratelimit-remaining"] == str(PER_MINUTE - 1)
    with world.database.transaction() as db:
        db.execute(text("update api_key set window_count = :n where window_at is not null"), {"n": PER_MINUTE})
    refused = world.call("GET", "/me")
    problem(refused, 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-remaining"] == "0"
    assert world.call("GET", "/me", "stranger").status_code == 200, "another key has its own minute"
    with world.database.transaction() as db:
        db.execute(text("update api_key set window_at = window_at - interval '61 s'"))
    assert world.call("GET", "/me").status_code == 200


def test_refusals_are_counted_too(world: World) -> None:
    world.call("GET", "/me")
    assert world.call("POST", "/notices/read", "read").status_code == 403
    before = int(world.call("GET", "/me", "read").headers["ratelimit-remaining"])
    assert before == PER_MINUTE - 2


@pytest.mark.parametrize("end", ["revoked", "expired", "closed"])
def test_a_key_that_has_ended_opens_nothing(world: World, end: str) -> None:
    key = world.make_key(Scope.NOTICES_READ, user=world.stranger, life=timedelta(days=1))
    assert world.call("GET", "/notices", key).status_code == 200
    with world.database.transaction() as db:
        prefix = {"p": key[:12]}
        if end == "revoked":
            row = db.execute(text("select id from api_key where prefix = :p"), prefix).scalar_one()
            actions.revoke_key(db, row, world.actor(world.stranger), clock.now())
        elif end == "expired":
            db.execute(text("update api_key set expires_at = now() - interval '1 s' where prefix = :p"), prefix)
        else:
            db.execute(text("update app_user set active = false where id = :id"), {"id": world.stranger.id})
    problem(world.call("GET", "/notices", key), 401)
    with world.database.transaction() as db:
        db.execute(text("update app_user set active = true"))


def test_a_key_stands_in_no_log_and_in_no_row(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    caplog.set_level(logging.DEBUG)
    key = world.keys["all"]
    world.call("GET", "/me")
    world.call("GET", "/me", key + "x")
    monkeypatch.setattr("dashboard.api.v1.notices.queries.notices", broken)
    world.call("GET", "/notices")
    assert "incident" in caplog.text, "the control: logs are seen"
    assert key[13:] not in caplog.text
    with world.database.transaction() as db:
        tables = db.execute(
            text("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        )
        for table in tables.scalars().all():
            found = db.execute(
                text(f"select count(*) from {table} t where t::text like :key"), {"key": f"%{key[13:]}%"}
            )
            assert found.scalar_one() == 0, table
