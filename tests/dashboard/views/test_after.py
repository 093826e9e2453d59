"""What the applicant asks beside the main course, and the windows of the desk that answer it: money back, a fault, choices,
the supplier's number, the end of a contract, disagreements of a lawyer."""

from typing import Any

import pytest
from sqlmodel import select

from models.connection import moving
from models.connection.tables import Application, Stage
from models.payment.ledger_tables import Refund
from models.process.actor import Role
from models.process.tables import Term
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.models.payment.ledger import transfer
from tests.models.story import LARGE

BANK = {"bank_bic": "044030653", "bank_account": "40702810055000001234", "bank_name": "Северо-Западный банк"}
HUGE: dict[str, Any] = LARGE | {"power_kw": "700"}


def row_of(cabinet: Cabinet, case: int) -> Application:  # noqa: F811
    return cabinet.read(lambda db: db.get(Application, case))  # type: ignore[no-any-return]


@pytest.mark.rows("D-20")
def test_money_above_the_schedule_is_asked_back_with_its_account(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.EXECUTION)
    assert "ask_refund" not in {b.key for b in cabinet.shows("application", id=case).app.button}
    with cabinet.writing() as story:
        transfer(story, story.session.get_one(Application, case), "700000.00")
    page = cabinet.shows("application", id=case)
    assert "Ваши деньги" in page.text
    field = {name: f"refund-{case}-{name}" for name in ("sum", "ground", *BANK)}
    page.window("ask_refund", "refund-send", **{field["sum"]: "99999999", field["bank_account"]: "408"})
    assert page.text.count('role="alert"') >= 3  # the sum, the ground, the account, each beside its field
    assert cabinet.read(lambda db: db.exec(select(Refund)).first()) is None
    told = {field["sum"]: "1000,00", field["ground"]: "заплатил дважды"} | {field[k]: v for k, v in BANK.items()}
    page.window("ask_refund", "refund-send", **told)
    row = cabinet.read(lambda db: db.exec(select(Refund)).one())
    assert (row.state, f"{row.amount:.2f}", row.account["bic"]) == ("proposed", "1000.00", BANK["bank_bic"])
    after = cabinet.shows("application", id=case)
    assert "возврат рассматриваем" in after.text
    assert "ask_refund" not in {b.key for b in after.app.button}  # one at a time
    assert BANK["bank_account"] in cabinet.open("statements", Role.MANAGER, refund=row.id).text


def test_a_fault_is_told_by_its_kind_and_day(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.COMPLETED)
    page = cabinet.shows("application", id=case)
    page.window("report_fault", "fault-sure")
    assert page.text.count('role="alert"') >= 2
    page.window("report_fault", "fault-sure", **{f"fault-{case}-kind": "no_voltage", "fault-why": "нет света с утра"})
    term = cabinet.read(lambda db: db.exec(select(Term).where(Term.rule == "TP-21")).one())
    assert term.done_at is None
    assert "нет напряжения" in cabinet.open("case", Role.OPERATOR, id=case).text


def test_choices_are_changed_on_the_card_until_the_approval(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.ENGINEERING, "firm", **HUGE)
    page = cabinet.shows("application", "firm", id=case)
    assert "Сколько могут длиться наши работы" in {r.label for r in page.app.radio}
    page.fill(f"choice-{case}-works_years", "4").fill(f"choice-{case}-fee_choice", "standard").press("choose")
    draft = row_of(cabinet, case).draft
    assert (draft["works_years"], draft["fee_choice"]) == ("4", "standard")
    told = cabinet.open("case", Role.ENGINEER, id=case).text
    assert "по стандартизированным тарифным ставкам" in told
    assert "4 года" in told


def test_where_nothing_may_be_chosen_nothing_is_asked(cabinet: Cabinet) -> None:  # noqa: F811
    house = cabinet.shows("application", id=cabinet.case(Stage.ENGINEERING))
    assert "choose" not in {b.key for b in house.app.button}
    late = cabinet.case(Stage.CONTRACT_SENT, "firm", **LARGE)
    assert "choose" not in {b.key for b in cabinet.shows("application", "firm", id=late).app.button}


