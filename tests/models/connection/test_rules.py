"""Every stage × every move × every role against the hand-written table, and every need once closed and once open."""

import itertools
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from models.connection import rules
from models.connection.rules import CATEGORY_NAMES, MOVES, STAGE_NAMES
from models.connection.tables import (
    BEFORE_CONTRACT,
    CLOSED_STAGES,
    FINAL_STAGES,
    MAIN_LINE,
    OPEN_STAGES,
    UNDER_CONTRACT,
    Category,
    Stage,
)
from models.process.actor import Actor, Role
from models.process.errors import IllegalMove, NotAllowed, NotReady
from tests.models.connection.opened import NEEDS, T, case, kinds_of, opened
from tests.models.connection.table import (
    BEFORE,
    CARRY_DATA,
    FINAL,
    TABLE,
    UNDER,
    WHERE,
    WITH_A_REASON,
    WORKS_WHILE_SUSPENDED,
)

ACTORS = {role: Actor(role, 8) for role in Role}
IND, ENT, ORG = "individual", "entrepreneur", "legal_entity"


def test_the_hand_written_table_names_every_move() -> None:
    assert set(TABLE) == set(MOVES.table)
    assert {m.name for m in MOVES if m.needs} == set(NEEDS)
    assert {m.name for m in MOVES if m.reason} == WITH_A_REASON
    assert {m.name for m in MOVES if m.works_while_suspended} == WORKS_WHILE_SUSPENDED
    assert {m.name for m in MOVES if m.carries} == CARRY_DATA


def test_the_table_names_only_stages_and_roles_that_exist() -> None:
    for move in MOVES:
        assert move.sources <= set(Stage)
        assert move.by <= set(Role)
        assert move.target is None or move.target in set(Stage)
        assert move.title


@pytest.mark.parametrize("name", TABLE)
def test_every_stage_role_and_category_as_the_table_says(name: str) -> None:
    """Every stage × every role × 12 categories for each of 60 moves, suspended and not."""
    sources, target, by = TABLE[name]
    count = 0
    for category in Category:
        given, kind = opened(name, category)
        given = replace(given, actor_id=8)
        for stage, role, suspended in itertools.product(Stage, Role, (False, True)):
            refusal = MOVES.refusal(MOVES[name], stage, ACTORS[role], given, T, suspended)
            if role not in by:
                assert type(refusal) is NotAllowed
                assert refusal.facts == {"move": MOVES[name].title}
            elif stage not in sources:
                assert type(refusal) is IllegalMove
                assert refusal.facts == {"move": MOVES[name].title, "stage": STAGE_NAMES[stage]}
            elif kind not in WHERE.get(name, {kind}):
                assert type(refusal) is IllegalMove
                assert "of this kind" in str(refusal)
            elif suspended and name not in WORKS_WHILE_SUSPENDED:
                assert type(refusal) is NotReady
                assert "suspended" in str(refusal)
            else:
                assert refusal is None, (category, refusal)
                assert MOVES.allow(name, stage, ACTORS[role], given, T, suspended=suspended).target == target
            count += 1
    assert count == len(Stage) * len(Role) * len(Category) * 2


def test_a_move_of_another_kind_of_case_is_no_button() -> None:
    for category in Category:
        given, kind = opened("accept", category)
        for stage, role in itertools.product(Stage, Role):
            for move, _ in MOVES.open_to(stage, Actor(role, 8), given, T):
                assert kind in WHERE.get(move.name, {kind})


def test_every_category_has_its_path() -> None:
    assert {c for c in Category if kinds_of(c) == "X"} == {
        Category.IND_15, Category.IND_150_MICRO, Category.MICRO, Category.LE_150}  # fmt: skip


@pytest.mark.parametrize(("name", "which"), [(n, i) for n, (_, closed) in NEEDS.items() for i in range(len(closed))])
def test_a_need_that_is_not_met_closes_the_move_and_says_why(name: str, which: int) -> None:
    given, words = NEEDS[name][1][which]
    (stage, *_), _, (role, *_) = TABLE[name]
    refusal = MOVES.refusal(MOVES[name], stage, Actor(role, 8), given, T)
    assert type(refusal) is NotReady
    assert words in str(refusal)


