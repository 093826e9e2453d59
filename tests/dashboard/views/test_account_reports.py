"""«Отчеты»: payments with receipts, charges of six months, readings by kind of meter; asked by a form, kept in the address."""

import json
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from dashboard.views import account_made as made
from dashboard.views import account_words as words
from documents.account_report import report_pdf
from documents.sheets.statistics import workbook
from documents.wording import day, money
from infra import profiles
from infra.wording import _
from models.account import queries
from models.account.tables import SOURCES, AccountPayment, MeterKind, Source
from models.people.tables import User
from tests.dashboard.views import accounts
from tests.dashboard.views import cabinet as house
from tests.dashboard.views.accounts import bill_month, paid_on, today, told
from tests.dashboard.views.cabinet import Cabinet
from tests.dashboard.views.desk import Page

cabinet = house.cabinet  # the fixture


def asked(cabinet: Cabinet, **query: object) -> Page:
    first, last = today() - timedelta(days=200), today()
    return cabinet.shows("account_reports", **({"first": first, "last": last} | query))


@pytest.mark.rows("R-51", "R-76", "R-78")
def test_payments_of_a_period_are_asked_by_two_days(cabinet: Cabinet) -> None:
    number = told(cabinet)
    page = cabinet.shows("account_reports")
    assert page.app.radio(key="report-kind").options == [
        "История платежей",
        "История начислений",
        "Показания приборов учета",
    ]
    page.app.date_input(key="report-payments-first").set_value(paid_on(6))
    page.app.date_input(key="report-payments-last").set_value(paid_on(5))
    assert "Период кончается раньше" in page.press("report-make").text
    assert page.went == []
    page.app.date_input(key="report-payments-last").set_value(paid_on(7))
    assert "Сформировать отчет" in page.buttons
    page.press("report-make")
    name, query = page.went[-1]
    assert (name, query["id"], query["first"], query["last"]) == ("account_reports", number, paid_on(6), paid_on(7))
    text = cabinet.shows(name, **query).text
    assert [day(paid_on(n)) in text for n in (5, 6, 7)] == [False, True, True]
    assert f"Оплачено за период: {money('1301')}" in text
    assert "Информация о распределении оплаты по услугам обновляется в течение 3-5 рабочих дней." in text


@pytest.mark.rows("R-77")
def test_a_receipt_tells_place_day_and_sum(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:
    told(cabinet)
    assert "Смотреть квитанцию" in asked(cabinet, report="payments").text
    for wrong in ({"report": "all"}, {"first": "вчера"}, {"last": ""}, {"meters": "x"}, {"id": "1x"}):
        assert "ничего не нашли" in asked(cabinet, **({"report": "payments"} | wrong)).text, wrong
    newest = cabinet.read(lambda db: max(db.exec(select(AccountPayment.id)).all()))
    monkeypatch.setattr("dashboard.parts.rows", lambda table, key: str(newest))
    text = asked(cabinet, report="payments").text
    for part in (
        "Место платежа",
        "Отделение почтовой связи 188760",
        "Дата платежа",
        day(paid_on(7)),
        "Сумма платежа",
        money("700.50"),
    ):
        assert part in text, part


@pytest.mark.rows("R-79")
def test_charges_of_the_last_six_months_are_shown_by_month(cabinet: Cabinet) -> None:
    told(cabinet)
    with cabinet.writing() as story:
        months = [bill_month() - timedelta(days=31 * n) for n in range(2, 9)]
        accounts.Billing(story).load(
            accounts.RegisterKind.CHARGES, *(accounts.MINE | {"Месяц": f"{m:%m.%Y}"} for m in months)
        )
    page = cabinet.shows("account_reports")
    page.fill("report-kind", made.Kind.CHARGES)
    options = page.app.selectbox(key="report-months-first").options
    assert len(options) == 6
    assert options[0] == words.month(bill_month())
    page.press("report-make")
    _name, query = page.went[-1]
    assert query["last"] == bill_month()
    text = cabinet.shows("account_reports", **query).text
    assert text.count("Итого:") == 6


@pytest.mark.rows("R-80", "R-82")
def test_readings_are_asked_by_kind_of_meter_and_those_of_the_cabinet_are_there(cabinet: Cabinet) -> None:
    told(cabinet)
    page = cabinet.shows("readings")
    page.app.text_input[0].set_value("12445")
    page.press("readings-send")
    page.app.button(key="readings-send").click()
    page.press("readings-yes")
    page = cabinet.shows("account_reports")
    page.fill("report-kind", made.Kind.READINGS)
    assert page.app.radio(key="report-readings-meters").options == ["Индивидуальный", "Общедомовой"]
    page.press("report-make")
    _name, query = page.went[-1]
    text = cabinet.shows("account_reports", **query).text
    for part in ("12\u00a0445", _(SOURCES[Source.CABINET]), "100"):
        assert part in text, part
    assert (
        "За этот период ничего нет" in cabinet.shows("account_reports", **(query | {"meters": MeterKind.COMMON})).text
    )


@pytest.mark.rows("R-81")
def test_a_report_is_printed_and_kept_as_pdf_and_as_a_workbook(cabinet: Cabinet) -> None:
    told(cabinet)

    def look(db: Session) -> list[made.Report]:
        user = db.exec(select(User).where(User.login == "anna")).one()
        account = queries.accounts(db, user.id or 0)[0]
        return [made.make(db, account, made.Asked(kind, bill_month(), today())) for kind in made.Kind]

    page = asked(cabinet, report="readings")
    assert [b.proto.label for b in page.app.get("download_button")] == ["Сохранить в PDF", "Скачать .xlsx"]
    assert [json.loads(c.proto.json)["label"] for c in page.app.get("bidi_component")] == ["Печать"]
    ours = profiles.profile().utility.model_dump() | {"site": "kabinet.example"}
    for report in cabinet.read(look):
        assert report_pdf(report.printed(accounts.NUMBER), ours, today()).startswith(b"%PDF")
        assert workbook([report.sheet()]).startswith(b"PK")
        assert sum(f.width for f in report.fields) == 100
