"""The one door on a real database: each legal move from each of its stages, with history, clocks, letters and the wake-up."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from models.connection import actions, moving
from models.connection.rules import MOVES
from models.connection.tables import Application, Inspection, Meter, Stage
from models.document import actions as files
from models.payment import queries as bills
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import FeederError, IllegalMove, Invalid, ManyInvalid, NotAllowed, NotFound, NotReady
from models.process.history import broken
from models.process.tables import Work
from models.signing import actions as signing
from tests.house import CONDITIONS, METER
from tests.models.connection.table import TABLE, WHERE, WITH_A_REASON
from tests.models.story import HIGH, HUGE, LARGE, MISSING, REISSUE, SIGNED_ONLY, Story

WAKE_BY_OTHERS = {"annul_not_signed", "terminate_agreed"}  # a signing that is cancelled, money that goes back
PAIRS = [(name, stage) for name, (sources, _, _) in TABLE.items() for stage in Stage if stage in sources]
ON_HIGH = {"begin_inspection", "pass_inspection", "fail_inspection"}


def place(story: Story, stage: Stage, high: bool = False) -> Application:
    high = high or stage == Stage.INSPECTION
    return story.to(stage, story.organisation() if high else None, **HIGH if high else {})


SIGNED = {name for name, kinds in WHERE.items() if "rtn" in kinds and "X" not in kinds}


def place_for(story: Story, name: str, stage: Stage) -> Application:
    """A case of the kind that the move belongs to, at this stage."""
    if name == "complete_reissue":
        return story.to(stage, story.organisation(), **REISSUE)
    if name in SIGNED or stage in SIGNED_ONLY:
        return story.to(stage, story.organisation(), **(HUGE if name == "record_answer" else LARGE))
    return place(story, stage, name in ON_HIGH)


def open_change(story: Story, case: Application, name: str) -> None:
    """A change of the contract, carried as far as the move needs it."""
    s, case_id, now = story.session, case.id or 0, story.now
    kind, values = ("termination", {}) if name == "terminate_agreed" else ("extension", {"years": "4"})
    actions.ask_change(s, case_id, story.house.owner(case), kind, values, "нужно", now)
    if name in ("remake_change", "offer_change", "effect_change", "terminate_agreed"):
        actions.simple_move(s, case_id, "accept_change", story.staff(Role.MANAGER), now)
    if name in ("effect_change", "terminate_agreed"):
        story.store(case)
        story.move(case, "offer_change")
        story.sign(case, "termination" if kind == "termination" else "supplement")


def open_signed(story: Story, case: Application, name: str) -> None:
    """What the moves of the ordinary path need."""
    s, case_id, now = story.session, case.id or 0, story.now
    if name in ("send_contract", "complete_reissue"):
        actions.approve(s, case_id, story.staff(Role.MANAGER), now)
    if name == "conclude_signed":
        story.sign(case, "contract")
    if name == "send_again":
        purpose = {Stage.CONTRACT_SENT: "contract", Stage.METERING: "tu_act", Stage.ENERGISED: "connection_act"}[
            Stage(case.stage)
        ]
        story.store(case)
        for placing in ("place_tu_act", "place_act"):
            if case.stage in TABLE[placing][0]:
                story.move(case, placing)
        signing.cancel(s, "connection", case_id, purpose, now, "ошибка в документе")
    if name == "annul_not_signed":
        story.terms(case)["TP-07"].lapsed_at = now
    if name in ("note_tu_act", "record_rtn"):
        story.move(case, "place_tu_act")
        story.sign(case, "tu_act")
    if name == "record_rtn":
        story.move(case, "note_tu_act")
    if name == "complete_signed":
        story.store(case)
        story.move(case, "place_act")
        story.sign(case, "connection_act")
    if name in ("confirm_override", "decline_override", "explain_delay") and not story.terms(case):
        moving.start(s, case, "application.registered", now)
    if name in ("confirm_override", "decline_override"):
        term = next(t for t in story.terms(case).values() if not (t.done_at or t.lapsed_at or t.cancelled_at))
        actions.propose_override(s, case_id, story.staff(Role.MANAGER), term.id or 0, date(2027, 3, 1), "снег", now)
    if name == "explain_delay":
        term = next(t for t in story.terms(case).values() if t.whose == "grid")
        term.lapsed_at, term.cancelled_at = now, None


def open_the_way(story: Story, case: Application, name: str) -> None:
    """Make true what the move needs, by the shortest way; the move itself is what is tested."""
    if name in (
        "accept_change",
        "decline_change",
        "cancel_change",
        "remake_change",
        "offer_change",
        "effect_change",
        "terminate_agreed",
    ):
        open_change(story, case, name)
    open_signed(story, case, name)
    if name == "submit":
        case.draft = case.draft | {"checked": True}
    if name == "request_info":
        case.missing = MISSING
    if name in ("deliver_notice", "place_annulment"):
        actions.effects.carry(
            story.session, case, f"paper:{'missing_info' if name == 'deliver_notice' else 'annulment'}", story.now
        )
    if name == "place_offer":
        actions.approve(story.session, case.id or 0, story.staff(Role.MANAGER), story.now)
    if name == "submit_conditions":
        actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), CONDITIONS, story.now)
    if name in ("begin_inspection", "begin_metering"):
        case.grid_works_done_at = case.own_works_done_at = story.now
    if name in ("place_meter_act", "energise") and case.stage == Stage.METERING:
        actions.admit_meter(
            story.session, case.id or 0, story.staff(Role.METERING), "00417718", METER, story.now.date(), story.now
        )
    if name == "place_meter_act" and case.stage == Stage.ENERGISED:
        actions.effects.order_paper(story.session, case, "meter_act", story.now)
    if name == "conclude":
        story.pay(case)
    if name in ("annul_no_info", "annul_no_payment"):
        story.terms(case)["TP-02" if name == "annul_no_info" else "TP-06X"].lapsed_at = story.now
    if name == "remove_remarks":
        story.move(case, "remark", Role.APPLICANT, reason="Не тот номер прибора")
    if name == "remove_fault":
        story.move(case, "report_fault", Role.APPLICANT, reason="Греется вводной аппарат")
    if name == "note_supply_contract":
        story.session.execute(text("update term set cancelled_at = now() where rule = 'TP-05'"))
        moving.start(story.session, case, "supplier.copies_sent", story.now)
    if name == "resume":
        case.suspended_at = story.now
    if name in ("pass_inspection", "fail_inspection"):
        story.session.add(
            Inspection(application_id=case.id, seq=9, on=story.now.date(), inspector_id=story.staff(Role.INSPECTOR).user_id,
                       passed=name == "pass_inspection", values={}, at=story.now)
        )  # fmt: skip
    if name == "admit_meter":
        story.session.add(
            Meter(application_id=case.id, serial="00417718", admitted_on=story.now.date(),
                  inspector_id=story.staff(Role.METERING).user_id, values=METER)
        )  # fmt: skip
    story.session.flush()
    story.store(case)


@pytest.mark.parametrize(("name", "stage"), PAIRS)
def test_every_legal_move_from_each_of_its_stages(story: Story, name: str, stage: Stage) -> None:
    _, target, by = TABLE[name]
    case = place_for(story, name, stage)
    story.later(minutes=1)
    open_the_way(story, case, name)
    if name == "report_grid_works":
        case.grid_works_done_at = None
    story.session.execute(text("delete from work where process = 'connection'"))
    rows = len(story.history(case))
    role = sorted(by)[0]
    actor = story.house.second_manager if name in ("approve", "confirm_override") else story.actor(case, role)
    moving.move(story.session, case, name, actor, story.now, reason="названа" if name in WITH_A_REASON else "")
    story.session.flush()
    story.session.refresh(case)
    assert case.stage == (target or stage)
    (row,) = story.history(case)[rows:]
    assert (row.stage_before, row.stage_after, row.actor_role, row.at) == (stage, case.stage, role, story.now)
    assert row.tag.endswith(f":connection:{name}")
    assert row.tag.split(":")[0] == {Role.APPLICANT: "cabinet", Role.SYSTEM: "engine"}.get(role, "desk")
    assert broken(story.history(case), case.chain) == []
    woken = story.session.exec(select(Work).where(Work.process == "connection", Work.subject_id == case.id)).first()
    if name not in WAKE_BY_OTHERS:
        assert (woken is None) is (role == Role.SYSTEM)  # a leg does not wake itself
    known = {t.rule for t in story.terms(case).values()}
    assert not set(MOVES[name].ends) & story.running(case)
    assert {e for e in known if e in MOVES[name].drops} & story.running(case) == set()
    story.session.execute(text("set constraints all immediate"))


@pytest.mark.parametrize("name", [m.name for m in MOVES if m.target is None and m.automatic])
def test_a_move_of_the_system_that_keeps_the_stage_is_not_open_a_second_time(story: Story, name: str) -> None:
    """Legs look at the facts again and again: what is placed is placed once, and its clock starts once."""
    stage = next(s for n, s in PAIRS if n == name)
    case = place_for(story, name, stage)
    open_the_way(story, case, name)
    story.move(case, name)
    with pytest.raises(NotReady):
        story.move(case, name)


@pytest.mark.parametrize("name", sorted(WITH_A_REASON))
def test_where_the_applicant_will_read_it_a_reason_must_be_given(story: Story, name: str) -> None:
    sources, _, by = TABLE[name]
    stage = next(s for s in Stage if s in sources)
    case = place_for(story, name, stage)
    open_the_way(story, case, name)
    with pytest.raises(Invalid) as caught:
        story.move(case, name, sorted(by)[0], reason="  ")
    assert caught.value.field == "reason"
    assert case.stage == stage


def test_a_refused_move_changes_nothing(story: Story) -> None:
    case = place(story, Stage.CHECKING)
    before = (case.stage, case.version, case.chain, len(story.history(case)), story.letters(case))
    for name, role, kind in (
        ("accept", Role.ENGINEER, NotAllowed),
        ("energise", Role.METERING, IllegalMove),
        ("request_info", Role.OPERATOR, NotReady),
    ):
        with pytest.raises(kind):
            story.move(case, name, role)
    assert (case.stage, case.version, case.chain, len(story.history(case)), story.letters(case)) == before


def test_somebody_elses_case_is_not_there(story: Story) -> None:
    case = place(story, Stage.CHECKING)
    stranger = story.house.applicant()
    with pytest.raises(NotFound):
        moving.lock(story.session, case.id or 0, Actor(Role.APPLICANT, stranger.id))
    with pytest.raises(NotFound):
        moving.lock(story.session, 10**9, SYSTEM)


def test_withdrawn_while_suspended_it_is_withdrawn(story: Story) -> None:
    case = place(story, Stage.ENGINEERING)
    actions.suspend(story.session, case.id or 0, story.staff(Role.MANAGER), "ждём соседей", story.now)
    with pytest.raises(NotReady):
        story.move(case, "suspend", Role.MANAGER, reason="ещё раз")
    story.move(case, "withdraw", Role.APPLICANT)
    assert case.stage == Stage.WITHDRAWN
    assert story.running(case) == set()


def test_a_contract_is_not_withdrawn_nor_refused_after_the_first_payment(story: Story) -> None:
    """The payment concludes the contract (п. 103), also in the moment before the leg has seen it."""
    case = place(story, Stage.OFFER_PLACED)
    story.pay(case)
    for name in ("withdraw", "refuse_offer"):
        with pytest.raises(NotReady, match="concludes the contract"):
            story.move(case, name, Role.APPLICANT, reason="передумал")
    story.conclude(case)
    assert case.stage == Stage.CONCLUDED


# ------------------------------------------------------------------------------------------------ verbs
@pytest.mark.parametrize("door", ["own", "simple"])
def test_approving_and_suspending_do_the_same_by_either_door(story: Story, door: str) -> None:
    case = place(story, Stage.APPROVAL)
    s, case_id, manager = story.session, case.id or 0, story.staff(Role.MANAGER)
    if door == "own":
        actions.suspend(s, case_id, manager, "ждём", story.now)
        assert all(t.paused_at for t in story.terms(case).values() if t.rule in story.running(case))
        actions.resume(s, case_id, manager, story.now)
        actions.approve(s, case_id, manager, story.now)
    else:
        actions.simple_move(s, case_id, "suspend", manager, story.now, "ждём")
        assert case.suspension_reason == "ждём"
        assert all(t.paused_at for t in story.terms(case).values() if t.rule in story.running(case))
        actions.simple_move(s, case_id, "resume", manager, story.now)
        assert not any(t.paused_at for t in story.terms(case).values())
        actions.simple_move(s, case_id, "approve", manager, story.now)
    row = actions.queries.conditions(s, case_id)
    assert row is not None
    assert (row.state, row.approver_id, row.approved_at) == ("approved", manager.user_id, story.now)


def test_a_returned_set_of_conditions_says_why(story: Story) -> None:
    case = place(story, Stage.APPROVAL)
    actions.simple_move(
        story.session, case.id or 0, "return_conditions", story.staff(Role.MANAGER), story.now, "нет схемы"
    )
    row = actions.queries.conditions(story.session, case.id or 0)
    assert row is not None
    assert (row.state, row.remark, case.stage) == ("returned", "нет схемы", Stage.ENGINEERING)


@pytest.mark.parametrize(
    "name", ["submit", "request_info", "supply_info", "admit_meter", "pass_inspection", "fail_inspection"]
)
def test_a_move_that_carries_data_is_not_made_without_them(story: Story, name: str) -> None:
    sources, _, by = TABLE[name]
    case = place(story, next(s for s in Stage if s in sources))
    with pytest.raises(NotAllowed):
        actions.simple_move(story.session, case.id or 0, name, story.actor(case, sorted(by)[0]), story.now)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CHECKING, Stage.EXECUTION])
def test_what_was_missing_is_sent_only_when_it_was_asked_for(story: Story, stage: Stage) -> None:
    case = place(story, stage)
    with pytest.raises(IllegalMove):
        actions.supply_info(story.session, case.id or 0, story.house.owner(case), "вот план", story.now)


def test_an_answer_has_to_say_something(story: Story) -> None:
    case = place(story, Stage.AWAITING_INFO)
    owner = story.house.owner(case)
    with pytest.raises(Invalid) as caught:
        actions.supply_info(story.session, case.id or 0, owner, "  ", story.now)
    assert caught.value.field == "reply"
    actions.supply_info(story.session, case.id or 0, owner, "вот план", story.now)
    assert case.stage == Stage.CHECKING
    assert story.running(case) >= {"TP-01", "TP-04X"}
    assert story.terms(case)["TP-02"].done_at == story.now


def test_only_files_sent_after_the_request_are_an_answer(story: Story) -> None:
    case = place(story, Stage.AWAITING_INFO)
    owner = story.house.owner(case)
    earlier = story.now - timedelta(days=1)
    files.attach(story.session, case.id or 0, owner, earlier, kind="reply", name="старое.pdf",
                 media_type="application/pdf", size=1, sha256="a", key="a")  # fmt: skip
    with pytest.raises(Invalid):
        actions.supply_info(story.session, case.id or 0, owner, "", story.now)


def test_nothing_named_is_no_request(story: Story) -> None:
    case = place(story, Stage.CHECKING)
    with pytest.raises(NotReady):
        actions.request_info(story.session, case.id or 0, story.staff(Role.OPERATOR), [{"what": "  "}], story.now)


@pytest.mark.parametrize("years", ["", "три", None])
def test_a_half_filled_draft_of_conditions_stops_no_other_move(story: Story, years: Any) -> None:
    case = place(story, Stage.ENGINEERING)
    actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), {"years": years}, story.now)
    with pytest.raises(FeederError):
        actions.submit_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), story.now)
    story.move(case, "withdraw", Role.APPLICANT)


@pytest.mark.parametrize("distance", ["много", "-1", 50_001])
def test_a_distance_is_metres(story: Story, distance: Any) -> None:
    case = place(story, Stage.ENGINEERING)
    with pytest.raises(Invalid) as caught:
        actions.save_conditions(
            story.session, case.id or 0, story.staff(Role.ENGINEER), {"distance_m": distance}, story.now
        )
    assert caught.value.field == "distance_m"


def test_only_an_engineer_edits_conditions_and_only_while_they_are_prepared(story: Story) -> None:
    case = place(story, Stage.ENGINEERING)
    with pytest.raises(NotAllowed):
        actions.save_conditions(story.session, case.id or 0, story.staff(Role.MANAGER), {}, story.now)
    other = place(story, Stage.APPROVAL)
    with pytest.raises(NotReady):
        actions.save_conditions(story.session, other.id or 0, story.staff(Role.ENGINEER), {}, story.now)


def test_corrected_conditions_are_a_new_version(story: Story) -> None:
    case = place(story, Stage.DISAGREEMENT)
    story.move(case, "revise_offer", Role.ENGINEER)
    assert case.approved_at is None
    row = actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), CONDITIONS, story.now)
    assert (row.version, row.state) == (2, "draft")
    again = actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), CONDITIONS, story.now)
    assert again.id == row.id


def test_an_inspection_with_remarks_names_one(story: Story) -> None:
    case = place(story, Stage.INSPECTION)
    inspector = story.staff(Role.INSPECTOR)
    with pytest.raises(Invalid) as caught:
        actions.inspect(story.session, case.id or 0, inspector, {"remarks": []}, False, story.now.date(), story.now)
    assert caught.value.field == "remarks"
    with pytest.raises(Invalid) as caught:
        actions.inspect(
            story.session, case.id or 0, inspector, {}, True, story.now.date() + timedelta(days=1), story.now
        )
    assert caught.value.field == "on"


def test_every_fault_of_a_meter_is_told_at_once(story: Story) -> None:
    case = place(story, Stage.METERING)
    with pytest.raises(ManyInvalid) as caught:
        actions.admit_meter(
            story.session,
            case.id or 0,
            story.staff(Role.METERING),
            "123",
            {},
            story.now.date() + timedelta(days=1),
            story.now,
        )
    assert {f.field for f in caught.value.errors} == {*actions.METER_REQUIRED, "serial", "readings", "on"}
    for typed in ("много", "1e400", "-3", "٣"):
        wrong = METER | {"readings": [{"zone": "сумма", "value": typed}]}
        with pytest.raises(ManyInvalid, match="Check the marked") as caught:
            actions.admit_meter(story.session, case.id or 0, story.staff(Role.METERING), "12345", wrong, story.now.date(), story.now)  # fmt: skip
        assert {f.field for f in caught.value.errors} == {"readings"}


def test_a_message_of_staff_is_a_letter_and_of_the_applicant_is_not(story: Story) -> None:
    case = place(story, Stage.CHECKING)
    before = len(story.letters(case))
    actions.say(story.session, case.id or 0, story.house.owner(case), "Когда ждать?", story.now)
    assert len(story.letters(case)) == before
    actions.say(story.session, case.id or 0, story.staff(Role.OPERATOR), "Завтра", story.now)
    actions.say(story.session, case.id or 0, story.staff(Role.OPERATOR), "До обеда", story.now)
    assert story.letters(case)[before:] == ["message", "message"]
    with pytest.raises(Invalid):
        actions.say(story.session, case.id or 0, story.house.owner(case), " ", story.now)
    with pytest.raises(NotAllowed):
        actions.say(story.session, case.id or 0, story.staff(Role.AUDITOR), "я", story.now)


@pytest.mark.rows("D-16")
def test_contacts_are_corrected_while_the_application_is_checked(story: Story) -> None:
    case = place(story, Stage.CHECKING)
    owner = story.house.owner(case)
    actions.correct(story.session, case.id or 0, owner, {"phone": "8 922 555-77-88", "object_name": "Дом"}, story.now)
    assert (case.person["phone"], case.object_name) == ("+79225557788", "Дом")
    last = story.history(case)[-1]
    assert last.tag == "cabinet:connection:corrected"
    assert last.changes == {"phone": ["+79225550123", "+79225557788"], "object_name": ["Садовый дом", "Дом"]}
    with pytest.raises(Invalid) as caught:
        actions.correct(story.session, case.id or 0, owner, {"email": "не адрес"}, story.now)
    assert caught.value.field == "email"
    before = case.version
    actions.correct(story.session, case.id or 0, owner, {"power_kw": "150", "object_name": "Дом"}, story.now)
    assert case.version == before  # what may not be corrected is not, and no change writes no row


def test_what_is_signed_is_not_corrected_after_the_conditions_went_to_approval(story: Story) -> None:
    case = place(story, Stage.APPROVAL)
    with pytest.raises(NotReady):
        actions.correct(story.session, case.id or 0, story.house.owner(case), {"object_name": "Дом"}, story.now)
    with pytest.raises(NotReady):
        actions.save_draft(story.session, case.id or 0, story.house.owner(case), {"object_name": "Дом"}, story.now)


def test_a_draft_is_saved_by_its_owner_only(story: Story) -> None:
    case = story.house.draft()
    with pytest.raises(NotFound):
        actions.save_draft(story.session, case.id or 0, Actor(Role.APPLICANT, 10**9), {}, story.now)
    with pytest.raises(NotReady):
        actions.save_draft(story.session, case.id or 0, story.staff(Role.OPERATOR), {}, story.now)


def test_the_invoice_in_force_is_gone_when_the_offer_is(story: Story) -> None:
    for stage in (Stage.DISAGREEMENT, Stage.ANNULLED_NO_PAYMENT):
        case = place(story, stage)
        assert bills.invoice_of(story.session, case.id or 0) is None
        assert story.paper(case, "invoice").state == "annulled"
        with pytest.raises(NotReady):
            story.pay(case)
