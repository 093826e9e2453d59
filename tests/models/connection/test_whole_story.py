"""Whole stories by moves alone: from the application to voltage, by every way out, with every clock that lapses."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from models.connection import actions, lapses, queries
from models.connection.tables import Application, Stage
from models.delivery import actions as delivery
from models.delivery import queries as letters
from models.delivery.rules import ErrorClass
from models.payment import actions as payments
from models.payment import queries as bills
from models.process import terms
from models.process.actor import Role
from models.process.errors import IllegalMove, NotReady
from models.process.history import broken
from tests.house import CONDITIONS, METER
from tests.models.story import HIGH, MISSING, Story


def mail_goes(story: Story, case: Application) -> None:
    """Delivery hands every ordered letter over."""
    story.session.flush()
    for letter in letters.letters_of(story.session, case.id or 0):
        if letter.state == "ordered":
            delivery.rendered(story.session, letter, "s", "b", story.now)
            number = delivery.begin_try(story.session, letter, story.now)
            story.session.flush()
            delivery.record_try(story.session, letter, number or 0, ErrorClass.SENT, "", story.now)
    lapses.note_deliveries(story.session, case, story.now)
    story.session.flush()


@pytest.mark.rows("D-17")
def test_a_household_from_application_to_voltage(story: Story) -> None:
    """Low voltage: no inspection, a notice of readiness, four payments."""
    case = story.to(Stage.SUBMITTED)
    story.later(minutes=1)
    story.register(case)
    assert story.running(case) == {"TP-01", "TP-04X"}
    actions.request_info(story.session, case.id or 0, story.staff(Role.OPERATOR), MISSING, story.later(days=1))
    assert story.running(case) == {"TP-01", "TP-04X"}  # the term of the check runs until the notice is placed
    assert story.terms(case)["TP-04X"].paused_at == story.now  # and that of the offer stands still
    left = story.terms(case)["TP-04X"].due_on
    with pytest.raises(NotReady):
        story.move(case, "deliver_notice")
    story.store(case)
    story.move(case, "deliver_notice")
    assert story.running(case) == {"TP-02", "TP-04X", "TP-22"}
    mail_goes(story, case)
    assert story.running(case) == {"TP-02", "TP-04X"}
    actions.supply_info(story.session, case.id or 0, story.house.owner(case), "план приложен", story.later(days=3))
    assert story.terms(case)["TP-04X"].due_on > left  # the days it had left are given back, no more (law 6)
    assert story.running(case) == {"TP-01", "TP-04X"}
    actions.simple_move(story.session, case.id or 0, "accept", story.staff(Role.OPERATOR), story.later(days=1))
    assert story.running(case) == {"TP-04X"}
    actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), CONDITIONS, story.now)
    actions.submit_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), story.now)
    actions.approve(story.session, case.id or 0, story.staff(Role.MANAGER), story.later(days=1))
    assert case.stage == Stage.APPROVAL
    story.store(case)
    story.move(case, "place_offer")
    assert story.running(case) == {"TP-06X", "TP-06R", "TP-22"}
    mail_goes(story, case)
    with pytest.raises(NotReady):
        story.conclude(case)
    story.later(days=2)
    story.pay(case)
    story.conclude(case)
    assert story.running(case) == {"TP-09X", "TP-10", "TU-EXP"}
    mail_goes(story, case)
    assert story.running(case) == {"TP-05", "TP-10", "TU-EXP"}
    story.move(case, "begin_works")
    story.pay(case)
    story.pay(case)
    story.move(case, "report_grid_works", Role.ENGINEER)
    story.move(case, "begin_metering")
    actions.admit_meter(
        story.session, case.id or 0, story.staff(Role.METERING), "00417718", METER, story.now.date(), story.now
    )
    assert "TP-16M" in story.running(case)
    story.store(case)
    story.move(case, "place_meter_act")
    assert "TP-16M" not in story.running(case)
    story.move(case, "energise", Role.METERING)
    assert "TP-10" not in story.running(case)
    assert "TP-16X" in story.running(case)
    story.store(case)
    story.move(case, "complete")
    (last,) = bills.unpaid(story.session, case.id or 0)
    assert (last.seq, (last.due_on - story.now.date()).days if last.due_on else 0) == (4, 10)
    assert story.running(case) == {"TP-05", "TP-17", "TP-19", "TP-21R", "TP-22", "PAY-X25"}
    mail_goes(story, case)
    assert story.running(case) == {"TP-05", "TP-05A", "TP-19", "TP-21R", "PAY-X25"}
    story.pay(case)
    assert bills.unpaid(story.session, case.id or 0) == []
    assert case.ended_at == story.now
    assert broken(story.history(case), case.chain) == []
    kinds = story.letters(case)
    for kind in (
        "registered",
        "missing_info",
        "info_received",
        "offer_placed",
        "contract_concluded",
        "supplier_copies",
        "works_done",
        "meter_admitted",
        "completed",
        "supplier_acts",
    ):
        assert kinds.count(kind) == 1, kind
    story.session.execute(text("set constraints all immediate"))


def test_an_organisation_above_low_voltage_is_inspected_twice(story: Story) -> None:
    case = story.to(Stage.INSPECTION, story.organisation(), **HIGH)
    assert "TP-13" in story.running(case)
    inspector = story.staff(Role.INSPECTOR)
    actions.inspect(
        story.session,
        case.id or 0,
        inspector,
        {"remarks": [{"what": "нет заземления", "ground": "п. 9.3", "due": "2026-12-01"}]},
        False,
        story.now.date(),
        story.later(days=2),
    )
    assert (case.stage, case.own_works_done_at) == (Stage.EXECUTION, None)
    assert "TP-13" not in story.running(case)
    with pytest.raises(NotReady):
        story.move(case, "begin_inspection")
    actions.report_own_works(story.session, case.id or 0, story.house.owner(case), story.later(days=3))
    assert "TP-13R" in story.running(case)
    assert "TP-13" not in story.running(case)
    story.store(case)
    story.move(case, "begin_inspection")
    actions.inspect(
        story.session, case.id or 0, inspector, {"remarks": []}, True, story.now.date(), story.later(days=1)
    )
    assert case.stage == Stage.METERING
    assert [i.passed for i in queries.inspections(story.session, case.id or 0)] == [False, True]
    assert story.paper(case, "inspection_act").version == 2
    actions.admit_meter(
        story.session, case.id or 0, story.staff(Role.METERING), "00417718", METER, story.now.date(), story.now
    )
    story.store(case)
    story.move(case, "place_meter_act")
    story.move(case, "energise", Role.METERING)
    story.store(case)
    story.move(case, "complete")
    assert story.paper(case, "connection_act").state == "placed"


def test_low_voltage_is_never_inspected(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    story.move(case, "report_grid_works", Role.ENGINEER)
    actions.report_own_works(story.session, case.id or 0, story.house.owner(case), story.now)
    assert not {"TP-13", "TP-13R"} & story.running(case)
    with pytest.raises(NotReady):
        story.move(case, "begin_inspection")


# ------------------------------------------------------------------------------------------------ ways out
OUT = [
    (Stage.RETURNED, "returned"),
    (Stage.REDIRECTED, "redirected"),
    (Stage.WITHDRAWN, "withdrawn"),
    (Stage.TERMINATED, "message"),
]


@pytest.mark.parametrize(("stage", "letter"), OUT)
def test_a_way_out_stops_the_clocks_and_tells_the_applicant(story: Story, stage: Stage, letter: str) -> None:
    case = story.to(stage)
    last = story.history(case)[-1]
    if stage in (Stage.RETURNED, Stage.REDIRECTED):  # the letter goes with its paper
        assert letter not in story.letters(case)
        story.store(case)
        story.move(case, "place_refusal")
    assert story.running(case) <= {"TP-22"}  # of papers placed before he is still told
    assert case.ended_at is not None
    assert case.end_reason == "причина названа"
    assert story.letters(case)[-1] == letter
    assert (last.stage_after, last.reason) == (stage, "причина названа")


def test_a_draft_that_is_thrown_away_tells_nobody(story: Story) -> None:
    case = story.house.draft()
    actions.simple_move(story.session, case.id or 0, "withdraw", story.house.owner(case), story.now)
    assert case.stage == Stage.WITHDRAWN
    assert story.letters(case) == []


@pytest.mark.parametrize("stage", [Stage.AWAITING_INFO, Stage.APPROVAL, Stage.OFFER_PLACED, Stage.DISAGREEMENT])
def test_withdrawing_an_offer_annuls_its_papers(story: Story, stage: Stage) -> None:
    case = story.to(stage)
    actions.simple_move(story.session, case.id or 0, "withdraw", story.house.owner(case), story.now, "передумал")
    assert case.stage == Stage.WITHDRAWN
    assert story.running(case) <= {"TP-22"}
    for kind in ("contract", "conditions", "invoice", "guide"):
        paper = story.paper(case, kind)
        assert paper is None or paper.state == "annulled"


def test_no_information_annuls_once_and_the_notice_follows(story: Story) -> None:
    case = story.to(Stage.AWAITING_INFO)
    due = story.terms(case)["TP-02"]
    assert due.due_on == date(2026, 12, 1)
    story.house.now = due.due_at - timedelta(seconds=1)
    story.look(case)
    assert case.stage == Stage.AWAITING_INFO
    story.house.now = due.due_at
    story.look(case)
    assert case.stage == Stage.ANNULLED_NO_INFO
    version = case.version
    story.look(case)
    assert case.version == version  # twice is once
    assert story.running(case) - {"TP-22"} == {"TP-03"}
    assert story.tags(case)[-2:] == ["engine:term:lapsed", "engine:connection:annul_no_info"]
    with pytest.raises(NotReady):
        story.move(case, "place_annulment")
    story.store(case)
    story.move(case, "place_annulment")
    assert "TP-03" not in story.running(case)
    assert story.paper(case, "annulment").data["annulment"]["ground"] == "no_info"
    assert story.letters(case).count("annulled") == 1
    with pytest.raises(IllegalMove):
        actions.supply_info(story.session, case.id or 0, story.house.owner(case), "вот", story.now)


def test_an_unpaid_invoice_annuls_after_the_days_of_grace(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    term = story.terms(case)["TP-06X"]
    assert (term.due_on, (term.acts_at - timedelta(1)).date()) == (date(2026, 11, 10), date(2026, 11, 16))
    story.house.now = term.acts_at - timedelta(seconds=1)
    story.look(case)
    assert case.stage == Stage.OFFER_PLACED  # late, and still in grace
    assert "TP-06R" not in story.running(case)  # the right to refuse has expired silently
    story.house.now = term.acts_at
    story.look(case)
    assert case.stage == Stage.ANNULLED_NO_PAYMENT
    assert {story.paper(case, k).state for k in ("contract", "conditions", "invoice", "guide")} == {"annulled"}
    version = case.version
    story.look(case)
    assert case.version == version
    story.store(case)
    story.move(case, "place_annulment")
    assert story.paper(case, "annulment").data["annulment"]["ground"] == "no_payment"


def test_procurement_law_gives_fifteen_days(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED, story.organisation(), procurement_law=True)
    assert story.terms(case)["TP-06X"].due_on == date(2026, 11, 24)
    first = bills.unpaid(story.session, case.id or 0)[0]
    assert first.due_on == date(2026, 11, 24)


def test_the_bill_and_the_clock_name_the_same_day(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    first = bills.unpaid(story.session, case.id or 0)[0]
    assert first.due_on == story.terms(case)["TP-06X"].due_on
    assert story.paper(case, "invoice").data["invoice"]["due"] == str(first.due_on)


def test_money_that_comes_in_time_keeps_the_application_alive(story: Story) -> None:
    """Credited in the last minute; the clock rings before the leg has concluded the contract."""
    case = story.to(Stage.OFFER_PLACED)
    story.wait_for(case, "TP-06X", past=timedelta(minutes=-1))
    story.pay(case)
    story.wait_for(case, "TP-06X", past=timedelta(days=3))
    story.look(case)
    assert case.stage == Stage.OFFER_PLACED
    story.conclude(case)
    assert story.terms(case)["TP-06X"].done_at == story.now
    assert story.terms(case)["TP-06X"].lapsed_at is None


def test_money_after_the_annulment_is_noted_and_moves_nothing(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    order = payments.order_payment(story.session, case.id or 0, story.house.owner(case), story.now)
    story.wait_for(case, "TP-06X")
    story.look(case)
    assert case.stage == Stage.ANNULLED_NO_PAYMENT
    (paid,) = payments.credit(story.session, order, story.now, story.now)
    assert paid.credited_at == story.now
    with pytest.raises(IllegalMove):
        story.move(case, "conclude")
    assert case.stage == Stage.ANNULLED_NO_PAYMENT


def test_clocks_of_an_ended_case_do_not_lapse_in_the_same_look(story: Story) -> None:
    """The worker was away for a year: the case ends by its first consequence, nothing else is drawn from it."""
    case = story.to(Stage.OFFER_PLACED)
    rule = queries.rules_today(story.session, story.now.date())["PAY-X25"]
    terms.begin(story.session, "connection", case.id or 0, rule, date(2026, 11, 23), story.now,
                zone=queries.zone_of(story.session, case), ref="2", title="Платёж 2")  # fmt: skip
    story.later(days=365)
    story.look(case)
    assert case.stage == Stage.ANNULLED_NO_PAYMENT
    other = story.terms(case)["PAY-X25"]
    assert other.cancelled_at == story.now
    assert other.lapsed_at is None
    assert "payment_due" not in story.letters(case)  # nobody is reminded of what has just been annulled


# ------------------------------------------------------------------------------------------------ lapses and reminders
def lapse_all(story: Story, case: Application) -> dict[str, int]:
    """Every running clock lapses, then twice more is looked: how often each was written down."""
    story.later(days=4000)
    for _ in range(3):
        story.look(case)
    told = [h.changes for h in story.history(case) if h.tag.startswith("engine:term:")]
    return {c["rule"]: sum(1 for x in told if x["rule"] == c["rule"]) for c in told}


LAPSING = [
    (Stage.CHECKING, {"TP-01", "TP-04X"}),
    (Stage.AWAITING_INFO, {"TP-02", "TP-22"}),
    (Stage.ENGINEERING, {"TP-04X"}),
    (Stage.OFFER_PLACED, {"TP-06X", "TP-06R", "TP-22"}),
    (Stage.DISAGREEMENT, {"TP-08", "TP-22"}),
    (Stage.CONCLUDED, {"TP-09X", "TP-10", "TU-EXP", "TP-22"}),
    (Stage.INSPECTION, {"TP-09X", "TP-11", "TU-EXP", "TP-13", "TP-22"}),
    (Stage.ENERGISED, {"TP-09X", "TP-16X", "TU-EXP", "TP-22", "PAY-X25"}),
    (Stage.COMPLETED, {"TP-09X", "TP-17", "TP-19", "TP-21R", "TP-22", "PAY-X25"}),
    (Stage.ANNULLED_NO_INFO, {"TP-02", "TP-03", "TP-22"}),
]


@pytest.mark.parametrize(("stage", "rules"), LAPSING)
def test_every_lapse_is_written_once(story: Story, stage: Stage, rules: set[str]) -> None:
    high = stage == Stage.INSPECTION
    case = story.to(stage, story.organisation() if high else None, **HIGH if high else {})
    told = lapse_all(story, case)
    assert set(told) == rules
    assert all(n == 1 for rule, n in told.items() if rule not in ("TP-22", "PAY-X25"))
    assert broken(story.history(case), case.chain) == []


def test_a_right_expires_and_a_duty_lapses(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    story.wait_for(case, "TP-06R")
    story.look(case)
    told = {h.changes["rule"]: h.tag for h in story.history(case) if h.tag.startswith("engine:term:")}
    assert told == {"TP-06R": "engine:term:expired", "TP-22": "engine:term:lapsed"}


def test_a_lapse_of_the_grid_moves_nothing_and_a_late_act_still_ends_it(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    story.later(days=30)
    story.look(case)
    assert case.stage == Stage.CHECKING
    story.move(case, "accept", Role.OPERATOR)
    term = story.terms(case)["TP-01"]
    assert term.lapsed_at == term.done_at == story.now


def test_reminders_leave_each_once_and_name_the_last_day(story: Story) -> None:
    case = story.to(Stage.AWAITING_INFO)
    term = story.terms(case)["TP-02"]
    times = [datetime.fromisoformat(r) for r in term.reminders]
    assert len(times) == 3
    for n, at in enumerate(times, 1):
        story.house.now = at
        story.look(case)
        story.look(case)
        assert story.letters(case).count("info_due") == n
    (last,) = [m for m in letters.letters_of(story.session, case.id or 0) if m.kind == "info_due"][-1:]
    assert last.data["due"] == "2026-12-01"


def test_who_has_paid_is_not_reminded(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    story.pay(case)
    story.house.now = story.terms(case)["TP-06X"].due_at
    story.look(case)
    assert "payment_due" not in story.letters(case)


def test_a_late_instalment_is_told_and_moves_nothing(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    rule = queries.rules_today(story.session, story.now.date())["PAY-X25"]
    part = bills.unpaid(story.session, case.id or 0)[0]
    assert part.due_on is not None
    terms.begin(story.session, "connection", case.id or 0, rule, part.due_on, story.now,
                zone=queries.zone_of(story.session, case), ref=str(part.seq), title="Платёж 2 из 4")  # fmt: skip
    story.wait_for(case, "PAY-X25")
    story.look(case)
    story.look(case)
    assert case.stage == Stage.EXECUTION
    assert story.letters(case).count("payment_due") == 1


def test_days_of_a_penalty_are_counted_from_the_end_of_the_works(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    term = story.terms(case)["TP-10"]
    assert lapses.penalty_days(term, term.due_at - timedelta(days=3)) == 0
    assert lapses.penalty_days(term, term.due_at + timedelta(days=10)) == 10
    term.done_at = term.due_at + timedelta(days=4)
    assert lapses.penalty_days(term, term.due_at + timedelta(days=10)) == 4


# ------------------------------------------------------------------------------------------------ suspension
def test_suspension_holds_every_clock_and_gives_the_days_back(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    manager = story.staff(Role.MANAGER)
    actions.suspend(story.session, case.id or 0, manager, "ждём решения суда", story.later(days=1))
    story.later(days=100)
    story.look(case)
    assert case.stage == Stage.OFFER_PLACED
    assert story.tags(case)[-1].endswith(":suspend")
    with pytest.raises(NotReady, match="suspended"):
        story.move(case, "refuse_offer", Role.APPLICANT, reason="нет")
    actions.resume(story.session, case.id or 0, manager, story.now)
    days = terms.calendar(story.session)
    term = story.terms(case)["TP-06X"]
    assert days.working_days_left(story.now.date(), term.due_on) == 4  # of five, one was used
    assert story.history(case)[-1].changes["TP-06X"] == ["2026-11-10", term.due_on.isoformat()]
    assert case.suspended_at is None
    assert story.letters(case)[-2:] == ["suspended", "resumed"]
    story.wait_for(case, "TP-06X")
    story.look(case)
    assert case.stage == Stage.ANNULLED_NO_PAYMENT


def test_a_suspended_case_arms_no_alarm(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    actions.suspend(story.session, case.id or 0, story.staff(Role.MANAGER), "ждём", story.now)
    story.session.execute(text("delete from work"))
    terms.arm(story.session, "connection", case.id or 0, story.now)
    assert story.session.execute(text("select count(*) from work")).scalar_one() == 0


# ------------------------------------------------------------------------------------------------ refusal, remarks
def test_a_refusal_with_demands_leads_to_a_corrected_offer(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    s, case_id = story.session, case.id or 0
    old = bills.invoice_of(s, case_id)
    actions.refuse_offer(s, case_id, story.house.owner(case), "Опора не та", story.later(days=2))
    assert story.terms(case)["TP-06X"].cancelled_at == story.now
    assert story.running(case) == {"TP-08", "TP-22"}
    story.later(days=1)
    story.move(case, "revise_offer", Role.ENGINEER)
    actions.save_conditions(s, case_id, story.staff(Role.ENGINEER), CONDITIONS | {"meter_rate": "C8.1"}, story.now)
    actions.submit_conditions(s, case_id, story.staff(Role.ENGINEER), story.now)
    actions.approve(s, case_id, story.staff(Role.MANAGER), story.now)
    with pytest.raises(NotReady):
        story.move(case, "place_offer")  # the annulled papers do not count
    story.store(case)
    story.move(case, "place_offer")
    assert "TP-08" not in story.running(case)
    assert {"TP-06X", "TP-06R"} <= story.running(case)
    new = bills.invoice_of(s, case_id)
    assert old is not None
    assert new is not None
    assert (old.annulled_at is not None, new.version, new.annulled_at) == (True, 2, None)
    assert story.paper(case, "invoice").version == 2
    story.pay(case)
    story.conclude(case)
    assert case.stage == Stage.CONCLUDED


def test_a_refusal_comes_too_late_on_the_sixth_day(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    story.wait_for(case, "TP-06R")
    story.look(case)
    with pytest.raises(NotReady, match="5 working days"):
        actions.refuse_offer(story.session, case.id or 0, story.house.owner(case), "Опора не та", story.now)


def test_remarks_on_the_closing_papers(story: Story) -> None:
    case = story.to(Stage.COMPLETED)
    story.later(days=1)
    story.move(case, "remark", Role.APPLICANT, reason="Не тот номер прибора")
    assert "TP-20" in story.running(case)
    story.later(days=1)
    story.move(case, "remove_remarks", Role.OPERATOR, reason="Номер исправлен")
    assert "TP-20" not in story.running(case)
    assert "TP-20S" in story.running(case)
    with pytest.raises(NotReady):
        story.move(case, "remark", Role.APPLICANT, reason="Ещё")


def test_the_suppliers_contract_is_noted_once(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    with pytest.raises(NotReady):
        story.move(case, "note_supply_contract", Role.OPERATOR)
    mail_goes(story, case)
    story.move(case, "note_supply_contract", Role.OPERATOR)
    with pytest.raises(NotReady):
        story.move(case, "note_supply_contract", Role.OPERATOR)


def test_a_letter_is_ordered_once_for_a_step_of_the_history(story: Story) -> None:
    from models.connection import effects

    case = story.to(Stage.CHECKING)
    before = story.letters(case)
    effects.letter(story.session, case, "registered", story.now)
    assert story.letters(case) == before


def test_cases_the_queue_forgot_are_found(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    story.session.execute(text("delete from work"))
    assert case.id in queries.stuck(story.session)
    terms.arm(story.session, "connection", case.id or 0, story.now)
    assert case.id not in queries.stuck(story.session)
