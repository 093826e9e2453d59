"""The public calculator: the worked examples through the page, wrong input kept, and the way into an application."""

import re

import pytest
from sqlalchemy import text
from sqlmodel import select

from dashboard.public import forms
from models.payment import estimates
from models.payment.ledger_tables import Estimate
from tests.dashboard.conftest import Site

HOUSE = {"kind": "individual", "use": "household", "kw": "15", "prior": "0", "voltage": "0.4", "phases": "3",
         "place": "country", "distance": "200", "reliability": "III", "line": "air"}  # fmt: skip
COMPANY = HOUSE | {"kind": "legal_entity", "kw": "100", "distance": "150", "place": "town"}


def ask(site: Site, **typed: str):  # type: ignore[no-untyped-def]
    return site.visitor().get("/calculator", params=HOUSE | typed)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")


@pytest.mark.rows("D-02")
@pytest.mark.parametrize(
    ("typed", "total"),
    [
        ({"line": "none", "phases": "1"}, "42 834,83"),  # worked example 1
        ({}, "99 000,00"),  # 2
        ({"kw": "5", "phases": "1", "distance": "100"}, "33 000,00"),  # 3
        ({"social": "1"}, "19 562,85"),  # 4
        (COMPANY, "65 533,56"),  # 5
        (COMPANY | {"kw": "120", "place": "country", "distance": "450"}, "605 831,06"),  # 6
    ],
)
def test_the_page_tells_the_fee_of_the_worked_examples(site: Site, typed: dict[str, str], total: str) -> None:
    answer = ask(site, **typed)
    assert answer.status_code == 200
    assert f"{total} ₽ с НДС 22 %" in plain(answer.text)


def test_every_line_the_tax_and_the_grounds_are_shown(site: Site) -> None:
    text = plain(ask(site, **COMPANY | {"line": "none"}).text)
    for words in ("Подготовка и выдача технических условий", "9 192,19 ₽", "6 041,52 ₽", "38 482,32 ₽", "НДС 22 %", "65 533,56 ₽",
                  "ПП 861, п. 17", "демонстрационные ставки"):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize(
    ("typed", "offer", "works"),
    [
        ({}, "10 рабочих дней ПП 861, п. 105", "4 месяца"),
        ({"distance": "10"}, "10 рабочих дней", "30 рабочих дней"),
        ({"distance": "501"}, "10 рабочих дней", "1 год"),
        (COMPANY | {"kw": "400", "voltage": "10"}, "20 рабочих дней ПП 861, п. 15", "4 месяца"),
        (COMPANY | {"kw": "700", "voltage": "10"}, "20 рабочих дней", "1 год"),
    ],
)
def test_terms_come_from_the_rules_with_their_paragraphs(
    site: Site, typed: dict[str, str], offer: str, works: str
) -> None:
    text = plain(ask(site, **typed).text)
    assert offer in text
    assert works in text
    assert "п. 16 б" in text


def test_the_category_is_explained(site: Site) -> None:
    assert "не больше 15 кВт" in plain(ask(site).text) or "п. 14" in plain(ask(site).text)
    assert "п. 12(1)" in plain(ask(site, **COMPANY).text)
    assert "670" in plain(ask(site, **COMPANY | {"kw": "700"}).text)


@pytest.mark.parametrize(
    ("field", "value"),
    [("kw", "много"), ("kw", "0"), ("kw", "-5"), ("kw", "1e9"), ("distance", ""), ("distance", "1,5"), ("prior", "<b>"), ("kind", "x"),
     ("kw", "15,001")],
)  # fmt: skip
def test_a_wrong_answer_is_said_beside_its_field_and_kept(site: Site, field: str, value: str) -> None:
    answer = ask(site, **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    if field in ("kw", "distance", "prior"):
        assert f'name="{field}" value="{value.replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text
    assert 'name="line"' in answer.text
    assert '<b>"' not in answer.text


def test_an_individual_with_a_business_is_told_beside_the_question(site: Site) -> None:
    answer = ask(site, use="business")
    assert answer.status_code == 422
    assert 'id="use-e"' in answer.text


def test_the_page_is_light_and_linked_from_the_start(site: Site) -> None:
    text = ask(site).text
    css = sum(len(site.visitor().get(a).content) for a in re.findall(r'href="(/assets/[^"]+)"', text))
    assert len(text.encode()) + css < 60 * 1024
    assert "<script" not in text
    assert "style=" not in text
    assert 'href="/calculator"' in site.visitor().get("/").text


def test_the_answer_goes_into_an_application(site: Site) -> None:
    client = site.visitor()
    client.get("/calculator", params=HOUSE)
    token = client.cookies[forms.cookie_name()]
    answer = client.post("/calculator/apply", data=HOUSE | {"csrf": token, "kw": "12,5"})
    assert answer.status_code == 303
    kept = answer.headers["location"].removeprefix("/filing?estimate=")
    with site.database.transaction() as session:
        row = estimates.kept(session, kept)
        assert row is not None
        assert (row.values["power_kw"], row.values["voltage_kv"], row.values["purpose"]) == (
            "12.5",
            "0.4",
            "Бытовые нужды",
        )
    after = client.get(answer.headers["location"])
    assert after.headers["location"].startswith("/sign-in?next=%2Ffiling%3Festimate%3D")


def test_without_the_token_of_the_form_nothing_is_kept(site: Site) -> None:
    client = site.visitor()
    assert client.post("/calculator/apply", data=HOUSE).status_code == 200
    with site.database.transaction() as session:
        assert session.exec(select(Estimate)).all() == []


def test_the_start_page_promises_what_the_rules_of_today_say(site: Site) -> None:
    assert "в течение 10\u00a0рабочих дней" in site.visitor().get("/").text
    with site.database.transaction() as session:
        session.execute(text("update term_rule set length = 12 where rule = 'TP-04X'"))
    assert "в течение 12\u00a0рабочих дней" in site.visitor().get("/").text
