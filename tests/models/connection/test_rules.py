"""Every stage × every move × every role against the hand-written table, and every need once closed and once open."""

import itertools
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from models.connection import rules
from models.connection.rules import CATEGORY_NAMES, MOVES, STAGE_NAMES, Known
from models.connection.tables import (
    BEFORE_CONTRACT,
    CLOSED_STAGES,
    FINAL_STAGES,
    MAIN_LINE,
    OPEN_STAGES,
    UNDER_CONTRACT,
    Application,
    Category,
    Stage,
)
from models.process.actor import Actor, Role
from models.process.errors import IllegalMove, Invalid, NotAllowed, NotReady
from tests.models.connection.table import BEFORE, FINAL, TABLE, UNDER, WITH_A_REASON, WORKS_WHILE_SUSPENDED

T = datetime(2026, 11, 2)
IND, ENT, ORG = "individual", "entrepreneur", "legal_entity"


def case(**more: Any) -> Application:
    return Application(applicant_id=1, branch_id=1, created_at=T, changed_at=T, status_token="t", **more)


def known(row: Application | None = None, **more: Any) -> Known:
    return Known(case=row or case(), **more)


def papers(state: str, *kinds: str) -> dict[str, str]:
    return dict.fromkeys(kinds, state)


OFFER = ("contract", "conditions", "invoice", "guide")
# move: what opens it, and each single thing that closes it with the words that say so
NEEDS: dict[str, tuple[Known, list[tuple[Known, str]]]] = {
    "submit": (
        known(case(draft={"checked": True})),
        [(known(case(draft={"checked": False})), "Fill in"), (known(), "Fill in")],
    ),
    "request_info": (known(case(missing=[{"what": "x"}])), [(known(), "Name what is missing")]),
    "deliver_notice": (
        known(papers=papers("stored", "missing_info")),
        [
            (known(), "made and sealed"),
            (known(papers=papers("ordered", "missing_info")), "made and sealed"),
            (known(papers=papers("placed", "missing_info")), "placed already"),
        ],
    ),
    "annul_no_info": (
        known(lapsed=frozenset({"TP-02"})),
        [(known(), "still running"), (known(running=frozenset({"TP-02"})), "still running")],
    ),
    "submit_conditions": (known(conditions_complete=True), [(known(), "filled in and saved")]),
    "return_conditions": (known(), [(known(case(approved_at=T)), "Approved already")]),
    "approve": (
        known(conditions_author=7, actor_id=8),
        [
            (known(conditions_author=7, actor_id=7), "prepared these conditions yourself"),
            (known(case(approved_at=T), conditions_author=7, actor_id=8), "Approved already"),
        ],
    ),
    "place_offer": (
        known(case(approved_at=T), papers=papers("stored", *OFFER)),
        [
            (known(papers=papers("stored", *OFFER)), "a second person has approved"),
            *[
                (known(case(approved_at=T), papers=papers("stored", *OFFER) | {k: "ordered"}), "made and sealed")
                for k in OFFER
            ],
            *[
                (known(case(approved_at=T), papers=papers("stored", *(set(OFFER) - {k}))), "made and sealed")
                for k in OFFER
            ],
        ],
    ),
    "refuse_offer": (
        known(running=frozenset({"TP-06R"})),
        [
            (known(), "five working days for a refusal"),
            (known(lapsed=frozenset({"TP-06R"})), "five working days for a refusal"),
            (known(running=frozenset({"TP-06R"}), first_credited=True), "concludes the contract"),
        ],
    ),
    "conclude": (known(first_credited=True), [(known(), "bank confirms")]),
    "annul_no_payment": (
        known(lapsed=frozenset({"TP-06X"})),
        [
            (known(running=frozenset({"TP-06X"})), "still running"),
            (known(lapsed=frozenset({"TP-06X"}), first_credited=True), "The first payment has come"),
        ],
    ),
    "report_grid_works": (known(), [(known(case(grid_works_done_at=T)), "Reported already")]),
    "report_own_works": (known(), [(known(case(own_works_done_at=T)), "Reported already")]),
    "begin_inspection": (
        known(case(voltage_kv=Decimal(10), own_works_done_at=T, grid_works_done_at=T)),
        [
            (known(case(own_works_done_at=T, grid_works_done_at=T)), "there is no inspection"),
            (known(case(voltage_kv=Decimal(10), grid_works_done_at=T)), "the applicant reports"),
            (known(case(voltage_kv=Decimal(10), own_works_done_at=T)), "works of the grid company"),
        ],
    ),
    "begin_metering": (
        known(case(grid_works_done_at=T)),
        [
            (known(case(voltage_kv=Decimal(10), grid_works_done_at=T)), "inspected first"),
            (known(), "works of the grid company"),
        ],
    ),
    "admit_meter": (known(), [(known(case(meter_admitted_at=T)), "admitted already")]),
    "place_meter_act": (
        known(papers=papers("stored", "meter_act")),
        [
            (known(), "made and sealed"),
            (known(papers=papers("ordered", "meter_act")), "made and sealed"),
            (known(papers=papers("placed", "meter_act")), "placed already"),
        ],
    ),
    "energise": (known(case(meter_admitted_at=T)), [(known(), "when the meter is admitted")]),
    "complete": (
        known(papers=papers("stored", "readiness_notice") | papers("placed", "meter_act")),
        [
            (known(papers=papers("stored", "meter_act")), "made and sealed"),
            (known(papers=papers("stored", "readiness_notice")), "made and sealed"),
            (
                known(case(voltage_kv=Decimal(10)), papers=papers("stored", "meter_act", "readiness_notice")),
                "made and sealed",
            ),
        ],
    ),
    "remark": (
        known(running=frozenset({"TP-19"})),
        [(known(lapsed=frozenset({"TP-19"})), "twenty working days"), (known(), "twenty")],
    ),
    "remove_remarks": (known(lapsed=frozenset({"TP-20"})), [(known(), "no remarks")]),
    "note_supply_contract": (known(running=frozenset({"TP-05"})), [(known(), "copies have been sent")]),
    "place_annulment": (
        known(papers=papers("stored", "annulment")),
        [(known(), "made and sealed"), (known(papers=papers("placed", "annulment")), "placed already")],
    ),
    "withdraw": (known(), [(known(first_credited=True), "concludes the contract")]),
    "suspend": (known(), [(known(case(suspended_at=T)), "suspended already")]),
    "resume": (known(case(suspended_at=T)), [(known(), "terms are running")]),
}