def test_from_an_end_nothing_leads_away() -> None:
    for move in MOVES:
        if move.sources & (FINAL_STAGES - {Stage.COMPLETED}):
            assert move.target is None


def test_every_stage_but_the_draft_is_reached_and_every_open_one_is_left() -> None:
    assert {m.target for m in MOVES if m.target} == set(Stage) - {Stage.DRAFT}
    assert {s for m in MOVES if m.target for s in m.sources} == set(Stage) - FINAL_STAGES


def test_administrators_auditors_and_cashiers_move_nothing() -> None:
    assert not any(m.by & {Role.ADMIN, Role.AUDITOR, Role.BILLING} for m in MOVES)


def test_groups_of_stages_fit_together() -> None:
    assert OPEN_STAGES == BEFORE | UNDER
    assert BEFORE_CONTRACT == BEFORE
    assert UNDER_CONTRACT == UNDER
    assert FINAL_STAGES == FINAL == CLOSED_STAGES | {Stage.COMPLETED}
    assert MAIN_LINE[0] == Stage.DRAFT
    assert MAIN_LINE[-1] == Stage.COMPLETED
    assert set(STAGE_NAMES) == set(Stage)
    assert set(CATEGORY_NAMES) == set(Category)


def test_every_effect_has_its_carrier() -> None:
    from models.connection import effects, papers

    for move in MOVES:
        for effect in move.effects:
            verb, _, what = effect.partition(":")
            if verb == "letter":
                assert what == "refusal" or what.startswith("supplier_") or what in effects.NOTICES, effect
            elif verb == "paper":
                assert what in (*papers.TITLES, "offer", "closing", "visit"), effect
            else:
                assert verb in effects._VERBS, effect


def test_every_event_starts_a_rule_and_every_rule_that_ends_exists() -> None:
    import tomllib
    from pathlib import Path

    import infra.reference

    told = tomllib.loads((Path(infra.reference.__file__).parent / "terms.toml").read_text("utf-8"))["connection"]
    names = {r["rule"] for r in told}
    events = {e for r in told for e in r["starts_on"]}
    from_verbs = {"tu_done_notice.received", "fixed_notice.received", "supplier.copies_sent", "supplier.acts_sent",
                  "applicant.late", "offer.restarted"}  # fmt: skip
    for move in MOVES:
        assert set(move.ends) | set(move.drops) <= names, move.name
    assert events == {e for m in MOVES for e in m.starts} & events | from_verbs
    assert {e for m in MOVES for e in m.starts} <= events


# ------------------------------------------------------------------------------------------------ facts
@pytest.mark.parametrize(
    ("more", "near", "fast"),
    [
        ({"distance_m": 15}, True, True),
        ({"distance_m": 16}, True, False),
        ({"distance_m": 15, "category": "MICRO"}, True, False),
        ({"distance_m": 15, "land_relations": True}, True, False),
        ({"distance_m": 15, "investment_works": True}, True, False),
        ({"distance_m": 15, "voltage_kv": Decimal(10)}, True, False),
        ({"distance_m": 500}, True, False),
        ({"distance_m": 501}, False, False),
        ({"distance_m": 300, "town": True}, True, False),
        ({"distance_m": 301, "town": True}, False, False),
        ({"distance_m": 15, "voltage_kv": Decimal(35)}, False, False),
    ],
)
def test_near_and_fast(more: dict[str, Any], near: bool, fast: bool) -> None:
    told = rules.facts(case(**{"category": "IND_15"} | more))
    assert (told["near"], told["fast_works"]) == (near, fast)


