"""What the sandbox bank answers to programs: the gateways' parameters, errors and descriptions as JSON."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from infra.bank.ledger import Order
from infra.bank.protocol import RUBLE, SESSION, ErrorCode

_PAYMENT_STATES = {
    0: "CREATED",
    1: "APPROVED",
    2: "DEPOSITED",
    3: "REVERSED",
    4: "REFUNDED",
    5: "CREATED",
    6: "DECLINED",
}
_LONGEST_NUMBER = 32


def error(code: ErrorCode, words: str) -> JSONResponse:
    return JSONResponse({"errorCode": str(int(code)), "errorMessage": words})


def wrong(form: Mapping[str, str]) -> Response | None:
    """What is wrong with the parameters of register.do."""
    for name in ("orderNumber", "amount", "returnUrl"):
        if not form.get(name):
            return error(ErrorCode.MISSING, f"Не указан обязательный параметр {name}")
    if form.get("currency", str(RUBLE)) != str(RUBLE):
        return error(ErrorCode.CURRENCY, "Неизвестная валюта")
    amount, seconds = form["amount"], form.get("sessionTimeoutSecs") or str(SESSION)
    urls = [form[name] for name in ("returnUrl", "failUrl", "dynamicCallbackUrl") if form.get(name)]
    fine = whole(amount, 12) and whole(seconds, 8) and len(form["orderNumber"]) <= _LONGEST_NUMBER
    fine = fine and all(_is_web(url) for url in urls)
    return None if fine else error(ErrorCode.WRONG, "Неверное значение параметра")


def described(order: Order) -> dict[str, Any]:
    """The answer of getOrderStatusExtended.do."""
    paid = order.amount if order.paid_at else 0
    answer: dict[str, Any] = {
        "errorCode": "0",
        "errorMessage": "Успешно",
        "orderNumber": order.number,
        "orderStatus": order.state,
        "actionCode": order.action_code,
        "actionCodeDescription": order.reason,
        "amount": order.amount,
        "currency": str(RUBLE),
        "date": int(order.made_at * 1000),
        "orderDescription": order.description,
        "attributes": [{"name": "mdOrder", "value": order.id}],
        "paymentAmountInfo": {
            "paymentState": _PAYMENT_STATES[order.state],
            "approvedAmount": paid,
            "depositedAmount": paid - order.refunded,
            "refundedAmount": order.refunded,
        },
    }
    if order.paid_at:
        answer["authDateTime"] = int(order.paid_at * 1000)
    if order.card:
        answer["cardAuthInfo"] = {"maskedPan": order.card}
    return answer


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)


def whole(text: str, digits: int) -> bool:
    """A positive whole number of at most so many digits."""
    return text.isascii() and text.isdecimal() and len(text) <= digits and int(text) > 0
