"""Letters out, over SMTP. Says how it went; never decides when to try again and never touches the database."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from enum import StrEnum

from infra import profiles
from infra.settings import Settings, settings

TIMEOUT = 20.0  # seconds for each answer of the server
_TOO_BIG = 552


class _Policy(EmailPolicy):
    """The standard one loses a space where it folds a long Russian subject: subjects are folded the older, exact way."""

    def fold_binary(self, name: str, value: object) -> bytes:
        if name.lower() != "subject" or str(value).isascii():
            return super().fold_binary(name, value)  # type: ignore[arg-type]
        return f"{name}: {Header(str(value), 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}".encode()


POLICY = _Policy(linesep="\r\n")


class Outcome(StrEnum):
    SENT = "SENT"  # taken by the server; a duplicate it already has counts as sent
    RETRY = "RETRY"  # nobody knows, or later: send the same letter with the same Message-ID
    REFUSED = "REFUSED"  # never: trying again would say the same


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    reason: str = ""  # words of the server or of the system, for the journal

    @property
    def sent(self) -> bool:
        return self.outcome is Outcome.SENT


@dataclass(frozen=True)
class Attachment:
    name: str  # as the reader sees it; Russian is fine
    data: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True)
class Letter:
    message_id: str  # "unique@domain", chosen by the caller once and kept through all tries
    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


Door = Callable[[EmailMessage], Answer]
_door: ContextVar[Door | None] = ContextVar("door", default=None)


@contextmanager
def through(door: Door) -> Iterator[None]:
    """Inside, letters leave by this door instead of over SMTP: for the past of demonstration data."""
    token = _door.set(door)
    try:
        yield
    finally:
        _door.reset(token)


def send(letter: Letter, given: Settings | None = None, *, timeout: float = TIMEOUT) -> Answer:
    """One try. Takes as long as the server does, at most `timeout` an answer: no transaction may be open meanwhile."""
    given = given or settings()
    try:
        message = compose(letter, named(given))
    except (ValueError, MessageError, UnicodeError) as error:
        return Answer(Outcome.REFUSED, f"unusable address or header: {error}")
    door = _door.get()
    return door(message) if door else _over_smtp(message, given, timeout)


def _over_smtp(message: EmailMessage, given: Settings, timeout: float) -> Answer:
    server: smtplib.SMTP | None = None
    try:
        server = _connect(given, timeout)
        server.send_message(message)
    except (OSError, UnicodeError) as error:  # smtplib's own errors are OSErrors
        return judge(error)
    finally:
        if server is not None:
            _leave(server)
    return Answer(Outcome.SENT)


def named(given: Settings) -> str:
    """The sender with the name of the utility, unless the setting gives a name of its own."""
    name, address = parseaddr(profiles.sender(given))
    return f'"{name or profiles.profile(given.profile).utility.full_short}" <{address}>'


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it travels. Raises ValueError for an address that cannot exist."""
    message = EmailMessage(policy=POLICY)
    message["Message-ID"] = f"<{letter.message_id.strip('<>')}>"
    message["Date"] = format_datetime(letter.at)
    message["From"] = _address(sender)
    message["To"] = _address(letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    for attachment in letter.attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=attachment.name)
    return message


def judge(error: Exception) -> Answer:
    """What an error of a try means for the letter. Only words about the recipient or the letter itself are final."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return _by_code(code, words)
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == _TOO_BIG:
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, (smtplib.SMTPNotSupportedError, UnicodeError)):
        return Answer(Outcome.REFUSED, str(error))
    return Answer(Outcome.RETRY, f"{type(error).__name__}: {error}")


def address_of(given: Settings) -> tuple[str, int]:
    """Host and port of the server: the configured one, or the mailbox of this home."""
    if not given.smtp_host:
        return "127.0.0.1", given.mailbox_port
    return given.smtp_host, given.smtp_port or (587 if given.smtp_starttls else 25)


def _connect(given: Settings, timeout: float) -> smtplib.SMTP:
    host, port = address_of(given)
    domain = parseaddr(profiles.sender(given))[1].partition("@")[2] or "localhost"
    server = smtplib.SMTP(host, port, local_hostname=domain, timeout=timeout)
    try:
        if given.smtp_starttls:
            import ssl

            server.starttls(context=ssl.create_default_context())
        if given.smtp_user:
            server.login(given.smtp_user, given.smtp_password)
    except OSError:
        server.close()
        raise
    return server


def _leave(server: smtplib.SMTP) -> None:
    """The letter is decided by now: a bad farewell changes nothing."""
    try:
        if server.sock is not None:
            server.sock.settimeout(2)
            server.quit()
    except OSError:
        server.close()


def _address(words: str) -> Address:
    name, spec = parseaddr(words)
    local, at, domain = spec.rpartition("@")
    if not (local and at and domain) or any(letter.isspace() for letter in spec):
        raise ValueError(f"no address in {words!r}")
    return Address(display_name=name, username=local, domain=domain.encode("idna").decode())


def _by_code(code: int, words: bytes | str) -> Answer:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    outcome = Outcome.REFUSED if 500 <= code < 600 else Outcome.RETRY
    return Answer(outcome, f"{code} {said}")
