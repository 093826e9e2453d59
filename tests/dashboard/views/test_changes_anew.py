"""Changes of a contract on the pages: an agreement made anew at the desk, power point by point, a fault without a promise, and
the two rows that hold a figure for another clock."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from models.connection import actions, queries
from models.connection.tables import Application, Stage
from models.process.actor import Role
from models.signing import actions as signing
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.models.story import HUGE, LARGE, Story


def changing(cabinet: Cabinet, build: Callable[[Story, Application], Any]) -> int:  # noqa: F811
    """The firm's case in execution, after `build`."""
    case = cabinet.case(Stage.EXECUTION, "firm", **LARGE)
    with cabinet.writing() as story:
        build(story, story.session.get_one(Application, case))
    return case


def offered(story: Story, case: Application) -> None:
    owner, now = story.house.owner(case), story.now
    actions.ask_change(story.session, case.id or 0, owner, "extension", {"years": "4"}, "долгая стройка", now)
    actions.simple_move(story.session, case.id or 0, "accept_change", story.staff(Role.MANAGER), now)
    story.store(case)
    story.move(case, "offer_change")
    signing.cancel(story.session, "connection", case.id or 0, "supplement", now, "не тот срок")


def test_a_stopped_agreement_is_made_anew_with_another_text(cabinet: Cabinet) -> None:  # noqa: F811
    case = changing(cabinet, offered)
    assert "мы оформим соглашение заново" in cabinet.shows("application", "firm", id=case).text
    assert "move-remake_change" not in {b.key for b in cabinet.open("case", Role.OPERATOR, id=case).app.button}
    page = cabinet.open("case", Role.MANAGER, id=case)
    assert "подписание остановлено" in page.text
    page.window("move-remake_change", "do-remake_change", anew__years=5)
    assert 'role="alert"' in page.text  # nobody said why
    page.window("move-remake_change", "do-remake_change", anew__years=5, anew__reason="ошибка в сроке")
    row = cabinet.read(lambda db: queries.changes(db, case)[-1])
    assert (row.values, row.state) == ({"years": 5}, "accepted")
    page = cabinet.open("case", Role.MANAGER, id=case)
    assert "версия 2" in page.text
    assert "подписание остановлено" not in page.text


def two_points(story: Story, case: Application) -> None:
    case.points = 2
    row = queries.conditions(story.session, case.id or 0)
    assert row is not None
    row.values = row.values | {"point": "яч. № 1", "more_points": [{"point": "яч. № 2", "kw": "150"}]}
    story.session.add_all([case, row])


def test_the_power_of_each_point_is_asked_where_there_are_several(cabinet: Cabinet) -> None:  # noqa: F811
    case = changing(cabinet, two_points)
    page = cabinet.shows("application", "firm", id=case).fill(f"change-kind-{case}", "power")
    assert {"яч. № 1: сейчас 250 кВт", "яч. № 2: сейчас 150 кВт"} <= {t.label for t in page.app.text_input}
    page.fill(f"change-point-{case}-1", "0").fill(f"change-reason-{case}", "второй цех").press("ask_change")
    assert "Впишите новую мощность каждой" in page.text
    page.fill(f"change-point-{case}-1", "200").press("ask_change")
    (row,) = cabinet.read(lambda db: queries.changes(db, case))
    assert (Decimal(row.values["power_kw"]), row.values["points"]) == (450, ["250", "200"])
    assert "(250 + 200)" in page.text


def test_a_signed_connection_says_what_to_do_about_a_hidden_fault(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.shows("application", "firm", id=cabinet.case(Stage.COMPLETED, "firm", **LARGE))
    assert "Правила не называют срока для скрытых недостатков" in page.text
    page.app.button(key="appeal-of-fault").click().run()
    assert cabinet.went[-1][0] == "appeal"


def test_the_board_shows_clocks_that_other_rows_give_their_figures(cabinet: Cabinet) -> None:  # noqa: F811
    """TP-04S never runs itself: it gives the draft its days after the System Operator's answer. TU-PEN is the penalty."""
    with cabinet.writing() as story:
        story.house.now -= timedelta(days=250)
    works = cabinet.case(Stage.EXECUTION, "firm", **LARGE)
    draft = cabinet.case(Stage.APPROVAL, "firm", **HUGE)
    with cabinet.writing() as story:
        case, engineer = story.session.get_one(Application, draft), story.staff(Role.ENGINEER)
        story.later(days=60)
        actions.record_answer(story.session, draft, engineer, "system_operator", True, "", story.now)
        prolonged = story.terms(case)["TP-04O"].due_on
        assert prolonged > (story.now + timedelta(days=2)).date()
        story.wait_for(case, "TP-04O")
        story.look(case)
        late = story.session.get_one(Application, works)
        story.wait_for(late, "TP-11", past=timedelta(days=10))
        story.look(late)
        numbers = (str(case.number), str(late.number))
    text = cabinet.open("deadlines", Role.MANAGER, group="late", branch=0).text
    assert all(told in text for told in (*numbers, "TP-04O", "TP-11"))
    assert prolonged.strftime("%d.%m.%Y") in text
    card = cabinet.open("case", Role.MANAGER, id=works).text
    assert "Неустойка за просрочку" in card
    assert "0,25" in card


def test_what_is_doubtful_for_a_lawyer_stands_under_the_rules_with_its_basis(cabinet: Cabinet) -> None:  # noqa: F811
    text = cabinet.open("rules", Role.MANAGER).text
    for told in ("TP-12T", "не называет временное присоединение", "PAY-RE", "ПТЭЭП, приложение 3", "многодетная семья",
                 "Указ Президента", "16 %", "дни после неё считаются по ней", "обещала"):  # fmt: skip
        assert told in text
