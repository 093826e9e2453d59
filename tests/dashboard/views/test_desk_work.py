"""Every step of staff is made from the card of a case: buttons, forms in windows, the protocol, changes, terms, approvals."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dashboard.views.desk_moves import HERE, ON_TABS, PAGES
from infra import clock
from infra.database import Database
from models.connection import actions, queries
from models.connection.rules import MOVES
from models.connection.tables import Application, Stage
from models.process.actor import STAFF, Actor, Role
from tests.dashboard.views.desk import Desk
from tests.house import CONDITIONS
from tests.models.connection.test_money_story import GEN, GRID, SHARE
from tests.models.story import HIGH, HUGE, LARGE, REISSUE, Story

WORKERS = (Role.OPERATOR, Role.ENGINEER, Role.MANAGER, Role.INSPECTOR, Role.METERING)
X_STAGES = [Stage.CHECKING, Stage.ENGINEERING, Stage.APPROVAL, Stage.OFFER_PLACED, Stage.DISAGREEMENT, Stage.EXECUTION,
            Stage.METERING, Stage.COMPLETED]  # fmt: skip
SIGNED_STAGES = [Stage.APPROVAL, Stage.CONTRACT_SENT, Stage.DISAGREEMENT, Stage.EXECUTION, Stage.INSPECTION,
                 Stage.METERING, Stage.ENERGISED]  # fmt: skip


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


def made(desk: Desk, build: Callable[[Story], Application], **ago: float) -> Application:
    with desk.writing(**ago) as story:
        return build(story)


def large(desk: Desk, stage: Stage, **ago: float) -> Application:
    return made(desk, lambda s: s.to(stage, s.organisation(), **LARGE), **ago)


def ready(desk: Desk, case: Application, actor: Actor) -> set[str]:
    """Moves of this person that the table holds open now."""

    def look(db):  # type: ignore[no-untyped-def]
        found = db.get(Application, case.id)
        known = queries.known(db, found, actor)
        moves = MOVES.open_to(found.stage, actor, known, clock.now(), suspended=found.suspended_at is not None)
        return {m.name for m, why in moves if why is None}

    return desk.reading(look)  # type: ignore[no-any-return]


def assert_no_dead_move(desk: Desk, case: Application) -> None:
    assert desk.story is not None
    for role in WORKERS:
        open_now = ready(desk, case, desk.story.staff(role))
        if not open_now:
            continue
        page = desk.open("case", role, id=case.id)
        shown = {(b.key or "").removeprefix("move-") for b in page.app.button if (b.key or "").startswith("move-")}
        pages = {PAGES[name][0] for name in shown if name in PAGES}
        for name in open_now:
            there = name in shown or name in ON_TABS or PAGES.get(HERE.get(name, name), ("",))[0] in pages
            assert there, (name, role, case.stage)


@pytest.mark.parametrize("stage", X_STAGES)
def test_no_open_move_of_the_cabinet_path_is_without_its_button(desk: Desk, stage: Stage) -> None:
    high = HIGH if stage == Stage.INSPECTION else {}
    assert_no_dead_move(desk, made(desk, lambda s: s.to(stage, s.organisation() if high else None, **high)))


@pytest.mark.parametrize("stage", SIGNED_STAGES)
def test_no_open_move_of_the_ordinary_path_is_without_its_button(desk: Desk, stage: Stage) -> None:
    assert_no_dead_move(desk, large(desk, stage))


def test_every_move_of_staff_is_open_to_somebody_who_has_a_desk() -> None:
    for move in MOVES.table.values():
        assert move.automatic or move.by & (STAFF - {Role.ADMIN, Role.AUDITOR}) or move.by == {Role.APPLICANT}, (
            move.name
        )


# ------------------------------------------------------------------------------------------------ approving parties
def test_the_answer_of_the_system_operator_is_written_down_and_stands_in_the_chain(desk: Desk) -> None:
    case = made(desk, lambda s: s.to(Stage.APPROVAL, s.organisation(), **HUGE))
    assert_no_dead_move(desk, case)
    page = desk.open("case", Role.ENGINEER, id=case.id)
    assert "Системный оператор" in page.text
    assert "запрошено, ответа нет" in page.text
    page.window("move-record_answer", "do-record_answer", answer__agreed=False)
    assert "Напишите" in page.text  # a refusal has its reason
    page.window("move-record_answer", "do-record_answer", answer__agreed=True, answer__remark="№ 17 от 20.11.2026")
    row = desk.reading(lambda db: queries.approvals(db, case.id or 0))[0]
    assert (row.state, row.remark) == ("agreed", "№ 17 от 20.11.2026")
    assert "согласовано" in desk.open("approvals", Role.MANAGER, id=case.id).text


# ------------------------------------------------------------------------------------------------ the protocol
def test_remarks_of_the_protocol_are_answered_each_with_its_reason(desk: Desk) -> None:
    case = large(desk, Stage.DISAGREEMENT)
    first, second = desk.reading(lambda db: queries.disagreements(db, case.id or 0))
    page = desk.open("case", Role.OPERATOR, id=case.id)
    assert "Срок мероприятий — три месяца" in page.text
    page.press(f"remark-{first.id}-send")
    assert "Выберите" in page.text
    page.fill(f"remark-{first.id}-answer", "edited").press(f"remark-{first.id}-send")
    assert page.text.count('role="alert"') >= 2  # our wording and its reason, each beside its field
    page.fill(f"remark-{first.id}-text", "Срок мероприятий — шесть месяцев").fill(
        f"remark-{first.id}-reason", "Нет материалов"
    )
    page.press(f"remark-{first.id}-send")
    page = desk.open("case", Role.OPERATOR, id=case.id)
    page.fill(f"remark-{second.id}-answer", "accepted").press(f"remark-{second.id}-send")
    told = desk.reading(lambda db: [(d.answer, d.text) for d in queries.disagreements(db, case.id or 0)])
    assert told == [("edited", "Срок мероприятий — шесть месяцев"), ("accepted", "")]
    text = desk.open("case", Role.ENGINEER, id=case.id).text
    assert "принято в иной редакции" in text
    assert "Нет материалов" in text


# ------------------------------------------------------------------------------------------------ changes of the contract
def test_a_change_of_power_is_asked_with_its_price_and_declined_with_a_reason(desk: Desk) -> None:
    case = large(desk, Stage.EXECUTION)
    page = desk.open("case", Role.OPERATOR, id=case.id)
    page.window(
        "move-ask_change", "do-ask_change", change__kind="power", change__power_kw="много", change__reason="станок"
    )
    assert "Мощность — число" in page.text or "число" in page.text
    page.window(
        "move-ask_change", "do-ask_change", change__kind="power", change__power_kw="500", change__reason="станок"
    )
    assert desk.reading(lambda db: queries.change(db, case.id or 0)).values == {"power_kw": "500"}
    manager = desk.open("case", Role.MANAGER, id=case.id)
    assert "изменение мощности: 500\u00a0кВт" in manager.text
    manager.press("move-accept_change")
    assert "Плата при этой мощности" in manager.text
    manager.window("move-decline_change", "do-decline_change", **{"reason-decline_change": "Нет свободной мощности"})
    row = desk.reading(lambda db: queries.changes(db, case.id or 0))[0]
    assert (row.state, row.remark) == ("declined", "Нет свободной мощности")


# ------------------------------------------------------------------------------------------------ terms
def test_a_date_is_moved_by_two_managers(desk: Desk) -> None:
    case = made(desk, lambda s: s.to(Stage.EXECUTION))
    page = desk.open("case", Role.MANAGER, id=case.id)
    new = clock.today() + timedelta(days=400)
    page.window("move-propose_override", "do-propose_override", override__due_on=new, override__reason="")
    assert 'role="alert"' in page.text
    page.window("move-propose_override", "do-propose_override", override__due_on=new, override__reason="Паводок")
    assert "move-confirm_override" not in {b.key for b in desk.open("case", Role.MANAGER, id=case.id).app.button}
    other = desk.open("case", Role.MANAGER, "manager2", id=case.id)
    assert "ждёт второго руководителя" in other.text
    other.press("move-confirm_override")
    assert "Паводок" in other.text
    other.decide("move-confirm_override", "do-confirm_override")
    row = desk.reading(lambda db: queries.terms_of(db, case.id or 0))
    assert new in {t.due_on for t in row}


def test_a_late_term_is_told_on_the_board_and_its_reason_is_written_down(desk: Desk) -> None:
    case = made(desk, lambda s: s.to(Stage.CHECKING), days=30)
    with desk.writing() as story:
        story.house.now = clock.now()
        story.look(case)
    page = desk.open("case", Role.OPERATOR, id=case.id)
    assert "Просрочен, причина не записана" in page.text
    assert "Если пропустить" in page.text
    page.window("move-explain_delay", "do-explain_delay", delay__note="ждали выписку")
    assert "Выберите причину" in page.text
    page.window("move-explain_delay", "do-explain_delay", delay__code="contractor", delay__note="акт 7 от 01.11")
    assert "акт 7 от 01.11" in desk.open("case", Role.MANAGER, id=case.id).text


def test_the_penalty_for_late_works_stands_in_roubles(desk: Desk) -> None:
    case = made(desk, lambda s: s.to(Stage.EXECUTION), days=200)
    text = desk.open("case", Role.MANAGER, id=case.id).text
    told = text[text.index("Неустойка за просрочку работ") :]
    assert "Сеть · TP-10" in told
    assert "0,25\u00a0%" in told or "0,25 %" in told
    assert "\u00a0₽" in told


def test_the_paper_of_rostekhnadzor_has_number_and_day(desk: Desk) -> None:
    case = made(desk, _signed_tu_act)
    page = desk.open("case", Role.INSPECTOR, id=case.id)
    page.window("move-record_rtn", "do-record_rtn", rtn__number="")
    assert "номер" in page.text.lower()
    page.window("move-record_rtn", "do-record_rtn", rtn__number="Р-17/26")
    assert desk.reading(lambda db: db.get(Application, case.id).rtn["number"]) == "Р-17/26"
    assert "№ Р-17/26" in desk.open("case", Role.ENGINEER, id=case.id).text


def _signed_tu_act(story: Story) -> Application:
    case = story.to(Stage.METERING, story.organisation(), **LARGE)
    story.move(case, "place_tu_act")
    story.sign(case, "tu_act")
    return story.move(case, "note_tu_act")


# ------------------------------------------------------------------------------------------------ the card
def test_the_card_says_path_and_category_and_why(desk: Desk) -> None:
    text = desk.open("case", Role.OPERATOR, id=large(desk, Stage.CONTRACT_SENT).id).text
    assert "договор подписывают обе стороны" in text
    assert "больше 150" in text or "более 150" in text
    assert "Подписание" in text  # the open envelope
    assert "Пакет доказательств" in text


def test_closed_moves_are_only_those_that_may_open_later(desk: Desk) -> None:
    case = made(desk, lambda s: s.to(Stage.EXECUTION))
    text = desk.open("case", Role.MANAGER, id=case.id).text
    for never in ("Осмотр не проводится", "Сроки идут", "уже сообщено", "Изменение договора не запрошено"):
        assert never not in text
    assert "Передать к допуску" in text or "Откроется, когда" in text


@pytest.mark.rows("D-16")
def test_corrections_stand_with_what_was_and_what_is(desk: Desk) -> None:
    def build(story: Story) -> Application:
        case = story.to(Stage.CHECKING)
        actions.correct(story.session, case.id or 0, story.house.owner(case), {"object_name": "Баня"}, story.now)
        return case

    text = desk.open("case", Role.OPERATOR, id=made(desk, build).id).text
    assert "Исправлено заявителем" in text
    assert "Садовый дом" in text
    assert "Баня" in text


def test_a_reissue_is_prepared_with_the_meter_that_stands(desk: Desk) -> None:
    case = made(desk, lambda s: s.to(Stage.ENGINEERING, s.organisation(), **REISSUE))
    page = desk.open("conditions", Role.ENGINEER, id=case.id)
    key = f"tu-{case.id}"
    page.fill(f"{key}-source", "ПС 35/10").press("submit-conditions")
    assert "Номер стоящего прибора учёта" in page.text
    page.fill(f"{key}-meter_serial", "00417718")
    assert desk.reading(lambda db: queries.conditions(db, case.id or 0).values["meter"]["serial"]) == "00417718"


def test_what_the_engineer_writes_of_the_old_meter_is_enough_for_the_act(desk: Desk) -> None:
    old = {
        "serial": "00417718",
        "model": "Меркурий 230",
        "accuracy": "1,0",
        "verified": "2020-05-12",
        "place": "щит учёта",
    }
    with desk.writing() as story:
        case = story.to(Stage.ENGINEERING, story.organisation(), **REISSUE)
        actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), CONDITIONS | {"meter": old}, story.now)  # fmt: skip
        actions.submit_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), story.now)
    desk.open("approvals", Role.MANAGER, id=case.id).press("approve")
    with desk.writing() as story:
        assert "Меркурий 230" in str(story.paper(case, "connection_act").data)


KINDS: dict[str, tuple[bool, dict[str, Any]]] = {
    "household": (False, {}), "person": (False, {"power_kw": "40", "files": ("plan",)}), "high": (True, HIGH), "large": (True, LARGE),
    "temporary": (True, {"reason": "temporary", "temporary": "mobile", "temporary_until": "2027-06-01"}), "reissue": (True, REISSUE),
    "generation": (True, GEN), "shared": (True, SHARE), "grid": (True, GRID),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_conditions_of_every_kind_of_case_can_be_approved(desk: Desk, kind: str) -> None:
    organisation, typed = KINDS[kind]

    def build(story: Story) -> Application:
        case = story.to(Stage.APPROVAL, story.organisation() if organisation else None, **typed)
        for row in queries.approvals(story.session, case.id or 0):
            actions.record_answer(
                story.session, case.id or 0, story.staff(Role.ENGINEER), row.party, True, "", story.now
            )
        return case

    case = made(desk, build)
    assert "Нет срока" not in desk.open("case", Role.MANAGER, id=case.id).text
    desk.open("approvals", Role.MANAGER, id=case.id).press("approve")
    assert desk.reading(lambda db: db.get(Application, case.id).approved_at) is not None


def test_the_further_points_that_are_asked_for_have_lines_of_their_own(desk: Desk) -> None:
    case = made(desk, lambda s: s.to(Stage.ENGINEERING, power_kw="14", points="2"))
    page = desk.open("conditions", Role.ENGINEER, id=case.id)
    key = f"tu-{case.id}"
    page.fill(f"{key}-source", "ПС 35/10").press(f"{key}-points-add")
    assert "Другие точки присоединения; в заявке их всего 2" in page.text
    (line,) = [w.key for w in page.app.text_input if w.key and w.key.startswith(f"{key}-points-")]
    page.fill(line, "опора № 14")
    more = desk.reading(lambda db: queries.conditions(db, case.id or 0).values["more_points"])
    assert more == [{"point": "опора № 14", "kw": "0"}]
    assert "опора №\u00a014" in page.text
