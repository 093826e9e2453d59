"""The applicant's side of the ordinary path: every move that is open to him can be made from his card."""

from typing import Any

import pytest
from sqlmodel import select

from dashboard.views.application_moves import WINDOWS
from infra import clock
from models.connection import actions, queries
from models.connection.moves import TABLE
from models.connection.tables import Answer, Application, Change, ChangeKind, ChangeState, Stage
from models.document.tables import Document
from models.people.tables import PersonKind
from models.process.actor import Role
from models.signing import queries as envelopes
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.models.story import HUGE, LARGE

MINE = {m.name for m in TABLE if Role.APPLICANT in m.by}
ELSEWHERE = {"submit"}  # made in the form, on its last step
KEYS = {"supply_info": "supply-info"}  # the button of a move is named as the move, but for this one
PLACES: list[tuple[str, Stage, dict[str, Any]]] = [
    ("firm", stage, LARGE)
    for stage in (
        Stage.CHECKING, Stage.AWAITING_INFO, Stage.ENGINEERING, Stage.APPROVAL, Stage.CONTRACT_SENT, Stage.DISAGREEMENT,
        Stage.EXECUTION, Stage.INSPECTION, Stage.METERING, Stage.ENERGISED, Stage.COMPLETED,
    )
] + [("anna", stage, {}) for stage in (Stage.AWAITING_INFO, Stage.OFFER_PLACED, Stage.EXECUTION, Stage.COMPLETED)]  # fmt: skip


def keys(page: Any) -> set[str]:
    return {b.key for b in page.app.button}


def open_moves(cabinet: Cabinet, case: int) -> set[str]:  # noqa: F811
    """Asked of the table of moves, not of the page."""
    from models.connection.rules import MOVES
    from models.people.rules import actor_of
    from models.people.tables import User

    def look(db: Any) -> set[str]:
        row = db.get(Application, case)
        actor = actor_of(db.get(User, row.applicant_id))
        found = MOVES.open_to(row.stage, actor, queries.known(db, row, actor), clock.now())
        return {move.name for move, why in found if why is None}

    return set(cabinet.read(look))


def got(story: Any, case_id: int) -> Application:
    row = story.session.get(Application, case_id)
    assert row is not None
    return row  # type: ignore[no-any-return]


def test_the_walk_below_meets_every_move_of_the_applicant(cabinet: Cabinet) -> None:  # noqa: F811
    met = set()
    for login, stage, typed in PLACES:
        met |= open_moves(cabinet, cabinet.case(stage, login, **typed))
    with cabinet.writing() as story:  # the acts are signed: Rostekhnadzor is heard next
        case = story.session.exec(select(Application).where(Application.stage == Stage.METERING)).one()
        signed_act(story, case)
        actions.ask_change(
            story.session,
            case.id or 0,
            story.house.owner(case),
            ChangeKind.EXTENSION,
            {"years": "4"},
            "долгая стройка",
            story.now,
        )
        found = case.id or 0
    met |= open_moves(cabinet, found)
    assert met | ELSEWHERE == MINE


def signed_act(story: Any, case: Application) -> None:
    story.move(case, "place_tu_act")
    story.sign(case, "tu_act")
    story.move(case, "note_tu_act")


@pytest.mark.parametrize(("login", "stage", "typed"), PLACES)
def test_each_open_move_has_its_button(cabinet: Cabinet, login: str, stage: Stage, typed: dict[str, Any]) -> None:  # noqa: F811
    case = cabinet.case(stage, login, **typed)
    page = cabinet.shows("application", login, id=case)
    wanted = {KEYS.get(name, name) for name in open_moves(cabinet, case)}
    assert wanted <= keys(page)
    assert not (set(WINDOWS) - wanted) & keys(page), "a closed move shows no button"


def test_the_contract_is_signed_from_the_card(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CONTRACT_SENT, "firm", **LARGE)
    page = cabinet.shows("application", "firm", id=case)
    assert "Подпишите договор" in page.text
    page.press("sign-now")
    found = cabinet.read(lambda db: envelopes.newest(db, "connection", case, "contract"))
    assert cabinet.went[-1] == ("signing", {"id": found.id})


