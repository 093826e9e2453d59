"""What a lawyer looks for in a paper: its words, sums, days and rules, each from the data."""

import re
from decimal import Decimal
from typing import Any, get_args

import pytest

from documents.blocks import Paper, Qr, Requisites, Signatures, Split, Table
from documents.data.offer import Variant
from documents.issue import Kind, read
from documents.sample import WHO, Who, sample


def words(paper: Paper) -> str:
    """All text of a paper, spaces plain."""
    return re.sub("[\u00a0\ue002]", " ", "\n".join([paper.title, paper.subject, *_lines(paper)]))


def _lines(paper: Paper) -> list[str]:
    out: list[str] = []
    for block in paper.blocks:
        match block:
            case Table():
                out += [_flat(c.text) for row in (block.head, *block.rows) for c in row]
            case Requisites():
                out += [_flat(line) for party in block.parties for line in (party.title, *party.lines)]
            case Signatures():
                out += [f"{s.title} {s.post} {s.name}" for s in block.signers]
            case Qr():
                out += [_flat(line) for line in block.caption]
            case Split():
                out += [_flat(block.left), _flat(block.right)]
            case _:
                out.append(f"{getattr(block, 'number', '')} {_flat(getattr(block, 'text', ()))}")
    return out


def _flat(text: Any) -> str:
    return "".join(run.text for run in text)


def said(kind: Kind, who: Who = "individual", **more: Any) -> str:
    return words(read(kind, {**sample(kind, who), **more}))


@pytest.mark.parametrize("who", WHO)
def test_sums_of_the_samples_agree(who: Who) -> None:
    data = sample(Kind.INVOICE, who)
    fee, rows = data["fee"], data["payments"]
    lines = sum(Decimal(line["sum"]) for line in fee["lines"])
    assert lines == Decimal(fee["total"] if fee["prices_with_vat"] else fee["net"])
    assert Decimal(fee["net"]) + Decimal(fee["vat"]) == Decimal(fee["total"])
    assert sum(Decimal(row["sum"]) for row in rows) == Decimal(fee["total"])
    assert sum(Decimal(row["vat"]) for row in rows) == Decimal(fee["vat"])


def test_the_contract_names_every_term_of_the_rules() -> None:
    text = said(Kind.CONTRACT)
    for piece in (
        "99 000,00 ₽ (девяносто девять тысяч рублей 00 копеек)", "17 852,46 ₽", "15 %", "30 %", "35 %", "20 %",
        "до 27.11.2026 включительно", "до 10.12.2026 включительно", "до 30.12.2026 включительно",
        "4 месяца со дня заключения договора (правило TP-11", "подпункт «б» пункта 16", "0,25 % общего размера платы",
        "в течение 2 рабочих дней со дня первого платежа", "в течение 20 рабочих дней", "за 10 рабочих дней",
        "оплата означает согласие с условиями договора и техническими условиями", "действуют 2 года",
        "на 12 месяцев и более", "заявитель неустойку не платит", "графику пункта 4.4", "срок пункта 5.1",
    ):  # fmt: skip
        assert piece in text, piece


def test_above_the_low_voltage_the_applicant_owes_a_penalty_too() -> None:
    data = sample(Kind.CONTRACT, "company")
    data["contract"]["norms"] = {**data["contract"]["norms"], "penalty_free": False}
    text = words(read(Kind.CONTRACT, data))
    assert "не больше её размера за год просрочки" in text
    assert "неустойку не платит" not in text
    assert "акт об осуществлении технологического присоединения" in text


def test_legal_numbers_come_from_the_data() -> None:
    data = sample(Kind.CONTRACT)
    data["contract"]["norms"] |= {"pay_days": 15, "penalty_percent": "0.4", "remark_days": 33, "court_months": 7}
    data["term"] |= {"n": 30, "unit": "wd", "rule": "TP-10"}
    text = words(read(Kind.CONTRACT, data))
    for piece in (
        "в течение 15 рабочих дней со дня размещения счёта",
        "0,4 % общего",
        "в течение 33 рабочих дней",
        "на 7 месяцев",
        "30 рабочих дней со дня",
    ):
        assert piece in text, piece