@pytest.mark.parametrize("kw", ["0.4", "10"])
@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("distance", [0, 15, 16, 300, 301, 500, 501])
def test_exactly_one_rule_of_works_fits_every_case(kw: str, category: Category, distance: int) -> None:
    import tomllib
    from pathlib import Path

    import infra.reference
    from models.process.terms import holds

    told = tomllib.loads((Path(infra.reference.__file__).parent / "terms.toml").read_text("utf-8"))["connection"]
    works = [r for r in told if "contract.concluded" in r["starts_on"] and r["rule"] not in ("TU-EXP", "TP-12T")]
    if category == Category.REISSUE:
        return  # nothing is built
    far_temporary = category == Category.TEMP and distance > 300
    for flags in itertools.product((False, True), repeat=3):
        row = case(
            category=category, voltage_kv=Decimal(kw), distance_m=distance,
            town=flags[0], land_relations=flags[1], investment_works=flags[2],
        )  # fmt: skip
        fits = [
            r["rule"] for r in works if holds(r["condition"], rules.facts(row)) and rules.column(row) in r["lengths"]
        ]
        far = far_temporary and not rules.facts(row)["near"]  # no source gives this term: TP-12T is off
        assert len(fits) == (0 if far else 1), (fits, flags)


def test_the_closing_paper_follows_the_voltage() -> None:
    assert rules.closing_paper(case()) == "readiness_notice"
    assert rules.closing_paper(case(voltage_kv=Decimal(10))) == "connection_act"


# ------------------------------------------------------------------------------------------------ papers and conditions
def test_the_closed_list_of_papers() -> None:
    def kinds(kind: str, **more: bool) -> dict[str, bool]:
        given = {"represented": False, "social": False, "generation": False} | more
        return {p.kind: p.required for p in rules.papers_wanted(kind, **given)}

    assert kinds(IND) == kinds(ORG) == {"identity": True, "title": True, "plan": False}
    assert kinds(ENT) == {"identity": True, "title": True, "plan": False, "registry": False}
    assert set(kinds(IND, represented=True)) - set(kinds(IND)) == {"authority"}
    assert set(kinds(IND, social=True)) - set(kinds(IND)) == {"social"}
    assert set(kinds(IND, generation=True)) - set(kinds(IND)) == {"generation"}


def test_every_missing_field_of_the_conditions_is_named() -> None:
    from tests.house import CONDITIONS

    assert rules.conditions_faults(CONDITIONS) == []
    assert {f.field for f in rules.conditions_faults({})} == set(rules.CONDITIONS_REQUIRED)
    for name in rules.CONDITIONS_REQUIRED:
        for empty in (None, "", []):
            assert [f.field for f in rules.conditions_faults(CONDITIONS | {name: empty})] == [name]


@pytest.mark.parametrize(
    ("years", "fits"), [(1, False), (2, True), (6, True), (7, False), ("3", True), ("три", False), ("2,5", False)]
)
def test_conditions_are_valid_from_two_to_six_years(years: Any, fits: bool) -> None:
    from tests.house import CONDITIONS

    faults = rules.conditions_faults(CONDITIONS | {"years": years})
    assert [f.field for f in faults] == ([] if fits else ["years"])


def test_a_distance_of_nought_is_filled_in() -> None:
    from tests.house import CONDITIONS

    assert rules.conditions_faults(CONDITIONS | {"distance_m": 0}) == []


@pytest.mark.parametrize("quantity", ["", None, "0", "-1", "много"])
def test_a_work_with_a_rate_needs_its_quantity(quantity: object) -> None:
    works = [{"what": "Ответвление", "volume": "", "rate": "C2.3.1.4.1.1", "quantity": quantity}]
    from tests.house import CONDITIONS

    faults = rules.conditions_faults(CONDITIONS | {"grid_works": works})
    assert [f.field for f in faults] == ["grid_works"]


@pytest.mark.parametrize("typed", ["1E400", "9" * 30, "Infinity", "NaN", "-5", "٣", "1_0", "0"])
def test_an_absurd_quantity_or_sum_is_named_before_anybody_counts_with_it(typed: str) -> None:
    from tests.house import CONDITIONS

    works = [dict(CONDITIONS["grid_works"][0], quantity=typed)]
    assert [f.field for f in rules.conditions_faults(CONDITIONS | {"grid_works": works})] == ["grid_works"]
    project = {"possible": False, "project_net": typed, "project_basis": "№ 5 от 01.03.2026"}
    assert [f.field for f in rules.conditions_faults(CONDITIONS | project)] == ["project_net"]
