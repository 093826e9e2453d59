"""What people do with an appeal, through the verbs: number, answer, reopening, mark, redirection, calls."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from models.appeal import actions, calls, desk, queries
from models.appeal.moving import lock
from models.appeal.rules import FILES
from models.appeal.tables import PROCESS, AppealCall, CallState, LineKind, Stage
from models.delivery.tables import Letter, Notice
from models.process import history
from models.process.actor import Actor, Role
from models.process.errors import IllegalMove, Invalid, ManyInvalid, NotAllowed, NotFound, NotReady
from models.process.tables import History
from tests.models.appeal.desk import PAPER, VISITOR, Appeals, sent

TUESDAY = date(2026, 11, 3)


def letters(appeals: Appeals, kind: str) -> list[Letter]:
    return list(appeals.session.exec(select(Letter).where(Letter.kind == kind).order_by(col(Letter.id))))


def faults(many: pytest.ExceptionInfo[ManyInvalid]) -> set[str]:
    return {f.field for f in many.value.errors}


# ------------------------------------------------------------------------------------------------ registration
@pytest.mark.rows("R-96")
def test_an_appeal_has_its_number_at_once_and_a_receipt_goes_out(appeals: Appeals) -> None:
    first, second = appeals.registered(), appeals.registered("complaint")
    assert (first.number, second.number) == ("ОБ-000001/26", "ОБ-000002/26")
    receipt = letters(appeals, "appeal_received")[0]
    assert (receipt.recipient, receipt.data["number"]) == ("anna@pochta.example", first.number)
    assert receipt.data["due"] == appeals.term(first, "AP-ANSWER").due_on.isoformat()
    notice = appeals.session.exec(select(Notice).where(Notice.user_id == appeals.anna.id)).first()
    assert notice is not None
    assert first.number in notice.title


def test_every_fault_stands_beside_its_field(appeals: Appeals) -> None:
    typed = {"name": " 1", "email": "нет", "phone": "12", "text": " "}
    with pytest.raises(ManyInvalid) as many:
        appeals.registered("nothing", typed=typed, call=(TUESDAY, "25-26"))
    assert faults(many) == {"name", "email", "phone", "text", "kind", "call_hours"}


@pytest.mark.parametrize(
    ("channel", "typed", "wrong"),
    [
        ("site", {"email": ""}, {"email"}),
        ("site", {"phone": ""}, set()),
        ("phone", {"email": ""}, set()),
        ("phone", {"email": "", "phone": ""}, {"phone"}),
        ("office", {"phone": ""}, set()),
    ],
)
def test_what_contact_is_needed_depends_on_the_door(
    appeals: Appeals, channel: str, typed: dict[str, str], wrong: set[str]
) -> None:
    _contact, found = actions.check(appeals.session, sent(channel=channel, typed=typed), appeals.now)
    assert {f.field for f in found} == wrong


def test_who_wants_a_call_leaves_a_phone(appeals: Appeals) -> None:
    with pytest.raises(ManyInvalid) as many:
        appeals.registered(typed={"phone": ""}, call=(TUESDAY, "09-12"))
    assert faults(many) == {"phone"}


@pytest.mark.rows("G-26")
def test_files_never_come_without_a_reason(appeals: Appeals) -> None:
    with pytest.raises(ManyInvalid) as many:
        appeals.registered(typed={"text": ""}, files=[PAPER])
    assert faults(many) == {"text"}


def test_a_program_an_empty_file_and_a_sixth_file_are_refused(appeals: Appeals) -> None:
    bad = [
        actions.File("a.exe", "application/octet-stream", 10, "b" * 64, "b" * 64),
        actions.File("b.pdf", "application/pdf", 0, "c" * 64, "c" * 64),
    ]
    for files in (bad[:1], bad[1:], [PAPER] * (FILES + 1)):
        with pytest.raises(ManyInvalid) as many:
            appeals.registered(files=files)
        assert faults(many) == {"file"}


def test_an_appeal_about_an_application_is_about_ones_own(appeals: Appeals) -> None:
    mine, foreign = appeals.house.submitted(appeals.anna), appeals.house.submitted()
    made = appeals.registered("case", application_id=mine.id)
    assert (made.application_id, made.branch_id, made.author_id) == (mine.id, mine.branch_id, appeals.anna.id)
    with pytest.raises(NotFound):
        appeals.registered("case", application_id=foreign.id)
    with pytest.raises(ManyInvalid) as many:
        appeals.registered("case")
    assert faults(many) == {"application"}


def test_a_call_is_registered_by_the_desk_and_belongs_to_nobodys_cabinet(appeals: Appeals) -> None:
    operator = appeals.who(Role.OPERATOR)
    made = actions.register(appeals.session, operator, sent(channel="phone", typed={"email": ""}), appeals.now)
    assert (made.author_id, made.made_by, made.branch_id) == (None, operator.user_id, operator.branch_id)
    assert letters(appeals, "appeal_received") == [], "nobody is written to who left no address"
    with pytest.raises(NotAllowed):
        actions.register(appeals.session, appeals.who(Role.ENGINEER), sent(channel="phone"), appeals.now)


def test_of_a_call_about_an_application_its_applicant_finds_the_appeal(appeals: Appeals) -> None:
    case = appeals.house.submitted(appeals.anna)
    told = sent("case", "phone", application_id=case.id)
    made = actions.register(appeals.session, appeals.who(Role.OPERATOR), told, appeals.now)
    assert [a.id for a, _ in queries.of_author(appeals.session, appeals.anna.id or 0)] == [made.id]


def test_what_is_for_the_cabinet_is_not_offered_to_visitors(appeals: Appeals) -> None:
    offered = {k.code for k in queries.kinds(appeals.session, site=True)}
    assert "case" not in offered
    with pytest.raises(ManyInvalid):
        actions.register(appeals.session, VISITOR, sent("case", "site"), appeals.now)


# ------------------------------------------------------------------------------------------------ work
@pytest.mark.rows("H-07")
def test_an_answer_goes_with_its_papers_to_the_letter_and_into_the_cabinet(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.IN_WORK)
    desk.answer(appeals.session, appeal.id or 0, appeals.who(Role.OPERATOR), "Начнём 1 декабря", [PAPER], appeals.now)
    told = letters(appeals, "appeal_answered")[0]
    assert told.data["files"] == [[PAPER.name, PAPER.key, PAPER.media_type]]
    whole = appeals.whole(appeal)
    assert [(row.kind, row.text, row.from_staff) for row in whole.lines] == [
        (LineKind.ANSWER, "Начнём 1 декабря", True)
    ]
    assert [(f.name, f.from_staff, f.line_id) for f in whole.files] == [(PAPER.name, True, whole.lines[0].id)]
    assert appeal.stage == Stage.ANSWERED


def test_a_question_and_its_reply_stand_in_the_talk(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.ASKED)
    assert letters(appeals, "appeal_question")[0].data["what"] == "Уточните номер опоры"
    actions.reply(appeals.session, appeal, appeals.author, "Опора 12", [], appeals.now)
    assert [row.kind for row in appeals.whole(appeal).lines] == [LineKind.QUESTION, LineKind.REPLY]
    assert appeal.stage == Stage.IN_WORK


def test_who_takes_an_appeal_answers_it_and_it_may_be_given_away(appeals: Appeals) -> None:
    appeal = appeals.registered()
    engineer, operator = appeals.who(Role.ENGINEER), appeals.who(Role.OPERATOR)
    desk.take(appeals.session, appeal.id or 0, engineer, appeals.now)
    assert appeal.assignee_id == engineer.user_id
    desk.assign(appeals.session, appeal.id or 0, operator, operator.person, appeals.now)
    assert appeal.assignee_id == operator.user_id
    for wrong in (appeals.anna.id, appeals.who(Role.AUDITOR).user_id, 10**9):
        with pytest.raises(Invalid, match="answers appeals"):
            desk.assign(appeals.session, appeal.id or 0, operator, wrong or 0, appeals.now)


def test_a_redirected_appeal_says_where_it_went_and_drops_its_clocks(appeals: Appeals) -> None:
    appeal = appeals.registered()
    operator = appeals.who(Role.OPERATOR)
    with pytest.raises(Invalid, match="to whom"):
        desk.redirect(appeals.session, appeal.id or 0, operator, " ", "Не наш вопрос", appeals.now)
    desk.redirect(appeals.session, appeal.id or 0, operator, "Администрация района", "Не наш вопрос", appeals.now)
    assert "Администрация района" in letters(appeals, "appeal_redirected")[0].data["what"]
    assert appeals.term(appeal, "AP-ANSWER").cancelled_at == appeals.now
    assert appeals.term(appeal, "AP-REDIRECT").done_at == appeals.now
    with pytest.raises(IllegalMove):
        desk.take(appeals.session, appeal.id or 0, operator, appeals.now)


@pytest.mark.parametrize("stage", [Stage.ANSWERED, Stage.CLOSED])
def test_an_answer_that_was_not_enough_is_reopened_and_gets_a_new_term(appeals: Appeals, stage: Stage) -> None:
    appeal = appeals.to(stage)
    first = appeals.term(appeal, "AP-ANSWER")
    later = appeals.house.later(days=29)
    with pytest.raises(Invalid, match="reason"):
        actions.reopen(appeals.session, appeal, appeals.author, " ", later)
    actions.reopen(appeals.session, appeal, appeals.author, "Про опору не сказано", later)
    assert (appeal.stage, appeal.reopened, appeal.ended_at) == (Stage.IN_WORK, 1, None)
    second = appeals.term(appeal, "AP-ANSWER")
    assert second.id != first.id
    assert second.done_at is None
    assert appeals.whole(appeal).lines[-1].kind == LineKind.REOPENING


def test_after_thirty_days_it_is_neither_reopened_nor_marked(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.ANSWERED)
    assert appeal.reopen_until is not None
    for act in (
        lambda at: actions.reopen(appeals.session, appeal, appeals.author, "Мало", at),
        lambda at: actions.mark(appeals.session, appeal, appeals.author, 5, "", at),
    ):
        with pytest.raises(NotReady):
            act(appeal.reopen_until)
    actions.mark(appeals.session, appeal, appeals.author, 5, "Быстро", appeal.reopen_until - timedelta(seconds=1))


def test_an_answer_is_marked_once_from_one_to_five(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.ANSWERED)
    for wrong in (0, 6):
        with pytest.raises(Invalid, match="1 to 5"):
            actions.mark(appeals.session, appeal, appeals.author, wrong, "", appeals.now)
    actions.mark(appeals.session, appeal, appeals.author, 4, "Ответили по делу", appeals.now)
    assert (appeal.mark, appeal.mark_comment) == (4, "Ответили по делу")
    with pytest.raises(NotReady):
        actions.mark(appeals.session, appeal, appeals.author, 1, "", appeals.now)


def test_somebody_elses_appeal_is_not_found(appeals: Appeals) -> None:

    appeal, other = appeals.registered(), appeals.house.applicant()
    with pytest.raises(NotFound):
        lock(appeals.session, appeal.id or 0, Actor(Role.APPLICANT, other.id))
    with pytest.raises(NotFound):
        lock(appeals.session, appeal.id or 0, VISITOR)


# ------------------------------------------------------------------------------------------------ calls
@pytest.mark.rows("J-122")
def test_a_wished_call_stands_in_the_calendar_until_it_is_made(appeals: Appeals) -> None:
    appeal = appeals.registered(call=(TUESDAY, "12-15"))
    found = queries.promises(appeals.session, TUESDAY, TUESDAY)
    assert [(p.appeal.id, p.call.hours, p.call.state) for p in found] == [(appeal.id, "12-15", CallState.PROMISED)]
    operator = appeals.who(Role.OPERATOR)
    desk.call_ended(appeals.session, appeal.id or 0, operator, False, "Не берёт трубку", appeals.now)
    with pytest.raises(NotReady):
        desk.call_ended(appeals.session, appeal.id or 0, operator, True, "", appeals.now)
    actions.promise_call(appeals.session, appeal, operator, date(2026, 11, 5), "09-12", appeals.now)
    desk.call_ended(appeals.session, appeal.id or 0, operator, True, "Рассказал о сроках", appeals.now)
    states = [c.state for c in reversed(appeals.whole(appeal).calls)]
    assert states == [CallState.NOT_REACHED, CallState.DONE]
    assert "desk:appeal:call_made" in appeals.tags(appeal)


def test_a_forgotten_call_stays_before_the_eyes(appeals: Appeals) -> None:
    appeals.registered(call=(TUESDAY, "12-15"))
    later = date(2026, 11, 9)
    assert [p.call.on for p in queries.promises(appeals.session, later, later)] == [TUESDAY]


def test_another_time_replaces_the_promise(appeals: Appeals) -> None:
    appeal = appeals.registered(call=(TUESDAY, "12-15"))
    actions.promise_call(appeals.session, appeal, appeals.author, TUESDAY, "15-18", appeals.now)
    assert calls.promised(appeals.session, appeal.id or 0).hours == "15-18"  # type: ignore[union-attr]
    assert len(queries.promises(appeals.session, TUESDAY, TUESDAY)) == 1


def test_nobody_is_called_about_an_appeal_that_is_over(appeals: Appeals) -> None:
    appeal = appeals.registered(call=(TUESDAY, "12-15"))
    actions.simple(appeals.session, appeal, "withdraw", appeals.author, appeals.now, "Вопрос решился")
    assert queries.promises(appeals.session, TUESDAY, TUESDAY) == []
    with pytest.raises(NotReady):
        actions.promise_call(appeals.session, appeal, appeals.author, TUESDAY, "15-18", appeals.now)


@pytest.mark.parametrize(
    "on", [date(2026, 11, 1), date(2026, 11, 4), date(2026, 12, 1)], ids=["past", "holiday", "far"]
)
def test_a_call_is_promised_for_a_working_day_ahead(appeals: Appeals, on: date) -> None:
    assert [f.field for f in calls.faults(appeals.session, on, "09-12", appeals.now)] == ["call_on"]


def test_the_database_lets_one_promise_stand(appeals: Appeals) -> None:
    appeal = appeals.registered(call=(TUESDAY, "12-15"))
    row: dict[str, Any] = {"appeal_id": appeal.id, "on": TUESDAY, "hours": "09-12", "promised_at": appeals.now}
    second = insert(AppealCall).values(**row, state="promised", note="")
    with pytest.raises(DBAPIError, match="appeal_call_one"), appeals.session.begin_nested():
        appeals.session.execute(second)


# ------------------------------------------------------------------------------------------------ the record
def test_every_click_is_a_link_of_the_chain(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.ANSWERED)
    assert appeals.tags(appeal) == [
        "cabinet:appeal:register", "desk:appeal:review", "desk:appeal:take", "desk:appeal:answer",
    ]  # fmt: skip
    rows = appeals.session.exec(
        select(History).where(History.process == PROCESS, History.subject_id == appeal.id).order_by(col(History.seq))
    ).all()
    assert history.broken(rows, appeal.chain) == []


def test_the_database_refuses_a_stage_without_a_move_and_a_deletion(appeals: Appeals) -> None:
    appeal = appeals.registered()
    with pytest.raises(DBAPIError, match="never deleted"), appeals.session.begin_nested():
        appeals.session.execute(text(f"delete from appeal where id = {appeal.id}"))
    appeals.session.execute(text(f"update appeal set stage = 'CLOSED' where id = {appeal.id}"))
    with pytest.raises(DBAPIError, match="through a move only"):
        appeals.session.execute(text("set constraints all immediate"))


def test_the_register_shows_the_least_time_left_first_and_finds_by_words(appeals: Appeals) -> None:
    slow, quick = appeals.to(Stage.IN_WORK, "complaint"), appeals.registered("question")
    asked = appeals.to(Stage.ASKED)
    operator = appeals.who(Role.OPERATOR).person
    rows = queries.page(appeals.session, queries.Asked(), operator, appeals.now)
    assert [r.appeal.id for r in rows] == [quick.id, slow.id, asked.id], (
        "whoever was asked has the turn: no clock of ours"
    )
    found = queries.page(appeals.session, queries.Asked("all", text=slow.number), operator, appeals.now)
    assert [r.appeal.id for r in found] == [slow.id]
    assert queries.page(appeals.session, queries.Asked("all", kind="thanks"), operator, appeals.now) == []
    counts = queries.counts(appeals.session, queries.Asked(), operator, appeals.now)
    assert counts == {"open": 3, "mine": 2, "free": 1, "late": 0, "answered": 0, "all": 3}
