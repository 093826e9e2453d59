"""The payment text for banks. Source: ГОСТ Р 56042-2014."""

from documents.blocks import Qr
from documents.issue import Kind, read
from documents.qr import code, payment_qr
from documents.sample import sample


def fields(text: str) -> dict[str, str]:
    head, *rest = text.split("|")
    assert head == "ST00012"
    return dict(part.split("=", 1) for part in rest)


def test_a_person_pays_by_name() -> None:
    found = fields(payment_qr(sample(Kind.INVOICE)))
    assert found == {
        "Name": "АО «Приозёрские электросети»", "PersonalAcc": "40702810355000001234", "BankName": "АО «Озёрный коммерческий банк»",
        "BIC": "044030911", "CorrespAcc": "30101810200000000911", "PayeeINN": "4712009314", "KPP": "471201001", "Sum": "1485000",
        "Purpose": "Договор 000123/26 от 20.11.2026, заявка ТП-000123/26, технологическое присоединение, 15 % платы — 14850,00 руб., в т. ч. НДС 22 % 2677,87 руб.",
        "LastName": "Смирнова", "FirstName": "Анна", "MiddleName": "Викторовна",
    }  # fmt: skip


def test_a_company_pays_by_its_number() -> None:
    found = fields(payment_qr(sample(Kind.INVOICE, "company")))
    assert found["PayerINN"] == "4711044524"
    assert found["Sum"] == "8186970"
    assert "LastName" not in found


def test_a_value_cannot_add_a_field() -> None:
    data = sample(Kind.INVOICE)
    data["applicant"]["name"] = "Смирнова|Sum=1 Анна|PersonalAcc=1\nВикторовна"
    data["invoice"]["purpose"] = "x" * 500
    found = fields(payment_qr(data))
    assert found["Sum"] == "1485000"
    assert found["PersonalAcc"] == "40702810355000001234"
    assert len(found["Purpose"]) == 210


def test_the_invoice_carries_both_codes() -> None:
    data = sample(Kind.INVOICE)
    (block,) = (b for b in read(Kind.INVOICE, data).blocks if isinstance(b, Qr))
    assert block.payload == payment_qr(data)
    assert block.aside is not None
    assert block.aside.payload == data["verify"]["payload"]


def test_the_longest_payer_still_fits_the_code() -> None:
    data = sample(Kind.INVOICE)
    data["applicant"]["name"] = " ".join(["😀" * 500] * 3)
    data["invoice"]["purpose"] = "ж" * 500
    assert code(payment_qr(data), "utf-8").error == "M"