def test_the_suppliers_number_is_written_at_the_desk_and_stands_on_the_card(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.EXECUTION)
    with cabinet.writing() as story:
        moving.start(story.session, story.session.get_one(Application, case), "supplier.copies_sent", story.now)
    assert "поставщик разместит" in cabinet.shows("application", id=case).text
    page = cabinet.open("case", Role.OPERATOR, id=case)
    page.window("move-note_supply_contract", "do-note_supply_contract")
    assert "Напишите номер" in page.text
    page.window("move-note_supply_contract", "do-note_supply_contract", **{"supply-number": "4700123456"})
    assert row_of(cabinet, case).supply["kind"] == "account"
    assert "лицевой счёт № 4700123456" in cabinet.shows("application", id=case).text
    assert "лицевой счёт № 4700123456" in cabinet.open("case", Role.AUDITOR, id=case).text


def test_a_contract_is_terminated_with_its_ground_and_costs(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.EXECUTION)
    page = cabinet.open("case", Role.MANAGER, id=case)
    page.window("move-terminate", "do-terminate", **{"terminate-costs": "много", "terminate-reason": "по соглашению"})
    assert 'role="alert"' in page.text
    assert cabinet.stage(case) == Stage.EXECUTION
    page.window("move-terminate", "do-terminate", **{"terminate-costs": "100,00", "terminate-reason": "по соглашению"})
    assert cabinet.stage(case) == Stage.TERMINATED
    rows = cabinet.read(lambda db: db.exec(select(Refund)).all())
    assert {r.state for r in rows} == {"proposed"}


def test_a_lawyer_finds_what_waits_for_an_answer_and_gives_it(cabinet: Cabinet) -> None:  # noqa: F811
    assert "Разногласий нет" in cabinet.open("disagreements", Role.LAWYER).text
    case = cabinet.case(Stage.DISAGREEMENT, "firm", **LARGE)
    cabinet.case(Stage.DISAGREEMENT)  # a refusal on the other path
    page = cabinet.open("disagreements", Role.LAWYER)
    assert str(row_of(cabinet, case).number) in page.text
    assert "отказ с требованиями" in page.text
    reply = cabinet.read(lambda db: db.exec(select(Term).where(Term.rule == "TP-08", Term.subject_id == case)).one())
    assert f"{reply.due_on:%d.%m.%Y}" in page.text
    card = cabinet.open("case", Role.LAWYER, id=case)
    sends = [b.key for b in card.app.button if str(b.key).startswith("remark-")]
    for key in sends:
        card = cabinet.open("case", Role.LAWYER, id=case)
        card.fill(str(key).replace("-send", "-answer"), "accepted").press(str(key))
    assert "все" in cabinet.open("disagreements", Role.LAWYER).text
    cabinet.open("case", Role.LAWYER, id=case).decide("move-revise_offer", "do-revise_offer")
    assert cabinet.stage(case) == Stage.ENGINEERING


@pytest.mark.rows("G-23")
def test_a_large_application_is_asked_its_points_categories_and_queues(cabinet: Cabinet) -> None:  # noqa: F811
    typed: dict[str, Any] = {"reliability": "I", "sources": "2", "first_kw": "800", "second_kw": "200", "points": "2"}
    stages = [{"kw": "700", "quarter": "II квартал 2027", "design": "I квартал 2027"}]
    case = cabinet.case(Stage.DRAFT, "firm", step="object", power_stages=stages, **(HUGE | typed))
    page = cabinet.shows("filing", "firm", id=case)
    values = {w.label.rstrip("*"): w.value for w in page.app.text_input}
    assert (values["Точек присоединения"], values["Из неё по первой категории, кВт"]) == ("2", "800")
    assert "Вместе больше запрошенной мощности" in page.text
    chosen = {s.label: s.value for s in page.app.selectbox}
    assert chosen["Очередь 1: готов проект"] == "I квартал 2027"
    page.fill(f"filing-{case}-first_kw", "100")
    assert "Вместе больше запрошенной мощности" not in cabinet.shows("filing", "firm", id=case).text
