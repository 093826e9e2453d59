"""Short messages. Only the local twin exists: they go into the mailbox of the home. Never leaves the machine."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime

from infra.mail import Answer, Outcome
from infra.mailbox import CHANNEL, Mailbox
from infra.settings import Settings, settings

LONGEST = 670  # characters: ten joined parts of 67 in UCS-2
_REFUSED = "+7000"  # numbers that no operator has: to try a refusal with


@dataclass(frozen=True)
class Sms:
    message_id: str  # chosen by the caller once and kept through all tries
    phone: str  # +79161234567
    text: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


def send(sms: Sms, given: Settings | None = None) -> Answer:
    """One try."""
    given = given or settings()
    if not given.development:
        return Answer(Outcome.REFUSED, "no SMS provider is connected")
    if sms.phone.startswith(_REFUSED) or not sms.phone.lstrip("+").isdigit():
        return Answer(Outcome.REFUSED, f"no such number: {sms.phone}")
    if len(sms.text) > LONGEST:
        return Answer(Outcome.REFUSED, f"longer than {LONGEST} characters")
    Mailbox(given.home / "mail").keep(_message(sms).as_bytes(), [sms.phone])
    return Answer(Outcome.SENT)


def _message(sms: Sms) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["Message-ID"] = f"<{sms.message_id.strip('<>')}>"
    message["Date"] = format_datetime(sms.at)
    message["Subject"] = " ".join(sms.text.split())[:60]
    message[CHANNEL] = "sms"
    message.set_content(sms.text)
    return message
