"""Whole stories of rarer cases and of their money: generation, adjacent grid, redistribution, a person above 15 kW, an end."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, select

from models.connection import actions, bills, queries, rules
from models.connection.tables import Application, Category, Path, Stage
from models.delivery.tables import Letter
from models.payment import queries as money
from models.payment import returns
from models.payment.calculation import Method
from models.payment.ledger_tables import Refund, RefundState
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotReady
from models.process.history import broken
from models.process.tables import Setting
from models.signing import queries as envelopes
from tests.house import CONDITIONS
from tests.models.story import HIGH, LARGE, REISSUE, Story

GEN: dict[str, Any] = {"power_kw": "10", "generation_kw": "900", "generation_kind": "solar", "voltage_kv": "10", "works_years": "4",
       "files": ("plan", "generation", "output_scheme")}  # fmt: skip
GRID: dict[str, Any] = {"reason": "grid", "power_kw": "900", "voltage_kv": "10", "files": ("plan", "diagram")}
SHARE: dict[str, Any] = {"reason": "redistribution", "power_kw": "40", "partner_name": "ООО «Сосед»", "partner_inn": "4712009314",
         "files": ("plan", "redistribution")}  # fmt: skip


def _invoice(story: Story, case: Application) -> Any:
    found = money.invoice_of(story.session, case.id or 0)
    assert found is not None
    return found


def _parts(story: Story, case: Application) -> list[Any]:
    return list(money.instalments(story.session, _invoice(story, case).id))


def _ends_well(story: Story, case: Application) -> None:
    assert case.stage == Stage.COMPLETED
    assert broken(story.history(case), case.chain) == []
    while money.unpaid(story.session, case.id or 0):
        story.pay(case)
    found = money.balance(story.session, case.id or 0)
    assert [found.due, found.overpaid] == [0, 0]
    assert found.paid == found.billed


# ------------------------------------------------------------------------------------------------ categories
def test_a_solar_station_above_micro_generation_goes_the_long_way(story: Story) -> None:
    case = story.to(Stage.CHECKING, story.organisation(), **GEN)
    assert (case.category, case.path) == (Category.GEN, Path.ORDINARY)
    case = story.to(Stage.COMPLETED, story.organisation(), **GEN)
    assert case.rtn["kind"] == "permission"
    conditions = story.paper(case, "conditions").data["conditions"]
    assert conditions["variant"] == "generation"
    assert conditions["generation"] == "генерирующая установка: солнечная, 900 кВт"
    assert "C1.2.2" in [ln["code"] for ln in _invoice(story, case).calculation["lines"]]
    _ends_well(story, case)


def test_an_adjacent_grid_is_connected_by_a_signed_contract(story: Story) -> None:
    case = story.to(Stage.COMPLETED, story.organisation(), **GRID)
    assert case.category == Category.GRID
    assert story.terms(case)["TP-11"].due_on.year == 2027  # by power: the column of 670 kW and more, one year
    assert "смежной" in story.paper(case, "application").data["request"]["reason"]
    _ends_well(story, case)


def test_redistributed_power_is_paid_by_its_own_schedule(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **SHARE)
    assert case.category == Category.REDISTRIBUTE
    assert _invoice(story, case).template == "PAY-RED"
    first, second, third, fourth = _parts(story, case)
    assert [p.percent for p in (first, second, third, fourth)] == [15, 30, 45, 10]
    assert third.due_on is fourth.due_on is None
    far = second.due_on
    case = story.to(Stage.ENERGISED, story.organisation(), **SHARE)
    first, second, third, fourth = _parts(story, case)
    assert second.due_on == story.now.date() < far  # not later than the connection
    assert [t.due_on for t in queries.terms_of(story.session, case.id or 0) if t.ref == "2"] == [second.due_on]
    assert (third.due_on, fourth.due_on) == (date(2026, 11, 17), None)
    assert "Сосед" in story.paper(case, "application").data["request"]["reason"]
    case = story.to(Stage.COMPLETED, story.organisation(), **SHARE)
    assert _parts(story, case)[3].due_on is not None
    _ends_well(story, case)


def test_a_person_above_fifteen_kilowatts_signs_and_pays_by_the_contract(story: Story) -> None:
    case = story.to(Stage.COMPLETED, None, power_kw="40", files=("plan",))
    assert (case.category, _invoice(story, case).template) == (Category.IND_GT_15, "PAY-O")
    assert _invoice(story, case).calculation["method"] == Method.STANDARD  # 40 kW: no preferential rate
    _ends_well(story, case)


def test_longer_works_at_the_applicants_own_wish_reach_four_years(story: Story) -> None:
    case = story.house.draft(story.organisation(), **GEN)
    case.category, case.path, case.power_kw = Category.GEN, Path.ORDINARY, Decimal(900)
    case.distance_m = 900
    rule = queries.rules_today(story.session, date(2026, 11, 2))["TP-12"]
    assert rules.asked_longer(case, rule) == "4y"
    case.draft = case.draft | {"works_years": "9"}
    assert rules.asked_longer(case, rule) == "4y"
    case.draft = case.draft | {"works_years": "1"}
    assert rules.asked_longer(case, rule) == ""
    case.category = Category.LE_150
    case.draft = case.draft | {"works_years": "4"}
    assert rules.asked_longer(case, rule) == ""


def _far(story: Story, user: Any, **typed: Any) -> Application:
    """Concluded, with the object nine hundred metres away."""
    case = story.to(Stage.ENGINEERING, user, **typed)
    values = CONDITIONS | {"distance_m": 900, "meter_rate": "C8.3.3" if case.voltage_kv > 1 else "C8.3.1"}
    s, case_id = story.session, case.id or 0
    actions.save_conditions(s, case_id, story.staff(Role.ENGINEER), values, story.now)
    actions.submit_conditions(s, case_id, story.staff(Role.ENGINEER), story.now)
    for row in queries.approvals(s, case_id):
        actions.record_answer(s, case_id, story.staff(Role.ENGINEER), row.party, True, "", story.now)
    actions.approve(s, case_id, story.staff(Role.MANAGER), story.now)
    story.store(case)
    story.move(case, "send_contract")
    story.sign(case, "contract")
    story.conclude_signed(case)
    return case


def test_far_works_take_what_the_contract_says(story: Story) -> None:
    case = _far(story, story.organisation(), **GEN)
    assert story.terms(case)["TP-12"].due_on == date(2030, 11, 5)  # four years as asked; the first days are holidays
    assert story.paper(case, "contract").data["term"] | {"ground": ""} == {
        "n": 4,
        "unit": "y",
        "rule": "TP-12",
        "ground": "",
    }
    until = {"reason": "temporary", "temporary": "mobile", "temporary_until": "2027-06-01"}
    case = _far(story, story.organisation(), **until)
    assert story.terms(case)["TP-12T"].due_on.year == 2027
    assert story.paper(case, "contract").data["term"]["rule"] == "TP-12T"
    assert story.paper(case, "conditions").data["conditions"]["temporary"] == "передвижной объект, по 01.06.2027"


# ------------------------------------------------------------------------------------------------ fee
def test_the_fee_follows_what_the_engineer_found(story: Story) -> None:
    case = story.to(Stage.ENGINEERING)
    found = {"voltage_changed": True, "meter_replaced": False, "cheap_refused": True}
    actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), CONDITIONS | found, story.now)
    case.draft = case.draft | {"fee_choice": "by_power"}
    site = bills.site_of(story.session, case)
    assert (site.household, site.voltage_changed, site.meter_replaced, site.cheap_refused) == (True, True, False, True)
    assert site.choice is Method.BY_POWER
    assert bills.fee_today(story.session, case, story.now).method is Method.STANDARD
    case.purpose = "Производство"
    assert not bills.site_of(story.session, case).household


def test_without_technical_possibility_the_regulator_sets_the_fee(story: Story) -> None:
    case = story.to(Stage.ENGINEERING, story.organisation(), **LARGE)
    s, case_id, engineer = story.session, case.id or 0, story.staff(Role.ENGINEER)
    values = CONDITIONS | {"meter_rate": "C8.3.3", "possible": False}
    assert [f.field for f in rules.conditions_faults(values)] == ["project_net", "project_basis"]
    values |= {"project_net": "1 000 000,00", "project_basis": "Приказ комитета по тарифам от 20.10.2026 № 77"}
    actions.save_conditions(s, case_id, engineer, values, story.now)
    actions.submit_conditions(s, case_id, engineer, story.now)
    actions.approve(s, case_id, story.staff(Role.MANAGER), story.now)
    story.store(case)
    story.move(case, "send_contract")
    story.sign(case, "contract")
    story.conclude_signed(case)
    assert (_invoice(story, case).template, _invoice(story, case).total) == ("PAY-IND", Decimal(1_220_000))
    assert [p.due_on for p in _parts(story, case)] == [None, None, None]  # they wait for the supplement
    assert "индивидуальному проекту" in story.paper(case, "contract").data["fee"]["choice"]
    with pytest.raises(NotAllowed):
        actions.ask_change(s, case_id, story.house.owner(case), "fee", {}, "решение", story.now)
    told = {"project_net": "1100000", "project_basis": "Приказ от 02.11.2026 № 81"}
    actions.ask_change(s, case_id, story.staff(Role.OPERATOR), "fee", told, "решение регулятора", story.now)
    actions.simple_move(s, case_id, "accept_change", story.staff(Role.MANAGER), story.now)
    story.store(case)
    assert story.paper(case, "supplement").data["supplement"]["fee"]["difference"] == "122000.00"
    story.move(case, "offer_change")
    story.sign(case, "supplement")
    story.move(case, "effect_change")
    assert _invoice(story, case).total == Decimal(1_342_000)
    assert [(p.due_on - story.now.date()).days for p in _parts(story, case)] == [
        10,
        70,
        183,
    ]  # the last days move over holidays
    assert "PAY-IND" in story.running(case)


def test_instalments_are_as_many_quarters_as_were_asked(story: Story) -> None:
    user = story.organisation()
    case = story.to(Stage.ENGINEERING, user, payment_variant="instalments", quarters="4", power_kw="120")
    values = CONDITIONS | {"distance_m": 450}
    actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), values, story.now)
    actions.submit_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), story.now)
    actions.approve(story.session, case.id or 0, story.staff(Role.MANAGER), story.now)
    assert _invoice(story, case).template == "PAY-XI"
    assert [str(p.percent) for p in _parts(story, case)] == ["10.00", "22.50", "22.50", "22.50", "22.50"]
    story.store(case)
    story.move(case, "place_offer")
    assert story.paper(case, "application").data["request"]["payment"] == "рассрочка поквартально, кварталов: 4"


@pytest.mark.parametrize(
    ("kind", "papers"),
    [
        ("duplicate", ["connection_act"]),
        ("owner", ["connection_act"]),
        ("act", ["connection_act"]),
        ("conditions", ["conditions"]),
        ("nothing", ["conditions", "connection_act"]),
    ],
)
def test_a_reissue_makes_what_was_asked_for_and_is_paid(story: Story, kind: str, papers: list[str]) -> None:
    case = story.to(Stage.COMPLETED, story.organisation(), **(REISSUE | {"reissue_kind": kind}))
    made = [d.kind for d in _papers(story, case) if d.kind != "application"]
    assert made == [*papers, "invoice"]
    assert all(d.state == "placed" for d in _papers(story, case) if d.kind in made)
    assert {"TP-23D", "TP-23A", "TP-23C", "TP-23N"} & story.running(case) == set()
    _ends_well(story, case)


def _papers(story: Story, case: Application) -> list[Any]:
    from models.document.queries import papers

    story.session.flush()
    return sorted(papers(story.session, case.id or 0), key=lambda d: d.id or 0)


# ------------------------------------------------------------------------------------------------ concluded by payment
def test_with_the_switch_on_a_payment_concludes_and_nobody_signs(story: Story) -> None:
    row = story.session.get(Setting, "org")
    assert row is not None
    org = dict(row.value)
    story.session.info["org"] = org | {"connection": org["connection"] | {"contract_by_payment_150_670": True}}
    case = story.to(Stage.CONTRACT_SENT, story.organisation(), **LARGE)
    assert story.paper(case, "invoice").stored_at is not None  # he has something to pay by
    story.later(days=2)
    story.pay(case)
    with pytest.raises(NotReady, match="concludes the contract"):
        story.move(case, "withdraw", Role.APPLICANT)
    story.conclude_signed(case)
    assert (case.stage, case.concluded_at) == (Stage.CONCLUDED, story.now)
    assert not {"TP-06O", "TP-07"} & story.running(case)


# ------------------------------------------------------------------------------------------------ an end and its money
def _paid(story: Story, **typed: Any) -> Application:
    case = story.to(Stage.EXECUTION, story.organisation(), **(LARGE | typed))
    story.pay(case)
    return case


def test_a_manager_ends_a_contract_and_a_second_person_returns_the_money(story: Story) -> None:
    case = _paid(story)
    s, case_id, one = story.session, case.id or 0, story.staff(Role.MANAGER)
    paid = money.balance(s, case_id).paid
    actions.simple_move(s, case_id, "terminate", one, story.now, "заявитель отказался от строительства")
    assert (case.stage, case.end_reason) == (Stage.TERMINATED, "заявитель отказался от строительства")
    (row,) = money.refunds(s, case_id)
    assert (row.state, row.amount, row.ordered_by) == (RefundState.PROPOSED, paid, one.user_id)
    with pytest.raises(NotAllowed):
        returns.approve(s, row.id or 0, one, story.now)
    returns.approve(s, row.id or 0, story.house.second_manager, story.now)
    assert row.state == RefundState.ORDERED
    assert money.balance(s, case_id).returned == paid


def test_what_the_grid_company_has_spent_stays_with_it(story: Story) -> None:
    case = _paid(story)
    s, case_id, one = story.session, case.id or 0, story.staff(Role.MANAGER)
    paid = money.balance(s, case_id).paid
    with pytest.raises(Invalid) as caught:
        actions.terminate(s, case_id, one, "по соглашению", story.now, ground="delay")
    assert caught.value.field == "ground"
    with pytest.raises(Invalid):
        actions.terminate(s, case_id, one, "по соглашению", story.now, costs="много")
    actions.terminate(s, case_id, one, "по соглашению", story.now, costs="1000,50")
    assert [r.amount for r in money.refunds(s, case_id)] == [paid - Decimal("1000.50")]


def test_nothing_is_promised_back_when_the_works_are_done_or_the_applicant_is_a_year_late(story: Story) -> None:
    case = _paid(story)
    s, case_id, one = story.session, case.id or 0, story.staff(Role.MANAGER)
    story.move(case, "report_grid_works", Role.ENGINEER)
    story.wait_for(case, "TP-11")
    story.look(case)
    story.wait_for(case, "CTR-12")
    story.look(case)
    actions.simple_move(s, case_id, "terminate", one, story.now, "решение суда")
    assert money.refunds(s, case_id) == []
    told = [h.changes for h in story.history(case) if h.tag.endswith(":terminate")]
    assert told == [{"ground": "delay", "costs": None}]


def test_an_applicant_asks_for_what_is_his(story: Story) -> None:
    case = _paid(story)
    s, case_id, owner = story.session, case.id or 0, story.house.owner(case)
    with pytest.raises(NotReady, match="no money to return"):
        actions.ask_refund(s, case_id, owner, {"ground": "передумал"}, story.now)
    actions.terminate(s, case_id, story.staff(Role.MANAGER), "по соглашению", story.now, costs="100")
    for row in money.refunds(s, case_id):
        returns.decline(s, row.id or 0, story.house.second_manager, "сначала сверка", story.now)
    with pytest.raises(ManyInvalid) as caught:
        actions.ask_refund(s, case_id, owner, {"ground": "расторжение", "sum": "99999999"}, story.now)
    assert [f.field for f in caught.value.errors] == ["sum"]
    with pytest.raises(NotAllowed):
        actions.ask_refund(s, case_id, story.staff(Role.OPERATOR), {"ground": "расторжение"}, story.now)
    (asked,) = actions.ask_refund(s, case_id, owner, {"ground": "расторжение", "sum": "5000,00"}, story.now)
    assert (asked.state, asked.amount) == (RefundState.PROPOSED, Decimal(5000))
    told = story.paper(case, "refund_request").data["refund_request"]
    assert (told["sum"], told["ground"]) == ("5000.00", "расторжение")
    with pytest.raises(NotReady, match="decided on already"):
        actions.ask_refund(s, case_id, owner, {"ground": "ещё раз"}, story.now)


def test_an_annulment_tells_of_the_money_that_goes_back(story: Story) -> None:
    case = story.to(Stage.CONTRACT_SENT, story.organisation(), **LARGE)
    story.pay(case)  # paid before anybody signed: without the switch that concludes nothing
    story.wait_for(case, "TP-07")
    story.look(case)
    assert case.stage == Stage.ANNULLED_NOT_SIGNED
    refund = story.paper(case, "annulment").data["annulment"]["refund"]
    assert Decimal(refund["sum"]) == money.balance(story.session, case.id or 0).returnable > 0


# ------------------------------------------------------------------------------------------------ letters and order
def test_the_applicant_is_asked_to_sign_once_with_papers_and_term(story: Story) -> None:
    case = story.to(Stage.CONTRACT_SENT, story.organisation(), **LARGE)
    (letter,) = _letters(story.session, case, "contract_sent")
    envelope = envelopes.newest(story.session, "connection", case.id or 0, "contract")
    assert envelope is not None
    (signer,) = [p for p in envelopes.signers(story.session, envelope.id or 0) if p.side == "applicant"]
    assert signer.asked_at == story.now  # signing has nothing to add
    assert letter.data["due"] == story.terms(case)["TP-06O"].due_on.isoformat()
    assert letter.data["link"] == f"/signing?id={envelope.id}"
    assert len(letter.documents) == 2


def _letters(session: Session, case: Application, kind: str) -> list[Letter]:
    session.flush()
    return list(session.exec(select(Letter).where(Letter.application_id == case.id, Letter.kind == kind)))


@pytest.mark.parametrize(("stage", "kind"), [(Stage.RETURNED, "returned"), (Stage.REDIRECTED, "redirected")])
def test_a_refusal_is_a_paper_and_goes_with_its_letter(story: Story, stage: Stage, kind: str) -> None:
    case = story.to(stage)
    story.store(case)
    story.move(case, "place_refusal")
    paper = story.paper(case, "refusal")
    assert paper.data["refusal"]["kind"] == ("redirect" if stage == Stage.REDIRECTED else "refuse")
    assert paper.data["refusal"]["grounds"][0]["what"] == "причина названа"
    (letter,) = _letters(story.session, case, kind)
    assert letter.documents == [paper.id]


@pytest.mark.parametrize("typed", [{}, HIGH, LARGE])
def test_the_act_of_the_meter_is_placed_before_the_closing_papers(story: Story, typed: dict[str, Any]) -> None:
    """A paper that is made in the middle of a leg waits for the next one: every case moves in one order."""
    case = story.to(Stage.ENERGISED, story.organisation() if typed else None, **typed)
    story.store(case)
    act = story.paper(case, "meter_act")
    act.state, act.placed_at = "stored", None
    last = "place_act" if case.path == Path.ORDINARY else "complete"
    with pytest.raises(NotReady, match="act of the meter"):
        story.move(case, last)
    story.move(case, "place_meter_act")
    story.move(case, last)
    moved = [t.rpartition(":")[2] for t in story.tags(case)]
    assert moved.index("place_meter_act") < moved.index(last)


def test_a_hidden_fault_is_told_within_six_months_and_removed_in_its_term(story: Story) -> None:
    case = story.to(Stage.COMPLETED)
    story.later(days=90)
    actions.simple_move(
        story.session, case.id or 0, "report_fault", story.house.owner(case), story.now, "греется автомат"
    )
    assert "TP-21" in story.running(case)
    with pytest.raises(NotReady, match="being removed"):
        story.move(case, "report_fault", Role.APPLICANT, reason="и ещё")
    actions.simple_move(story.session, case.id or 0, "remove_fault", story.staff(Role.OPERATOR), story.now, "заменён")
    assert "TP-21" not in story.running(case)
    story.wait_for(case, "TP-21R")
    story.look(case)
    with pytest.raises(NotReady, match="has passed"):
        story.move(case, "report_fault", Role.APPLICANT, reason="поздно")


def test_power_by_stages_is_on_the_application_and_in_the_conditions(story: Story) -> None:
    stages = [{"kw": "100", "quarter": "II квартал 2027"}, {"kw": "300", "quarter": "IV квартал 2027"}]
    case = story.to(Stage.CONTRACT_SENT, story.organisation(), power_stages=stages, **LARGE)
    for kind, key in (("application", "request"), ("conditions", "conditions")):
        told = story.paper(case, kind).data[key]["stages"]
        assert [(s["kw"], s["commissioning"]) for s in told] == [("100", "II квартал 2027"), ("300", "IV квартал 2027")]


def test_no_money_is_lost_on_the_way_of_a_refund(story: Story) -> None:
    case = _paid(story)
    actions.terminate(story.session, case.id or 0, story.staff(Role.MANAGER), "по соглашению", story.now)
    rows = story.session.exec(select(Refund).where(Refund.application_id == case.id)).all()
    assert sum(r.amount for r in rows) == money.balance(story.session, case.id or 0).paid
