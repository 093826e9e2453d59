"""Whole stories of the ordinary path: signed contract, System Operator, disagreement, temporary, reissue, changes, an end."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlalchemy import text

from models.connection import actions, board, queries
from models.connection.tables import Application, Category, Path, Stage
from models.network.queries import standing
from models.network.tables import Centre
from models.payment import queries as bills
from models.process.actor import Role
from models.process.errors import Invalid, NotReady
from models.process.history import broken
from models.signing import actions as signing
from tests.house import CONDITIONS, METER
from tests.models.connection.test_whole_story import mail_goes
from tests.models.story import HUGE, LARGE, REISSUE, REMARKS, Story


def test_an_organisation_of_400_kw_from_application_to_the_signed_act(story: Story) -> None:
    case = story.to(Stage.CHECKING, story.organisation(), **LARGE)
    assert (case.category, case.path) == (Category.LE_150_670, Path.ORDINARY)
    assert story.running(case) == {"TP-01", "TP-04O"}
    assert story.terms(case)["TP-04O"].due_on == date(2026, 12, 1)
    case = story.to(Stage.CONTRACT_SENT, story.organisation(), **LARGE)
    assert story.running(case) == {"TP-06O", "TP-06RO", "TP-07", "TP-22"}
    with pytest.raises(NotReady):
        story.conclude_signed(case)
    story.later(days=3)
    story.sign(case, "contract")
    story.conclude_signed(case)
    assert case.concluded_at == story.now
    assert case.contract_number
    assert story.running(case) == {"TP-09O", "TP-11", "TU-EXP", "PAY-O", "TP-22"}
    assert [p.due_on for p in bills.unpaid(story.session, case.id or 0)] == [
        date(2026, 11, 20), date(2027, 1, 11), date(2027, 5, 4)]  # fmt: skip
    story.store(case)
    mail_goes(story, case)
    assert not {"TP-09O", "TP-05"} & story.running(case)  # TP-05 belongs to the cabinet path
    story.move(case, "begin_works")
    actions.report_own_works(story.session, case.id or 0, story.house.owner(case), story.later(days=30))
    assert "TP-13" in story.running(case)
    story.move(case, "begin_inspection")  # the works of the grid still go on
    inspector = story.staff(Role.INSPECTOR)
    remarks = {"remarks": [{"what": "нет заземления", "ground": "п. 9.3", "due": "2026-12-20"}]}
    actions.inspect(story.session, case.id or 0, inspector, remarks, False, story.now.date(), story.later(days=2))
    assert case.stage == Stage.EXECUTION
    actions.report_own_works(story.session, case.id or 0, story.house.owner(case), story.later(days=2))
    assert "TP-13R" in story.running(case)
    story.move(case, "begin_inspection")
    actions.inspect(story.session, case.id or 0, inspector, {"remarks": []}, True, story.now.date(), story.now)
    assert "TP-14G" in story.running(case)
    story.store(case)
    story.move(case, "place_tu_act")
    assert "TP-14A" in story.running(case)
    story.sign(case, "tu_act")
    story.move(case, "note_tu_act")
    assert "TP-15" in story.running(case)
    _to_the_end(story, case)


def _to_the_end(story: Story, case: Application) -> None:
    s, case_id = story.session, case.id or 0
    actions.admit_meter(s, case_id, story.staff(Role.METERING), "00417718", METER, story.now.date(), story.now)
    with pytest.raises(NotReady, match="Rostekhnadzor"):
        story.move(case, "energise", Role.METERING)
    actions.record_rtn(s, case_id, story.house.owner(case), "notice", "Р-17/26", story.now.date(), story.now)
    assert "TP-15" not in story.running(case)
    with pytest.raises(NotReady, match="works of the grid"):
        story.move(case, "energise", Role.METERING)
    story.move(case, "report_grid_works", Role.ENGINEER)
    story.move(case, "energise", Role.METERING)
    assert "TP-16O" in story.running(case)
    assert "TP-16X" not in story.running(case)
    story.store(case)
    with pytest.raises(NotReady, match="act of the meter"):
        story.move(case, "place_act")
    story.move(case, "place_meter_act")
    story.move(case, "place_act")
    with pytest.raises(NotReady):
        story.move(case, "complete_signed")
    story.sign(case, "connection_act")
    story.move(case, "complete_signed")
    assert case.stage == Stage.COMPLETED
    assert "TP-17" in story.running(case)
    assert not {"TP-16O", "TU-EXP", "TP-11", "TP-19"} & story.running(case)
    assert broken(story.history(case), case.chain) == []
    s.execute(text("set constraints all immediate"))


def test_the_system_operator_holds_the_clock_of_the_draft(story: Story) -> None:
    case = story.to(Stage.APPROVAL, story.organisation(), **HUGE)
    s, case_id, engineer = story.session, case.id or 0, story.staff(Role.ENGINEER)
    assert case.category == Category.GE_670
    assert [a.party for a in queries.approvals(s, case_id)] == ["system_operator"]
    story.later(days=60)
    story.look(case)
    assert story.terms(case)["TP-04O"].lapsed_at is None
    with pytest.raises(NotReady, match="every approving party"):
        actions.approve(s, case_id, story.staff(Role.MANAGER), story.now)
    with pytest.raises(Invalid):
        actions.record_answer(s, case_id, engineer, "system_operator", False, " ", story.now)
    actions.record_answer(s, case_id, engineer, "system_operator", True, "", story.now)
    term = story.terms(case)["TP-04O"]
    assert (term.paused_at, term.due_on) == (None, date(2027, 1, 13))  # three working days after the answer
    actions.approve(s, case_id, story.staff(Role.MANAGER), story.now)
    story.store(case)
    story.move(case, "send_contract")
    assert "TP-04O" not in story.running(case)


def test_a_refused_approval_sends_the_conditions_back_and_is_asked_anew(story: Story) -> None:
    case = story.to(Stage.APPROVAL, story.organisation(), **HUGE)
    s, case_id = story.session, case.id or 0
    actions.record_answer(s, case_id, story.staff(Role.ENGINEER), "system_operator", False, "нет РЗА", story.now)
    with pytest.raises(NotReady, match="has refused"):
        actions.approve(s, case_id, story.staff(Role.MANAGER), story.now)
    actions.return_conditions(s, case_id, story.staff(Role.MANAGER), "нет РЗА", story.now)
    actions.submit_conditions(s, case_id, story.staff(Role.ENGINEER), story.later(days=1))
    assert [a.state for a in queries.approvals(s, case_id)] == ["refused", "asked"]


def test_a_disagreement_is_answered_line_by_line_and_leads_to_a_new_draft(story: Story) -> None:
    case = story.to(Stage.DISAGREEMENT, story.organisation(), **LARGE)
    s, case_id, desk = story.session, case.id or 0, story.staff(Role.OPERATOR)
    assert "TP-08" in story.running(case)
    assert not {"TP-06O", "TP-06RO", "TP-07"} & story.running(case)
    with pytest.raises(NotReady, match="every remark"):
        story.move(case, "revise_offer", Role.ENGINEER)
    actions.answer_remark(s, case_id, desk, 1, "accepted", "", "", story.now)
    actions.answer_remark(s, case_id, desk, 2, "edited", "Оплата тремя частями", "п. 16(4)", story.now)
    story.move(case, "revise_offer", Role.ENGINEER)
    assert story.paper(case, "disagreements").data["disagreements"]["rows"][1]["agreed"] == "Оплата тремя частями"
    assert [d.clause for d in queries.protocols(s, case_id)[1]] == [r["clause"] for r in REMARKS]
    values = CONDITIONS | {"meter_rate": "C8.3.3"}
    actions.save_conditions(s, case_id, story.staff(Role.ENGINEER), values, story.now)
    actions.submit_conditions(s, case_id, story.staff(Role.ENGINEER), story.now)
    actions.approve(s, case_id, story.staff(Role.MANAGER), story.now)
    story.store(case)
    story.move(case, "send_contract")
    assert story.paper(case, "contract").version == 2
    assert "TP-08" not in story.running(case)
    story.sign(case, "contract")
    story.conclude_signed(case)
    assert case.stage == Stage.CONCLUDED


def test_silence_annuls_after_thirty_working_days_and_a_signature_saves(story: Story) -> None:
    case = story.to(Stage.CONTRACT_SENT, story.organisation(), **LARGE)
    story.wait_for(case, "TP-06O")
    story.look(case)
    assert case.stage == Stage.CONTRACT_SENT
    story.wait_for(case, "TP-07", past=timedelta(minutes=-1))
    story.look(case)
    assert case.stage == Stage.CONTRACT_SENT
    other = story.to(Stage.CONTRACT_SENT, story.organisation(), **LARGE)
    story.sign(other, "contract")
    story.house.now = max(story.terms(c)["TP-07"].acts_at for c in (case, other)) + timedelta(minutes=1)
    story.look(case)
    story.look(other)
    assert case.stage == Stage.ANNULLED_NOT_SIGNED
    assert other.stage == Stage.CONTRACT_SENT
    assert story.letters(case).count("contract_due") >= 2


def test_a_declined_signing_is_sent_again(story: Story) -> None:
    case = story.to(Stage.CONTRACT_SENT, story.organisation(), **LARGE)
    signing.cancel(story.session, "connection", case.id or 0, "contract", story.now, "не тот договор")
    story.move(case, "send_again", Role.OPERATOR)
    story.sign(case, "contract")
    story.conclude_signed(case)
    assert case.stage == Stage.CONCLUDED


def test_a_temporary_connection_has_short_terms(story: Story) -> None:
    until = {"reason": "temporary", "temporary": "mobile", "temporary_until": "2027-06-01"}
    case = story.to(Stage.CHECKING, story.organisation(), **until)
    assert (case.category, story.terms(case)["TP-04T"].due_on) == (Category.TEMP, date(2026, 11, 12))
    case = story.to(Stage.COMPLETED, story.organisation(), **until)
    works = story.terms(case)["TP-11"]
    assert (works.due_on - works.starts_at.date()).days in (21, 22, 23)  # fifteen working days


def test_documents_are_issued_again_by_their_short_line(story: Story) -> None:
    case = story.to(Stage.CHECKING, story.organisation(), **REISSUE)
    assert story.terms(case)["TP-23D"].due_on == date(2026, 11, 9)
    assert "TP-04O" not in story.terms(case)
    case = story.to(Stage.COMPLETED, story.organisation(), **REISSUE)
    invoice = bills.invoice_of(story.session, case.id or 0)
    assert invoice is not None
    assert (invoice.template, invoice.total) == ("PAY-RE", Decimal(1000))
    assert story.paper(case, "invoice").data["invoice"]["contract_number"] == ""
    assert "PAY-RE" in story.running(case)
    story.pay(case)
    assert story.paper(case, "connection_act").placed_at is not None
    assert "TP-23D" not in story.running(case)


# ------------------------------------------------------------------------------------------------ a running contract
def _changed(story: Story, case: Application, kind: str, values: dict[str, str], purpose: str = "supplement") -> None:
    s, case_id = story.session, case.id or 0
    actions.ask_change(s, case_id, story.house.owner(case), kind, values, "нужно", story.now)
    actions.simple_move(s, case_id, "accept_change", story.staff(Role.MANAGER), story.now)
    story.store(case)
    story.move(case, "offer_change")
    story.sign(case, purpose)


def test_more_power_takes_power_of_the_centre_and_a_new_fee(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    centre = Centre(name="ПС «Новая»", voltage="110/10", branch_id=case.branch_id, installed_kw=Decimal(500),
                    changed_at=story.now)  # fmt: skip
    story.session.add(centre)
    story.session.flush()
    case.centre_id = centre.id
    actions.effects.carry(story.session, case, "power:reserve", story.now)
    with pytest.raises(Invalid) as caught:
        _changed(story, case, "power", {"power_kw": "700"})
    assert caught.value.field == "power_kw"  # another category: another application
    with pytest.raises(Invalid) as caught:
        _changed(story, case, "power", {"power_kw": "600"})
    assert caught.value.field == "centre"


def test_a_change_of_power_by_a_supplement(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    story.pay(case)
    paid = bills.balance(story.session, case.id or 0).paid
    _changed(story, case, "power", {"power_kw": "300"})
    story.move(case, "effect_change")
    assert case.power_kw == 300
    money = bills.balance(story.session, case.id or 0)
    assert money.paid == paid  # what was paid goes to the new invoice
    assert story.paper(case, "supplement").data["supplement"]["subject"] == "power"
    assert queries.change(story.session, case.id or 0) is None


def test_the_conditions_are_extended_and_handed_over(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    before = story.terms(case)["TU-EXP"].due_on
    _changed(story, case, "extension", {"years": "4"})
    story.move(case, "effect_change")
    assert story.terms(case)["TU-EXP"].due_on.year == before.year + 2
    heir = story.organisation()
    _changed(story, case, "owner", {"login": heir.login})
    story.move(case, "effect_change")
    assert (case.applicant_id, case.person["name"], case.passport) == (heir.id, heir.name, None)


def test_an_end_by_agreement_returns_the_rest_of_the_money(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    story.pay(case)
    s, case_id = story.session, case.id or 0
    paid = bills.balance(s, case_id).paid
    actions.ask_change(
        s, case_id, story.staff(Role.OPERATOR), "termination", {"costs": "1000"}, "стройка отменена", story.now
    )
    actions.simple_move(s, case_id, "accept_change", story.staff(Role.MANAGER), story.now)
    story.store(case)
    story.move(case, "offer_change")
    story.sign(case, "termination")
    story.move(case, "terminate_agreed")
    assert case.stage == Stage.TERMINATED
    assert bills.balance(s, case_id).returned == paid - 1000
    with pytest.raises(NotReady):
        story.pay(case)
    assert standing(s, case_id) is None
    assert story.running(case) <= {"TP-22"}


# ------------------------------------------------------------------------------------------------ terms by people
def test_a_due_date_is_moved_by_two_people(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    s, case_id, one = story.session, case.id or 0, story.staff(Role.MANAGER)
    term = story.terms(case)["TP-04X"]
    was = term.due_on
    actions.propose_override(s, case_id, one, term.id or 0, date(2026, 12, 18), "паводок", story.now)
    assert story.terms(case)["TP-04X"].due_on == was
    assert next(r for r in board.board(s, case_id, story.now) if r.clock.rule == "TP-04X").proposed is not None
    with pytest.raises(NotReady, match="Somebody else"):
        actions.simple_move(s, case_id, "confirm_override", one, story.now)
    actions.simple_move(s, case_id, "confirm_override", story.house.second_manager, story.now)
    assert story.terms(case)["TP-04X"].due_on == date(2026, 12, 18)


def test_a_late_term_asks_for_its_reason_and_presses(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    s, case_id = story.session, case.id or 0
    assert {r.mark for r in board.board(s, case_id, story.now)} == {0}
    story.wait_for(case, "TP-01")
    story.look(case)
    row = next(r for r in board.board(s, case_id, story.now) if r.clock.rule == "TP-01")
    assert row.mark == 100
    actions.explain_delay(s, case_id, story.staff(Role.OPERATOR), row.term_id, "weather", "метель", story.now)
    row = next(r for r in board.board(s, case_id, story.now) if r.clock.rule == "TP-01")
    assert (row.late_code, row.late_note) == ("weather", "метель")
    with pytest.raises(NotReady):
        actions.explain_delay(s, case_id, story.staff(Role.OPERATOR), row.term_id, "weather", "", story.now)


def test_penalties_both_ways_and_the_year_of_the_applicant(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    due, total = story.terms(case)["TP-11"].due_on, bills.balance(story.session, case.id or 0).billed
    assert board.penalties(story.session, case, due) == []
    grid, own = board.penalties(story.session, case, due + timedelta(days=10))
    assert (grid.who, grid.days, grid.cap, grid.roubles) == (
        "grid",
        10,
        None,
        (total * Decimal("0.025")).quantize(Decimal("0.01"), ROUND_HALF_UP),
    )
    assert (own.who, own.roubles) == ("applicant", grid.roubles)
    grid, own = board.penalties(story.session, case, due + timedelta(days=500))
    assert own.roubles == own.cap < grid.roubles
    low = story.to(Stage.EXECUTION)
    late = story.terms(low)["TP-10"].due_on + timedelta(days=5)
    assert [p.who for p in board.penalties(story.session, low, late)] == ["grid"]


def test_twelve_months_of_the_applicants_delay_are_a_ground_for_the_court(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    story.move(case, "report_grid_works", Role.ENGINEER)
    story.wait_for(case, "TP-11")
    story.look(case)
    assert "CTR-12" in story.running(case)
    story.wait_for(case, "CTR-12")
    story.look(case)
    assert [h.changes["rule"] for h in story.history(case) if h.tag == "engine:term:lapsed"].count("CTR-12") == 1
