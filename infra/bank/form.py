"""The card form of the sandbox bank: what is wrong with it, and how little of it is kept."""

from collections.abc import Mapping
from datetime import UTC, datetime

from infra.bank.protocol import luhn

DECLINED_CARD = "4000000000000002"


def card_errors(form: Mapping[str, str]) -> dict[str, str]:
    """Field -> what to do. The number itself is never repeated."""
    errors = {}
    if not luhn(digits(form.get("pan", ""))):
        errors["pan"] = "Проверьте номер карты: в нём опечатка или не хватает цифр"
    if not _valid_until(form.get("month", ""), form.get("year", "")):
        errors["month"] = "Укажите месяц и год с карты: срок ещё не прошёл"
    if len(form.get("owner", "").strip()) < 2:
        errors["owner"] = "Впишите имя так, как на карте"
    if not (form.get("cvc", "").isdecimal() and len(form["cvc"]) == 3):
        errors["cvc"] = "Введите три цифры с оборота карты"
    return errors


def kept(form: Mapping[str, str]) -> dict[str, str]:
    """What is shown again after a mistake: nothing secret."""
    return {name: form.get(name, "")[:60] for name in ("month", "year", "owner")}


def digits(text: str) -> str:
    return "".join(letter for letter in text if letter not in " -\u00a0")


def masked(pan: str) -> str:
    return "**" + pan[-4:]


def _valid_until(month: str, year: str) -> bool:
    if not (
        month.isdecimal() and year.isdecimal() and len(month) <= 2 and 1 <= int(month) <= 12 and len(year) in (2, 4)
    ):
        return False
    today = datetime.now(UTC)
    return (int(year) % 100 + 2000, int(month)) >= (today.year, today.month)
