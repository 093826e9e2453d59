"""The inspector's day and sheet: check-list by the conditions, draft kept as typed, remarks, repeat, act signed on site."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from infra import clock, storage
from models.connection import actions as moves
from models.connection import queries as connection
from models.connection.tables import Application, Inspection, Stage
from models.document import queries as documents
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Role
from models.process.terms import calendar
from models.signing import agreement
from models.signing import queries as signing
from models.signing.sign import Visit as Place
from models.signing.tables import EnvelopeState
from models.visit import actions, queries, rules
from models.visit.tables import Hours, Kind, Visit, VisitState
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.dashboard.views.desk import Desk, Page
from tests.dashboard.views.test_desk_cases import at
from tests.dashboard.views.test_inspection_photo import picture
from tests.dashboard.views.test_signing import code
from tests.models.story import LARGE


@pytest.fixture
def desk(database: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


@pytest.fixture
def photo() -> bytes:
    return picture((800, 600))


@pytest.fixture
def case(desk: Desk) -> Application:
    return at(desk, Stage.INSPECTION)


def sheet(desk: Desk, case: Application) -> Page:
    return desk.open("inspection", Role.INSPECTOR, id=case.id)


def decide(page: Page, case: Application, n: int, verdict: str) -> Page:
    page.app.segmented_control(key=f"inspection-{case.id}-check-{n}-ok").set_value(verdict).run()
    page._check()
    return page


def stage(desk: Desk, case: Application) -> str:
    return str(desk.reading(lambda db: db.get(Application, case.id).stage))


def kept(desk: Desk, case: Application) -> dict[str, Any]:
    row = desk.reading(lambda db: queries.sheet(db, case.id or 0, Kind.INSPECTION))
    return dict(row.values) if row else {}


def inspection(desk: Desk) -> Inspection:
    found: Inspection = desk.reading(
        lambda db: db.exec(select(Inspection).order_by(col(Inspection.seq).desc())).first()
    )
    return found


# ------------------------------------------------------------------------------------------------ the sheet
def test_lines_are_the_items_of_the_conditions_and_one_button_passes(desk: Desk, case: Application) -> None:
    page = sheet(desk, case)
    assert "9.1" in page.text
    assert "Ввод от щита учёта до дома" in page.text
    assert page.app.button(key="pass").disabled
    lines = len(rules.checklist(desk.reading(lambda db: connection.conditions(db, case.id or 0)).values))
    for n in range(lines):
        decide(page, case, n, "yes")
    page.press("pass")
    row = inspection(desk)
    assert row.passed
    assert [c["item"] for c in row.values["checks"]] == ["9.1", "10"]
    assert stage(desk, case) == Stage.METERING
    assert kept(desk, case) == {}


def test_what_is_typed_outlives_a_closed_phone(desk: Desk, case: Application) -> None:
    page = decide(sheet(desk, case), case, 0, "yes")
    page.fill(f"inspection-{case.id}-check-0-found", "СИП 4×16")
    assert kept(desk, case)["checks"][0]["found"] == "СИП 4×16"
    again = sheet(desk, case)  # another session: nothing of the first one is left
    assert again.app.text_input(key=f"inspection-{case.id}-check-0-found").value == "СИП 4×16"
    assert "Всё введённое сохранено" in again.text


def test_two_devices_do_not_overwrite_each_other(desk: Desk, case: Application) -> None:
    first, second = sheet(desk, case), sheet(desk, case)
    decide(first, case, 0, "yes")
    decide(second, case, 0, "no")
    assert "Лист сохранён на другом устройстве" in second.text
    assert kept(desk, case)["checks"][0]["ok"] is True
    second.press("take-saved")
    assert second.app.segmented_control(key=f"inspection-{case.id}-1-check-0-ok").value == "yes"


def test_a_line_that_does_not_comply_is_a_remark_with_its_fault_beside_the_field(desk: Desk, case: Application) -> None:
    page = decide(decide(sheet(desk, case), case, 0, "no"), case, 1, "yes").press("fail")
    assert stage(desk, case) == Stage.INSPECTION
    assert "Напишите, что не так" in page.text
    assert "Выберите день, до которого нужно исправить" in page.text
    page.fill(f"inspection-{case.id}-check-0-wrong", "Нет протокола")
    page.fill(f"inspection-{case.id}-check-0-due", clock.today() + timedelta(days=10)).press("fail")
    assert stage(desk, case) == Stage.EXECUTION
    (remark,) = inspection(desk).values["remarks"]
    assert (remark["what"], remark["ground"]) == ("Нет протокола", "п. 9.1 технических условий")


def test_a_ready_made_remark_comes_with_its_ground_and_day(desk: Desk, case: Application) -> None:
    page = decide(decide(sheet(desk, case), case, 0, "yes"), case, 1, "yes")
    page.fill(f"inspection-{case.id}-remarks-ready", 0)
    (remark,) = kept(desk, case)["remarks"]
    assert remark["ground"] == rules.READY_REMARKS[0].ground
    assert remark["due"] == (clock.today() + timedelta(days=rules.READY_REMARKS[0].days)).isoformat()
    page.press("fail")
    assert stage(desk, case) == Stage.EXECUTION


def test_a_repeated_visit_begins_with_what_was_wrong(desk: Desk, case: Application) -> None:
    page = decide(decide(sheet(desk, case), case, 0, "no"), case, 1, "yes")
    page.fill(f"inspection-{case.id}-check-0-wrong", "Нет протокола")
    page.fill(f"inspection-{case.id}-check-0-due", clock.today() + timedelta(days=10)).press("fail")
    with desk.writing() as story:
        found = story.session.get(Application, case.id)
        assert found is not None
        moves.report_own_works(story.session, case.id or 0, story.house.owner(found), clock.now())
        story.move(found, "begin_inspection")
    page = sheet(desk, case)
    assert "Повторный осмотр: замечания от" in page.text
    assert "В прошлый раз: Нет протокола" in page.text
    assert page.app.segmented_control(key=f"inspection-{case.id}-check-1-ok").value == "yes"
    decide(page, case, 0, "yes").press("pass")
    assert inspection(desk).seq == 2
    assert stage(desk, case) == Stage.METERING


# ------------------------------------------------------------------------------------------------ visits
def next_day(desk: Desk, count: int = 1) -> Any:
    return desk.reading(lambda db: rules.days_ahead(calendar(db), clock.today())[count - 1])


def promised(desk: Desk, case: Application, count: int = 1) -> int:
    on = next_day(desk, count)
    with desk.writing() as story:
        who = story.staff(Role.INSPECTOR)
        return actions.propose(
            story.session, case.id or 0, Kind.INSPECTION, who.person, on, Hours.MORNING, who, clock.now()
        ).id or 0  # fmt: skip


def visit(desk: Desk, visit_id: int) -> Visit:
    found: Visit = desk.reading(lambda db: db.get(Visit, visit_id))
    return found


def test_who_waits_for_a_visit_stands_on_the_day_and_opens_the_sheet(desk: Desk, case: Application) -> None:
    page = desk.open("day", Role.INSPECTOR)
    assert "Ждут выезда: 1" in page.text
    assert case.object_address in page.text
    page.press(f"open-inspection-{case.id}")
    assert desk.went[-1] == ("inspection", {"id": case.id})


def test_a_promised_visit_stands_on_its_day_and_is_noted_as_agreed(desk: Desk, case: Application) -> None:
    found = promised(desk, case)
    page = desk.open("day", Role.INSPECTOR)
    assert "Всем, кто ждёт, время уже предложено" in page.text
    page.app.pills(key="day-chosen").set_value(next_day(desk)).run()
    assert "ждём ответа заявителя" in page.text
    page.press(f"agree-{found}")
    assert visit(desk, found).state == VisitState.AGREED


def test_a_visit_is_planned_from_the_sheet(desk: Desk, case: Application) -> None:
    page = sheet(desk, case).press("plan-visit")
    page.app.selectbox(key=f"plan-{case.id}-day").set_value(next_day(desk))
    page.app.button(key="plan-visit").click().run()
    page.app.radio(key=f"plan-{case.id}-hours-{next_day(desk)}").set_value(Hours.NOON)
    page.app.button(key="plan-visit").click()
    page.press("do-plan")
    made = desk.reading(lambda db: queries.alive(db, case.id or 0, Kind.INSPECTION))
    assert (made.on, made.hours) == (next_day(desk), "12-15")


def test_the_day_of_an_empty_installation_says_so(desk: Desk) -> None:
    with desk.writing():
        pass
    assert "В этот день выездов нет" in desk.open("day", Role.METERING).text


def test_the_applicant_agrees_or_takes_another_time(cabinet: Cabinet) -> None:  # noqa: F811
    case_id = cabinet.case(Stage.INSPECTION, "firm", voltage_kv="10")
    found = promised(cabinet, cabinet.read(lambda db: db.get(Application, case_id)))
    page = cabinet.shows("visits", "firm")
    assert "ваш ход" in page.text
    assert "Приедет: Сотрудник" in page.text
    page.app.selectbox(key=f"take-{found}-day").set_value(next_day(cabinet, 2)).run()
    page.press(f"take-{found}")
    assert "Выберите день и время" in page.text
    page.app.radio(key=f"take-{found}-hours-{next_day(cabinet, 2)}").set_value(Hours.EVENING).run()
    page.press(f"take-{found}")
    assert (visit(cabinet, found).on, visit(cabinet, found).hours) == (next_day(cabinet, 2), "15-18")
    assert visit(cabinet, found).state == VisitState.AGREED
    assert "Сейчас к вам никто не едет" in cabinet.shows("visits", "stranger").text


# ------------------------------------------------------------------------------------------------ the act on site
@pytest.fixture
def on_site(cabinet: Cabinet) -> Callable[[str], int]:  # noqa: F811
    """An inspected case of the ordinary path whose act on the conditions waits for the applicant."""

    def made(login: str) -> int:
        case_id = cabinet.case(Stage.METERING, login, **LARGE)
        with cabinet.writing() as story:
            case = story.session.get(Application, case_id)
            assert case is not None
            story.store(case, "tu_act")
            paper = documents.current(story.session, case_id, "tu_act")
            assert paper is not None
            paper.pdf_key = paper.seal_key = storage.storage().put(b"%PDF-1.7 act")
            paper.pdf_sha256 = paper.pdf_key
            story.session.flush()
            story.move(case, "place_tu_act")
        return case_id

    return made


def envelope(cabinet: Cabinet, case_id: int) -> Any:  # noqa: F811
    return cabinet.read(lambda db: signing.newest(db, "connection", case_id, "tu_act"))


def test_the_applicant_signs_the_act_by_his_code_on_the_inspectors_phone(
    cabinet: Cabinet,  # noqa: F811
    on_site: Callable[[str], int],
) -> None:
    case_id = on_site("anna")
    with cabinet.writing() as story:
        user = story.session.exec(select(User).where(User.login == "anna")).one()
        text = agreement.in_force(story.session, clock.now())
        agreement.accept(story.session, actor_of(user), text.id or 0, clock.now(), Place())
    page = cabinet.open("inspection", Role.INSPECTOR, id=case_id).press("act-send")
    signer = cabinet.read(lambda db: signing.signers(db, envelope(cabinet, case_id).id))[1]
    page.fill(f"act-code-{signer.id}", "000000x").press("act-sign")
    assert envelope(cabinet, case_id).state is EnvelopeState.OPEN
    page.fill(f"act-code-{signer.id}", code(cabinet)).press("act-sign")
    assert envelope(cabinet, case_id).state is EnvelopeState.COMPLETED
    row = cabinet.read(lambda db: signing.signatures(db, envelope(cabinet, case_id).id))[-1]
    assert row.user_id == signer.user_id
    told = cabinet.read(lambda db: signing.journal(db, envelope(cabinet, case_id).id))
    assert any("на устройстве инспектора" in line.actor_name for line in told)
    assert "Акт подписан обеими сторонами" in page.text


def test_without_the_agreement_there_is_no_code_on_site(cabinet: Cabinet, on_site: Callable[[str], int]) -> None:  # noqa: F811
    page = cabinet.open("inspection", Role.INSPECTOR, id=on_site("anna"))
    assert "не принял соглашение" in page.text
    assert "act-send" not in [b.key for b in page.app.button]


def test_the_inspector_photographs_the_signed_page(
    cabinet: Cabinet,  # noqa: F811
    on_site: Callable[[str], int],
    photo: bytes,
) -> None:
    case_id = on_site("firm")
    page = cabinet.open("inspection", Role.INSPECTOR, id=case_id)
    signer = cabinet.read(lambda db: signing.signers(db, envelope(cabinet, case_id).id))[1]
    page.press("act-paper")
    assert "Приложите фото" in page.text
    page.fill(f"act-mark-{signer.id}", "подписал директор, паспорт сверен")
    page.app.file_uploader(key=f"act-shot-{signer.id}").set_value(("signed.jpg", photo, "image/jpeg"))
    page.press("act-paper")
    assert envelope(cabinet, case_id).state is EnvelopeState.COMPLETED
    row = cabinet.read(lambda db: signing.signatures(db, envelope(cabinet, case_id).id))[-1]
    assert row.mark == "подписал директор, паспорт сверен"


# ------------------------------------------------------------------------------------------------ photos
def add(page: Page, case: Application, *shots: bytes) -> Page:
    """The uploader has another key after each take: always the one that is shown."""
    (box,) = [u for u in page.app.file_uploader if (u.key or "").startswith(f"inspection-{case.id}-upload")]
    box.set_value([(f"{n}.jpg", data, "image/jpeg") for n, data in enumerate(shots)]).run()
    page._check()
    return page


def test_photos_are_kept_with_the_case_and_stand_in_the_act(desk: Desk, case: Application, photo: bytes) -> None:
    page = add(sheet(desk, case), case, photo)
    (row,) = kept(desk, case)["photos"]
    assert "снято 22.11.2026 11:20 по часам камеры" in page.text
    assert f'src="/attachments/{row["id"]}"' in page.text
    page.fill(f"inspection-{case.id}-shot-{row['id']}-what", "Щит учёта")
    decide(decide(page, case, 0, "yes"), case, 1, "yes").press("pass")
    assert inspection(desk).values["photos"] == ["Щит учёта, 22.11.2026 11:20"]
    assert inspection(desk).values["photo_files"] == [row["id"]]


def test_the_same_photo_is_kept_once_and_what_is_no_photo_is_named(desk: Desk, case: Application, photo: bytes) -> None:
    page = add(sheet(desk, case), case, photo)
    page = add(page, case, photo, b"no picture")
    assert len(kept(desk, case)["photos"]) == 1
    assert "«1.jpg» не открывается как снимок" in page.text


def test_a_sheet_takes_so_many_photos_and_no_more(desk: Desk, case: Application) -> None:
    shots = [picture((40 + n, 40)) for n in range(rules.PHOTOS + 1)]
    page = add(sheet(desk, case), case, *shots)
    assert len(kept(desk, case)["photos"]) == rules.PHOTOS
    assert f"не больше {rules.PHOTOS} снимков" in page.text


def test_a_photo_is_taken_out(desk: Desk, case: Application, photo: bytes) -> None:
    page = add(sheet(desk, case), case, photo)
    row = kept(desk, case)["photos"][0]
    page.press(f"inspection-{case.id}-shot-{row['id']}-out")
    assert kept(desk, case)["photos"] == []
    assert desk.reading(lambda db: [a for a in documents_of(db, case) if a.kind == "field_photo"]) == []


def documents_of(db: Any, case: Application) -> Any:
    return documents.attachments(db, case.id or 0)
