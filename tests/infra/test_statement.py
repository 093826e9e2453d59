"""The reader of `1CClientBankExchange`: what banks write, and what they should not."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.bank import statement
from infra.bank.statement import BadStatement, read

OURS = "40702810355000001234"


def document(
    number: str = "17", amount: str = "14850.00", purpose: str = "Оплата по счёту 000123/26-С-1", **more: str
) -> str:
    fields = {
        "Номер": number, "Дата": "20.11.2026", "Сумма": amount, "ПлательщикСчет": "40817810000000000001",
        "ПлательщикИНН": "470100000000", "Плательщик1": "Смирнова Анна Викторовна", "ПолучательСчет": OURS,
        "ДатаПоступило": "20.11.2026", "НазначениеПлатежа": purpose,
    } | more  # fmt: skip
    body = "\r\n".join(f"{k}={v}" for k, v in fields.items() if v)
    return f"СекцияДокумент=Платежное поручение\r\n{body}\r\nКонецДокумента"


def file(*documents: str, account: str = OURS, head: str = "1CClientBankExchange", end: str = "КонецФайла") -> str:
    told = f"ВерсияФормата=1.03\r\nКодировка=Windows\r\nДатаНачала=20.11.2026\r\nДатаКонца=20.11.2026\r\nРасчСчет={account}"
    section = f"СекцияРасчСчет\r\nДатаНачала=20.11.2026\r\nРасчСчет={account}\r\nКонецРасчСчет"
    return "\r\n".join(filter(None, [head, told, section, *documents, end])) + "\r\n"


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig"])
def test_a_statement_is_read_in_the_letters_banks_use(encoding: str) -> None:
    found = read(file(document(), document("18", "1,5")).encode(encoding))
    assert (found.account, found.day_from, found.day_to) == (OURS, date(2026, 11, 20), date(2026, 11, 20))
    one, other = found.documents
    assert (one.number, one.day, one.amount, one.payer) == (
        "17",
        date(2026, 11, 20),
        Decimal("14850.00"),
        "Смирнова Анна Викторовна",
    )
    assert (one.purpose, one.payer_inn, one.payee_account) == ("Оплата по счёту 000123/26-С-1", "470100000000", OURS)
    assert other.amount == Decimal("1.50")
    assert one.key != other.key


def test_dos_letters_are_read_when_the_file_says_so() -> None:
    data = file(document()).replace("Кодировка=Windows", "Кодировка=DOS").encode("cp866")
    assert read(data).documents[0].payer == "Смирнова Анна Викторовна"


def test_a_document_is_the_same_in_whatever_file_it_comes() -> None:
    one = read(file(document()).encode())
    other = read(file(document("1"), document(purpose="другое назначение")).encode("cp1251"))
    assert one.documents[0].key == other.documents[1].key
    assert one.sha256 != other.sha256


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 0),
        ("PK\x03\x04", 0),
        (file(head="<html>"), 0),
        (file(document(), end=""), 0),
        (file(account="1"), 0),
        (file(document(amount="много")), 11),
        (file(document(amount="-5.00")), 11),
        (file(document(amount="0")), 11),
        (file(document(amount="1.001")), 11),
        (file(document(amount="NaN")), 11),
        (file(document(amount="1e400")), 11),
        (file(document(amount="9" * 18)), 11),
        (file(document(Дата="31.02.2026")), 11),
        (file(document(Дата="")), 11),
        (file(document(number="")), 11),
        (file(document().replace("\r\nКонецДокумента", ""), document()), 21),
        (file(document().replace("\r\nКонецДокумента", "")), 11),
        (file("КонецДокумента"), 11),
        (file("что-то без знака"), 11),
        (file(document(purpose="я" * 3000)), 20),
        (file(f"СекцияРасчСчет\r\nРасчСчет={OURS[:-1]}9\r\nКонецРасчСчет"), 0),
    ],
)
def test_a_hostile_file_is_refused_whole_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadStatement) as fault:
        read(text.encode())
    assert fault.value.line == line
    assert fault.value.field == "file"


def test_zero_bytes_and_broken_letters_are_refused() -> None:
    for data in (b"1CClientBankExchange\r\n\x00", b"1CClientBankExchange\r\n\x98\xff"):
        with pytest.raises(BadStatement):
            read(data)


def test_too_large_files_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadStatement):
        read(b"x" * (statement.LARGEST + 1))
    monkeypatch.setattr(statement, "MOST_DOCUMENTS", 1)
    with pytest.raises(BadStatement):
        read(file(document("1"), document("2")).encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 700))
def test_whatever_comes_it_is_a_statement_or_a_clear_refusal(junk: bytes, at: int) -> None:
    good = file(document()).encode("cp1251")
    for data in (junk, good[:at] + junk + good[at:]):
        with suppress(BadStatement):
            assert read(data).account == OURS