def test_a_protocol_names_what_is_missing_and_keeps_what_was_typed(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CONTRACT_SENT, "firm", **LARGE)
    page = cabinet.shows("application", "firm", id=case)
    page.fill(f"protocol-{case}-0-clause", "п. 5").press("raise_remarks")
    assert page.text.count("Заполните это поле") == 1
    assert page.app.text_input(key=f"protocol-{case}-0-clause").value == "п. 5"
    assert cabinet.stage(case) == Stage.CONTRACT_SENT
    page.press("protocol-more").fill(f"protocol-{case}-0-proposed", "Срок — три месяца")
    page.fill(f"protocol-{case}-1-clause", "п. 10").fill(f"protocol-{case}-1-proposed", "Оплата <b>двумя</b> частями")
    page.press("raise_remarks")
    assert cabinet.stage(case) == Stage.DISAGREEMENT
    rows = cabinet.read(lambda db: queries.disagreements(db, case))
    assert [(r.clause, r.proposed) for r in rows] == [
        ("п. 5", "Срок — три месяца"),
        ("п. 10", "Оплата <b>двумя</b> частями"),
    ]
    assert page.text.count("рассматриваем") == 2


def test_our_answers_stand_beside_the_remarks_and_versions_one_under_another(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.DISAGREEMENT, "firm", **LARGE)
    with cabinet.writing() as story:
        lawyer = story.staff(Role.MANAGER)
        actions.answer_remark(story.session, case, lawyer, 1, Answer.ACCEPTED, "", "", story.now)
        actions.answer_remark(story.session, case, lawyer, 2, Answer.DECLINED, "", "График задан законом", story.now)
    text = cabinet.shows("application", "firm", id=case).text
    assert "принято" in text
    assert "отклонено" in text
    assert "График задан законом" in text
    assert "версия 1 · утратил силу" in text.replace("\u00a0", " ")


def test_rostekhnadzor_is_told_by_number_and_day(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.METERING, "firm", **HUGE)
    with cabinet.writing() as story:
        signed_act(story, got(story, case))
    page = cabinet.shows("application", "firm", id=case)
    assert "Получите разрешение Ростехнадзора" in page.text
    page.fill(f"rtn-on-{case}", "позавчера").press("record_rtn")
    assert "Впишите дату как день, месяц, год" in page.text
    page.fill(f"rtn-on-{case}", clock.today().strftime("%d.%m.%Y")).press("record_rtn")
    assert "Укажите номер документа" in page.text
    page.fill(f"rtn-number-{case}", "Р-17/26").press("record_rtn")
    assert (
        cabinet.read(lambda db: db.exec(select(Application.rtn).where(Application.id == case)).one())["number"]
        == "Р-17/26"
    )


# ------------------------------------------------------------------------------------------------ changes
def test_a_change_is_asked_followed_and_given_up(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.EXECUTION, "firm", **LARGE)
    page = cabinet.shows("application", "firm", id=case).press("ask_change")
    assert "Выберите, что изменить" in page.text
    page.fill(f"change-kind-{case}", ChangeKind.POWER).fill(f"change-kw-{case}", "сто")
    page.fill(f"change-reason-{case}", "Добавили цех").press("ask_change")
    assert "Впишите мощность числом" in page.text
    assert cabinet.read(lambda db: queries.changes(db, case)) == []
    assert page.app.text_area(key=f"change-reason-{case}").value == "Добавили цех"
    page.fill(f"change-kw-{case}", "450").press("ask_change")
    assert "рассматривает руководитель" in page.text
    assert "ask_change" not in keys(page)
    page.decide("cancel_change", "cancel-change-sure")
    assert cabinet.read(lambda db: db.exec(select(Change.state)).one()) == ChangeState.CANCELLED


# ------------------------------------------------------------------------------------------------ the form
def test_the_form_asks_only_what_matters(cabinet: Cabinet) -> None:  # noqa: F811
    from tests.dashboard.views.test_cabinet_filing import at_step, begun

    case = begun(cabinet, "firm")
    page = at_step(cabinet, case, "object", "firm")

    def fields() -> set[str]:
        return {str(w.key).removeprefix(f"filing-{case}-") for kind in ("text_input", "selectbox", "radio", "text_area") for w in getattr(page.app, kind)}  # fmt: skip

    assert not {"temporary", "partner_name", "reissue_kind", "sources", "generation_kind", "reserve_kw"} & fields()
    page.fill(f"filing-{case}-reason", "redistribution")
    assert {"partner_name", "partner_inn"} <= fields()
    page.fill(f"filing-{case}-reason", "new").fill(f"filing-{case}-power_kw", "700")
    assert {"nonlinear", "reserve_kw"} <= fields()
    assert "partner_name" not in fields()
    assert "payment_variant" not in fields()


