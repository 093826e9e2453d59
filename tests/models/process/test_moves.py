"""The order of refusals and the panel of buttons, on a little process of its own."""

from datetime import datetime

import pytest

from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import FeederError, IllegalMove, NotAllowed, NotReady
from models.process.moves import Move, Moves


def lid(known: set[str], _: datetime) -> NotReady | None:
    return None if "lid" in known else NotReady("It opens when the lid is off")


def key(known: set[str], _: datetime) -> NotReady | None:
    return None if "key" in known else NotReady("It opens when the key is found")


OPEN = Move("open", "Open", frozenset({"SHUT"}), "OPEN", frozenset({Role.OPERATOR}), needs=(lid, key))
AIR = Move("air", "Air", frozenset({"OPEN"}), None, frozenset({Role.OPERATOR, Role.SYSTEM}), works_while_suspended=True)
TICK = Move("tick", "Tick", frozenset({"OPEN", "SHUT"}), None, frozenset({Role.SYSTEM}))
NOBODY = Move("nobody", "Nobody's", frozenset({"OPEN", "SHUT"}), None)
MOVES = Moves("box", (OPEN, AIR, TICK, NOBODY))
OPERATOR, ENGINEER = Actor(Role.OPERATOR, 1), Actor(Role.ENGINEER, 2)
BOTH = {"lid", "key"}


def refused(
    kind: type[FeederError],
    name: str,
    stage: str,
    actor: Actor,
    known: set[str],
    now: datetime,
    suspended: bool = False,
) -> str:
    with pytest.raises(FeederError) as caught:
        MOVES.allow(name, stage, actor, known, now, suspended=suspended)
    assert type(caught.value) is kind
    return str(caught.value)


def test_a_move_that_is_open_is_given(now: datetime) -> None:
    assert MOVES.allow("open", "SHUT", OPERATOR, BOTH, now) is OPEN


def test_the_right_is_asked_first(now: datetime) -> None:
    """Everything is wrong at once: role, stage, suspension, needs."""
    assert refused(NotAllowed, "open", "OPEN", ENGINEER, set(), now, True) == "Your role may not do «Open»"


def test_then_the_stage_and_both_are_named(now: datetime) -> None:
    told = refused(IllegalMove, "open", "OPEN", OPERATOR, set(), now, True)
    assert told == "«Open» is not possible: the application is at the stage «OPEN»"


def test_then_the_suspension(now: datetime) -> None:
    assert "suspended" in refused(NotReady, "open", "SHUT", OPERATOR, set(), now, True)


def test_then_the_needs_in_their_order(now: datetime) -> None:
    assert "lid" in refused(NotReady, "open", "SHUT", OPERATOR, set(), now)
    assert "key" in refused(NotReady, "open", "SHUT", OPERATOR, {"lid"}, now)


def test_some_moves_work_while_the_terms_are_suspended(now: datetime) -> None:
    assert MOVES.allow("air", "OPEN", OPERATOR, set(), now, suspended=True) is AIR


def test_a_move_is_nobodys_unless_said(now: datetime) -> None:
    for role in Role:
        refused(NotAllowed, "nobody", "OPEN", Actor(role, 1), BOTH, now)


def test_only_a_move_of_the_system_alone_is_automatic() -> None:
    assert [m.name for m in MOVES if m.automatic] == ["tick"]


def test_an_unknown_move_is_a_bug_not_a_refusal(now: datetime) -> None:
    with pytest.raises(KeyError):
        MOVES.allow("fly", "OPEN", OPERATOR, BOTH, now)


def test_the_panel_shows_the_moves_of_this_role_and_what_closes_them(now: datetime) -> None:
    shown = MOVES.open_to("SHUT", OPERATOR, {"lid"}, now)
    assert [(m.name, str(why)) for m, why in shown] == [("open", "It opens when the key is found")]
    assert MOVES.open_to("OPEN", OPERATOR, BOTH, now) == [(AIR, None)]
    assert [m.name for m, _ in MOVES.open_to("OPEN", SYSTEM, BOTH, now)] == ["air", "tick"]
    assert MOVES.open_to("OPEN", ENGINEER, BOTH, now) == []
