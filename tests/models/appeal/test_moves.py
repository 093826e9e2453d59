"""Every stage × move × role against a table written by hand: what is not named here is refused, and says why."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from models.appeal.rules import MOVES, Known
from models.appeal.tables import FINAL_STAGES, Appeal, AppealKind, Stage
from models.process.actor import Actor, Role
from models.process.errors import IllegalMove, NotAllowed, NotReady

A, OP, M, E, T, B, S = (
    Role.APPLICANT, Role.OPERATOR, Role.MANAGER, Role.ENGINEER, Role.METERING, Role.BILLING, Role.SYSTEM,
)  # fmt: skip
DESK, ANSWER = {OP, M}, {OP, M, E, T, B}
NEW, SEEN, WORK, ASKED, DONE, CLOSED = (
    Stage.REGISTERED, Stage.REVIEWED, Stage.IN_WORK, Stage.ASKED, Stage.ANSWERED, Stage.CLOSED,
)  # fmt: skip
# move: (from which stages, to which, by whom)
EXPECTED: dict[str, tuple[set[Stage], Stage | None, set[Role]]] = {
    "register": ({NEW}, None, {A, OP, M}),
    "review": ({NEW}, SEEN, DESK),
    "assign": ({SEEN, WORK, ASKED}, None, DESK),
    "take": ({NEW, SEEN}, WORK, ANSWER),
    "ask": ({WORK}, ASKED, ANSWER),
    "reply": ({ASKED}, WORK, {A, OP, M}),
    "go_on": ({ASKED}, WORK, {S} | ANSWER),
    "answer": ({WORK}, DONE, ANSWER),
    "redirect": ({NEW, SEEN, WORK}, Stage.REDIRECTED, DESK),
    "acknowledge": ({NEW, SEEN, WORK}, CLOSED, DESK),
    "close": ({DONE}, CLOSED, {A, OP, M, S}),
    "mark": ({DONE, CLOSED}, None, {A}),
    "reopen": ({DONE, CLOSED}, WORK, {A, OP, M}),
    "withdraw": ({NEW, SEEN, WORK, ASKED}, Stage.WITHDRAWN, {A, OP, M}),
}


def known(move: str, now: datetime) -> Known:
    """An appeal for which nothing but stage and role could close the move."""
    done = move in ("mark", "reopen")
    appeal = Appeal(
        number="ОБ-000001/26", kind="question", channel="cabinet", name="Анна", email="a@pochta.example", text="?", status_token="t",
        assignee_id=1, registered_at=now, changed_at=now, answered_at=now if done else None,
        reopen_until=now + timedelta(days=1) if done else None, version=0 if move == "register" else 3,
    )  # fmt: skip
    return Known(appeal, AppealKind(code="x", title="x", answers=move != "acknowledge"))


def test_the_table_has_the_moves_of_the_process_and_no_other() -> None:
    assert set(MOVES.table) == set(EXPECTED)
    assert {m.name: m.target for m in MOVES.table.values()} == {name: row[1] for name, row in EXPECTED.items()}


@pytest.mark.parametrize("move", sorted(EXPECTED))
def test_a_move_is_open_where_the_table_says_and_nowhere_else(move: str, now: datetime) -> None:
    sources, _target, by = EXPECTED[move]
    told = known(move, now)
    for stage, role in product(Stage, Role):
        refusal = MOVES.refusal(MOVES[move], stage, Actor(role, 1), told, now)
        expected = NotAllowed if role not in by else IllegalMove if stage not in sources else type(None)
        assert type(refusal) is expected, (move, stage, role)


def test_every_stage_can_be_reached_and_only_the_ends_are_never_left_for_long() -> None:
    entered = {target for _, target, _ in EXPECTED.values() if target} | {NEW}
    left = {stage for sources, target, _ in EXPECTED.values() if target for stage in sources}
    assert entered == set(Stage)
    assert set(Stage) - left == FINAL_STAGES - {CLOSED}


@pytest.mark.parametrize(
    ("move", "stage", "changed"),
    [
        ("register", NEW, {"version": 1}),
        ("ask", WORK, {"assignee_id": None}),
        ("ask", WORK, {"email": "", "author_id": None}),
        ("answer", WORK, {"assignee_id": None}),
        ("mark", DONE, {"answered_at": None}),
        ("mark", DONE, {"mark": 5}),
        ("mark", DONE, {"reopen_until": "now"}),
        ("reopen", CLOSED, {"reopen_until": "now"}),
        ("reopen", CLOSED, {"answered_at": None}),
    ],
)
def test_a_need_that_is_not_met_closes_the_move_and_says_why(
    move: str, stage: Stage, changed: dict[str, object], now: datetime
) -> None:
    found = known(move, now)
    for name, value in changed.items():
        setattr(found.appeal, name, now if value == "now" else value)
    role = Role.APPLICANT if move in ("mark", "register") else Role.OPERATOR
    with pytest.raises(NotReady):
        MOVES.allow(move, stage, Actor(role, 1), found, now)


def test_only_a_kind_that_owes_no_answer_is_closed_without_one(now: datetime) -> None:
    owed = Known(known("acknowledge", now).appeal, AppealKind(code="x", title="x", answers=True))
    with pytest.raises(IllegalMove):
        MOVES.allow("acknowledge", WORK, Actor(Role.OPERATOR, 1), owed, now)
