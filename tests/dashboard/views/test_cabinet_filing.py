"""The application's form in five steps: saved as typed, every fault beside its field, signed by a code, sent once."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from dashboard.views.filing_words import STEPS, WHO, Ask, Kind, kept, object_parts, quarters, shown, step_of
from infra import clock
from infra.keys import vault_keys
from models.connection.form import OBJECT_FIELDS, PASSPORT_FIELDS, PERSON_FIELDS
from models.connection.tables import Application, Stage
from models.delivery.tables import Letter
from models.document.queries import attachments
from models.people.actions import CODE_TRIES
from models.people.tables import Attempt, PersonKind, SimpleCode
from signatures.secrets import Vault
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.dashboard.views.desk import Page

DAY = date(2026, 11, 2)


def begun(cabinet: Cabinet, login: str = "anna") -> int:  # noqa: F811
    page = cabinet.shows("filing", login)
    page.press("filing-begin")
    return int(str(cabinet.went[-1][1]["id"]))


def draft(cabinet: Cabinet, case: int) -> dict[str, Any]:  # noqa: F811
    return dict(cabinet.read(lambda db: db.get(Application, case).draft))


def at_step(cabinet: Cabinet, case: int, step: str, login: str = "anna") -> Page:  # noqa: F811
    with cabinet.writing() as story:
        row = story.session.get(Application, case)
        row.draft = {**row.draft, "step": step}
        story.session.add(row)
    return cabinet.shows("filing", login, id=case)


# ------------------------------------------------------------------------------------------------ words
@pytest.mark.parametrize("kind", list(PersonKind))
def test_every_field_is_one_the_form_knows(kind: str) -> None:
    known = {*PERSON_FIELDS, *OBJECT_FIELDS, *PASSPORT_FIELDS, "represented", "social", "procurement_law", "reason",
             "power_kw", "prior_kw", "generation_kw", "generation_kind", "voltage_kv", "phases", "reliability", "sources",
             "temporary", "temporary_until", "partner_name", "partner_inn", "partner_contract", "reissue_kind",
             "previous_papers", "nonlinear", "reserve_kw", "supply_contract", "price_category", "payment_variant",
             "quarters", "points", "first_kw", "second_kw", "fee_choice", "works_years", "social_ground"}  # fmt: skip
    asked = [a.name for part in (*WHO[kind], *object_parts(kind, DAY)) for a in part.asks]
    assert set(asked) <= known
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    ("typed", "kept_as"),
    [
        ("17.03.1984", "1984-03-17"),
        ("7.3.1984", "1984-03-07"),
        ("17/03/1984", "1984-03-17"),
        ("завтра", "завтра"),
        ("17.03.84", "17.03.84"),
    ],
)
def test_days_are_kept_as_iso_and_wrong_ones_as_typed(typed: str, kept_as: str) -> None:
    ask = Ask("birth_date", "", kind=Kind.DAY)
    assert kept(ask, typed) == kept_as
    assert kept(ask, shown(ask, kept_as)) == kept_as


def test_quarters_go_on_from_today_over_the_year() -> None:
    assert list(quarters(DAY, 3)) == ["IV квартал 2026", "I квартал 2027", "II квартал 2027"]


@pytest.mark.parametrize(
    ("name", "step"), [("snils", "who"), ("power_kw", "object"), ("file_title", "papers"), ("consent", "consent")]
)
def test_each_fault_leads_to_its_step(name: str, step: str) -> None:
    assert step_of(name, PersonKind.INDIVIDUAL, DAY) == step


# ------------------------------------------------------------------------------------------------ saving
@pytest.mark.rows("D-15", "G-23")
def test_what_is_typed_is_kept_at_once_and_goes_on_on_another_device(cabinet: Cabinet) -> None:  # noqa: F811
    case = begun(cabinet)
    cabinet.shows("filing", id=case).fill(f"filing-{case}-birth_date", "17.03.1984").fill(f"filing-{case}-inn", "123")
    assert draft(cabinet, case)["birth_date"] == "1984-03-17"
    other = cabinet.shows("filing", id=case)
    assert other.app.text_input(key=f"filing-{case}-birth_date").value == "17.03.1984"
    assert other.app.text_input(key=f"filing-{case}-inn").value == "123"


def test_the_form_begins_with_the_profile(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.shows("filing", id=(case := begun(cabinet)))
    assert page.app.text_input(key=f"filing-{case}-name").value == "Смирнова Анна Викторовна"
    assert page.app.text_input(key=f"filing-{case}-snils").value == "112-233-445 95"
    firm = begun(cabinet, "firm")
    assert cabinet.shows("filing", "firm", id=firm).app.text_input(key=f"filing-{firm}-kpp").value == "471201001"


def test_the_passport_is_kept_in_the_vault_only(cabinet: Cabinet) -> None:  # noqa: F811
    case = begun(cabinet)
    page = cabinet.shows("filing", id=case).fill(f"filing-{case}-passport_series", "4108")
    page.fill(f"filing-{case}-passport_number", "512340")
    row = cabinet.read(lambda db: db.get(Application, case))
    assert "512340" not in json.dumps(row.draft) + str(row.passport)
    assert Vault(vault_keys()).open(row.passport) == {"passport_series": "4108", "passport_number": "512340"}
    assert cabinet.shows("filing", id=case).app.text_input(key=f"filing-{case}-passport_number").value == "512340"


def test_an_older_window_does_not_overwrite_what_a_newer_one_has_saved(cabinet: Cabinet) -> None:  # noqa: F811
    case = begun(cabinet)
    old = cabinet.shows("filing", id=case)
    cabinet.shows("filing", id=case).fill(f"filing-{case}-address", "новый адрес")
    old.fill(f"filing-{case}-postal", "до востребования")
    assert draft(cabinet, case)["address"] == "новый адрес"
    assert draft(cabinet, case)["postal"] == "до востребования"


def test_a_double_click_on_begin_makes_one_draft(cabinet: Cabinet) -> None:  # noqa: F811
    assert begun(cabinet) == begun(cabinet)
    assert len(cabinet.of("anna")) == 1


def test_a_short_session_is_warned_of_before_the_form(cabinet: Cabinet) -> None:  # noqa: F811
    assert "Ваш сеанс скоро закончится" in cabinet.shows("filing").text
    cabinet.patch.setattr("tests.dashboard.views.desk._ever", lambda: clock.now() + timedelta(minutes=31))
    assert "Ваш сеанс скоро закончится" not in cabinet.shows("filing").text


# ------------------------------------------------------------------------------------------------ faults
@pytest.mark.rows("G-24")
def test_faults_stand_on_top_and_beside_and_nothing_typed_is_lost(cabinet: Cabinet) -> None:  # noqa: F811
    case = begun(cabinet)
    page = cabinet.shows("filing", id=case)
    assert "Заполните это поле" not in page.text, "an empty form blames nobody"
    page.fill(f"filing-{case}-snils", "112-233-445 96")
    assert page.text.count("Проверьте цифры СНИЛС") == 1, "a wrong value is named at once, beside its field"
    page.press("filing-next-who")
    assert "Паспорт: серия: Заполните это поле" in page.text
    assert page.text.count("Проверьте цифры СНИЛС") == 2
    assert page.app.text_input(key=f"filing-{case}-snils").value == "112-233-445 96"
    assert "Шаг 1 из 5" in page.text
    page.press("filing-skip-who")
    assert "Шаг 2 из 5" in page.text


@pytest.mark.parametrize(
    ("power", "said"),
    [
        ("7,5", "Категория: физическое лицо, до 15 кВт"),
        ("15", "Категория: физическое лицо, до 15 кВт"),
        ("15,01", "Категория: физическое лицо, по подписанному договору"),
        ("0", "Впишите мощность числом"),
        ("-3", "Впишите мощность числом"),
        ("1e9", "Впишите мощность числом"),
        ("пятнадцать", "Впишите мощность числом"),
        ("NaN", "Впишите мощность числом"),
    ],
)
def test_the_power_says_its_category_or_its_fault_at_once(cabinet: Cabinet, power: str, said: str) -> None:  # noqa: F811
    case = begun(cabinet)
    page = at_step(cabinet, case, "object")
    page.fill(f"filing-{case}-purpose", "Бытовые нужды").fill(f"filing-{case}-power_kw", power)
    assert said in page.text


def test_the_list_of_papers_is_closed_and_follows_the_ticks(cabinet: Cabinet) -> None:  # noqa: F811
    case = begun(cabinet)
    assert "Доверенность" not in at_step(cabinet, case, "papers").text
    page = at_step(cabinet, case, "who")
    page.fill(f"filing-{case}-represented", True)
    assert "Доверенность" in at_step(cabinet, case, "papers").text


def test_the_consent_is_a_document_of_its_own_and_is_kept_with_its_version(cabinet: Cabinet) -> None:  # noqa: F811
    case = begun(cabinet)
    page = at_step(cabinet, case, "consent")
    assert "Смирнова Анна Викторовна" in page.text
    assert not page.app.checkbox(key=f"consent-{case}").value, "nobody consents by silence"
    page.fill(f"consent-{case}", True)
    kept_one = draft(cabinet, case)["consents"][0]
    assert draft(cabinet, case)["consent"] == "yes"
    assert kept_one["text"] == "Согласие на обработку персональных данных"
    assert len(kept_one["sha256"]) == 64
    page.fill(f"consent-{case}", False)
    assert (draft(cabinet, case)["consent"], draft(cabinet, case)["consents"]) == ("", [])


# ------------------------------------------------------------------------------------------------ signing
def ready(cabinet: Cabinet) -> tuple[int, Page]:  # noqa: F811
    case = cabinet.case(Stage.DRAFT)
    return case, at_step(cabinet, case, "sign")


def code_of(cabinet: Cabinet) -> str:  # noqa: F811
    newest = select(Letter).where(Letter.kind == "signature_code").order_by(col(Letter.id).desc())
    letter = cabinet.read(lambda db: db.exec(newest).first())
    return str(letter.data["details"][0]).removeprefix("Код: ")[:6]


def test_an_unfinished_application_gets_no_code_but_a_list_of_what_to_repair(cabinet: Cabinet) -> None:  # noqa: F811
    case = begun(cabinet)
    page = at_step(cabinet, case, "sign")
    assert "Пока нельзя отправить" in page.text
    assert "send-code" not in [b.key for b in page.app.button]
    page.press("repair-papers")
    assert "Шаг 3 из 5" in page.text
    assert "Приложите этот документ" in page.text


@pytest.mark.rows("D-15", "G-23")
def test_the_right_code_sends_the_application(cabinet: Cabinet) -> None:  # noqa: F811
    case, page = ready(cabinet)
    page.press("send-code")
    letter = cabinet.read(lambda db: db.exec(select(Letter).where(Letter.kind == "signature_code")).one())
    assert (letter.application_id, letter.recipient) == (None, "a1@pochta.example")
    page.fill(f"code-{case}", code_of(cabinet)).press("sign")
    assert cabinet.stage(case) == Stage.SUBMITTED
    assert cabinet.went[-1] == ("application", {"id": case})
    assert cabinet.read(lambda db: db.get(Application, case).signature["kind"]) == "simple"


def test_a_wrong_code_is_counted_although_it_changes_nothing(cabinet: Cabinet) -> None:  # noqa: F811
    case, page = ready(cabinet)
    page.press("send-code").fill(f"code-{case}", "нет").press("sign")
    assert "Код не подходит" in page.text
    row = cabinet.read(lambda db: db.exec(select(SimpleCode)).one())
    assert (row.tries, row.used_at) == (1, None)
    assert cabinet.stage(case) == Stage.DRAFT


def test_codes_cannot_be_guessed(cabinet: Cabinet) -> None:  # noqa: F811
    case, page = ready(cabinet)
    page.press("send-code")
    for n in range(CODE_TRIES):
        page.fill(f"code-{case}", f"не{n}").press("sign")
    page.fill(f"code-{case}", code_of(cabinet)).press("sign")
    assert "Слишком много попыток" in page.text
    assert cabinet.stage(case) == Stage.DRAFT
    assert len(cabinet.read(lambda db: db.exec(select(Attempt).where(Attempt.kind == "code")).all())) == CODE_TRIES + 1


def test_a_change_after_the_code_makes_the_code_void(cabinet: Cabinet) -> None:  # noqa: F811
    case, page = ready(cabinet)
    page.press("send-code")
    elsewhere = at_step(cabinet, case, "object")
    elsewhere.fill(f"filing-{case}-power_kw", "7")
    page.fill(f"code-{case}", code_of(cabinet)).press("sign")
    assert "Запросите новый код" in page.text
    assert cabinet.stage(case) == Stage.DRAFT


def test_an_application_that_was_sent_opens_as_a_card(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING)
    cabinet.shows("filing", id=case)
    assert cabinet.went[-1] == ("application", {"id": case})


# ------------------------------------------------------------------------------------------------ copies
def test_a_copy_takes_data_and_files_but_not_the_consent(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.WITHDRAWN)
    cabinet.shows("application", id=case).press("copy")
    new = int(str(cabinet.went[-1][1]["id"]))
    row = cabinet.read(lambda db: db.get(Application, new))
    assert (row.stage, row.draft["object_name"], row.draft.get("consent", "")) == (Stage.DRAFT, "Садовый дом", "")
    assert row.passport is not None
    assert {a.kind for a in cabinet.read(lambda db: attachments(db, new))} == {"identity", "title"}
    cabinet.shows("application", id=case).press("copy")
    assert len(cabinet.of("anna")) == 2, "a double click makes one copy"


def test_a_draft_can_be_thrown_away(cabinet: Cabinet) -> None:  # noqa: F811
    case = begun(cabinet)
    cabinet.shows("filing", id=case).decide("filing-drop", "filing-drop-sure")
    assert cabinet.stage(case) == Stage.WITHDRAWN
    assert "У вас пока нет заявок" in cabinet.shows("applications").text


def test_steps_are_five() -> None:
    assert STEPS == ("who", "object", "papers", "consent", "sign")
