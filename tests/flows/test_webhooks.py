"""Calls to a customer's program carried by the flow itself: signed, tried again by the policy, given up, sent again."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from infra import clock, webhook
from infra.database import Database
from infra.engine.inline import drain
from infra.keys import vault_keys
from infra.webhook import Answer
from models.connection.tables import Stage
from models.delivery.tables import Notice
from models.integration import actions, calls, events
from models.integration.rules import EVENTS, Event, new_secret, signature
from models.integration.tables import Call, CallState, CallTry, Webhook
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor
from models.process.errors import Stale
from models.process.work import shift_alarms
from signatures.secrets import Vault
from tests.conftest import NOW
from tests.models.story import Story

MINUTE = 60


@dataclass
class Program:
    """The customer's program: what it heard, what it answers; and the clock of the house."""

    database: Database
    user: User
    secret: str
    hook: int
    now: datetime
    story: Story
    answers: list[Answer] = field(default_factory=list)  # the last one stays
    heard: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def post(self, address: str, headers: dict[str, str], body: bytes) -> Answer:
        with self.database.transaction() as db:  # no transaction of ours holds the row while the outside is called
            db.execute(text("set local lock_timeout = '1s'"))
            db.execute(text("select 1 from webhook_call for update"))
        self.heard.append((headers, body.decode()))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def carry(self) -> None:
        with clock.at(self.now):
            drain(self.database)

    def go(self, **delta: float) -> None:
        with self.database.transaction() as db:
            shift_alarms(db, timedelta(**delta))
        self.now += timedelta(**delta)
        self.carry()

    def do(self, verb: Callable[[Session, Actor, datetime], Any]) -> Any:
        with self.database.transaction() as db:
            return verb(db, actor_of(self.user), self.now)

    def live(self, db: Session, stage: Stage) -> None:
        """A case of this customer comes to a stage."""
        self.story.session = self.story.house.session = db
        self.story.to(stage, db.get_one(User, self.user.id))

    def try_out(self) -> None:
        self.do(lambda db, actor, now: actions.try_out(db, self.hook, actor, now))
        self.carry()

    def calls(self) -> list[Call]:
        with self.database.transaction() as db:
            return list(db.exec(select(Call).order_by(col(Call.id))).all())

    def tries(self) -> list[CallTry]:
        with self.database.transaction() as db:
            return list(db.exec(select(CallTry).order_by(col(CallTry.id))).all())

    def row(self) -> Webhook:
        with self.database.transaction() as db:
            return db.get_one(Webhook, self.hook)


