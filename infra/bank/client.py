"""Talks to the gateway. One call is one try; never decides when to try again and never touches the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import httpx

from infra.bank.protocol import RUBLE, SESSION, ErrorCode, OrderState, genuine, to_kopecks, to_rubles
from infra.settings import Settings, settings

TIMEOUT = httpx.Timeout(10.0, connect=3.0)


class BankAway(Exception):  # noqa: N818 - a state of the world, not an error of ours
    """Nobody knows whether the call was carried out: ask `find` or `status`, then try again."""


class BankRefused(Exception):  # noqa: N818
    """Final: the same call would be refused again."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}")
        self.code = code
        self.words = words


class DuplicateOrder(BankRefused):
    """The number is already registered: `find` says what became of it."""


class UnknownOrder(BankRefused):
    """The gateway has no such order."""


class ForgedCallback(Exception):  # noqa: N818
    """The checksum is not made with our secret. Change nothing."""


@dataclass(frozen=True)
class NewOrder:
    number: str  # at most 32 characters, ours for ever: two orders never share one
    amount: Decimal  # rubles
    description: str
    return_url: str
    fail_url: str
    callback_url: str
    session_seconds: int = SESSION


@dataclass(frozen=True)
class Registered:
    order_id: str
    form_url: str  # where the payer goes


@dataclass(frozen=True)
class OrderStatus:
    order_id: str
    number: str
    state: OrderState
    amount: Decimal  # rubles, as registered
    paid: Decimal  # rubles taken from the card, before refunds
    refunded: Decimal
    action_code: int
    reason: str  # words of the processing
    at: datetime | None  # aware UTC; when the order was made or paid
    card: str = ""  # masked by the gateway


@dataclass(frozen=True)
class Callback:
    """What a genuine call-back claims. It only wakes us: the truth is what `status` answers."""

    order_id: str
    number: str
    operation: str
    success: bool


class Bank:
    """A gateway account."""

    def __init__(self, given: Settings, client: httpx.Client | None = None) -> None:
        self.base = given.bank.rstrip("/")
        self.secret = given.bank_secret
        self._account = {"userName": given.bank_user, "password": given.bank_password}
        self._client = client or httpx.Client(timeout=TIMEOUT, trust_env=False)

    def register(self, order: NewOrder) -> Registered:
        """Raises DuplicateOrder, BankRefused, BankAway, ValueError (a sum that cannot be paid)."""
        answer = self._call(
            "register.do",
            orderNumber=order.number,
            amount=to_kopecks(order.amount),
            currency=RUBLE,
            description=order.description[:512],
            returnUrl=order.return_url,
            failUrl=order.fail_url,
            dynamicCallbackUrl=order.callback_url,
            sessionTimeoutSecs=order.session_seconds,
            language="ru",
        )
        return Registered(order_id=_text(answer, "orderId"), form_url=_text(answer, "formUrl"))

    def status(self, order_id: str) -> OrderStatus:
        """Raises UnknownOrder, BankRefused, BankAway."""
        return _status(self._call("getOrderStatusExtended.do", orderId=order_id))

    def find(self, number: str) -> OrderStatus:
        """By our own number: after a lost answer. Raises as `status` does."""
        return _status(self._call("getOrderStatusExtended.do", orderNumber=number))

    def refund(self, order_id: str, amount: Decimal) -> None:
        """Not repeatable by itself: after BankAway look at `status(order_id).refunded` first."""
        self._call("refund.do", orderId=order_id, amount=to_kopecks(amount))

    def reachable(self) -> bool:
        """For the health page: it answers at all."""
        try:
            return self._client.get(self.base + "/", timeout=1.0).status_code < 500
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._client.close()

    def read_callback(self, parameters: Mapping[str, str]) -> Callback:
        """Raises ForgedCallback."""
        if not genuine(parameters, self.secret):
            raise ForgedCallback
        return Callback(
            order_id=parameters.get("mdOrder", ""),
            number=parameters.get("orderNumber", ""),
            operation=parameters.get("operation", ""),
            success=parameters.get("status") == "1",
        )

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        form = self._account | {name: str(value) for name, value in parameters.items()}
        try:
            response = self._client.post(f"{self.base}/payment/rest/{method}", data=form)
        except httpx.TransportError as error:
            raise BankAway(f"{method}: {type(error).__name__} {error}") from error
        if response.status_code >= 500 or response.status_code == 429:
            raise BankAway(f"{method}: HTTP {response.status_code}")
        if response.status_code != 200:
            raise BankRefused(response.status_code, "HTTP")
        return _checked(method, response)


@cache
def bank() -> Bank:
    """The gateway of this installation. One for all threads."""
    return Bank(settings())


def _checked(method: str, response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
        code = int(answer.get("errorCode", 0))
    except (ValueError, AttributeError) as error:
        raise BankAway(f"{method}: not an answer of the gateway") from error
    words = str(answer.get("errorMessage", ""))
    if code == ErrorCode.FINE:
        return dict(answer)
    if code == ErrorCode.DUPLICATE:
        raise DuplicateOrder(code, words)
    if code == ErrorCode.UNKNOWN:
        raise UnknownOrder(code, words)
    if code == ErrorCode.SYSTEM and method != "refund.do":
        raise BankAway(f"{method}: {words}")
    raise BankRefused(code, words)


def _status(answer: dict[str, Any]) -> OrderStatus:
    sums = answer.get("paymentAmountInfo") or {}
    milliseconds = answer.get("authDateTime") or answer.get("date")
    try:
        return OrderStatus(
            order_id=next(a["value"] for a in answer["attributes"] if a["name"] == "mdOrder"),
            number=str(answer["orderNumber"]),
            state=OrderState(int(answer["orderStatus"])),
            amount=to_rubles(int(answer["amount"])),
            paid=to_rubles(int(sums.get("approvedAmount", 0))),
            refunded=to_rubles(int(sums.get("refundedAmount", 0))),
            action_code=int(answer.get("actionCode", 0)),
            reason=str(answer.get("actionCodeDescription", "")),
            at=datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds else None,
            card=str((answer.get("cardAuthInfo") or {}).get("maskedPan", "")),
        )
    except (KeyError, StopIteration, ValueError, TypeError) as error:
        raise BankAway(f"an answer that cannot be read: {error!r}") from error


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise BankAway(f"an answer without {name}")
    return value
