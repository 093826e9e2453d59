"""What screens show of a case: one turn for every stage, a timeline without invented dates, masked names."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from models.connection import actions, cards, queries
from models.connection.rules import STAGE_NAMES
from models.connection.tables import CLOSED_STAGES, FINAL_STAGES, Application, Stage
from models.process.actor import Role
from tests.models.story import HIGH, Story


def card(story: Story, case: Application) -> cards.Card:
    story.session.flush()
    return cards.card(story.session, case, story.now)


def at(story: Story, stage: Stage) -> Application:
    high = stage == Stage.INSPECTION
    return story.to(stage, story.organisation() if high else None, **HIGH if high else {})


def say(phrase: cards.Phrase) -> str:
    """As a screen does: a fact that is missing would fail here."""
    return phrase.template % phrase.facts if phrase.facts or "%" in phrase.template else phrase.template


WHOSE = {
    Stage.DRAFT: ("applicant", "continue_draft"),
    Stage.SUBMITTED: ("grid", ""),
    Stage.CHECKING: ("grid", ""),
    Stage.AWAITING_INFO: ("applicant", "supply_info"),
    Stage.ENGINEERING: ("grid", ""),
    Stage.APPROVAL: ("grid", ""),
    Stage.OFFER_PLACED: ("applicant", "pay"),
    Stage.CONTRACT_SENT: ("applicant", "sign"),
    Stage.DISAGREEMENT: ("grid", ""),
    Stage.CONCLUDED: ("grid", ""),
    Stage.EXECUTION: ("grid", "report_own_works"),
    Stage.INSPECTION: ("grid", ""),
    Stage.METERING: ("grid", ""),
    Stage.ENERGISED: ("grid", ""),
    **dict.fromkeys(FINAL_STAGES, ("nobody", "")),
}


@pytest.mark.rows("D-17", "G-32")
@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_one_turn_and_a_whole_card(story: Story, stage: Stage) -> None:
    case = at(story, stage)
    found = card(story, case)
    assert (found.turn.whose, found.turn.action) == WHOSE[stage]
    assert found.milestones[0].value.template == STAGE_NAMES[stage]
    assert say(found.turn.title)
    for phrase in (found.turn.then, found.turn.otherwise, *[m.value for m in found.milestones]):
        say(phrase)
    for step in found.timeline:
        assert say(step.what)
        say(step.when)
        say(step.detail)
    listed = cards.queue(story.session, story.now)
    assert (case.id in [r.case.id for r in listed]) is (stage not in FINAL_STAGES | {Stage.DRAFT})
    for row in listed:
        assert say(row.turn.title)


def test_the_queue_shows_who_has_the_least_time_left_first(story: Story) -> None:
    first, second = at(story, Stage.ENGINEERING), at(story, Stage.CHECKING)
    shown = cards.queue(story.session, story.now, stages=[Stage.ENGINEERING, Stage.CHECKING])
    assert [r.case.id for r in shown] == [second.id, first.id]
    assert [r.clock.rule for r in shown if r.clock] == ["TP-01", "TP-04X"]
    assert not any(r.late for r in shown)
    story.later(days=5)
    late = cards.queue(story.session, story.now, stages=[Stage.ENGINEERING, Stage.CHECKING])
    assert [r.late for r in late] == [True, False]
    assert cards.queue(story.session, story.now, branch_id=10**9) == []


# ------------------------------------------------------------------------------------------------ turns
def test_an_unpaid_offer_says_how_much_and_until_when(story: Story) -> None:
    found = card(story, at(story, Stage.OFFER_PLACED)).turn
    assert found.title.facts == {"sum": Decimal("14850.00")}
    assert (found.due_on, found.left) == (date(2026, 11, 10), 5)


def test_who_has_paid_is_not_asked_for_the_next_part_before_the_contract(story: Story) -> None:
    """Credited, but the leg has not concluded yet: a moment, and still never a wrong sum."""
    case = at(story, Stage.OFFER_PLACED)
    story.pay(case)
    found = card(story, case).turn
    assert (found.whose, found.action, found.title.facts) == ("grid", "", {})


def test_the_next_part_is_the_applicants_turn_ten_working_days_before(story: Story) -> None:
    case = at(story, Stage.EXECUTION)
    part = card(story, case).payments[1]
    assert part.due_on == date(2026, 11, 23)
    assert card(story, case).turn.whose == "grid"
    story.later(days=10)
    found = card(story, case).turn
    assert (found.whose, found.action, found.title.facts["sum"]) == ("applicant", "pay", Decimal("29700.00"))


def test_a_suspended_case_says_so_until_it_ends(story: Story) -> None:
    case = at(story, Stage.ENGINEERING)
    actions.suspend(story.session, case.id or 0, story.staff(Role.MANAGER), "ждём", story.now)
    assert "suspended" in card(story, case).turn.title.template
    actions.simple_move(story.session, case.id or 0, "withdraw", story.house.owner(case), story.now)
    assert "withdrawn" in card(story, case).turn.title.template


# ------------------------------------------------------------------------------------------------ timeline
DATES = (
    "submitted_at", "registered_at", "checked_at", "offer_placed_at", "concluded_at", "grid_works_done_at",
    "meter_admitted_at", "energised_at", "papers_placed_at", "ended_at",
)  # fmt: skip


@pytest.mark.parametrize("stage", list(Stage))
def test_the_timeline_never_invents_a_date(story: Story, stage: Stage) -> None:
    case = at(story, stage)
    found = card(story, case)
    known = {getattr(case, name).astimezone(found.zone).date() for name in DATES if getattr(case, name) is not None}
    dues = (
        {t.due_on for t in queries.terms_of(story.session, case.id or 0)} | {p.due_on for p in found.payments} | {None}
    )
    for step in found.timeline:
        if step.state == "done":
            assert step.on in known
        elif step.state == "now":
            assert step.on in dues
        elif step.state == "next":
            assert step.on is None
            assert step.when.template
        else:
            assert step.state == "out"
            assert step.on in known
    states = [s.state for s in found.timeline]
    assert states == sorted(states, key=["done", "now", "next", "out"].index)
    assert states.count("now") == (0 if stage in FINAL_STAGES else 1)
    assert states.count("out") == (1 if stage in CLOSED_STAGES else 0)
    assert "next" not in states or stage not in FINAL_STAGES


def test_a_reason_with_a_percent_sign_is_shown_as_written(story: Story) -> None:
    case = at(story, Stage.CHECKING)
    actions.simple_move(
        story.session, case.id or 0, "return", story.staff(Role.OPERATOR), story.now, "мощность на 50% больше %s"
    )
    last = card(story, case).timeline[-1]
    assert say(last.detail) == "мощность на 50% больше %s"


# ------------------------------------------------------------------------------------------------ the eight fields
@pytest.mark.rows("G-33", "G-34", "G-35", "G-36", "G-37", "G-38")
def test_the_fields_of_the_card_fill_as_the_case_goes(story: Story) -> None:
    def there(stage: Stage) -> list[bool]:
        return [m.there for m in card(story, at(story, stage)).milestones]

    assert there(Stage.CHECKING) == [True, False, False, False, False, False, False]
    assert there(Stage.OFFER_PLACED) == [True, True, False, False, False, False, False]
    assert there(Stage.EXECUTION) == [True, True, True, True, True, False, False]
    assert there(Stage.ENERGISED) == [True, True, True, True, True, True, False]
    assert there(Stage.COMPLETED) == [True] * 7


def test_the_fields_say_how_much_is_paid_and_whose_works_are_done(story: Story) -> None:
    case = at(story, Stage.EXECUTION)
    contract, works = card(story, case).milestones[3:5]
    assert contract.value.facts == {"paid": Decimal("14850.00"), "whole": Decimal("99000.00")}
    assert works.value.template == "the works go on"
    story.move(case, "report_grid_works", Role.ENGINEER)
    assert "yours are awaited" in card(story, case).milestones[4].value.template
    actions.report_own_works(story.session, case.id or 0, story.house.owner(case), story.now)
    assert card(story, case).milestones[4].value.template == "fulfilled by both sides"


def test_an_ended_case_promises_nothing(story: Story) -> None:
    for milestone in card(story, at(story, Stage.RETURNED)).milestones[1:3]:
        assert milestone.value.template == "did not take place"


# ------------------------------------------------------------------------------------------------ clocks
def test_a_clock_goes_from_running_to_soon_to_late(story: Story) -> None:
    case = at(story, Stage.AWAITING_INFO)

    def state() -> tuple[str, int]:
        found = next(c for c in card(story, case).clocks if c.rule == "TP-02")
        return found.state, found.left

    assert state() == ("running", 20)
    story.later(days=25)
    assert state() == ("soon", 2)
    story.house.now = story.terms(case)["TP-02"].due_at
    assert state() == ("late", -1)


def test_clocks_that_ended(story: Story) -> None:
    case = at(story, Stage.OFFER_PLACED)
    story.wait_for(case, "TP-06R")
    by_rule = {c.rule: c for c in card(story, case).clocks}
    assert (by_rule["TP-01"].state, by_rule["TP-04X"].state, by_rule["TP-06R"].state) == ("done", "done", "expired")
    story.terms(case)["TP-01"].done_at = story.terms(case)["TP-01"].due_at + timedelta(seconds=1)
    assert {c.rule: c.state for c in card(story, case).clocks}["TP-01"] == "done_late"
    actions.simple_move(story.session, case.id or 0, "withdraw", story.house.owner(case), story.now)
    assert {c.rule: c.state for c in card(story, case).clocks}["TP-06X"] == "cancelled"


# ------------------------------------------------------------------------------------------------ the public page
def test_the_status_page_tells_nothing_personal(story: Story) -> None:
    case = at(story, Stage.CHECKING)
    found = cards.status_card(story.session, case.status_token, story.now)
    assert found is not None
    assert (found.number, found.applicant, found.place) == (case.number, "С***ва А. В.", "Лесненский р-н, пос. Лесное")
    told = repr(found)
    for secret in ("Смирнова", "Викторовна", "Берёзка", "уч. 47", "+7922", "pochta", "11223344595", "112-233"):
        assert secret not in told
    assert cards.status_card(story.session, "no-such-token", story.now) is None


def test_a_draft_has_no_status_page(story: Story) -> None:
    assert cards.status_card(story.session, story.house.draft().status_token, story.now) is None


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Смирнова Анна Викторовна", "С***ва А. В."),
        ("Смирнова Анна", "С***ва А."),
        ("Ли Анна Викторовна", "Л*** А. В."),
        ("ЦОЙ ВИКТОР РОБЕРТОВИЧ", "Ц*** В. Р."),
        ("ПАК Анна", "П*** А."),
        ("ООО «Лесной двор»", "ООО «Л***ой»"),
        ("ИП Мельник Ольга Викторовна", "ИП «М***ик»"),
        ("АО", "АО"),
        ("", ""),
    ],
)
def test_masked_names(name: str, masked: str) -> None:
    assert cards.masked_name(name) == masked


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("Лесненский р-н, пос. Лесное, СНТ «Берёзка», уч. 47", "Лесненский р-н, пос. Лесное"),
        ("г. Приозёрск, ул. Береговая, д. 14", "г. Приозёрск"),
        ("Приозёрск, Береговая ул., д. 14", "Приозёрск, Береговая"),
        ("Ульяновск, ул. Ленина, 5", "Ульяновск"),
        ("Лесненский р-н, д. Берёзовка, д. 5", "Лесненский р-н, д. Берёзовка"),
        ("пос. Лесное ул. Озёрная 5", "пос. Лесное"),
        ("пос. Лесное, 12", "пос. Лесное"),
        ("г. Приозёрск, пр-т Мира, 3", "г. Приозёрск"),
        ("г. Приозёрск, проезд Лесной, 3", "г. Приозёрск"),
        (
            "Ленинградская обл., Лесненский р-н, пос. Лесное, дальше, ещё",
            "Ленинградская обл., Лесненский р-н, пос. Лесное",
        ),
        ("кадастровый квартал", "кадастровый"),
        ("", ""),
    ],
)
def test_an_address_ends_at_the_settlement(address: str, place: str) -> None:
    assert cards.settlement(address) == place


# ------------------------------------------------------------------------------------------------ lists
def test_an_applicants_list_is_his_own_with_number_date_object_and_address(story: Story) -> None:
    user = story.house.applicant()
    mine, draft = story.to(Stage.CHECKING, user), story.house.draft(user)
    at(story, Stage.CHECKING)
    found = queries.of_applicant(story.session, user.id or 0)
    assert [c.id for c in found] == [draft.id, mine.id]
    assert (found[1].number, found[1].registered_at, found[1].object_name) == (
        mine.number,
        story.terms(mine)["TP-01"].starts_at,
        "Садовый дом",
    )
    assert found[1].object_address


def test_a_case_is_found_by_its_number(story: Story) -> None:
    case = at(story, Stage.CHECKING)
    assert queries.by_number(story.session, f" {case.number} ") is case
    assert queries.by_number(story.session, "ТП-999999/26") is None
    story.session.execute(text("select 1"))
    assert queries.count_by_stage(story.session, case.branch_id)[Stage.CHECKING] >= 1