def test_instalments_bear_interest() -> None:
    data = sample(Kind.CONTRACT, "company")
    data["contract"]["norms"] |= {"interest": "ключевая ставка Банка России плюс 4 процентных пункта"}
    text = words(read(Kind.CONTRACT, data))
    assert "ключевая ставка Банка России плюс 4 процентных пункта годовых" in text
    assert "4.6. Обязанность заплатить" in text


def test_the_record_of_acceptance_is_printed_when_it_is_there() -> None:
    data = sample(Kind.CONTRACT)
    assert "отметка появится при первом платеже" in words(read(Kind.CONTRACT, data))
    data["contract"]["accepted"] = "25.11.2026, платёж № 118"
    assert "25.11.2026, платёж № 118" in words(read(Kind.CONTRACT, data))


def test_conditions_have_two_standard_sets() -> None:
    household, company = said(Kind.CONDITIONS), said(Kind.CONDITIONS, "company")
    assert "физического лица, до 15 кВт включительно" in household
    assert "Резервный источник питания не предусмотрен" in household
    assert "до 150 кВт включительно" in company
    assert "трансформаторы тока класса не ниже 0,5S" in company
    assert "2-я очередь" in company
    assert "2-я очередь" not in household


def test_the_invoice_says_sums_in_words_and_the_last_day() -> None:
    text = said(Kind.INVOICE, "company")
    for piece in ("Пятьсот сорок пять тысяч семьсот девяносто восемь рублей 00 копеек", "девяносто восемь тысяч четыреста двадцать два рубля 59 копеек",
                  "Первый платёж — до 27.11.2026 включительно: 81 869,70 ₽", "Итого без НДС", "0,4", "984 148,45", "заявка будет аннулирована"):  # fmt: skip
        assert piece in text, piece


def test_the_notice_says_what_how_and_until_when() -> None:
    text = said(Kind.MISSING_INFO)
    for piece in (
        "до 18.12.2026 включительно (20 рабочих дней",
        "Правила № 861, п. 10",
        "в течение 3 рабочих дней",
        "Если не прислать",
    ):
        assert piece in text, piece


@pytest.mark.parametrize(
    ("ground", "piece"),
    [
        ("no_info", "не поступили. Срок истёк"),
        ("no_payment", "первый платёж по счёту"),
        ("not_signed", "не подписан, мотивированный отказ не направлен"),
        ("withdrawn", "Заявитель отозвал заявку"),
    ],
)
def test_an_annulment_names_its_ground_and_the_way_back(ground: str, piece: str) -> None:
    data = sample(Kind.ANNULMENT)
    data["annulment"]["ground"] = ground
    text = words(read(Kind.ANNULMENT, data))
    assert piece in text
    assert "Как подать заявку снова" in text
    assert "возвращать нечего" in text


def test_an_annulment_after_money_tells_of_its_return() -> None:
    assert "50 000,00 ₽ (пятьдесят тысяч рублей 00 копеек)" in said(Kind.ANNULMENT, "company")


def test_an_inspection_act_tells_remarks_with_terms() -> None:
    bad, good = said(Kind.INSPECTION_ACT, "company"), said(Kind.INSPECTION_ACT)
    assert "не соответствует" in bad
    assert "05.03.2027" in bad
    assert "не позднее 3 рабочих дней" in bad
    assert "Замечаний нет" in good
    assert "присоединение возможно" in good


def test_a_meter_act_names_the_meter_whole() -> None:
    text = said(Kind.METER_ACT, "company")
    for piece in (
        "47120918",
        "0,5S",
        "19.08.2026",
        "16 лет",
        "18.08.2042",
        "ПЭС 004502",
        "40",
        "000000,7",
        "869315041127003",
        "допущен в эксплуатацию 12.03.2027",
    ):
        assert piece in text, piece


