"""Secret addresses of an office and of its desks: calendar feeds and the call board. Whoever has the address reads, nobody writes."""

import hashlib
import hmac

from infra.settings import settings

_LONG = 32


def token(kind: str, number: int) -> str:
    """kind: office, desk, board. Made of the installation's secret: nothing is stored, a new secret ends all of them."""
    said = f"booking-{kind}:{number}".encode()
    return hmac.new(settings().secret_key.encode(), said, hashlib.sha256).hexdigest()[:_LONG]


def fits(kind: str, number: int, given: str) -> bool:
    return hmac.compare_digest(token(kind, number).encode(), given.encode())


def feed(kind: str, number: int) -> str:
    return f"{settings().site}/booking/feed/{kind}/{number}/{token(kind, number)}.ics"


def board(office_id: int) -> str:
    return f"{settings().site}/booking/board/{office_id}/{token('board', office_id)}"
