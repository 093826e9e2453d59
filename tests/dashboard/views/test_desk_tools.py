"""Tools of the desk on their pages: papers beside data, templates, paper applications, standard conditions, many at once,
substitution."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from sqlmodel import select

from dashboard import session, stand_in
from dashboard.views import desk_paper
from infra import clock, storage
from infra.database import Database
from models.connection import queries
from models.connection.tables import Application, Stage
from models.desk import actions as tools
from models.desk import queries as desk_queries
from models.document import actions as documents
from models.network import actions as network
from models.network.rules import Values
from models.people.tables import Audit, SignIn, User
from models.process.actor import Role
from tests.dashboard.views.desk import Desk
from tests.models.story import LARGE


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    store = storage.FolderStorage(tmp_path)
    monkeypatch.setattr(storage, "storage", lambda: store)
    return Desk(database, monkeypatch)


def pdf(pages: int = 2) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _page in range(pages):
        made.add_blank_page()
    made.save(out)
    return out.getvalue()


# ------------------------------------------------------------------------------------------------ papers beside data
def with_paper(desk: Desk, data: bytes, name: str = "plan.pdf") -> tuple[Application, int]:
    with desk.writing() as story:
        case = story.to(Stage.CHECKING)
        key = storage.storage().put(data)
        row = documents.attach(
            story.session, case.id or 0, story.house.owner(case), story.now, kind="plan", name=name,
            media_type="application/pdf", size=len(data), sha256=key, key=key,
        )  # fmt: skip
        return case, row.id or 0


def test_a_paper_is_shown_page_by_page_beside_the_data_and_the_look_is_written_down(desk: Desk) -> None:
    case, paper = with_paper(desk, pdf())
    page = desk.open("case", Role.OPERATOR, id=case.id)
    assert "data:image/png" not in page.text
    page.app.button_group(key=f"viewer-{case.id}").set_value(paper).run()
    assert "data:image/png;base64," in page.text
    assert "1 из 2" in page.text
    page.press(f"viewer-page-{paper}-on")
    assert "2 из 2" in page.text
    looks = desk.reading(lambda db: db.exec(select(Audit).where(Audit.tag == "files:attachment:read")).all())
    assert [(a.subject_id, a.facts["attachment"]) for a in looks] == [(case.id, paper)]


def test_a_damaged_paper_is_offered_for_download_and_breaks_nothing(desk: Desk) -> None:
    case, paper = with_paper(desk, b"%PDF-1.7 nothing of the kind")
    page = desk.open("case", Role.OPERATOR, id=case.id)
    page.app.button_group(key=f"viewer-{case.id}").set_value(paper).run()
    assert "скачайте его" in page.text


def test_an_application_like_another_is_told_of(desk: Desk) -> None:
    with desk.writing() as story:
        first = story.to(Stage.CHECKING)
        second = story.to(Stage.CHECKING)
    text = desk.open("case", Role.OPERATOR, id=second.id).text
    assert first.number in text
    assert "тот же адрес" in text
    assert "возможно, подана дважды" in text


# ------------------------------------------------------------------------------------------------ templates
def test_a_template_that_a_manager_adds_is_picked_by_an_operator_with_one_click(desk: Desk) -> None:
    with desk.writing() as story:
        case = story.to(Stage.CHECKING)
    page = desk.open("remarks", Role.MANAGER)
    page.window("remark-add", "remark-new-keep", **{"remark__new__title": "План участка"})
    assert "Заполните" in page.text
    page.window(
        "remark-add", "remark-new-keep", **{"remark__new__title": "План участка", "remark__new__how": "Приложите план"}
    )
    titles = [t.title for t in desk.reading(desk_queries.templates)]
    assert titles[-1] == "План участка"
    check = desk.open("case", Role.OPERATOR, id=case.id).fill(f"missing-{case.id}-ready", len(titles) - 1)
    assert [t.value for t in check.app.text_input if (t.key or "").endswith("-how")] == ["Приложите план"]
    assert "remark-add" not in {b.key for b in desk.open("remarks", Role.OPERATOR).app.button}


# ------------------------------------------------------------------------------------------------ on paper
class Scan:
    """What the uploader gives."""

    def __init__(self, name: str) -> None:
        self.name, self.size = name, 40

    def getvalue(self) -> bytes:
        return b"%PDF-1.7 " + self.name.encode()


TYPED = {
    "name": "Козлов Игорь Петрович", "snils": "112-233-445 95", "birth_date": "17.03.1984", "address": "г. Приозёрск, ул. Садовая, д. 1",
    "phone": "+7 922 555-01-23", "email": "kozlov@pochta.example", "passport_series": "4108", "passport_number": "512340",
    "passport_issued": "02.04.2008", "passport_code": "470-021", "passport_issuer": "ТП № 47", "object_name": "Жилой дом",
    "object_address": "г. Приозёрск, ул. Садовая, д. 1", "purpose": "Бытовые нужды", "power_kw": "15", "devices": "плита",
    "commissioning": "II квартал 2027", "supplier": "ООО «Сбыт»",
}  # fmt: skip


def test_a_paper_application_keeps_what_is_typed_and_names_every_fault(desk: Desk) -> None:
    with desk.writing():
        pass
    page = desk.open("paper", Role.OPERATOR).fill("paper-individual-name", "Козлов Игорь Петрович").press("paper-send")
    assert page.text.count('role="alert"') > 8
    assert "Отмечено полей" in page.fill("paper-individual-power_kw", "15").text
    assert page.app.text_input(key="paper-individual-name").value == "Козлов Игорь Петрович"
    assert desk.reading(lambda db: db.exec(select(Application)).all()) == []


def test_a_paper_application_is_registered_on_behalf_of_the_person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.writing():
        pass
    given = {"paper_application": [Scan("scan.pdf")], "identity": [Scan("passport.pdf")], "title": [Scan("egrn.pdf")]}
    monkeypatch.setattr(desk_paper, "_upload", lambda form, wanted: given.get(wanted.kind, []))
    page = desk.open("paper", Role.OPERATOR)
    for name, value in TYPED.items():
        page._field(f"paper-individual-{name}").set_value(value)
    page._field("paper-mark").set_value("паспорт сверен, оригинал в папке")
    page._field("paper-consent").set_value(True)
    page.press("paper-send")
    (case,) = desk.reading(lambda db: db.exec(select(Application)).all())
    assert desk.went[-1] == ("case", {"id": case.id})
    assert (case.stage, case.category, case.signature["kind"]) == (Stage.SUBMITTED, "IND_15", "paper")
    text = desk.open("case", Role.OPERATOR, id=case.id).text
    assert "на бумаге, подписана" in text
    assert "512340" not in text


def test_an_engineer_has_no_counter() -> None:
    assert Role.ENGINEER not in desk_paper.ENTRY.roles


# ------------------------------------------------------------------------------------------------ conditions
@pytest.mark.parametrize(("typed", "words"), [({}, "до 15 кВт"), (LARGE, "150 до 670 кВт")])
def test_one_click_fills_the_conditions_by_the_standard_of_the_category(
    desk: Desk, typed: dict[str, Any], words: str
) -> None:
    with desk.writing() as story:
        case = story.to(Stage.ENGINEERING, story.organisation() if typed else None, **typed)
    page = desk.open("conditions", Role.ENGINEER, id=case.id)
    assert any(words in b for b in page.buttons)
    page.fill(f"tu-{case.id}-feeder", "Ф-7").press("standard")
    kept = desk.reading(lambda db: queries.conditions(db, case.id or 0)).values
    assert kept["feeder"] == "Ф-7"
    assert kept["own_works"]
    assert kept["metering"]
    text = desk.open("conditions", Role.ENGINEER, id=case.id).text.replace("\u00a0", " ")
    assert kept["own_works"][0]["what"] in text


def test_a_feeding_centre_is_picked_by_its_free_power_and_named_in_the_paper(desk: Desk) -> None:
    with desk.writing() as story:
        case = story.to(Stage.ENGINEERING)
        branch = story.house.branch.id if story.house.branch else 0
        told = Values("ПС 35/10 «Тесная»", "35/10 кВ", Decimal(10), Decimal(0), branch or 0, "", False)
        small = network.add(story.session, told, story.staff(Role.MANAGER), story.now)
        told = Values("ПС 110/10 «Озёрная»", "110/10 кВ", Decimal(4000), Decimal(0), branch or 0, "", False)
        great = network.add(story.session, told, story.staff(Role.MANAGER), story.now)
    key = f"tu-{case.id}"
    page = desk.open("conditions", Role.ENGINEER, id=case.id).fill(f"{key}-centre", small.id)
    assert "мощности не хватает" in page.text
    page.fill(f"{key}-centre", great.id)
    assert "мощности хватает" in page.text
    found = desk.reading(
        lambda db: (db.get(Application, case.id).centre_id, queries.conditions(db, case.id or 0).values)
    )
    assert found[0] == great.id
    assert found[1]["source"] == "ПС 110/10 «Озёрная»"
    assert "Озёрная" in desk.open("case", Role.ENGINEER, id=case.id).text


def test_the_approver_sees_what_differs_from_the_version_before(desk: Desk) -> None:
    from models.connection import actions
    from tests.house import CONDITIONS

    with desk.writing() as story:
        case = story.to(Stage.DISAGREEMENT)
        story.move(case, "revise_offer", Role.ENGINEER)
        actions.save_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), CONDITIONS | {"feeder": "Ф-9 10 кВ"}, story.now)  # fmt: skip
        actions.submit_conditions(story.session, case.id or 0, story.staff(Role.ENGINEER), story.now)
    text = desk.open("approvals", Role.MANAGER, id=case.id).text
    assert "Ф-7 10 кВ" in text
    assert "Ф-9 10 кВ" in text
    assert "Версия 2" in text


# ------------------------------------------------------------------------------------------------ many at once
def test_complete_applications_are_accepted_together_and_each_has_its_result(desk: Desk) -> None:
    with desk.writing() as story:
        cases = [story.to(Stage.CHECKING) for _n in range(3)]
        ids = [c.id for c in cases]
    page = desk.open("bulk", Role.OPERATOR)
    page.fill(f"bulk-accept-{ids[0]}", True).fill(f"bulk-accept-{ids[1]}", True)
    with desk.writing() as story:  # somebody is faster with the second one
        story.move(cases[1], "accept", Role.OPERATOR)
    page.press("bulk-go")
    assert "Сделано: 1 из 1" in page.text or "Сделано: 1 из 2" in page.text
    stages = desk.reading(lambda db: [db.get(Application, i).stage for i in ids])
    assert stages == [Stage.ENGINEERING, Stage.ENGINEERING, Stage.CHECKING]


def test_applications_are_given_to_somebody_and_applicants_reminded(desk: Desk) -> None:
    with desk.writing() as story:
        case, engineer = story.to(Stage.OFFER_PLACED), story.staff(Role.ENGINEER)
    page = desk.open("bulk", Role.OPERATOR)
    page.app.segmented_control(key="bulk-what").set_value("assign").run()
    page.fill("bulk-to", engineer.user_id).fill("bulk-all-assign", True).press("bulk-go")
    assert desk.reading(lambda db: desk_queries.assignee(db, case.id or 0).id) == engineer.user_id
    page.app.segmented_control(key="bulk-what").set_value("remind").run()
    page.fill("bulk-all-remind", True).press("bulk-go")
    assert "Сделано: 1 из 1" in page.text
    page.press("bulk-go")
    assert "Сегодня заявителю уже напомнили" in page.text
    assert "Заявителю напомнили" in desk.open("case", Role.OPERATOR, id=case.id).text


# ------------------------------------------------------------------------------------------------ substitution
def test_a_manager_appoints_a_substitute_and_takes_the_substitution_back(desk: Desk) -> None:
    with desk.writing() as story:
        engineer, operator = story.staff(Role.ENGINEER), story.staff(Role.OPERATOR)
    page = desk.open("away", Role.MANAGER)
    page.window("away-add", "do-away", away__absent=engineer.user_id, away__substitute=engineer.user_id)
    assert "Выберите другого" in page.text
    page.window("away-add", "do-away", away__absent=engineer.user_id, away__substitute=operator.user_id)
    assert "Вы замещаете" in desk.open("away", Role.OPERATOR).text
    head = desk.open("away", Role.MANAGER)
    assert "Кто замещает" in head.text  # the column of the table
    head.press("away-end")
    assert "Вы замещаете" not in desk.open("away", Role.OPERATOR).text


def test_the_hat_of_the_other_is_worn_only_while_the_substitution_is_in_force(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.writing() as story:
        engineer, operator = story.staff(Role.ENGINEER), story.staff(Role.OPERATOR)
        days = clock.today(), date.max.replace(year=clock.today().year, month=12, day=31)
        row = tools.appoint(story.session, engineer.person, operator.person, *days, "", story.staff(Role.MANAGER), clock.now(), clock.zone())  # fmt: skip
        user = story.session.get(User, operator.user_id)
        assert user is not None
        story.session.refresh(user)
        story.session.expunge(user)
    sign_in = SignIn(
        token_hash="",
        user_id=user.id or 0,
        created_at=clock.now(),
        seen_at=clock.now(),
        expires_at=clock.now(),
        csrf="",
    )
    who = session.Who(user, sign_in, operator)
    monkeypatch.setattr(stand_in, "standing_for", lambda: engineer.user_id)
    worn = stand_in.worn(who)
    assert (worn.actor.role, worn.user.role, worn.id, worn.actor.user_id) == (
        Role.ENGINEER,
        Role.ENGINEER,
        user.id,
        user.id,
    )
    assert engineer.name in worn.actor.name
    assert operator.name in worn.actor.name
    monkeypatch.setattr(session, "find", lambda *_: who)
    assert session.current().actor.role == Role.ENGINEER  # every run of a page asks
    monkeypatch.setattr(stand_in, "standing_for", lambda: story.staff(Role.MANAGER).user_id)
    assert stand_in.worn(who) is who  # nobody else's hat
    with desk.writing() as story:
        tools.take_back(story.session, row.id or 0, story.staff(Role.MANAGER), clock.now())
    monkeypatch.setattr(stand_in, "standing_for", lambda: engineer.user_id)
    assert stand_in.worn(who) is who


def test_a_paper_application_asks_what_its_kind_needs(desk: Desk) -> None:
    with desk.writing():
        pass
    page = desk.open("paper", Role.OPERATOR).fill("paper-kind", "legal_entity")
    page.fill("paper-legal_entity-power_kw", "400").fill("paper-legal_entity-reason", "temporary")
    assert any(r.key == "paper-legal_entity-temporary" for r in page.app.radio)
    page.fill("paper-legal_entity-reason", "new")
    assert not any(r.key == "paper-legal_entity-temporary" for r in page.app.radio)
    assert "Мощность по этапам" in page.text
    assert "Категория:" in page.text