@pytest.mark.parametrize("kind", [Kind.CONNECTION_ACT, Kind.READINESS_NOTICE])
def test_closing_papers_draw_the_border(kind: Kind) -> None:
    text = said(kind)
    for piece in (
        "ГРАНИЦА: зажимы",
        "Граница балансовой принадлежности",
        "Граница эксплуатационной ответственности",
        "ПС 110/10 кВ",
        "характеристика C",
        "15 кВт",
    ):
        assert piece in text, piece


@pytest.mark.parametrize("kind", [Kind.CONTRACT, Kind.CONNECTION_ACT])
def test_section_x_papers_are_signed_by_the_grid_alone_and_ordinary_ones_by_both(kind: Kind) -> None:
    assert [s["title"] for s in sample(kind)["signers"]] == ["Сетевая организация"]
    assert [s["title"] for s in sample(kind, "plant")["signers"]] == ["Сетевая организация", "Заявитель"]


def test_the_ordinary_contract_is_concluded_by_signing_and_names_its_terms() -> None:
    text = said(Kind.CONTRACT, "plant")
    for piece in (
        "в течение 10 рабочих дней со дня получения", "Если через 30 рабочих дней после получения", "подписанный заявителем",
        "в течение 10 дней со дня уведомления заявителя", "повторно в течение 3 рабочих дней", "в течение 3 дней после осмотра",
        "в течение 5 дней со дня получения", "в течение 3 рабочих дней после фактического присоединения", "протоколом разногласий",
        "450 кВт", "120 кВт", "570 кВт", "РП-3, яч. 14", "4 месяца со дня заключения договора (правило TP-11", "график пункта 4.4",
    ):  # fmt: skip
        assert piece in text, piece
    assert "оплата означает согласие" not in text


def test_ordinary_conditions_name_the_second_source_and_the_approvals() -> None:
    text = said(Kind.CONDITIONS, "plant")
    for piece in (
        "свыше 150 кВт и менее 670 кВт",
        "2-я секция шин",
        "согласованы со смежной сетевой",
        "акт о выполнении",
    ):
        assert piece in text, piece


@pytest.mark.parametrize("variant", get_args(Variant))
def test_every_variant_of_the_conditions_has_its_subject(variant: str) -> None:
    data = sample(Kind.CONDITIONS)
    data["conditions"]["variant"] = variant
    assert read(Kind.CONDITIONS, data).subject.startswith("для присоединения")


def test_the_act_of_fulfilment_tells_each_item_of_both_sides() -> None:
    text = said(Kind.TU_ACT, "plant")
    for piece in ("000107/26-ТУ", "8.1", "9.5", "акт приёмки от 12.02.2027", "протокол № 14", "000107/26-АО от 19.02.2027", "фактическое присоединение возможно", "в течение 5 дней"):  # fmt: skip
        assert piece in text, piece


def test_the_act_of_the_reserve_tells_loads_times_and_the_own_source() -> None:
    text = said(Kind.RESERVE_ACT, "plant")
    for piece in (
        "30 кВт",
        "60 кВт",
        "насосы пожаротушения",
        "1 минута",
        "4 часа",
        "дизельный генератор",
        "главный энергетик",
    ):
        assert piece in text, piece


@pytest.mark.parametrize(
    ("subject", "piece"),
    [
        ("validity", "действуют 3 года"),
        ("power", "Технические условия излагаются в новой редакции"),
        ("transfer", "переходят к новой стороне: ООО «Новый хозяин»"),
        ("other", "стороны не меняют"),
    ],
)
def test_a_supplement_says_what_was_and_what_becomes(subject: str, piece: str) -> None:
    data = sample(Kind.SUPPLEMENT, "plant")
    data["supplement"] |= {"subject": subject, "successor": "ООО «Новый хозяин»"}
    text = words(read(Kind.SUPPLEMENT, data))
    for found in (piece, "400 кВт", "450 кВт", "145 798,00 ₽", "обращение заявителя от 12.02.2027"):
        assert found in text, found