@pytest.mark.parametrize(
    ("typed", "said", "paper"),
    [
        ({"power_kw": "400"}, "Категория: организация или предприниматель, по подписанному договору", "Однолинейная схема"),
        ({"power_kw": "670"}, "Категория: 670 кВт и больше", "Однолинейная схема"),
        ({"power_kw": "50", "generation_kw": "100"}, "Категория: генерация", "Схема выдачи мощности"),
        ({"power_kw": "50", "reason": "redistribution"}, "Категория: перераспределение", "Соглашение о перераспределении"),
        ({"power_kw": "50", "reason": "reissue", "reissue_kind": "act"}, "Категория: восстановление", "Прежние документы"),
        ({"power_kw": "50", "reason": "temporary", "temporary": "mobile"}, "Категория: временное", "Выписка"),
        ({"power_kw": "50"}, "Категория: организация или предприниматель, до 150 кВт", "Выписка"),
    ],
)  # fmt: skip
def test_the_category_is_explained_and_its_papers_are_asked(
    cabinet: Cabinet,  # noqa: F811
    typed: dict[str, str],
    said: str,
    paper: str,
) -> None:
    from tests.dashboard.views.test_cabinet_filing import at_step, begun

    case = begun(cabinet, "firm")
    with cabinet.writing() as story:
        row = got(story, case)
        row.draft = {**row.draft, "purpose": "Производство", **typed}
        story.session.add(row)
    text = at_step(cabinet, case, "object", "firm").text
    assert said in text
    assert "Правил № 861" in text
    assert paper in at_step(cabinet, case, "papers", "firm").text


def test_stages_of_power_add_up_to_the_whole(cabinet: Cabinet) -> None:  # noqa: F811
    from tests.dashboard.views.test_cabinet_filing import at_step, begun, draft

    case = begun(cabinet, "firm")
    page = at_step(cabinet, case, "object", "firm").fill(f"filing-{case}-power_kw", "400").press("stage-more")
    page.fill(f"stage-kw-{case}-0", "150").fill(f"stage-quarter-{case}-0", "II квартал 2027")
    assert "Очереди вместе составляют запрошенную мощность: 400" in page.text
    page.fill(f"stage-kw-{case}-0", "400")
    assert draft(cabinet, case)["power_stages"] == [{"kw": "400", "quarter": "II квартал 2027"}]
    assert "Очереди вместе" not in page.text


def test_a_second_application_for_the_same_object_is_named_before_sending(cabinet: Cabinet) -> None:  # noqa: F811
    from tests.dashboard.views.test_cabinet_filing import at_step

    first = cabinet.case(Stage.CHECKING)
    number = cabinet.read(lambda db: db.exec(select(Application.number).where(Application.id == first)).one())
    assert f"уже есть заявка {number}" in at_step(cabinet, cabinet.case(Stage.DRAFT), "sign").text


def test_a_fault_on_top_leads_to_its_field(cabinet: Cabinet) -> None:  # noqa: F811
    from tests.dashboard.views.test_cabinet_filing import at_step, begun

    case = begun(cabinet, "firm")
    page = at_step(cabinet, case, "object", "firm").press("filing-next-object")
    assert 'href="#f-object_name"' in page.text
    assert 'id="f-object_name"' in page.text


# ------------------------------------------------------------------------------------------------ when it ends
def test_with_few_cases_no_day_is_promised_and_with_enough_both_are(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.EXECUTION)
    assert "пока не обещаем" in cabinet.shows("application", id=case).text
    with cabinet.writing() as story:
        story.house.now = clock.now().replace(microsecond=0) - story_span()
        for _n in range(10):
            done = story.to(Stage.EXECUTION, story.house.applicant(PersonKind.INDIVIDUAL))
            finish(story, done)
    text = cabinet.shows("application", id=case).text
    assert "Обычно всё закончено к" in text
    assert "10 дел той же категории" in text.replace("\u00a0", " ")


def story_span() -> Any:
    from datetime import timedelta

    return timedelta(days=200)


def finish(story: Any, case: Application) -> None:
    from tests.models import story as steps

    story.later(days=3)
    for step in (steps._work, steps._meter, steps._admit, steps._energise, steps._complete):
        step(story, case)


def test_the_pack_of_evidence_is_offered(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.COMPLETED, "firm", **LARGE)
    text = cabinet.shows("application", "firm", id=case).text
    assert f"/files/evidence/{case}" in text
    assert cabinet.read(lambda db: db.exec(select(Document).where(Document.application_id == case)).first()) is not None