def opened(name: str) -> Known:
    return NEEDS[name][0] if name in NEEDS else known()


def test_the_hand_written_table_names_every_move() -> None:
    assert set(TABLE) == set(MOVES.table)
    assert {m.name for m in MOVES if m.needs} == set(NEEDS)
    assert {m.name for m in MOVES if m.reason} == WITH_A_REASON
    assert {m.name for m in MOVES if m.works_while_suspended} == WORKS_WHILE_SUSPENDED


def test_the_table_names_only_stages_and_roles_that_exist() -> None:
    for move in MOVES:
        assert move.sources <= set(Stage)
        assert move.by <= set(Role)
        assert move.target is None or move.target in set(Stage)
        assert move.title


@pytest.mark.parametrize("name", TABLE)
def test_every_stage_and_every_role_as_the_table_says(name: str) -> None:
    """20 stages × 10 roles for each of 36 moves, suspended and not."""
    sources, target, by = TABLE[name]
    count = 0
    for stage, role, suspended in itertools.product(Stage, Role, (False, True)):
        actor = Actor(role, 8)
        given = replace(opened(name), actor_id=8)
        refusal = MOVES.refusal(MOVES[name], stage, actor, given, T, suspended)
        if role not in by:
            assert type(refusal) is NotAllowed
            assert refusal.facts == {"move": MOVES[name].title}
        elif stage not in sources:
            assert type(refusal) is IllegalMove
            assert refusal.facts == {"move": MOVES[name].title, "stage": STAGE_NAMES[stage]}
            assert STAGE_NAMES[stage] in str(refusal)
            assert MOVES[name].title in str(refusal)
        elif suspended and name not in WORKS_WHILE_SUSPENDED:
            assert type(refusal) is NotReady
            assert "suspended" in str(refusal)
        else:
            assert refusal is None
            assert MOVES.allow(name, stage, actor, given, T, suspended=suspended).target == target
        count += 1
    assert count == 400


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
                assert what.startswith("supplier_") or what in effects.NOTICES, effect
            elif verb == "paper":
                assert what in (*papers.TITLES, "offer", "closing"), effect
            else:
                assert verb in ("place", "annul"), effect


