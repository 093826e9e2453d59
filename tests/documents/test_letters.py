"""E-mails: every kind is written, says the case, asks nothing of markup, and cannot be bent by a value."""

import re

import pytest

from documents.letters import kinds, letter
from documents.source import TemplateFault

DATA = {
    "name": "Анна Викторовна", "number": "ТП-000123/26", "date": "2026-11-13", "object": "Индивидуальный жилой дом",
    "address": "д. Заречье, ул. Лесная, уч. 14", "what": "14 850,00 ₽", "due": "2026-11-25", "turn": "Ваш ход: оплатите первый платёж",
    "then": "Если не оплатить — заявка будет аннулирована.", "link": "https://lk.priozersk-seti.example/c/123",
    "phone": "8 800 555-01-47", "utility": "АО «Приозёрские электросети»", "details": ["Договор", "Счёт"],
}  # fmt: skip
TO_SUPPLIER = {"supplier_copies", "supplier_acts"}
EXPECTED = {
    "registered", "missing_info", "info_received", "offer_placed", "payment_received", "contract_concluded", "payment_due",
    "info_due", "works_done", "inspection_passed", "inspection_remarks", "meter_admitted", "energised", "completed", "annulled",
    "withdrawn", "redirected", "returned", "suspended", "resumed", "disagreement_received", "message", "signature_code",
}  # fmt: skip
TO_PEOPLE = {  # of registration, recovery and the profile; those that end in _sms leave as short messages
    "registration_link", "registration_link_sms", "registration_code", "registration_code_sms", "already_registered",
    "already_registered_sms", "recovery_link", "recovery_link_sms", "recovery_code", "recovery_code_sms", "email_link",
    "phone_code_sms", "password_changed", "email_changed",
}  # fmt: skip
TO_SIGNERS = {"signing_request", "signing_reminder", "signing_ended", "signing_completed"}
ORDINARY = {  # of the path on which both sides sign
    "contract_sent", "contract_due", "act_to_sign", "contract_changed", "documents_reissued", "conditions_due",
}  # fmt: skip
OTHERS = {
    "certificate_ends",
    "notice_sms",
    "notice_digest",
    "staff_digest",
    "representative_offer",
    "representative_news",
}
TO_VISITORS = {
    "booking_booked", "booking_moved", "booking_displaced", "booking_cancelled", "booking_reminder",
    "booking_reminder_sms", "booking_offer", "booking_offer_sms", "booking_offer_due", "booking_offer_due_sms",
}  # fmt: skip


TO_STAFF = {"staff_digest"}


TO_AUTHORS = {  # of appeals; the last two go to whoever answers and to the head
    "appeal_received", "appeal_question", "appeal_question_due", "appeal_answered", "appeal_redirected", "appeal_due", "appeal_late",
}  # fmt: skip


def test_there_is_a_letter_for_every_event() -> None:
    assert (
        set(kinds())
        == EXPECTED | TO_SUPPLIER | TO_PEOPLE | TO_VISITORS | TO_SIGNERS | ORDINARY | OTHERS | TO_STAFF | TO_AUTHORS
    )


@pytest.mark.parametrize("kind", sorted(TO_AUTHORS))
def test_a_letter_of_an_appeal_tells_its_number_and_the_way(kind: str) -> None:
    made = letter(kind, DATA | {"number": "ОБ-000012/26"})
    assert "ОБ-000012/26" in made.subject
    for piece in ("Обращение № ОБ-000012/26 от 13.11.2026", DATA["link"], "Назовите номер обращения"):
        assert piece in made.body, piece
    assert not re.search(r"[!]|пожалуйста|к сожалению|\{|\}|\n\n\n|  ", made.subject + made.body)
    assert letter(kind, DATA | {"name": "", "due": "", "details": []}).body


@pytest.mark.parametrize("kind", sorted(TO_PEOPLE))
def test_a_letter_to_a_person_names_the_utility_and_a_message_is_short(kind: str) -> None:
    made = letter(kind, DATA | {"hours": "72"})
    assert DATA["utility"] in made.body
    assert made.subject
    if kind.endswith("_sms"):
        assert len(made.body) < 250


