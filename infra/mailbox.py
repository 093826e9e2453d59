"""The mailbox of a development home: an SMTP server that keeps every letter as a file. Nothing in it ever leaves the machine.

Faults to try things with, by the first word of the address: greylist… (later, twice), refused (never), slow (hangs).
"""

import asyncio
import hashlib
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as reading
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

CHANNEL = "X-Feeder-Channel"
RECIPIENTS = "X-Feeder-Recipients"
_GREYLISTED = 2  # tries that are told "later"
_HANG = 300.0  # seconds
_LARGEST = 30 << 20  # bytes of a letter
_NAME = re.compile(r"\d{19,20}-[0-9a-f]{24}")


@dataclass(frozen=True)
class Line:
    """One letter in the list."""

    id: str
    channel: str  # mail or sms
    sender: str
    to: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Opened:
    """One letter, read."""

    line: Line
    text: str
    files: tuple[File, ...]


class Mailbox:
    """A folder of .eml files. One letter per Message-ID: what comes again is the same letter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, data: bytes, recipients: list[str], at: datetime | None = None) -> bool:
        """False when this letter is already here. `at`: when it came, if that is not now."""
        message_id = str(message_from_bytes(data, policy=reading)["Message-ID"] or secrets.token_hex(16))
        mark = hashlib.sha256(message_id.encode()).hexdigest()[:24]
        self.folder.mkdir(parents=True, exist_ok=True)
        if next(self.folder.glob(f"*-{mark}.eml"), None):
            return False
        fresh = self.folder / f"{mark}.new"
        fresh.write_bytes(f"{RECIPIENTS}: {', '.join(recipients)}\r\n".encode() + data)
        stamp = int(at.timestamp()) * 10**9 if at else time.time_ns()
        fresh.rename(self.folder / f"{stamp}-{mark}.eml")
        return True

    def letters(self, limit: int = 100, to: str = "") -> list[Line]:
        """Newest first; `to` keeps the letters whose recipient contains these characters."""
        found: list[Line] = []
        for path in self._newest_first():
            line = _line(path.stem, _parse(path))
            if to.casefold() in line.to.casefold():
                found.append(line)
            if len(found) == limit:
                break
        return found

    def read(self, letter_id: str) -> Opened | None:
        """None when there is no such letter."""
        path = self.folder / f"{letter_id}.eml"
        if not _NAME.fullmatch(letter_id) or not path.exists():
            return None
        message = _parse(path)
        body = message.get_body(("plain", "html"))
        files = tuple(_file(part) for part in message.iter_attachments())
        return Opened(_line(letter_id, message), body.get_content() if body else "", files)

    def _newest_first(self) -> Iterator[Path]:
        yield from sorted(self.folder.glob("*.eml"), reverse=True)


class Handler:
    """What the SMTP server answers."""

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        self.tries: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if _local(address) == "slow":
            await asyncio.sleep(_HANG)
        answer = self.answer(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    def answer(self, address: str) -> str:
        """The line about one recipient; counts the tries of greylisted ones."""
        if _local(address) == "refused":
            return "550 5.1.1 No such mailbox"
        if _local(address).startswith("greylist"):
            self.tries[address] += 1
            if self.tries[address] <= _GREYLISTED:
                return "451 4.7.1 Greylisted, come again later"
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        data = envelope.original_content or b""
        fresh = self.box.keep(data, [str(address) for address in envelope.rcpt_tos])
        return "250 Kept" if fresh else "250 Kept before"


async def serve(box: Mailbox, host: str, port: int) -> asyncio.Server:
    """Starts listening; the caller closes the server."""
    handler = Handler(box)

    def protocol() -> Any:
        return SMTP(
            handler,
            data_size_limit=_LARGEST,
            enable_SMTPUTF8=True,
            hostname="mailbox.localhost",
            ident="Feeder mailbox",
        )

    return await asyncio.get_running_loop().create_server(protocol, host, port)


def _local(address: str) -> str:
    return address.partition("@")[0].casefold()


def _parse(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=reading)
    assert isinstance(message, EmailMessage)
    return message


def _line(letter_id: str, message: EmailMessage) -> Line:
    return Line(
        id=letter_id,
        channel=str(message[CHANNEL] or "mail"),
        sender=str(message["From"] or ""),
        to=str(message[RECIPIENTS] or message["To"] or ""),
        subject=str(message["Subject"] or ""),
        at=_date(message, letter_id),
    )


def _date(message: EmailMessage, letter_id: str) -> datetime:
    try:
        found = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return datetime.fromtimestamp(int(letter_id.partition("-")[0]) / 1e9, UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _file(part: Any) -> File:
    return File(
        name=part.get_filename() or "file",
        media_type=part.get_content_type(),
        data=part.get_payload(decode=True) or b"",
    )
