"""Letters over a real SMTP server: what was sent, what is tried again, what never."""

import socket
import threading
from datetime import UTC, datetime

import pytest

from infra.mail import Attachment, Letter, Outcome, compose, named, send
from infra.mailbox import Mailbox
from infra.sms import Sms
from infra.sms import send as send_sms


def letter(to: str = "ivanov@example.test", number: int = 1, **more) -> Letter:
    return Letter(f"case-{number}@feeder.test", to, "Заявка № ТП-000123/26: принята", "Здравствуйте!\nПринята.", **more)


def test_a_letter_arrives_whole_with_russian_names_of_files(mailbox: Mailbox, given):
    papers = (
        Attachment("Договор №1.pdf", b"%PDF-1.7 one"),
        Attachment("Счёт «ТП».xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    answer = send(letter(attachments=papers, at=at, html="<p>Принята</p>"), given)
    assert answer.outcome is Outcome.SENT
    [line] = mailbox.letters()
    assert (line.to, line.subject, line.at) == ("ivanov@example.test", "Заявка № ТП-000123/26: принята", at)
    opened = mailbox.read(line.id)
    assert opened is not None
    assert "Принята." in opened.text
    assert [(file.name, file.data) for file in opened.files] == [(p.name, p.data) for p in papers]
    raw = (mailbox.folder / f"{line.id}.eml").read_bytes()
    assert b"filename*=utf-8''%D0%94" in raw  # RFC 2231
    assert b"Message-ID: <case-1@feeder.test>" in raw


def test_the_same_letter_twice_is_one_letter(mailbox: Mailbox, given):
    assert send(letter(), given).sent
    assert send(letter(), given).sent
    assert send(letter(number=2), given).sent
    assert len(mailbox.letters()) == 2


def test_a_greylisted_letter_is_tried_again_and_arrives(mailbox: Mailbox, given):
    outcomes = [send(letter("greylist@example.test"), given).outcome for _ in range(3)]
    assert outcomes == [Outcome.RETRY, Outcome.RETRY, Outcome.SENT]
    assert len(mailbox.letters()) == 1


def test_an_unknown_recipient_is_refused_for_good(mailbox: Mailbox, given):
    answer = send(letter("refused@example.test"), given)
    assert answer.outcome is Outcome.REFUSED
    assert "550" in answer.reason
    assert mailbox.letters() == []


def test_a_server_that_hangs_is_tried_again(mailbox: Mailbox, given):
    assert send(letter("slow@example.test"), given, timeout=0.3).outcome is Outcome.RETRY


def test_nobody_at_the_port_is_tried_again(given):
    assert send(letter(), given).outcome is Outcome.RETRY


def test_a_lost_acknowledgement_is_tried_again_with_the_same_message_id(given):
    """The server takes the letter and the line breaks before it says so: nobody knows, so the same letter goes again."""
    server = socket.create_server(("127.0.0.1", given.mailbox_port))
    seen: list[bytes] = []
    thread = threading.Thread(target=swallow, args=(server, seen))
    thread.start()
    answer = send(letter(), given)
    thread.join(5)
    server.close()
    assert answer.outcome is Outcome.RETRY
    assert b"Message-ID: <case-1@feeder.test>" in seen[0]


@pytest.mark.parametrize("code", ["552 too big", "554 spam"])
def test_a_letter_refused_after_its_data_is_refused_for_good(given, code):
    server = socket.create_server(("127.0.0.1", given.mailbox_port))
    thread = threading.Thread(target=swallow, args=(server, [], code))
    thread.start()
    answer = send(letter(), given)
    thread.join(5)
    server.close()
    assert answer.outcome is Outcome.REFUSED


@pytest.mark.parametrize("to", ["", "nobody", "a b@example.test", "x@", "@example.test"])
def test_an_address_that_cannot_exist_is_refused_without_asking(given, to):
    assert send(letter(to), given).outcome is Outcome.REFUSED


def test_a_subject_cannot_smuggle_a_header(given):
    message = compose(Letter("1@x.test", "a@example.test", "Тема\r\nBcc: evil@example.test", "…"), named(given))
    assert message["Bcc"] is None
    assert message["Subject"] == "Тема Bcc: evil@example.test"


def test_letters_come_from_the_utility_of_the_profile(given):
    ours = given.model_copy(update={"profile": "drsk", "mail_from": ""})
    assert named(ours) == '"АО «ДРСК»" <noreply@drsk.example>'
    assert named(ours.model_copy(update={"mail_from": "Письма <post@drsk.example>"})) == '"Письма" <post@drsk.example>'


def test_a_russian_domain_travels_in_its_ascii_form(given):
    assert "xn--" in str(compose(letter("ivan@почта.рф"), named(given))["To"])


def test_the_mailbox_opens_only_its_own_letters(mailbox: Mailbox, given):
    send(letter(), given)
    (mailbox.folder.parent / "secret.eml").write_text("secret")
    assert mailbox.read("../secret") is None
    assert mailbox.read("1" * 19 + "-" + "0" * 24) is None


def test_an_sms_goes_into_the_mailbox_once(mailbox: Mailbox, given):
    sms = Sms("code-1@feeder.test", "+79161234567", "Код 123456. Никому его не сообщайте.")
    assert send_sms(sms, given).sent
    assert send_sms(sms, given).sent
    [line] = mailbox.letters(to="9161234567")
    assert line.channel == "sms"
    opened = mailbox.read(line.id)
    assert opened is not None
    assert "123456" in opened.text


@pytest.mark.parametrize("phone", ["+70001234567", "phone", ""])
def test_an_sms_to_a_number_that_does_not_exist_is_refused(given, phone):
    assert send_sms(Sms("1@x.test", phone, "…"), given).outcome is Outcome.REFUSED


def swallow(server: socket.socket, seen: list[bytes], last: str = "") -> None:
    """An SMTP server that reads one letter and then answers `last`, or breaks the line."""
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 ready\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                break
            connection.sendall(b"250 fine\r\n")
        connection.sendall(b"354 go on\r\n")
        data = b""
        for line in lines:
            if line == b".\r\n":
                break
            data += line
        seen.append(data)
        if last:
            connection.sendall(last.encode() + b"\r\n")
            lines.readline()
