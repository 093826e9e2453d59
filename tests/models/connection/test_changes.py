"""Changes of a running contract whose agreement is made anew, of power by points, and what becomes of the power that is held."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select, update

from models.connection import actions, agreements, queries
from models.connection.tables import Application, Category, Change, Stage
from models.delivery.queries import letters_of
from models.document.tables import Document, DocumentState
from models.network import queries as network
from models.network.tables import Centre
from models.payment import queries as bills
from models.process.actor import Role
from models.process.errors import Invalid, NotAllowed, NotReady
from models.process.history import broken
from models.process.tables import TermRule
from models.rulebook.tables import DatedLimit
from models.signing import actions as signing
from models.signing import queries as envelopes
from models.signing.tables import Envelope
from tests.house import METER
from tests.models.connection.test_money_story import SHARE
from tests.models.story import LARGE, Story

KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # what was asked, what the corrected agreement says
    "extension": ({"years": "4"}, {"years": "5"}),
    "power": ({"power_kw": "300"}, {"power_kw": "350"}),
    "termination": ({"costs": "0"}, {"costs": "1500"}),
}


def agreed(story: Story, case: Application, kind: str, values: Mapping[str, Any]) -> Change:
    """Asked, agreed to, its paper placed: both sides may sign."""
    s, case_id = story.session, case.id or 0
    row = actions.ask_change(s, case_id, story.house.owner(case), kind, values, "нужно", story.now)
    actions.simple_move(s, case_id, "accept_change", story.staff(Role.MANAGER), story.now)
    story.store(case)
    story.move(case, "offer_change")
    return row


def anew(story: Story, case: Application, values: Mapping[str, Any] | None = None, ground: str = "") -> None:
    manager = story.staff(Role.MANAGER)
    actions.remake_change(story.session, case.id or 0, manager, values or {}, ground, "ошибка в тексте", story.now)
    story.store(case)
    story.move(case, "offer_change")


def papers(story: Story, case: Application, kind: str) -> list[Document]:
    story.session.flush()
    query = select(Document).where(Document.application_id == case.id, Document.kind == kind)
    return sorted(story.session.exec(query), key=lambda d: d.version)


def decline(story: Story, case: Application, purpose: str) -> None:
    envelope = envelopes.newest(story.session, "connection", case.id or 0, purpose)
    assert envelope is not None
    (signer,) = [s for s in envelopes.signers(story.session, envelope.id or 0) if s.side == "applicant"]
    signing.decline(story.session, signer.id or 0, story.house.owner(case), story.now, "не тот текст")


def feeding(story: Story, case: Application, kw: int) -> Centre:
    """A centre of so many kW that the case takes its power of."""
    centre = Centre(name=f"ПС {case.id}", voltage="110/10", branch_id=case.branch_id, installed_kw=Decimal(kw),
                    changed_at=story.now)  # fmt: skip
    story.session.add(centre)
    story.session.flush()
    case.centre_id = centre.id
    actions.effects.carry(story.session, case, "power:reserve", story.now)
    return centre


# ------------------------------------------------------------------------------------------------ made anew
@pytest.mark.parametrize(
    ("kind", "how"), [("extension", "declined"), ("power", "expired"), ("termination", "still open")]
)
def test_an_agreement_whose_text_is_another_is_its_next_version(story: Story, kind: str, how: str) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    asked, corrected = KINDS[kind]
    row = agreed(story, case, kind, asked)
    purpose = "termination" if kind == "termination" else "supplement"
    old = envelopes.newest(story.session, "connection", case.id or 0, purpose)
    assert old is not None
    if how == "declined":
        decline(story, case, purpose)
    elif how == "expired":
        old.expires_at = story.now
        signing.expire(story.session, old, story.later(minutes=1))
    story.later(days=1)
    anew(story, case, corrected, "проект изменён")
    first, second = papers(story, case, purpose)
    assert (first.version, first.state, second.version, second.state) == (
        1,
        DocumentState.REPLACED,
        2,
        DocumentState.PLACED,
    )
    assert first.number == second.number == second.data[purpose]["number"]
    assert second.data[purpose]["ground"] == "проект изменён"
    assert second.data[purpose] != first.data[purpose]
    story.session.refresh(old)
    assert old.state == {"declined": "DECLINED", "expired": "EXPIRED", "still open": "CANCELLED"}[how]
    fresh = envelopes.newest(story.session, "connection", case.id or 0, purpose)
    assert fresh is not None
    assert (fresh.id != old.id, fresh.state) == (True, "OPEN")
    assert [p.document_id for p in envelopes.papers(story.session, fresh.id or 0)] == [second.id]
    assert (row.document_id, row.state) == (second.id, "offered")
    made = next(h for h in story.history(case) if h.tag.endswith(":remake_change"))
    assert (made.reason, made.changes["ground"]) == ("ошибка в тексте", ["нужно", "проект изменён"])
    story.sign(case, purpose)
    story.move(case, "terminate_agreed" if kind == "termination" else "effect_change")
    assert broken(story.history(case), case.chain) == []
    if kind == "extension":
        assert agreements.years_of(story.session, case) == 5
    if kind == "power":
        assert case.power_kw == 350


def signing_of(story: Story, case: Application) -> Envelope:
    story.session.flush()
    found = envelopes.newest(story.session, "connection", case.id or 0, "supplement")
    assert found is not None
    story.session.refresh(found)
    return found


def test_an_agreement_is_signed_in_thirty_days_and_the_applicant_reads_until_when(story: Story) -> None:
    """No time stands in the Rules: ГК РФ, ст. 452 gives thirty days to answer the offer of a change."""
    case = story.to(Stage.EXECUTION)
    row = agreed(story, case, "extension", {"years": "4"})
    clock = story.terms(case)["TP-24"]
    assert (clock.whose, clock.due_on - story.now.date()) == ("applicant", timedelta(days=30))
    assert signing_of(story, case).expires_at == clock.due_at - timedelta(seconds=1)
    asked = [m for m in letters_of(story.session, case.id or 0) if m.kind == "act_to_sign"]
    assert [m.data["due"] for m in asked] == [clock.due_on.isoformat()]
    story.later(days=21)
    story.look(case)
    assert story.letters(case).count("act_to_sign") == 2
    story.wait_for(case, "TP-24")
    (signer,) = [p for p in envelopes.signers(story.session, signing_of(story, case).id or 0) if p.side == "applicant"]
    with pytest.raises(NotReady, match="time to sign has passed"):
        signing.decline(story.session, signer.id or 0, story.house.owner(case), story.now, "поздно")
    signing.expire(story.session, signing_of(story, case), story.now)
    story.look(case)
    assert clock.lapsed_at is not None
    assert row.state == "offered"  # the manager decides: anew or given up
    anew(story, case)
    fresh = story.terms(case)["TP-24"]
    assert (fresh.id != clock.id, fresh.due_on - story.now.date() >= timedelta(days=30)) == (True, True)
    assert signing_of(story, case).expires_at == fresh.due_at - timedelta(seconds=1)
    assert clock.done_at is not None
    story.sign(case, "supplement")
    story.move(case, "effect_change")
    assert "TP-24" not in story.running(case)


def test_the_end_of_signing_moves_with_its_clock_and_stops_with_what_stops_it(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    agreed(story, case, "extension", {"years": "4"})
    was, manager = signing_of(story, case).expires_at, story.staff(Role.MANAGER)
    actions.suspend(story.session, case.id or 0, manager, "ждём суд", story.now)
    story.look(case)
    assert was is not None
    assert signing_of(story, case).expires_at is None
    story.later(days=40)
    actions.resume(story.session, case.id or 0, manager, story.now)
    story.look(case)
    moved = signing_of(story, case).expires_at
    assert moved is not None
    assert moved - was >= timedelta(days=40)
    decline(story, case, "supplement")
    story.look(case)
    assert "TP-24" not in story.running(case)
    assert story.terms(case)["TP-24"].lapsed_at is None


def test_the_same_text_may_be_sent_anew_and_a_new_owner_stays(story: Story) -> None:
    case, heir = story.to(Stage.EXECUTION), story.house.applicant()
    agreed(story, case, "owner", {"login": heir.login})
    decline(story, case, "supplement")
    anew(story, case)
    first, second = papers(story, case, "supplement")
    assert second.data["supplement"]["successor"] == first.data["supplement"]["successor"] == heir.name
    story.sign(case, "supplement")
    story.move(case, "effect_change")
    assert case.applicant_id == heir.id


def test_an_agreement_is_made_anew_by_a_manager_with_a_reason_until_both_have_signed(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    s, case_id, manager = story.session, case.id or 0, story.staff(Role.MANAGER)
    with pytest.raises(NotReady, match="is being made"):
        actions.remake_change(s, case_id, manager, {}, "", "ошибка", story.now)
    agreed(story, case, "extension", {"years": "4"})
    with pytest.raises(NotAllowed):
        actions.remake_change(s, case_id, story.house.owner(case), {}, "", "ошибка", story.now)
    for values, reason, field in (({}, " ", "reason"), ({"years": "2"}, "ошибка", "years")):
        with pytest.raises(Invalid) as caught:
            actions.remake_change(s, case_id, manager, values, "", reason, story.now)
        assert caught.value.field == field
    story.sign(case, "supplement")
    with pytest.raises(NotReady, match="signed the agreement already"):
        actions.remake_change(s, case_id, manager, {}, "", "ошибка", story.now)


def test_a_change_given_up_leaves_no_agreement_in_force_and_the_next_has_its_own_number(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    s, case_id = story.session, case.id or 0
    agreed(story, case, "extension", {"years": "4"})
    story.sign(case, "supplement")
    story.move(case, "effect_change")
    agreed(story, case, "extension", {"years": "5"})
    actions.simple_move(s, case_id, "cancel_change", story.staff(Role.MANAGER), story.now)
    agreed(story, case, "extension", {"years": "6"})
    anew(story, case)
    kept, given_up, replaced, last = papers(story, case, "supplement")
    assert [d.state for d in (kept, given_up, replaced, last)] == ["placed", "annulled", "replaced", "placed"]
    assert len({kept.number, given_up.number, last.number}) == 3
    assert replaced.number == last.number


# ------------------------------------------------------------------------------------------------ power
def test_less_power_is_given_back_only_when_both_have_signed(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    centre = feeding(story, case, 450)
    agreed(story, case, "power", {"power_kw": "300"})
    story.session.refresh(centre)
    assert centre.reserved_kw == 400  # until then the contract of 400 kW is in force
    actions.simple_move(story.session, case.id or 0, "cancel_change", story.house.owner(case), story.now)
    agreed(story, case, "power", {"power_kw": "420"})
    story.session.refresh(centre)
    assert centre.reserved_kw == 420
    anew(story, case, {"power_kw": "300"})
    story.session.refresh(centre)
    assert centre.reserved_kw == 400
    with (
        pytest.raises(Invalid) as caught,
        story.session.begin_nested(),
    ):  # the constraint of the table has the last word
        actions.remake_change(story.session, case.id or 0, story.staff(Role.MANAGER), {"power_kw": "460"}, "", "больше", story.now)  # fmt: skip
    assert caught.value.field == "centre"
    story.session.expire_all()
    story.sign(case, "supplement")
    story.move(case, "effect_change")
    story.session.refresh(centre)
    assert (centre.reserved_kw, case.power_kw) == (300, 300)


def two_points(story: Story) -> Application:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    case.points = 2
    row = queries.conditions(story.session, case.id or 0)
    assert row is not None
    row.values = row.values | {"point": "яч. № 1", "more_points": [{"point": "яч. № 2", "kw": "150"}]}
    story.session.add_all([case, row])
    story.session.flush()
    return case


def test_the_power_of_several_points_is_changed_point_by_point(story: Story) -> None:
    case = two_points(story)
    centre = feeding(story, case, 600)
    agreed(story, case, "power", {"points": ["300", "200"]})
    clauses = story.paper(case, "supplement").data["supplement"]["changes"]
    assert [(c["was"], c["now"]) for c in clauses] == [("400", "500"), ("250", "300"), ("150", "200")]
    assert "яч. № 2" in clauses[2]["clause"]
    story.sign(case, "supplement")
    story.move(case, "effect_change")
    story.session.refresh(centre)
    assert (case.power_kw, centre.reserved_kw) == (500, 500)
    assert [(p.place, p.kw) for p in agreements.points_of(story.session, case)] == [("яч. № 1", 300), ("яч. № 2", 200)]
    row = queries.conditions(story.session, case.id or 0)
    assert row is not None
    assert (row.version, row.state) == (2, "approved")
    assert story.paper(case, "supplement").number in row.remark


def test_power_moved_between_points_alone_changes_no_fee_and_no_payment(story: Story) -> None:
    case = two_points(story)
    bill, clocks = bills.invoice_of(story.session, case.id or 0), story.running(case)
    agreed(story, case, "power", {"points": ["150", "250"]})
    told = story.paper(case, "supplement").data["supplement"]
    assert told["fee"] is None
    assert [c["clause"][:5] for c in told["changes"]] == ["Точка", "Точка"]
    story.sign(case, "supplement")
    story.move(case, "effect_change")
    assert bills.invoice_of(story.session, case.id or 0) == bill
    assert clocks - {"TP-22"} <= story.running(case)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (None, "of each"),
        (["400"], "of each"),
        (["400", "0"], "of each"),
        (["400", "сто"], "of each"),
        (["250", "150"], "already"),
    ],
)
def test_several_points_are_refused_in_words_where_one_is_not_told(
    story: Story, points: list[str] | None, words: str
) -> None:
    case = two_points(story)
    values = {"power_kw": "500", "points": points}
    with pytest.raises(Invalid, match=words) as caught:
        actions.ask_change(story.session, case.id or 0, story.house.owner(case), "power", values, "нужно", story.now)
    assert caught.value.field == "points"


# ------------------------------------------------------------------------------------------------ the voltage
def test_the_voltage_is_supplied_by_the_contract_in_force(story: Story) -> None:
    """An unsigned change of power is given up: what is connected is what both have signed."""
    case = story.to(Stage.METERING)
    centre = feeding(story, case, 20)
    row = agreed(story, case, "power", {"power_kw": "10"})
    actions.admit_meter(story.session, case.id or 0, story.staff(Role.METERING), "00417718", METER, story.now.date(), story.now)  # fmt: skip
    story.store(case)
    story.move(case, "energise", Role.METERING)
    story.session.refresh(centre)
    assert (centre.connected_kw, centre.reserved_kw, case.power_kw) == (15, 0, 15)
    assert (row.state, story.paper(case, "supplement").state) == ("cancelled", "annulled")
    assert story.letters(case).count("message") == 1
    with pytest.raises(Invalid, match="voltage is on"):
        actions.ask_change(story.session, case.id or 0, story.house.owner(case), "power", {"power_kw": "10"}, "нужно", story.now)  # fmt: skip


def test_a_connection_that_is_complete_has_no_change_left_open(story: Story) -> None:
    case = story.to(Stage.ENERGISED)
    row = agreed(story, case, "extension", {"years": "4"})
    story.store(case)
    story.move(case, "place_meter_act") if story.paper(case, "meter_act").placed_at is None else None
    story.move(case, "complete")
    assert (case.stage, row.state) == (Stage.COMPLETED, "cancelled")
    envelope = envelopes.newest(story.session, "connection", case.id or 0, "supplement")
    assert envelope is not None
    assert envelope.state == "CANCELLED"


# ------------------------------------------------------------------------------------------------ redistribution
def test_a_redistribution_takes_no_power_of_a_centre_in_its_whole_life(story: Story) -> None:
    """п. 34: the power is connected already and goes from one consumer to another of the same centre."""
    case = story.to(Stage.EXECUTION, story.organisation(), **SHARE)
    assert case.category == Category.REDISTRIBUTE
    centre = Centre(name="ПС «Полная»", voltage="110/10", branch_id=case.branch_id, installed_kw=Decimal(100),
                    connected_kw=Decimal(100), changed_at=story.now)  # fmt: skip
    story.session.add(centre)
    story.session.flush()
    case.centre_id = centre.id
    actions.effects.carry(story.session, case, "power:reserve", story.now)
    more = {"power_kw": str(case.power_kw + 1)}
    with pytest.raises(Invalid, match="gives no more"):
        actions.ask_change(story.session, case.id or 0, story.house.owner(case), "power", more, "нужно", story.now)
    agreed(story, case, "power", {"power_kw": str(case.power_kw - 1)})
    story.sign(case, "supplement")
    story.move(case, "effect_change")
    actions.effects.carry(story.session, case, "power:settle", story.now)
    story.session.refresh(centre)
    assert (centre.connected_kw, centre.reserved_kw) == (100, 0)
    assert network.standing(story.session, case.id or 0) is None


# ------------------------------------------------------------------------------------------------ hidden faults
def test_by_a_signed_contract_a_fault_is_told_only_where_the_company_has_promised_it(story: Story) -> None:
    s = story.session
    plain = story.to(Stage.COMPLETED, story.organisation(), **LARGE)
    assert not {"TP-21RO", "TP-21R"} & set(story.terms(plain))
    with pytest.raises(NotReady, match="write an appeal"):
        story.move(plain, "report_fault", Role.APPLICANT, reason="нет напряжения")
    for rule in s.exec(select(TermRule).where(TermRule.rule == "TP-21RO")):
        rule.enabled = True
    s.flush()
    s.info.clear()
    case = story.to(Stage.COMPLETED, story.organisation(), **LARGE)
    assert "обещание" in story.terms(case)["TP-21RO"].basis
    story.move(case, "report_fault", Role.APPLICANT, reason="нет напряжения")
    assert {"TP-21O"} == {"TP-21", "TP-21O"} & story.running(case)
    story.move(case, "remove_fault", Role.OPERATOR, reason="заменён выключатель")
    assert "TP-21O" not in story.running(case)
    story.wait_for(case, "TP-21RO")
    story.look(case)
    with pytest.raises(NotReady, match="has passed"):
        story.move(case, "report_fault", Role.APPLICANT, reason="поздно")


def test_what_the_company_has_spent_is_typed_as_money(story: Story) -> None:
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    clerk, s, case_id = story.staff(Role.OPERATOR), story.session, case.id or 0
    for typed in ("-1", "0,005", "много", "1e400"):
        with pytest.raises(Invalid) as told:
            actions.ask_change(s, case_id, clerk, "termination", {"costs": typed}, "стройка отменена", story.now)
        assert (told.value.field, told.value.template[:13]) == ("costs", "Write the sum")
    with pytest.raises(Invalid, match="Power is a number"):
        actions.ask_change(s, case_id, clerk, "power", {"power_kw": "100000000000"}, "больше всех", story.now)
    longer = {"years": "7"}  # п. 24: six at most, until another edition says so
    with pytest.raises(Invalid, match="from 2 to 6 years"):
        actions.ask_change(s, case_id, clerk, "extension", longer, "дольше", story.now)
    s.execute(update(DatedLimit).where(col(DatedLimit.name) == "conditions_years").values(value=7))
    assert actions.ask_change(s, case_id, clerk, "extension", longer, "дольше", story.now).values == {"years": 7}
    actions.simple_move(s, case_id, "cancel_change", story.staff(Role.MANAGER), story.now)
    asked = actions.ask_change(s, case_id, clerk, "termination", {"costs": "12 400,00"}, "стройка отменена", story.now)
    assert asked.values["costs"] == "12400.00"
