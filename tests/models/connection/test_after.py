"""Beside the main course: choices before the approval, a fault after the voltage, the supplier's number, money back, fields
of the application that only some are asked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.connection import actions, bills, effects, kinds, moving, papers, queries
from models.connection.papers import asked
from models.connection.tables import Application, Stage
from models.payment import queries as money
from models.payment.rules import Method
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotReady
from tests.house import CONDITIONS
from tests.models.payment.ledger import transfer
from tests.models.story import Story

LARGE: dict[str, Any] = {"power_kw": "700", "prior_kw": "0", "voltage_kv": "10", "files": ("plan", "diagram")}
BANK = {"bank_bic": "044030653", "bank_account": "40702810055000001234", "bank_name": "Северо-Западный банк"}


def fields(fault: ManyInvalid) -> set[str]:
    return {f.field for f in fault.errors}


# ------------------------------------------------------------------------------------------------ choices
def test_the_applicant_chooses_until_the_conditions_go_to_approval_and_the_history_keeps_it(story: Story) -> None:
    case = story.to(Stage.ENGINEERING, story.organisation(), **LARGE)
    owner = story.house.owner(case)
    actions.choose(story.session, case.id or 0, owner, {"works_years": "4", "fee_choice": "standard"}, story.now)
    assert bills.site_of(story.session, case).choice is Method.STANDARD
    (told,) = [h for h in story.history(case) if h.tag.endswith(":chosen")]
    assert told.changes == {"fee_choice": ["", "standard"], "works_years": ["", "4"]}
    version = case.version
    actions.choose(story.session, case.id or 0, owner, {"works_years": "4"}, story.now)
    assert case.version == version  # nothing was changed: nothing is written
    later = story.to(Stage.CONTRACT_SENT, story.organisation(), **(LARGE | {"power_kw": "300"}))
    with pytest.raises(NotReady, match="go to approval"):
        actions.choose(story.session, later.id or 0, story.house.owner(later), {"quarters": "4"}, story.now)
    with pytest.raises(NotReady):
        actions.choose(story.session, case.id or 0, story.staff(Role.OPERATOR), {"quarters": "4"}, story.now)


def test_a_wrong_choice_is_named_beside_its_field_and_nothing_is_kept(story: Story) -> None:
    case = story.to(Stage.CHECKING, story.organisation(), **LARGE)
    wrong = {"fee_choice": "cheapest", "works_years": "9", "payment_variant": "later", "quarters": "13"}
    with pytest.raises(ManyInvalid) as caught:
        actions.choose(story.session, case.id or 0, story.house.owner(case), wrong, story.now)
    assert fields(caught.value) == set(wrong)
    assert not set(wrong) & set(case.draft)


# ------------------------------------------------------------------------------------------------ a fault after the voltage
def test_a_fault_is_told_with_its_kind_and_day_and_starts_its_term(story: Story) -> None:
    case = story.to(Stage.COMPLETED)
    owner, today = story.house.owner(case), story.now.date()
    with pytest.raises(ManyInvalid) as caught:
        actions.report_fault(story.session, case.id or 0, owner, "ghosts", today + timedelta(days=1), " ", story.now)
    assert fields(caught.value) == {"kind", "since", "reason"}
    actions.report_fault(story.session, case.id or 0, owner, "quality", today, "вечером 170 вольт", story.now)
    assert "TP-21" in story.running(case)
    told = story.history(case)[-1]
    assert (told.reason, told.changes) == ("вечером 170 вольт", {"fault": "quality", "since": today.isoformat()})
    with pytest.raises(NotReady, match="being removed"):
        actions.report_fault(story.session, case.id or 0, owner, "quality", today, "ещё раз", story.now)


# ------------------------------------------------------------------------------------------------ the supplier (TP-05)
def test_the_suppliers_number_is_kept_and_written_to_the_applicant(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    moving.start(story.session, case, "supplier.copies_sent", story.now)
    clerk, today = story.staff(Role.OPERATOR), story.now.date()
    with pytest.raises(ManyInvalid) as caught:
        actions.note_supply(story.session, case.id or 0, clerk, {"on": today + timedelta(days=1)}, story.now)
    assert fields(caught.value) == {"kind", "number", "on"}
    told = {"kind": "account", "number": " 4700123456 ", "on": today}
    actions.note_supply(story.session, case.id or 0, clerk, told, story.now)
    assert case.supply == {"kind": "account", "number": "4700123456", "on": today.isoformat()}
    assert "TP-05" not in story.running(case)
    assert story.letters(case)[-1] == "message"
    with pytest.raises(NotAllowed):  # it carries data: no bare click
        actions.simple_move(story.session, case.id or 0, "note_supply_contract", clerk, story.now)


def test_acts_of_the_supplier_need_no_number(story: Story) -> None:
    case = story.to(Stage.COMPLETED)
    moving.start(story.session, case, "supplier.acts_sent", story.now)
    letters = story.letters(case)
    actions.note_supply(story.session, case.id or 0, story.staff(Role.OPERATOR), {}, story.now)
    assert "TP-05A" not in story.running(case)
    assert (case.supply, story.letters(case)) == ({}, letters)


# ------------------------------------------------------------------------------------------------ money back
def _ended(story: Story) -> Application:
    case = story.to(Stage.EXECUTION)
    transfer(story, case, "5000.00")
    return case


def test_money_of_a_transfer_goes_back_to_the_account_that_he_names(story: Story) -> None:
    case = _ended(story)
    assert money.balance(story.session, case.id or 0).returnable > 0
    owner = story.house.owner(case)
    wrong = {"sum": "много", "ground": " ", "bank_bic": "04", "bank_account": "1"}
    with pytest.raises(ManyInvalid) as caught:
        actions.ask_refund(story.session, case.id or 0, owner, wrong, story.now)
    assert fields(caught.value) == set(wrong)
    told = {"sum": "1000,00", "ground": "заплатил дважды"} | BANK
    rows = actions.ask_refund(story.session, case.id or 0, owner, told, story.now)
    by_transfer = [r for r in rows if r.order_id is None]
    assert [r.account["account"] for r in by_transfer] == [BANK["bank_account"]] * len(by_transfer) != []
    paper = story.paper(case, "refund_request").data["refund_request"]
    assert (paper["sum"], paper["account"]["bic"]) == ("1000.00", BANK["bank_bic"])


# ------------------------------------------------------------------------------------------------ fields of the application
def _fault(story: Story, **typed: Any) -> set[str]:
    case = story.house.draft(story.organisation(), **(LARGE | typed))
    with pytest.raises(ManyInvalid) as caught:
        actions.check_draft(story.session, case.id or 0, story.house.owner(case), {}, story.now)
    return fields(caught.value)


FIRST = {"reliability": "I", "sources": "2"}
STAGE = {"kw": "700", "quarter": "II квартал 2027"}


@pytest.mark.rows("G-23")
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"points": "0"}, "points"),
        ({"points": "²"}, "points"),
        ({"points": "21"}, "points"),
        ({"fias": "29251dcf"}, "fias"),
        ({"ogrn_date": "2030-01-01"}, "ogrn_date"),
        ({"design": "весной"}, "design"),
        ({"design": "IV квартал 2027", "commissioning": "II квартал 2027"}, "design"),
        (FIRST | {"first_kw": "600", "second_kw": "101"}, "first_kw"),
        ({"power_stages": [STAGE | {"design": "III квартал 2027"}]}, "power_stages"),
        ({"power_stages": [STAGE | {"reliability": "V"}]}, "power_stages"),
        ({"works_years": "5"}, "works_years"),
        ({"quarters": "٣"}, "quarters"),
    ],
)
def test_a_field_that_is_wrong_stops_the_application_before_it_is_sent(
    story: Story, typed: dict[str, Any], field: str
) -> None:
    assert field in _fault(story, **typed)


def test_a_ground_of_the_social_rate_is_one_of_the_list(story: Story) -> None:
    case = story.house.draft(social=True, social_ground="cousin")
    with pytest.raises(ManyInvalid) as caught:
        actions.check_draft(story.session, case.id or 0, story.house.owner(case), {}, story.now)
    assert "social_ground" in fields(caught.value)


def test_what_is_asked_stands_on_the_paper_of_the_application(story: Story) -> None:
    stages = [
        {"kw": "300", "quarter": "II квартал 2027", "design": "I квартал 2027", "reliability": "I"},
        {"kw": "400", "quarter": "IV квартал 2027"},
    ]
    case = story.to(
        Stage.CHECKING, story.organisation(), **LARGE, **FIRST, first_kw="40", second_kw="60", points="2", landmark="у моста",
        fias="29251DCF-00A1-4E34-98D4-5C47484A36D4", design="I квартал 2027", power_stages=stages, works_years="4",
        fee_choice="by_power", ogrn_date="2019-06-05",
    )  # fmt: skip
    assert (case.points, case.split_kw, case.fias[:8]) == (2, {"I": "40.00", "II": "60.00"}, "29251dcf")
    data = story.paper(case, "application").data
    request = data["request"]
    assert request["reliability"] == "I — 40 кВт, II — 60 кВт, III — 600 кВт"
    assert [s["name"] for s in request["stages"]] == ["1-я очередь, категория I", "2-я очередь"]
    assert [s["design"] for s in request["stages"]] == ["I квартал 2027", "I квартал 2027"]
    assert (request["landmark"], request["works_years"], request["fee_choice"]) == (
        "у моста", "4 года", "по ставке за единицу максимальной мощности",
    )  # fmt: skip
    assert (data["object"]["points"], data["applicant"]["ogrn_date"]) == (2, "2019-06-05")
    assert bills.site_of(story.session, case).meters == 2


def test_every_point_of_connection_that_is_asked_for_stands_in_the_conditions(story: Story) -> None:
    case = story.to(Stage.ENGINEERING, story.organisation(), **LARGE, points="2")
    engineer, case_id = story.staff(Role.ENGINEER), case.id or 0
    wrong: list[list[dict[str, str]]] = [
        [], [{"point": "РП-3", "kw": "300"}, {"point": "РП-4", "kw": "100"}], [{"point": " ", "kw": "300"}],
        [{"point": "РП-3", "kw": "0"}], [{"point": "РП-3", "kw": "-5"}], [{"point": "РП-3", "kw": "много"}],
        [{"point": "РП-3", "kw": "700"}],
    ]  # fmt: skip
    for more in wrong:
        values = CONDITIONS | {"meter_rate": "C8.3.3", "more_points": more}
        actions.save_conditions(story.session, case_id, engineer, values, story.now)
        assert not queries.known(story.session, case).conditions_complete
        with pytest.raises(ManyInvalid) as caught:
            actions.submit_conditions(story.session, case_id, engineer, story.now)
        assert fields(caught.value) == {"more_points"}
    values = CONDITIONS | {"meter_rate": "C8.3.3", "more_points": [{"point": "РП-3, яч. 8", "kw": "250,5"}]}
    actions.save_conditions(story.session, case_id, engineer, values, story.now)
    told = papers.data("conditions", effects.bundle(story.session, case, story.now))["conditions"]["points"]
    assert [(p["pole"], p["kw"]) for p in told] == [("опора № 12 ВЛИ-0,4 кВ", "449.5"), ("РП-3, яч. 8", "250.5")]
    actions.submit_conditions(story.session, case_id, engineer, story.now)
    assert case.stage == Stage.APPROVAL


@pytest.mark.parametrize(
    ("category", "kw", "takes"),
    [
        ("IND_15", "15", True),
        ("MICRO", "0", False),
        ("REISSUE", "15", False),
        ("REDISTRIBUTE", "40", False),
        ("GRID", "630", True),
    ],
)
def test_only_new_power_is_taken_from_a_feeding_centre(category: str, kw: str, takes: bool) -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    case = Application(applicant_id=1, branch_id=1, created_at=now, changed_at=now, status_token="x")  # noqa: S106
    case.category, case.power_kw = category, Decimal(kw)
    assert kinds.takes_power(case) is takes


def test_words_of_the_choices_are_empty_where_nothing_was_chosen() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    case = Application(applicant_id=1, branch_id=1, created_at=now, changed_at=now, status_token="x")  # noqa: S106
    assert (asked.works_years(case), asked.fee_choice(case), asked.preferential(case)) == ("", "", "")
    assert asked.reliability(case) == "III"
    case.social, case.draft = True, {"social_ground": "large"}
    assert asked.preferential(case) == "социальная ставка, пункт 17 Правил: многодетная семья"
    assert Decimal(case.power_kw) == 0


def test_an_unknown_choice_of_a_schedule_is_an_invalid_field() -> None:
    from models.connection.request import choice_faults

    assert [type(f) for f in choice_faults({"quarters": "0"})] == [Invalid]
    assert choice_faults({"quarters": "12", "works_years": "3", "fee_choice": ""}) == []
