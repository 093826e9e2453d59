"""Words of the acquirers' REST protocol (register.do and its sisters). Pure: no network, no clock, no storage."""

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal
from enum import IntEnum, StrEnum

RUBLE = 643  # ISO 4217
SESSION = 1200  # seconds a payment page lives unless the order says otherwise


class OrderState(IntEnum):
    """`orderStatus` of getOrderStatusExtended.do."""

    REGISTERED = 0
    HELD = 1
    PAID = 2
    REVERSED = 3
    REFUNDED = 4
    CONFIRMING = 5  # the issuing bank waits for the one-time code
    DECLINED = 6


class ErrorCode(IntEnum):
    """`errorCode` of an answer."""

    FINE = 0
    DUPLICATE = 1  # register.do: this orderNumber is taken
    CURRENCY = 3
    MISSING = 4  # an obligatory parameter is not there
    WRONG = 5  # a value is wrong, or access is denied
    UNKNOWN = 6  # no such order
    SYSTEM = 7  # register.do: the gateway's own trouble; refund.do: not in this state, or more than was paid


class Operation(StrEnum):
    """`operation` of a call-back."""

    DEPOSITED = "deposited"
    REFUNDED = "refunded"
    TIMEOUT = "declinedByTimeout"


class ActionCode(IntEnum):
    """`actionCode`: what the processing said about the card."""

    NONE = -100  # no attempt yet
    APPROVED = 0
    FUNDS = 116
    TIMEOUT = -2007


def checksum(parameters: Mapping[str, str], secret: str) -> str:
    """HMAC-SHA256 over `name;value;` pairs sorted by name, in upper-case hexadecimal, as the gateways sign call-backs."""
    pairs = sorted((name, value) for name, value in parameters.items() if name not in ("checksum", "sign_alias"))
    text = "".join(f"{name};{value};" for name, value in pairs)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def genuine(parameters: Mapping[str, str], secret: str) -> bool:
    """Whether a call-back was signed with our secret."""
    return hmac.compare_digest(checksum(parameters, secret), parameters.get("checksum", ""))


def to_kopecks(amount: Decimal) -> int:
    """Exact. Raises ValueError for parts of a kopeck and for sums that are not positive."""
    kopecks = amount * 100
    if kopecks != kopecks.to_integral_value() or kopecks <= 0:
        raise ValueError(f"not a sum that can be paid: {amount}")
    return int(kopecks)


def to_rubles(kopecks: int) -> Decimal:
    return (Decimal(kopecks) / 100).quantize(Decimal("0.01"))


def luhn(number: str) -> bool:
    """Whether the digits of a card number agree with its last one (ISO/IEC 7812-1)."""
    if not number.isascii() or not number.isdigit() or not 13 <= len(number) <= 19:
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
