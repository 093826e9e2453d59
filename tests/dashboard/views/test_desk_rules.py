"""What the desk says and shows follows the table of legal moves; a new stage or move cannot be forgotten here."""

import ast
import re

import pytest

from dashboard.views import desk_line, desk_words
from dashboard.views.desk_history import change_words, what_words
from dashboard.views.desk_moves import FORMS, HERE, NEVER, ON_TABS, PAGES, PAUSES, UNASKED, WHAT_THEN
from dashboard.views.desk_person import hidden
from dashboard.views.desk_sheet import sheet
from documents.data import PAPERS
from documents.sample import sample
from infra import wording
from models.connection.effects import NOTICES
from models.connection.rules import MOVES
from models.connection.statistics import Passage, StageCount
from models.connection.tables import CLOSED_STAGES, OPEN_STAGES, Stage
from models.process.actor import STAFF, Role
from models.process.tables import History
from tests.architecture.source import ROOT

ASIDE = {"suspend", "resume", "terminate", "note_supply_contract", "remove_remarks", "return", "revise_offer", "record_answer",
         "answer_remark", "send_again", "record_rtn", "ask_change", "explain_delay", "report_grid_works"}  # fmt: skip


def test_a_role_finds_every_stage_where_it_has_a_move() -> None:
    for move in MOVES.table.values():
        for role in move.by & STAFF:
            for stage in move.sources & set(OPEN_STAGES):
                assert move.name in ASIDE or stage in desk_words.MINE[role], (move.name, role, stage)


def test_every_staff_role_has_a_queue_of_open_stages() -> None:
    assert set(desk_words.MINE) == desk_words.DESK
    assert all(set(stages) <= OPEN_STAGES for stages in desk_words.MINE.values())


def test_every_stage_but_a_draft_has_a_short_name() -> None:
    assert set(desk_words.SHORT) == set(Stage) - {Stage.DRAFT}


def test_every_letter_to_an_applicant_has_its_name_on_the_desk() -> None:
    assert set(NOTICES) <= set(desk_words.LETTERS)


def test_every_move_of_staff_has_its_place_on_the_panel() -> None:
    for move in MOVES.table.values():
        if move.by & STAFF and not move.automatic:
            carried = move.name in PAGES or move.name in HERE or move.name in ON_TABS or move.name in FORMS
            assert carried if move.carries else carried or move.name in WHAT_THEN, move.name
    assert set(MOVES.table) >= PAUSES


def test_what_never_opens_is_told_by_the_words_of_the_needs() -> None:
    said = set()
    for path in ("needs", "signed_needs"):
        source = (ROOT / "models" / "connection" / f"{path}.py").read_text("utf-8")
        said |= {
            node.value
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    assert not (NEVER | UNASKED) - said


def test_loops_are_the_stages_from_which_every_way_leads_back() -> None:
    assert desk_line.loops() == {Stage.AWAITING_INFO: Stage.CHECKING, Stage.DISAGREEMENT: Stage.OFFER_PLACED}
    line = desk_line.on_line()
    assert line[0] == Stage.SUBMITTED
    assert line[-1] == Stage.COMPLETED
    assert Stage.CONCLUDED not in line


def test_every_way_out_of_the_process_can_be_drawn() -> None:
    found = {way for stage in desk_line.on_line() for way in desk_line.ways_out(stage)}
    assert found == set(CLOSED_STAGES)


def test_a_shared_way_out_is_drawn_only_where_it_was_taken() -> None:
    counts = {"CHECKING": StageCount(7, 2, 0)}
    passed = {"CHECKING": Passage(2.04, 8)}
    plain = {s.id: s for s in desk_line.stations(counts, passed, {}, 3)}
    taken = {s.id: s for s in desk_line.stations(counts, passed, {("ENGINEERING", "WITHDRAWN"): 1}, 3)}
    assert plain["ENGINEERING"].exits == ()
    assert [(w.label, w.cases) for w in taken["ENGINEERING"].exits] == [("отозвана", 1)]
    assert (plain["CHECKING"].now, plain["CHECKING"].late, plain["CHECKING"].usual) == (7, 2, "2")
    assert (plain["COMPLETED"].now, plain["COMPLETED"].final) == (3, True)


def row(tag: str, **changes: object) -> History:
    return History(process="connection", subject_id=1, seq=1, tag=tag, actor_role=Role.SYSTEM, at=None, stage_before="CHECKING",
                   stage_after="CHECKING", changes=changes, previous="", hash="")  # fmt: skip


def test_a_line_of_history_is_told_in_words_and_keeps_contacts_to_itself() -> None:
    assert what_words(row("desk:connection:accept")) == wording._(MOVES["accept"].title)
    assert "TP-02" in what_words(row("engine:term:lapsed", rule="TP-02"))
    assert what_words(row("booking:visit:made")) == "booking:visit:made"
    told = change_words(row("cabinet:connection:corrected", phone=["+7922", "+7933"], object_name=["Дом", "Баня"]))
    assert told == ["телефон: изменено", "объект: Дом → Баня"]
    assert change_words(row("x:y:resume", due_on="2026-11-25")) == ["последний день: 25.11.2026"]


@pytest.mark.parametrize(("typed", "shown"), [("+79225550123", "•••• 23"), ("", "не указан")])
def test_masked_data_keep_two_characters(typed: str, shown: str) -> None:
    assert hidden(typed) == shown


@pytest.mark.parametrize("kind", sorted(set(PAPERS) - {"invoice"}))
def test_a_preview_says_the_words_of_the_paper_without_its_glue(kind: str) -> None:
    data = sample(kind)
    html = sheet(kind, data)
    assert data["org"]["name"] in html
    assert not re.search(r"[\ue000-\uf8ff]", html)


def test_what_is_typed_is_marked_and_stays_text() -> None:
    data = sample("conditions")
    data["conditions"]["source"] = "ПС <script>alert(1)</script>"
    html = sheet("conditions", data, ["ПС <script>alert(1)</script>", "x", ""])
    assert "<script>" not in html
    assert "<mark>ПС &lt;script&gt;alert(1)&lt;/script&gt;</mark>" in html
    assert html.count("<mark>") == 1