def test_disagreements_show_both_wordings_and_the_last_day_of_the_answer() -> None:
    asked, answered = said(Kind.DISAGREEMENTS), said(Kind.DISAGREEMENTS, "plant")
    assert "до 14.12.2026 включительно (10 рабочих дней" in asked
    assert "6 месяцев" in asked
    assert "Согласовано: прибор учёта в РУ-10 кВ завода" in answered
    assert "до 14.12.2026" not in answered


def test_a_refusal_names_its_ground_and_a_redirection_where_to() -> None:
    redirected, refused = said(Kind.REFUSAL), said(Kind.REFUSAL, "company")
    assert "о перенаправлении заявки" in redirected
    assert "АО «Соседские сети»" in redirected
    assert "об отказе в рассмотрении заявки" in refused
    assert "пункты 2 и 8 Правил" in refused
    assert "антимонопольный орган" in refused


def test_money_asked_back_and_money_renamed() -> None:
    back, renamed = said(Kind.REFUND_REQUEST, "company"), said(Kind.REFUND_REQUEST, "plant")
    assert "81 869,70 ₽ (восемьдесят одна тысяча восемьсот шестьдесят девять рублей 70 копеек)" in back
    assert "Прошу вернуть деньги на счёт 40702810412000004417" in back
    assert "на счёт, с которого они поступили" in said(Kind.REFUND_REQUEST)
    assert "Прошу учесть платёж так: оплата по договору № 000107/26" in renamed


def test_a_termination_settles_the_money() -> None:
    text = said(Kind.TERMINATION, "company")
    for piece in (
        "545 798,00",
        "81 869,70",
        "40 000,00",
        "41 869,70",
        "в течение 10 рабочих дней",
        "в день, когда соглашение подписали обе стороны",
    ):
        assert piece in text, piece


def test_the_application_has_every_field_of_its_applicant() -> None:
    person, company = said(Kind.APPLICATION), said(Kind.APPLICATION, "company")
    for piece in (
        "41 08 № 512340, выдан 02.04.2008",
        "118-245-673 59",
        "471105123455",
        "47:03:0512004:118",
        "III",
        "Согласие на обработку",
        "Копия паспорта",
        "простая электронная подпись",
    ):
        assert piece in person, piece
    for piece in (
        "1194704008124, запись от 22.04.2019",
        "4711044524, 471101001",
        "Ковалёв Денис Сергеевич, генеральный директор; основание полномочий — устав",
        "счёт 40702810412000004417",
        "ценовая категория — первая",
        "1-я очередь",
    ):
        assert piece in company, piece
    assert "Паспорт" not in company


@pytest.mark.parametrize("kind", Kind)
def test_an_entrepreneur_has_papers_too(kind: Kind) -> None:
    data = sample(kind, "company")
    data["applicant"] |= {
        "kind": "entrepreneur", "name": "ИП Мельник О. В.", "full": "Индивидуальный предприниматель Мельник Олег Викторович",
        "ogrn": "319470400012347", "inn": "471208776590", "kpp": "", "representative": None, "bank": None,
    }  # fmt: skip
    text = words(read(kind, data))
    assert "Мельник" in text
    assert "ОГРН 319470400012347" not in text
    assert "None" not in text


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("kind", Kind)
def test_no_paper_shows_an_empty_place(kind: Kind, who: Who) -> None:
    """Nothing of the template's machinery and no torn sentence is left in the text."""
    text = said(kind, who)
    assert not re.search(
        r"None|True|False|\{\{|\}\}|\{%|\{=|, ,| ,|,\.|\(\)|«»|—\s*$|\bUndefined\b|(?<!\*)\*\*(?!\*)", text, re.M
    )
