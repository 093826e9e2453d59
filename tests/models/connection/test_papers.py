"""The frozen data of every paper: pure JSON of the declared shape, and it can be printed."""

import json
from datetime import date
from typing import Any

import pytest

from documents.data import PAPERS, LetterData
from documents.issue import Kind, render
from documents.letters import letter as write
from models.connection import effects, papers, rules
from models.connection.tables import FINAL_STAGES, Application, Stage
from models.delivery.queries import letters_of
from models.process.actor import Role
from tests.documents.test_data import faults
from tests.models.story import HIGH, Story

FROM = {  # where a paper is ordered: by this stage at the latest its data are frozen
    "application": Stage.CHECKING,
    "missing_info": Stage.AWAITING_INFO,
    "annulment": Stage.ANNULLED_NO_INFO,
    "contract": Stage.OFFER_PLACED,
    "conditions": Stage.OFFER_PLACED,
    "invoice": Stage.OFFER_PLACED,
    "guide": Stage.OFFER_PLACED,
    "inspection_act": Stage.METERING,
    "meter_act": Stage.COMPLETED,
    "connection_act": Stage.COMPLETED,
    "readiness_notice": Stage.COMPLETED,
}
BOTH = [(kind, org) for kind in FROM for org in (False, True)]


def frozen(story: Story, kind: str, org: bool, **typed: Any) -> dict[str, Any]:
    high = kind in ("inspection_act", "connection_act")
    case = story.to(FROM[kind], story.organisation() if org else None, **(HIGH if high else {}) | typed)
    return story.paper(case, kind).data


@pytest.mark.parametrize(("kind", "org"), BOTH)
def test_every_paper_of_a_case_has_the_declared_shape_and_can_be_printed(story: Story, kind: str, org: bool) -> None:
    """Deep: every field, its type, nothing undeclared (but the hours of the office, which papers do not print)."""
    data = frozen(story, kind, org)
    assert set(faults(PAPERS[Kind(kind)], data)) <= {".org.hours is not declared"}
    made = render(kind, data)
    assert made.docx[:2] == b"PK"
    assert made.pdf[:5] == b"%PDF-"
    assert json.loads(json.dumps(data)) == data
    assert data["applicant"]["passport"] is None
    assert "512340" not in json.dumps(data)


def test_every_kind_is_covered() -> None:
    assert set(FROM) == {k.value for k in Kind} == set(papers.TITLES)
    stems = {
        kind: papers.number_of(kind, Application(number="ТП-000123/26", applicant_id=1, branch_id=1, status_token="t"))
        for kind in FROM
    }
    assert len(set(stems.values())) == len(stems)
    assert stems["conditions"] == "000123/26-ТУ"


ENDS = [(stage, False) for stage in sorted(FINAL_STAGES)] + [(Stage.INSPECTION, True), (Stage.COMPLETED, True)]


@pytest.mark.parametrize(("stage", "org"), ENDS)
def test_every_letter_of_a_story_can_be_written(story: Story, stage: Stage, org: bool) -> None:
    case = story.to(stage, story.organisation() if org else None, **HIGH if stage == Stage.INSPECTION else {})
    story.session.flush()
    for letter in letters_of(story.session, case.id or 0):
        assert faults(LetterData, letter.data) == []
        words = write(letter.kind, letter.data)
        assert case.number is not None
        assert case.number in words.subject + words.body


def test_the_contract_names_sum_parts_and_term(story: Story) -> None:
    data = frozen(story, "contract", False)
    assert (data["fee"]["total"], data["fee"]["vat_rate"]) == ("99000.00", "22")
    assert [p["sum"] for p in data["payments"]] == ["14850.00", "29700.00", "34650.00", "19800.00"]
    assert [p["due"] for p in data["payments"]] == ["2026-11-10", "2026-11-23", "2026-12-14", ""]
    assert (data["term"]["n"], data["term"]["unit"], data["term"]["rule"]) == (30, "wd", "TP-10")
    assert data["contract"]["norms"]["pay_days"] == 5


def test_procurement_law_stands_in_the_contract(story: Story) -> None:
    assert frozen(story, "contract", True, procurement_law=True)["contract"]["norms"]["pay_days"] == 15


def test_the_invoice_asks_for_the_first_part_now(story: Story) -> None:
    data = frozen(story, "invoice", False)
    assert data["invoice"]["pay_now"] == "14850.00"
    assert len(data["invoice"]["purpose"]) <= 210
    assert data["invoice"]["number"].endswith("-С-1")


def test_the_number_of_the_paper_is_that_of_its_invoice(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    assert story.paper(case, "invoice").number == story.paper(case, "invoice").data["invoice"]["number"]


def test_the_notice_names_what_is_missing_and_until_when(story: Story) -> None:
    data = frozen(story, "missing_info", False)
    assert data["missing"] == [{"what": "План устройств", "ground": "п. 10", "how": "приложите файл"}]
    assert (data["notice"]["days"], data["notice"]["due"]) == (20, "2026-12-01")


@pytest.mark.parametrize(
    ("distance", "town", "inv", "rule", "n"),
    [
        (12, False, False, "TP-10", 30),
        (200, False, False, "TP-11", 4),
        (200, True, True, "TP-11I", 6),
        (301, True, False, "TP-12", 1),
    ],
)
def test_the_term_of_works_of_the_contract_is_the_one_that_will_run(
    story: Story, distance: int, town: bool, inv: bool, rule: str, n: int
) -> None:
    from models.connection import actions
    from tests.house import CONDITIONS

    case = story.to(Stage.ENGINEERING)
    values = CONDITIONS | {"distance_m": distance, "town": town, "investment_works": inv}
    actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), values, story.now)
    actions.submit_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), story.now)
    actions.approve(story.session, case.id or 0, story.staff(Role.MANAGER), story.now)
    told = story.paper(case, "contract").data["term"]
    assert (told["rule"], told["n"]) == (rule, n)
    story.store(case)
    story.move(case, "place_offer")
    story.pay(case)
    story.conclude(case)
    assert rule in story.running(case)
    assert not {"TP-10", "TP-11", "TP-11I", "TP-12"} - {rule} & story.running(case)


def test_the_data_stay_as_they_were_when_the_case_changes(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    before = dict(story.paper(case, "contract").data)
    case.object_name = "Другой дом"
    story.session.flush()
    assert story.paper(case, "contract").data == before


def test_a_paper_ordered_again_is_a_new_version_with_its_own_token(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    first = story.paper(case, "guide")
    effects.order_paper(story.session, case, "guide", story.now)
    second = story.paper(case, "guide")
    assert (first.version, second.version) == (1, 2)
    assert first.state == "replaced"
    assert first.check_token != second.check_token
    assert second.check_token in second.data["verify"]["payload"]


def test_there_is_no_term_of_works_for_a_category_of_another_path(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    case.category = "GE_670"
    with pytest.raises(LookupError):
        papers.works_rule(case, effects.queries.rules_today(story.session, date(2026, 11, 2)))
    assert rules.closing_paper(case) == "readiness_notice"
