"""The frozen data of every paper: pure JSON of the declared shape, and it can be printed."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from dashboard import promises
from documents.data import PAPERS, LetterData
from documents.issue import Kind, render
from documents.letters import letter as write
from models.connection import effects, papers, rules
from models.connection.papers import offer
from models.connection.tables import FINAL_STAGES, Application, Stage
from models.delivery.queries import letters_of
from models.process.actor import Role
from models.process.tables import TermRule
from models.rulebook.rules import ASKED_BY_NAME
from tests.documents.test_data import faults
from tests.models.story import HIGH, LARGE, Story

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
BY_HAND = {  # ordered when somebody asks for them; their facts come with `details`
    "tu_act": {},
    "reserve_act": {
        "reserve_loads": [{"name": "насосы", "kind": "аварийная", "kw": "7.5", "restore": "1 минута", "feed": "ввод 1"}]
    },
    "supplement": {"subject": "validity", "years": 3, "ground": "обращение"},
    "disagreements": {"rows": [{"clause": "5.1", "draft": "год", "applicant": "полгода"}], "received": "2026-11-02"},
    "refusal": {"addressee": {"name": "АО «Сети»", "address": "г. Лодейное", "phone": ""}},
    "refund_request": {
        "sum": "100.50",
        "account": {"name": "Банк", "bic": "044030911", "account": "4" * 20, "corr": ""},
    },
    "termination": {"settlement": {"costs": "100.00"}},
}
OF_SIGNING = {"signing_protocol"}  # its data are made by whoever seals an envelope
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


def by_hand(story: Story, kind: str, *, ordinary: bool = False, told: bool = True, org: bool = False) -> dict[str, Any]:
    """The data of a paper somebody asks for, on a case under contract."""
    case = story.to(Stage.EXECUTION, story.organisation() if org else None)
    with story.session.no_autoflush:
        found = effects.bundle(story.session, case, story.now)
        shaped = Application(**case.model_dump() | {"path": "ordinary" if ordinary else "X"})
        return papers.data(kind, replace(found, case=shaped, token="t", details=BY_HAND.get(kind, {}) if told else {}))


@pytest.mark.parametrize("ordinary", [False, True])
@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("kind", BY_HAND)
def test_every_paper_that_is_asked_for_can_be_printed(story: Story, kind: str, told: bool, ordinary: bool) -> None:
    data = by_hand(story, kind, ordinary=ordinary, told=told, org=ordinary)
    assert set(faults(PAPERS[Kind(kind)], data)) <= {".org.hours is not declared"}
    assert render(kind, data).pdf[:5] == b"%PDF-"
    assert data["path"] == ("ordinary" if ordinary else "X")


@pytest.mark.parametrize("kind", sorted(BY_HAND))
def test_a_paper_is_ordered_by_its_kind_alone(story: Story, kind: str) -> None:
    case = story.to(Stage.EXECUTION)
    row = effects.order_paper(story.session, case, kind, story.now)
    assert (row.kind, row.number) == (kind, papers.number_of(kind, case))
    assert row.data["application"]["number"] == case.number


@pytest.mark.parametrize("kind", ["contract", "conditions"])
def test_the_ordinary_path_has_its_own_text_and_two_signers(story: Story, kind: str) -> None:
    data = by_hand(story, kind, ordinary=True, org=True)
    assert faults(PAPERS[Kind(kind)], data) in ([], [".org.hours is not declared"])
    made = render(kind, data)
    assert made.template_version.startswith("contract_ordinary-" if kind == "contract" else "conditions-")
    assert [s["title"] for s in data["signers"]] == ["Сетевая организация"] + (
        ["Заявитель"] if kind == "contract" else []
    )
    assert all(s["stamp"] is None for s in data["signers"])
    assert papers.title_of(kind, ordinary=True) != papers.TITLES["contract"]


@pytest.mark.parametrize(
    ("category", "kind", "kw", "variant"),
    [("IND_15", "individual", 15, "individual_15"), ("IND_GT_15", "individual", 16, "individual_150"), ("LE_150", "legal_entity", 15, "to_150"),
     ("LE_150", "legal_entity", 150, "to_150"), ("LE_150_670", "legal_entity", 151, "to_670"), ("LE_150_670", "legal_entity", 669, "to_670"),
     ("GE_670", "legal_entity", 670, "over_670"), ("TEMP", "legal_entity", 50, "temporary"), ("GEN", "legal_entity", 50, "generation")],
)  # fmt: skip
def test_conditions_say_for_whom_and_up_to_which_power_they_are(
    story: Story, category: str, kind: str, kw: int, variant: str
) -> None:
    case = story.to(Stage.EXECUTION)
    found = effects.bundle(story.session, case, story.now)
    changed = case.model_dump() | {
        "category": category,
        "power_kw": Decimal(kw),
        "prior_kw": Decimal(0),
        "person": {"kind": kind},
    }
    assert offer.variant(replace(found, case=Application(**changed))) == variant


def test_a_termination_settles_what_was_paid_less_the_costs(story: Story) -> None:
    money = by_hand(story, "termination")["termination"]["settlement"]
    assert (money["billed"], money["paid"], money["costs"]) == ("99000.00", "14850.00", "100.00")
    assert (money["overpaid"], money["due"]) == ("14750.00", "0.00")


def test_a_second_supplement_stands_beside_the_first(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    first = effects.order_paper(story.session, case, "supplement", story.now)
    second = effects.order_paper(story.session, case, "supplement", story.now)
    assert first.state != "replaced"
    assert second.number == f"{first.number}2" == second.data["supplement"]["number"]


def test_every_kind_is_covered() -> None:
    assert set(FROM) | set(BY_HAND) | OF_SIGNING == {k.value for k in Kind}
    assert set(papers.TITLES) - OF_SIGNING == set(FROM) | set(BY_HAND)
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


def test_there_is_no_term_of_works_for_a_category_that_is_none(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED)
    case.category = "NOBODY"
    with pytest.raises(LookupError):
        papers.works_rule(case, effects.queries.rules_today(story.session, date(2026, 11, 2)))
    assert rules.closing_paper(case) == "readiness_notice"


@pytest.mark.parametrize("org", [False, True])
def test_a_contract_promises_what_the_rules_of_its_day_say(story: Story, org: bool) -> None:
    """The penalty is counted by TU-PEN: another edition changes the contract of its day too."""
    said = {"TU-PEN": ("alternative", {"percent_per_day": "0.3", "cap_applicant_days": 365}), "CTR-12": ("length", 9),
            "TP-21R": ("length", 8), "TP-21": ("length", 15)}  # fmt: skip
    for row in story.session.exec(select(TermRule).where(col(TermRule.rule).in_(said))):
        setattr(row, *said[row.rule])
    story.session.flush()
    story.session.info.clear()
    case = story.to(Stage.CONTRACT_SENT, story.organisation(), **LARGE) if org else story.to(Stage.OFFER_PLACED)
    norms = story.paper(case, "contract").data["contract"]["norms"]
    assert (norms["penalty_percent"], norms["court_months"]) == ("0.3", 9)
    if not org:
        assert (norms["hidden_months"], norms["hidden_days"]) == (8, 15)


def test_no_rule_that_a_paper_or_a_page_names_can_be_switched_off() -> None:
    """Or the day after no contract could be made."""
    named = set(promises.START)
    for source in (
        *Path(papers.__file__).parent.glob("*.py"),
        *(Path(promises.__file__).parent / "views").glob("*.py"),
    ):
        asked = r'(?:length\(|rules\[|within\(|nominative\()"([A-Z]+-[A-Z0-9]+)"'
        named |= set(re.findall(asked, source.read_text("utf-8")))
    assert {"TP-19", "TU-PEN", "CTR-12", "TP-05"} <= named <= ASKED_BY_NAME