@pytest.mark.parametrize("kind", sorted(TO_SUPPLIER))
def test_a_letter_to_the_supplier_names_the_case_and_greets_nobody(kind: str) -> None:
    made = letter(kind, DATA)
    assert "ТП-000123/26" in made.subject
    assert "Анна Викторовна" not in made.body
    assert "Индивидуальный жилой дом, д. Заречье" in made.body


@pytest.mark.parametrize("kind", sorted(EXPECTED | ORDINARY))
def test_a_letter_tells_the_case_the_turn_and_the_way(kind: str) -> None:
    made = letter(kind, DATA)
    assert "ТП-000123/26" in made.subject
    assert "\n" not in made.subject
    for piece in (
        "Анна Викторовна",
        "Индивидуальный жилой дом, д. Заречье",
        "до среды, 25.11.2026 включительно",
        "— Договор\n— Счёт",
        DATA["link"],
        "Вопросы: 8 800 555-01-47",
    ):
        assert piece in made.body, piece
    assert not re.search(r"[!]|пожалуйста|к сожалению|\{|\}|\n\n\n|  ", made.subject + made.body)


@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_a_letter_without_the_optional_parts_stays_whole(kind: str) -> None:
    empty = {**DATA, "what": "", "due": "", "turn": "", "then": "", "link": "", "details": [], "address": ""}
    made = letter(kind, empty)
    assert not re.search(r"\n\n\n|  | \.|: \.|: $|«»|до  |\(\)", made.subject + "\n" + made.body, re.M)


def test_the_morning_letter_names_every_line_and_the_way() -> None:
    lines = ["Просрочено: 1", "ТП-000001/26: Проверка комплекта документов, последний день 25.11.2026", "Истекает: 0"]
    made = letter(
        "staff_digest", DATA | {"what": "просрочено 1, в ближайшие 10 рабочих дней истекает 0", "details": lines}
    )
    assert made.subject == "Сроки на 13.11.2026: просрочено 1, в ближайшие 10 рабочих дней истекает 0"
    assert all(f"— {line}" in made.body for line in lines)
    assert DATA["link"] in made.body


def test_a_value_cannot_add_a_header_or_a_line() -> None:
    made = letter(
        "message", {**DATA, "number": "1\r\nBcc: all@example.org", "what": "{{ 7*7 }}\n\nпозвоните\x07 на 900"}
    )
    assert made.subject == "Заявка № 1 Bcc: all@example.org: новое сообщение"
    assert "«{{ 7*7 }} позвоните на 900»" in made.body


@pytest.mark.parametrize(
    "typed", ["Долг! Оплатите на evil.example", "https://evil.example", "Пишите на a@evil.example", "Звоните 89225550123", "Я" * 121]
)  # fmt: skip
def test_a_letter_to_anybodys_address_carries_nobodys_advertisement_in_its_greeting(typed: str) -> None:
    told = {
        "name": typed,
        "utility": "АО «ПЭС»",
        "phone": "8 800",
        "link": "/c/x",
        "hours": "24",
        "due": "2026-11-23",
        "what": "",
    }
    body = letter("registration_link", told).body
    assert body.startswith("Здравствуйте.")
    assert typed not in body
    for name in ("Салтыкова-Щедрина А.В.", "ООО «Логистика-47»", "Гасан Гусейн оглы", "МОУ «СОШ № 4»"):
        assert letter("registration_link", told | {"name": name}).body.startswith(f"Здравствуйте, {name}.")


def test_a_subject_of_any_length_is_cut() -> None:
    assert len(letter("message", {**DATA, "number": "9" * 1000}).subject) == 200


def test_a_missing_key_is_refused() -> None:
    with pytest.raises(TemplateFault, match="utility"):
        letter("message", {key: value for key, value in DATA.items() if key != "utility"})


@pytest.mark.parametrize("kind", ["nothing", "_case", "../letters/message", ""])
def test_an_unknown_letter_is_refused(kind: str) -> None:
    with pytest.raises(TemplateFault, match="no such letter"):
        letter(kind, DATA)