@pytest.fixture
def program(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    clock.forget()
    secret = new_secret()
    with database.transaction() as db:
        story = Story(db, NOW - timedelta(hours=2))
        user = story.house.applicant()
        sealed = Vault(vault_keys()).lock({"secret": secret})
        hook = actions.add_webhook(db, actor_of(user), "https://example.ru/hook", sealed, list(EVENTS), NOW)
        db.flush()
        hook_id = hook.id or 0
        db.expunge_all()
    made = Program(database, user, secret, hook_id, NOW, story, [Answer(200)])
    monkeypatch.setattr(webhook, "post", made.post)
    yield made
    clock.forget()


def test_a_call_is_signed_by_the_secret_of_its_address(program: Program) -> None:
    program.try_out()
    ((headers, body),) = program.heard
    stamp = int(headers["X-Feeder-Timestamp"])
    assert headers["X-Feeder-Signature"] == signature(program.secret, stamp, body)
    assert abs(time.time() - stamp) < 10 * MINUTE, "by the clock of the world"
    told = json.loads(body)
    assert (told["event"], headers["X-Feeder-Event"]) == ("test", "test")
    (call,) = program.calls()
    assert (call.state, call.tries, headers["X-Feeder-Delivery"]) == (CallState.DELIVERED, 1, call.key)
    assert program.secret.encode() not in bytes(program.row().secret)


def test_what_happens_to_a_case_is_told_in_its_own_transaction(program: Program) -> None:
    program.do(lambda db, _actor, _now: program.live(db, Stage.EXECUTION))
    told = [json.loads(c.body) for c in program.calls()]
    stages = [t["data"]["stage"] for t in told if t["event"] == Event.STAGE_CHANGED]
    assert stages == ["SUBMITTED", "CHECKING", "ENGINEERING", "APPROVAL", "OFFER_PLACED", "CONCLUDED", "EXECUTION"]
    assert {t["event"] for t in told} == {
        Event.STAGE_CHANGED,
        Event.DOCUMENT_PLACED,
        Event.PAYMENT_CREDITED,
        Event.NOTICE_CREATED,
    }
    everything = " ".join(c.body for c in program.calls())
    assert "Смирнова" not in everything
    assert "pochta" not in everything
    assert "Лесное" not in everything


def test_what_is_undone_is_not_told(program: Program) -> None:
    def undone(db: Session, _actor: Actor, _now: datetime) -> None:
        program.live(db, Stage.CHECKING)
        assert db.exec(select(Call)).all(), "it was told"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        program.do(undone)
    program.carry()
    assert program.calls() == []
    assert program.heard == []


def test_only_chosen_events_of_ones_own_are_told(program: Program) -> None:
    with program.database.transaction() as db:
        db.get_one(Webhook, program.hook).events = [Event.PAYMENT_CREDITED]
        db.flush()
        assert events.tell(db, program.user.id or 0, Event.NOTICE_CREATED, {}, NOW) == 0
        assert events.tell(db, 10**6, Event.PAYMENT_CREDITED, {}, NOW) == 0
        assert events.tell(db, program.user.id or 0, Event.PAYMENT_CREDITED, {}, NOW) == 1
        actions.switch(db, program.hook, False, actor_of(program.user), NOW)
        db.flush()
        assert events.tell(db, program.user.id or 0, Event.PAYMENT_CREDITED, {}, NOW) == 0


def test_a_silent_program_is_called_again_by_the_policy_with_the_same_bytes(program: Program) -> None:
    program.answers = [Answer(None, "ConnectError"), Answer(500, "HTTP 500"), Answer(204)]
    program.try_out()
    (call,) = program.calls()
    assert (call.state, call.next_at) == (CallState.RETRYING, NOW + timedelta(seconds=10))
    assert program.row().failing_since == NOW
    program.go(seconds=5)
    assert len(program.heard) == 1, "not yet"
    program.go(seconds=6)
    assert program.calls()[0].state == CallState.RETRYING
    program.go(seconds=31)
    (call,) = program.calls()
    assert (call.state, call.tries) == (CallState.DELIVERED, 3)
    assert len({body for _headers, body in program.heard}) == 1
    assert len({h["X-Feeder-Delivery"] for h, _ in program.heard}) == 1
    assert [(t.outcome, t.status) for t in program.tries()] == [("retry", None), ("retry", 500), ("sent", 204)]
    assert program.row().failing_since is None


def test_who_says_when_to_come_again_is_obeyed(program: Program) -> None:
    program.answers = [Answer(429, "HTTP 429", 120.0), Answer(503, "HTTP 503", 10.0**6), Answer(200)]
    program.try_out()
    assert program.calls()[0].next_at == NOW + timedelta(seconds=120)
    program.go(seconds=121)
    (call,) = program.calls()
    assert call.next_at == program.now + timedelta(hours=1), "an hour at most"
    assert [t.outcome for t in program.tries()] == ["throttled", "throttled"]


def test_after_three_days_of_silence_the_address_is_switched_off_and_its_owner_told(program: Program) -> None:
    program.answers = [Answer(500, "HTTP 500")]
    program.try_out()
    for _ in range(120):
        if program.calls()[0].state == CallState.UNDELIVERABLE:
            break
        program.go(minutes=61)
    assert program.calls()[0].state == CallState.UNDELIVERABLE
    assert program.now - NOW > timedelta(hours=71)
    hook = program.row()
    assert (hook.active, hook.off_reason) == (False, "The address has not answered for three days")
    with program.database.transaction() as db:
        notice = db.exec(select(Notice).where(Notice.kind == "webhook_off")).one()
        assert notice.user_id == program.user.id
    with pytest.raises(Stale):
        program.do(lambda db, actor, now: actions.send_again(db, program.calls()[0].id or 0, actor, now))


def test_switched_on_again_a_given_up_call_is_sent_again_by_one_button(program: Program) -> None:
    program.answers = [Answer(410, "HTTP 410"), Answer(200)]
    program.try_out()
    assert program.calls()[0].state == CallState.UNDELIVERABLE, "410 is final"
    assert not program.row().active
    program.do(lambda db, actor, now: actions.switch(db, program.hook, True, actor, now))
    program.do(lambda db, actor, now: actions.send_again(db, program.calls()[0].id or 0, actor, now))
    program.carry()
    (call,) = program.calls()
    assert (call.state, call.tries) == (CallState.DELIVERED, 2)


def test_an_address_that_leads_inside_is_final_at_once(program: Program) -> None:
    program.answers = [Answer(None, "leads into a private network: 10.0.0.1", unsafe=True)]
    program.try_out()
    (call,) = program.calls()
    assert (call.state, call.tries) == (CallState.UNDELIVERABLE, 1)
    assert not program.row().active


def test_what_waits_for_a_switched_off_address_is_given_up(program: Program) -> None:
    program.answers = [Answer(500, "HTTP 500")]
    program.try_out()
    program.do(lambda db, actor, now: actions.switch(db, program.hook, False, actor, now))
    program.go(seconds=11)
    assert program.calls()[0].state == CallState.UNDELIVERABLE
    assert len(program.heard) == 1


def test_a_worker_that_died_while_calling_leaves_a_try_that_says_so(program: Program) -> None:
    def begin(db: Session, actor: Actor, now: datetime) -> None:
        actions.try_out(db, program.hook, actor, now)
        call = db.exec(select(Call)).one()
        calls.begin_try(db, call, calls.owner_of(db, call), now)

    program.do(begin)
    program.carry()
    assert [t.outcome for t in program.tries()] == ["lost", "sent"]
    assert program.calls()[0].state == CallState.DELIVERED
    assert len(program.heard) == 1


def test_a_late_outcome_changes_nothing(program: Program) -> None:
    program.try_out()

    def late(db: Session, _actor: Actor, now: datetime) -> None:
        call = db.exec(select(Call)).one()
        calls.record_try(db, call, calls.owner_of(db, call), 1, calls.Outcome("retry"), now)

    with pytest.raises(Stale):
        program.do(late)
    assert program.calls()[0].state == CallState.DELIVERED
