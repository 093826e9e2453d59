"""What a key may do, what a webhook may be told, how a call is signed. Pure: no session here."""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from models.process.errors import FeederError, Invalid
from models.process.words import N_


class Scope(StrEnum):
    """What a key opens. A scope that ends in `:read` changes nothing, whatever the request says."""

    APPLICATIONS_READ = "applications:read"
    APPLICATIONS_WRITE = "applications:write"
    DOCUMENTS_READ = "documents:read"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    BOOKINGS_READ = "bookings:read"
    BOOKINGS_WRITE = "bookings:write"
    NOTICES_READ = "notices:read"
    NOTICES_WRITE = "notices:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"


SCOPES = {
    Scope.APPLICATIONS_READ: N_("Read my applications, their history, messages and files"),
    Scope.APPLICATIONS_WRITE: N_("File applications, attach files, write messages"),
    Scope.DOCUMENTS_READ: N_("Download documents"),
    Scope.PAYMENTS_READ: N_("Read invoices and payments"),
    Scope.PAYMENTS_WRITE: N_("Order a payment at the bank"),
    Scope.BOOKINGS_READ: N_("Read my visits to offices"),
    Scope.BOOKINGS_WRITE: N_("Book, move and cancel visits to offices"),
    Scope.NOTICES_READ: N_("Read notices"),
    Scope.NOTICES_WRITE: N_("Mark notices as read"),
    Scope.WEBHOOKS_READ: N_("See webhooks and what came of their calls"),
    Scope.WEBHOOKS_WRITE: N_("Add, try out and remove webhooks"),
}


class Event(StrEnum):
    """What a webhook may be told."""

    STAGE_CHANGED = "application.stage_changed"
    DOCUMENT_PLACED = "document.placed"
    PAYMENT_CREDITED = "payment.credited"
    BOOKING_CHANGED = "booking.changed"
    NOTICE_CREATED = "notice.created"
    TEST = "test"  # by hand, from the page or by a key


EVENTS = {
    Event.STAGE_CHANGED: N_("An application has come to another stage"),
    Event.DOCUMENT_PLACED: N_("A document was placed"),
    Event.PAYMENT_CREDITED: N_("A payment was credited"),
    Event.BOOKING_CHANGED: N_("A visit was booked, moved, cancelled or held"),
    Event.NOTICE_CREATED: N_("A notice has come"),
}

LONGEST = timedelta(days=365)  # a key lives a year at most
MOST_KEYS, MOST_WEBHOOKS = 20, 5  # living ones of one person
PER_MINUTE = 120  # requests of one key
WINDOW = timedelta(minutes=1)
KEEP_ANSWERS = timedelta(days=7)  # how long a repeated request gets its old answer
KEEP_CALLS = timedelta(days=30)
_MARK = "fdr"
_KEY = re.compile(rf"{_MARK}_[0-9a-f]{{8}}_[A-Za-z0-9_-]{{43}}")
MOST_ADDRESS = 500  # characters


class NotThisKey(FeederError):
    """The key is real, its scopes do not reach so far."""

    template = "This key has no right «%(scope)s»"


class OtherRequest(FeederError):
    """An Idempotency-Key that stood with another request before."""

    template = "This Idempotency-Key was sent with another request. Take a new one"


class Running(FeederError):
    """The same Idempotency-Key is being worked on at this moment."""

    template = "The request with this Idempotency-Key is still being carried out. Ask again in a moment"


class Fresh(NamedTuple):
    """A new key in plain, for the one moment in which it is shown."""

    prefix: str
    key: str


def new_key() -> Fresh:
    prefix = f"{_MARK}_{secrets.token_hex(4)}"
    return Fresh(prefix, f"{prefix}_{secrets.token_urlsafe(32)}")


def is_key(text: str) -> bool:
    """Shaped like one of ours."""
    return _KEY.fullmatch(text) is not None


def hashed(key: str) -> str:
    """A key has 256 random bits: a plain hash of it cannot be guessed back."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_secret() -> str:
    return f"whs_{secrets.token_urlsafe(32)}"


def signature(secret: str, timestamp: int, body: str) -> str:
    """`v1=` and HMAC-SHA256 in hexadecimal over «timestamp.body»: an old call cannot be sent again as a new one."""
    told = f"{timestamp}.{body}".encode()
    return "v1=" + hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()


def checked_address(typed: str, *, plain_allowed: bool) -> str:
    """The address of a webhook: https, a host by name or number, nobody's password in it. Raises Invalid("address").

    `plain_allowed`: http too, for a development installation. Where the host leads is asked by infra.webhook."""
    address = typed.strip()
    try:
        parsed = urlsplit(address)
        port_fits = parsed.port is None or parsed.port > 0
    except ValueError:
        raise Invalid("address", _BAD) from None
    schemes = ("https", "http") if plain_allowed else ("https",)
    plain = address.isascii() and address.isprintable() and " " not in address and "\\" not in address
    if not (plain and port_fits and parsed.scheme in schemes and parsed.hostname) or len(address) > MOST_ADDRESS:
        raise Invalid("address", _BAD)
    if parsed.username is not None or parsed.password is not None or parsed.fragment:
        raise Invalid("address", N_("Write the address without a password and without a part after #"))
    return address


_BAD = N_("Write the whole address, for example https://example.ru/feeder")