def test_every_event_starts_a_rule_and_every_rule_that_ends_exists() -> None:
    import tomllib
    from pathlib import Path

    import infra.reference

    told = tomllib.loads((Path(infra.reference.__file__).parent / "terms.toml").read_text("utf-8"))["connection"]
    names = {r["rule"] for r in told}
    events = {e for r in told for e in r["starts_on"]}
    from_verbs = {"tu_done_notice.received", "fixed_notice.received", "supplier.copies_sent", "supplier.acts_sent"}
    for move in MOVES:
        assert set(move.ends) | set(move.drops) <= names, move.name
    assert events == {e for m in MOVES for e in m.starts} & events | from_verbs
    assert {e for m in MOVES for e in m.starts} <= events


# ------------------------------------------------------------------------------------------------ categories
@pytest.mark.parametrize(
    ("kind", "kw", "generation", "reliability", "household", "found"),
    [
        (IND, "15", "0", "III", True, Category.IND_15),
        (IND, "15.00", "0", "III", True, Category.IND_15),
        (IND, "0.1", "0", "III", True, Category.IND_15),
        (IND, "15.01", "0", "III", True, "power_kw"),
        (IND, "15", "0", "II", True, "reliability"),
        (IND, "15", "0", "I", True, "reliability"),
        (IND, "15", "0", "III", False, "purpose"),
        (IND, "15", "15", "III", True, Category.MICRO),
        (IND, "150", "15", "III", True, Category.MICRO),
        (IND, "150.01", "15", "III", True, "power_kw"),
        (IND, "15", "15.01", "III", True, "generation_kw"),
        (ORG, "15.01", "0", "III", False, Category.LE_150),
        (ORG, "150", "0", "III", False, Category.LE_150),
        (ORG, "150", "0", "II", False, Category.LE_150),
        (ORG, "150.01", "0", "III", False, "power_kw"),
        (ORG, "150", "0", "I", False, "reliability"),
        (ORG, "5", "15.01", "III", False, "generation_kw"),
        (ENT, "150", "0", "III", False, Category.LE_150),
        (ENT, "150.01", "0", "III", False, "power_kw"),
    ],
)
def test_categories_at_their_bounds(
    kind: str, kw: str, generation: str, reliability: str, household: bool, found: str
) -> None:
    def ask() -> Category:
        return rules.category(kind, Decimal(kw), Decimal(generation), reliability, household)

    if isinstance(found, Category):
        assert ask() is found
        return
    with pytest.raises(Invalid) as caught:
        ask()
    assert caught.value.field == found


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
    works = [r for r in told if "contract.concluded" in r["starts_on"] and r["rule"] != "TU-EXP"]
    for flags in itertools.product((False, True), repeat=3):
        row = case(
            category=category, voltage_kv=Decimal(kw), distance_m=distance,
            town=flags[0], land_relations=flags[1], investment_works=flags[2],
        )  # fmt: skip
        fits = [r["rule"] for r in works if holds(r["condition"], rules.facts(row)) and category in r["lengths"]]
        assert len(fits) == 1, (fits, flags)


def test_the_closing_paper_follows_the_voltage() -> None:
    assert rules.closing_paper(case()) == "readiness_notice"
    assert rules.closing_paper(case(voltage_kv=Decimal(10))) == "connection_act"


# ------------------------------------------------------------------------------------------------ papers and conditions
def test_the_closed_list_of_papers() -> None:
    def kinds(kind: str, **more: bool) -> dict[str, bool]:
        given = {"represented": False, "social": False, "generation": False} | more
        return {p.kind: p.required for p in rules.papers_wanted(kind, **given)}

    assert kinds(IND) == kinds(ORG) == {"identity": True, "title": True, "plan": False}
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
