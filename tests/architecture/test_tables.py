"""The tables of the process hang together: moves, terms, effects, papers, letters, processes."""

import ast

import pytest

from documents import letters
from documents.issue import Kind
from infra.bookkeeping.law import rules as term_rules
from infra.engine.flowbook import entries
from models.connection import effects, lapses, moving, papers, rules
from models.connection.rules import MOVES, OFFER_PAPERS
from models.connection.tables import Application, Stage
from models.process.moves import Move
from models.process.tables import TermRule
from tests.architecture.source import ROOT, modules, texts, tree

ALL_MOVES = list(MOVES.table.values())
KINDS = {str(kind) for kind in Kind}
BUNDLES = {"offer", "closing", "visit"}  # visit: act of the visit, on the ordinary path the act on the conditions too
CONFIDENCE = {"confirmed", "page", "memory"}
CLOSING = {"connection_act", "readiness_notice"}


def effects_of(verb: str) -> set[str]:
    return {effect.partition(":")[2] for move in ALL_MOVES for effect in move.effects if effect.startswith(f"{verb}:")}


def letters_sent() -> set[str]:
    """Kinds that moves order, and those that code orders by name."""
    found = effects_of("letter") | set(lapses.REMINDERS.values())
    for path in modules("models", "tasks"):
        for call in ast.walk(tree(path)):
            if (
                isinstance(call, ast.Call)
                and ast.unparse(call.func) in ("letter", "effects.letter")
                and len(call.args) > 2
            ):
                found |= set(texts(call.args[2]))
    return found - {"refusal"}  # written as «returned» or «redirected»


# ------------------------------------------------------------------------------------------------ terms
@pytest.mark.parametrize("rule", term_rules(), ids=lambda rule: rule.rule)
def test_every_term_has_its_ground_and_says_how_far_it_was_checked(rule: TermRule) -> None:
    assert rule.basis.startswith(("ПП ", "ГК РФ, ст. "))
    assert rule.confidence in CONFIDENCE
    assert rule.length is not None or rule.lengths


def test_every_event_that_begins_a_term_happens_somewhere() -> None:
    happens = {event for move in ALL_MOVES for event in move.starts}
    named = {text for path in modules("models", "tasks") for text in texts(tree(path))}
    assert not {event for rule in term_rules() for event in rule.starts_on} - happens - named


def test_moves_end_only_terms_that_exist() -> None:
    known = {rule.rule for rule in term_rules()}
    assert not {name for move in ALL_MOVES for name in (*move.ends, *move.drops)} - known
    assert not set(moving.AFTER_END) - known
    assert not set(lapses.REMINDERS) - known - {"PAY-X26"}


def test_conditions_of_terms_name_facts_that_are_known() -> None:
    known = set(rules.facts(Application()))
    asked = {c.strip().removeprefix("!") for rule in term_rules() for c in rule.condition.split(",") if c.strip()}
    asked |= {str(rule.alternative["if"]) for rule in term_rules() if "if" in rule.alternative}
    assert asked
    assert asked <= known


def test_a_consequence_of_a_lapse_is_a_move() -> None:
    assert set(lapses.CONSEQUENCES.values()) <= set(MOVES.table)


# ------------------------------------------------------------------------------------------------ moves and effects
@pytest.mark.parametrize("move", ALL_MOVES, ids=lambda move: move.name)
def test_every_effect_of_a_move_is_carried(move: Move) -> None:
    for effect in move.effects:
        verb, _, what = effect.partition(":")
        assert verb == "letter" or verb in effects._VERBS
        if verb in ("paper", "place"):
            assert what in KINDS | BUNDLES
        if verb == "annul":
            assert what == "offer"


def test_dates_of_moves_are_columns_and_never_the_stage() -> None:
    assert set(moving._DATES) <= set(MOVES.table)
    assert set(moving._DATES.values()) <= set(Application.model_fields) - {"stage", "version", "chain"}


def test_every_stage_can_be_reached_and_left() -> None:
    entered = {move.target for move in ALL_MOVES if move.target} | {Stage.DRAFT}
    left = {stage for move in ALL_MOVES if move.target for stage in move.sources}
    assert entered == set(Stage)
    assert left == set(Stage) - rules.t.FINAL_STAGES


def test_every_paper_has_template_title_data_and_number() -> None:
    assert set(papers.TITLES) == KINDS
    assert set(papers._OWN) == KINDS
    numbers = [papers.number_of(kind, Application(number="ТП-000001/26")) for kind in KINDS]
    assert len(set(numbers)) == len(numbers)
    assert set(OFFER_PAPERS) | CLOSING <= KINDS


def test_every_paper_that_is_ordered_is_placed() -> None:
    placed = effects_of("place") | {
        text.partition(":")[2] for text in texts(tree(ROOT / "tasks" / "connection.py")) if text.startswith("place:")
    }
    placed = (placed - {""}) | {"invoice", "disagreements"}  # place_alone, by name
    ordered = (effects_of("paper") - {"visit"}) | {
        "inspection_act",
        "tu_act",
        "disagreements",
    }  # bundle; protocol:answered
    assert ordered == placed


def test_every_letter_that_is_sent_can_be_written() -> None:
    assert letters_sent()
    assert not letters_sent() - set(letters.kinds())


def test_every_letter_to_an_applicant_has_a_line_in_his_notices() -> None:
    assert {kind for kind in letters_sent() if not kind.startswith("supplier_")} <= set(effects.NOTICES)


def test_letters_carry_only_papers_that_exist() -> None:
    assert set(effects.ATTACHED) <= set(letters.kinds())
    assert {kind for kinds in effects.ATTACHED.values() for kind in kinds} <= KINDS


# ------------------------------------------------------------------------------------------------ processes
def test_every_process_has_its_flow_and_every_flow_its_deployment() -> None:
    modules_of_flows = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert set(entries()) == modules_of_flows
    for process, entry in entries().items():
        assert entry.entrypoint == f"flows/{process}.py:{process}"
        assert entry.flow.name == process
        assert entry.description


def test_what_is_woken_is_a_process() -> None:
    woken = {
        str(line.value.value)
        for path in modules("models", "tasks")
        for line in tree(path).body
        if isinstance(line, ast.Assign)
        and ast.unparse(line.targets[0]) == "PROCESS"
        and isinstance(line.value, ast.Constant)
    }
    assert woken
    assert woken <= set(entries())
