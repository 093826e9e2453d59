"""Numbers, sums, days, terms and names as Russian papers write them."""

from datetime import date
from decimal import Decimal

import pytest

from documents import wording as w
from documents.glue import NBSP, SOFT_GLUE, tight


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(("value", "text"), [
    ("0", "Ноль рублей 00 копеек"), ("1", "Один рубль 00 копеек"), ("2000.02", "Две тысячи рублей 02 копейки"),
    ("21.21", "Двадцать один рубль 21 копейка"), ("99000", "Девяносто девять тысяч рублей 00 копеек"),
    ("112.11", "Сто двенадцать рублей 11 копеек"), ("1000001.005", "Один миллион один рубль 01 копейка"),
    (Decimal("3586510.23"), "Три миллиона пятьсот восемьдесят шесть тысяч пятьсот десять рублей 23 копейки"),
])  # fmt: skip
def test_a_sum_in_words(value: Decimal | str, text: str) -> None:
    assert plain(w.in_words(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234.5", "1 234,50 ₽"),
        ("0.005", "0,01 ₽"),
        (Decimal("-1000"), "−1 000,00 ₽"),
        (99000, "99 000,00 ₽"),
        (0.1, "0,10 ₽"),
    ],
)
def test_money(value: w.Number, text: str) -> None:
    assert plain(w.money(value)) == text
    assert " " not in w.money(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [("15.00", "15"), ("15.50", "15,5"), ("0.4", "0,4"), ("1200", "1 200"), (150, "150"), ("0.25", "0,25"), ("0", "0")],
)
def test_a_figure_has_no_needless_zeros(value: w.Number, text: str) -> None:
    assert plain(w.figure(value)) == text


@pytest.mark.parametrize("value", ["2026-11-25", date(2026, 11, 25)])
def test_days_are_taken_as_text_and_as_dates(value: w.Day) -> None:
    assert w.day(value) == "25.11.2026"
    assert w.day_long(value) == "среда, 25.11.2026"
    assert w.until(value) == "до среды, 25.11.2026"
    assert plain(w.day_words(value)) == "25 ноября 2026 г."


@pytest.mark.parametrize(("n", "unit", "named", "within"), [
    (1, "wd", "1 рабочий день", "1 рабочего дня"), (2, "wd", "2 рабочих дня", "2 рабочих дней"), (11, "wd", "11 рабочих дней", "11 рабочих дней"),
    (21, "wd", "21 рабочий день", "21 рабочего дня"), (4, "m", "4 месяца", "4 месяцев"), (1, "y", "1 год", "1 года"), (2, "y", "2 года", "2 лет"),
    (5, "y", "5 лет", "5 лет"), (30, "d", "30 дней", "30 дней"), (1, "d", "1 день", "1 дня"),
])  # fmt: skip
def test_a_term_alone_and_after_within(n: int, unit: str, named: str, within: str) -> None:
    assert plain(w.term(n, unit)) == named
    assert plain(w.in_term(n, unit)) == within


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (3, "осталось 3 рабочих дня"),
        (1, "остался 1 рабочий день"),
        (21, "остался 21 рабочий день"),
        (0, "срок сегодня"),
        (-2, "просрочено на 2 рабочих дня"),
    ],
)
def test_time_left(n: int, text: str) -> None:
    assert plain(w.time_left(n)) == text


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Смирнова Анна Викторовна", "А. В. Смирнова", "Смирнова А. В."),
        ("Ким", "Ким", "Ким"),
        ("", "", ""),
        ("Ли Чан", "Ч. Ли", "Ли Ч."),
    ],
)
def test_initials(name: str, before: str, after: str) -> None:
    assert plain(w.initials(name)) == before
    assert plain(w.person_short(name)) == after
    assert " " not in w.initials(name) + w.person_short(name)


def test_a_sentence_begins_with_a_capital() -> None:
    assert w.sentence("оплатите ТП") == "Оплатите ТП"
    assert w.sentence("") == ""


def test_what_belongs_together_is_glued_and_nothing_is_lost() -> None:
    text = "в пункте № 5 до 15 кВт и 99 000 ₽ — А. В. Смирнова, ул. Лесная"
    made = tight(text)
    assert f"№{NBSP}5" in made
    assert f"15{NBSP}кВт" in made
    assert f"99{NBSP}000{NBSP}₽{NBSP}—" in made
    assert made.replace(NBSP, " ").replace(SOFT_GLUE, " ") == text
