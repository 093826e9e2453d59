"""A sandbox bank: the acquirers' protocol for programs, a payment page for people, call-backs. No money moves."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.bank.answers import described, error, whole, wrong
from infra.bank.form import DECLINED_CARD, card_errors, digits, kept, masked
from infra.bank.ledger import Call, DuplicateNumber, Ledger, Order
from infra.bank.protocol import SESSION, ErrorCode, OrderState, checksum, to_rubles

_PAGES = Path(__file__).parent / "pages"


class SandboxBank:
    """Requests of one merchant. `base` is the address people reach us by."""

    def __init__(self, ledger: Ledger, base: str, user: str, password: str, secret: str) -> None:
        self.ledger = ledger
        self.base = base.rstrip("/")
        self.account = (user, password)
        self.secret = secret
        self.wake = asyncio.Event()
        self.pages = Environment(
            loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def app(self) -> Starlette:
        routes = [
            Route("/", self.front),
            Route("/bank.css", self.style),
            Route("/payment/rest/register.do", self.register, methods=["POST"]),
            Route("/payment/rest/getOrderStatusExtended.do", self.status, methods=["POST"]),
            Route("/payment/rest/refund.do", self.refund, methods=["POST"]),
            Route("/pay/{order_id}", self.page, methods=["GET"]),
            Route("/pay/{order_id}", self.card, methods=["POST"]),
            Route("/pay/{order_id}/code", self.code, methods=["POST"]),
        ]
        return Starlette(routes=routes, lifespan=self._lifespan)

    # For programs

    async def register(self, request: Request) -> Response:
        form = await _form(request)
        if refusal := self._denied(form) or wrong(form):
            return refusal
        urls = (form["returnUrl"], form.get("failUrl", "") or form["returnUrl"], form.get("dynamicCallbackUrl", ""))
        seconds = int(form.get("sessionTimeoutSecs") or SESSION)
        try:
            order = self.ledger.register(
                form["orderNumber"], int(form["amount"]), form.get("description", ""), urls, seconds
            )
        except DuplicateNumber:
            return error(ErrorCode.DUPLICATE, "Заказ с таким номером уже зарегистрирован в системе")
        return JSONResponse({"orderId": order.id, "formUrl": f"{self.base}/pay/{order.id}"})

    async def status(self, request: Request) -> Response:
        form = await _form(request)
        if refusal := self._denied(form):
            return refusal
        order = self._find(form)
        if order is None:
            return error(ErrorCode.UNKNOWN, "Заказ не найден")
        return JSONResponse(described(order))

    async def refund(self, request: Request) -> Response:
        form = await _form(request)
        if refusal := self._denied(form):
            return refusal
        order = self._find(form)
        if order is None:
            return error(ErrorCode.UNKNOWN, "Неверный номер заказа")
        amount = form.get("amount", "")
        if not whole(amount, 12):
            return error(ErrorCode.WRONG, "Неверная сумма")
        if not self.ledger.refund(order.id, int(amount)):
            return error(ErrorCode.SYSTEM, "Платёж должен быть в корректном состоянии, возврат не больше оплаченного")
        self.wake.set()
        return JSONResponse({"errorCode": "0", "errorMessage": "Успешно"})

    # For people

    async def front(self, request: Request) -> Response:
        return PlainTextResponse("Учебный банк. Страница оплаты открывается по ссылке получателя платежа.")

    async def style(self, request: Request) -> Response:
        return FileResponse(_PAGES / "bank.css", media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    async def page(self, request: Request) -> Response:
        order = self._current(request)
        if order is None:
            return PlainTextResponse("Такого заказа нет. Вернитесь на сайт получателя и начните оплату снова.", 404)
        return self._shown(order)

    async def card(self, request: Request) -> Response:
        order = self._current(request)
        if order is None or not order.open:
            return await self.page(request)
        form = await _form(request)
        if form.get("leave"):
            return RedirectResponse(_with_order(order.fail_url, order), 303)
        if errors := card_errors(form):
            return self._page("pay.html", order, errors=defaultdict(str, errors), typed=kept(form), status=422)
        pan = digits(form["pan"])
        if pan == DECLINED_CARD:
            self.ledger.decline(order.id, masked(pan))
            return self._settled(order)
        self.ledger.confirm_later(order.id, f"{secrets.randbelow(10**6):06}", masked(pan))
        return RedirectResponse(f"/pay/{order.id}", 303)

    async def code(self, request: Request) -> Response:
        order = self._current(request)
        if order is None or not order.open or not order.code:
            return await self.page(request)
        form = await _form(request)
        if not secrets.compare_digest(digits(form.get("code", "")).encode(), order.code.encode()):
            return self._page("confirm.html", order, error="Введите шесть цифр кода со страницы", status=422)
        self.ledger.pay(order.id)
        return self._settled(order)

    def _current(self, request: Request) -> Order | None:
        self.ledger.expire()
        return self.ledger.order(order_id=request.path_params["order_id"])

    def _settled(self, order: Order) -> Response:
        """Back to the merchant; the call-back goes at the same time and may come first or last."""
        self.wake.set()
        decided = self.ledger.order(order_id=order.id)
        paid = decided is not None and decided.state == OrderState.PAID
        return RedirectResponse(_with_order(order.return_url if paid else order.fail_url, order), 303)

    def _shown(self, order: Order) -> Response:
        if not order.open:
            paid = order.state in (OrderState.PAID, OrderState.REFUNDED)
            words = {OrderState.PAID: "Оплата выполнена успешно", OrderState.REFUNDED: "Деньги возвращены"}.get(
                OrderState(order.state), "Оплата не прошла: " + order.reason.lower()
            )
            return self._page("closed.html", order, words=words, back=order.return_url if paid else order.fail_url)
        if order.state == OrderState.CONFIRMING:
            return self._page("confirm.html", order, error="")
        return self._page("pay.html", order, errors=defaultdict(str), typed=kept({}))

    def _page(self, template: str, order: Order, *, status: int = 200, **values: object) -> Response:
        nonce = secrets.token_urlsafe(12)
        text = self.pages.get_template(template).render(
            order=order, sum=_sum(order.amount), left=_clock(order.left), nonce=nonce, **values
        )
        policy = (
            f"default-src 'none'; style-src 'self'; img-src data:; script-src 'nonce-{nonce}'; frame-ancestors 'none'"
        )
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return HTMLResponse(text, status, headers)

    def _denied(self, form: Mapping[str, str]) -> Response | None:
        given = (form.get("userName", "") + "\n" + form.get("password", "")).encode()
        if secrets.compare_digest(given, "\n".join(self.account).encode()):
            return None
        return error(ErrorCode.WRONG, "Доступ запрещён")

    def _find(self, form: Mapping[str, str]) -> Order | None:
        if order_id := form.get("orderId", ""):
            return self.ledger.order(order_id=order_id)
        return self.ledger.order(number=form.get("orderNumber", ""))

    # Call-backs

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        caller = asyncio.create_task(self._call_back())
        try:
            yield
        finally:
            caller.cancel()
            with suppress(asyncio.CancelledError):
                await caller

    async def _call_back(self) -> None:
        """Until the server ends: sessions that ran out, call-backs that fell due."""
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
            while True:
                self.wake.clear()
                self.ledger.expire()
                for call in self.ledger.calls_due():
                    await self._say(client, call)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), 1.0)

    async def _say(self, client: httpx.AsyncClient, call: Call) -> None:
        parameters = {
            "mdOrder": call.order.id,
            "orderNumber": call.order.number,
            "operation": call.operation,
            "status": str(call.status),
            "amount": str(call.order.amount),
        }
        parameters["checksum"] = checksum(parameters, self.secret)
        try:
            response = await client.get(call.order.callback_url, params=parameters)
        except (httpx.HTTPError, httpx.InvalidURL) as silence:
            self.ledger.answered(call, repr(silence), fine=False)
        else:
            self.ledger.answered(call, f"HTTP {response.status_code}", fine=response.status_code == 200)


async def _form(request: Request) -> dict[str, str]:
    """Parameters from the body and, as the gateways allow, from the address."""
    body = await request.form()
    return dict(request.query_params) | {name: value for name, value in body.items() if isinstance(value, str)}


def _with_order(url: str, order: Order) -> str:
    return str(URL(url).include_query_params(orderId=order.id))


def _sum(kopecks: int) -> str:
    return f"{to_rubles(kopecks):,.2f} ₽".replace(",", "\u00a0").replace(".", ",").replace(" ₽", "\u00a0₽")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
