"""The gateways' protocol, spoken by our client to the sandbox bank over HTTP."""

import re
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import uvicorn

from infra.bank.client import Bank, BankAway, BankRefused, DuplicateOrder, ForgedCallback, NewOrder, UnknownOrder
from infra.bank.ledger import Ledger
from infra.bank.protocol import OrderState, checksum, luhn, to_kopecks
from infra.bank.server import SandboxBank

CARD = {"pan": "4111 1111 1111 1111", "month": "12", "year": "2099", "owner": "ANNA SMIRNOVA", "cvc": "123"}


class Served(uvicorn.Server):
    def install_signal_handlers(self) -> None: ...


@pytest.fixture
def bank(given) -> Iterator[Bank]:
    """The client, with a sandbox behind it."""
    sandbox = SandboxBank(Ledger(given.home / "bank.db"), given.bank, "sandbox", "sandbox", "sandbox")
    server = Served(uvicorn.Config(sandbox.app(), host="127.0.0.1", port=given.bank_port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    client = Bank(given)
    until(client.reachable)
    yield client
    client.close()
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def shop() -> Iterator["Shop"]:
    running = Shop()
    yield running
    running.close()


def test_a_card_pays_an_order(bank, shop):
    order = shop.order("ТП-000123-1", "82200.00")
    placed = bank.register(order)
    assert bank.status(placed.order_id).state is OrderState.REGISTERED
    back = pay(placed.form_url)
    assert back.startswith(order.return_url)
    assert dict(parse_qsl(urlsplit(back).query))["orderId"] == placed.order_id
    status = bank.status(placed.order_id)
    assert (status.state, status.amount, status.paid) == (OrderState.PAID, Decimal("82200.00"), Decimal("82200.00"))
    assert bank.find(order.number) == status
    assert status.card == "**1111"


def test_the_call_back_comes_until_it_is_answered(bank, shop):
    shop.answers = [500, 404, 200]
    placed = bank.register(shop.order("n-1", "10.00"))
    pay(placed.form_url)
    until(lambda: len(shop.calls) == 3, 10)
    time.sleep(1.5)
    assert len(shop.calls) == 3  # answered: not again
    for call in shop.calls:
        told = bank.read_callback(call)
        assert (told.order_id, told.number, told.operation, told.success) == (placed.order_id, "n-1", "deposited", True)


def test_a_changed_call_back_is_forged(bank, shop):
    pay(bank.register(shop.order("n-1", "10.00")).form_url)
    until(lambda: shop.calls)
    for name in ("orderNumber", "status", "operation", "amount"):
        with pytest.raises(ForgedCallback):
            bank.read_callback(shop.calls[0] | {name: "2"})
    with pytest.raises(ForgedCallback):
        bank.read_callback({name: value for name, value in shop.calls[0].items() if name != "checksum"})


def test_the_checksum_is_the_one_the_gateways_document():
    """Pairs sorted by name, `name;value;`, HMAC-SHA256, upper case; computed independently with OpenSSL."""
    told = {
        "mdOrder": "3ff6962a-7dcc-4283-ab50-a6d7dd3386fe",
        "orderNumber": "10747",
        "operation": "deposited",
        "status": "1",
        "amount": "35000099",
        "sign_alias": "not a part of it",
    }
    assert checksum(told, "yourSecretToken") == "D6F9826B27780C413BC8F6130AD5658848418174672A99FE3BA7711EE501469F"


def test_a_declined_card_leaves_the_order_unpaid_and_says_why(bank, shop):
    order = shop.order("n-1", "10.00")
    placed = bank.register(order)
    answer = httpx.post(placed.form_url, data=CARD | {"pan": "4000 0000 0000 0002"})
    assert answer.headers["location"].startswith(order.fail_url)
    status = bank.status(placed.order_id)
    assert (status.state, status.paid, status.action_code) == (OrderState.DECLINED, Decimal(0), 116)
    assert "средств" in status.reason
    until(lambda: shop.calls)
    assert not bank.read_callback(shop.calls[0]).success


def test_one_number_is_one_order(bank, shop):
    bank.register(shop.order("n-1", "10.00"))
    with pytest.raises(DuplicateOrder) as refused:
        bank.register(shop.order("n-1", "99.00"))
    assert refused.value.code == 1
    assert bank.find("n-1").amount == Decimal("10.00")


def test_an_order_is_paid_once(bank, shop):
    placed = bank.register(shop.order("n-1", "10.00"))
    pay(placed.form_url)
    assert "Оплата выполнена успешно" in httpx.post(placed.form_url, data=CARD).text
    assert "Оплата выполнена успешно" in httpx.post(placed.form_url + "/code", data={"code": "000000"}).text
    until(lambda: shop.calls)
    time.sleep(0.5)
    assert len(shop.calls) == 1


def test_money_goes_back_but_never_more_than_came(bank, shop):
    placed = bank.register(shop.order("n-1", "100.00"))
    with pytest.raises(BankRefused):
        bank.refund(placed.order_id, Decimal("1.00"))
    pay(placed.form_url)
    bank.refund(placed.order_id, Decimal("40.00"))
    with pytest.raises(BankRefused):
        bank.refund(placed.order_id, Decimal("60.01"))
    bank.refund(placed.order_id, Decimal("60.00"))
    status = bank.status(placed.order_id)
    assert (status.state, status.paid, status.refunded) == (OrderState.REFUNDED, Decimal("100.00"), Decimal("100.00"))


def test_a_session_that_runs_out_declines_the_order(bank, shop):
    placed = bank.register(shop.order("n-1", "10.00", seconds=1))
    until(lambda: bank.status(placed.order_id).state is OrderState.DECLINED, 5)
    assert "не прошла" in httpx.get(placed.form_url).text
    assert "не прошла" in httpx.post(placed.form_url, data=CARD).text
    until(lambda: shop.calls)
    assert bank.read_callback(shop.calls[0]).operation == "declinedByTimeout"


def test_an_unknown_order_is_unknown(bank):
    with pytest.raises(UnknownOrder):
        bank.status("nobody")
    with pytest.raises(UnknownOrder):
        bank.find("nobody")
    with pytest.raises(UnknownOrder):
        bank.refund("nobody", Decimal(1))


def test_a_wrong_password_is_refused(bank, given, shop):
    stranger = Bank(given.model_copy(update={"bank_password": "guess"}))
    with pytest.raises(BankRefused) as refused:
        stranger.register(shop.order("n-1", "10.00"))
    stranger.close()
    assert refused.value.code == 5
    with pytest.raises(UnknownOrder):
        bank.find("n-1")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": ""}, 4),
        ({"amount": "10.5"}, 5),
        ({"amount": "-1"}, 5),
        ({"amount": "9" * 5000}, 5),
        ({"orderNumber": "x" * 33}, 5),
        ({"returnUrl": "javascript:alert(1)"}, 5),
        ({"currency": "840"}, 3),
    ],
)
def test_a_wrong_parameter_is_named_by_the_codes_of_the_gateways(bank, changed, code):
    form = {"userName": "sandbox", "password": "sandbox", "orderNumber": "1", "amount": "100"}
    form |= {"returnUrl": "http://127.0.0.1/back"} | changed
    answer = httpx.post(f"{bank.base}/payment/rest/register.do", data=form).json()
    assert int(answer["errorCode"]) == code


def test_nobody_there_is_away_not_refused(given, shop):
    client = Bank(given)
    with pytest.raises(BankAway):
        client.register(shop.order("n-1", "10.00"))
    client.close()


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"orderId": "1"}'])
def test_an_answer_that_is_not_the_gateways_is_away(given, shop, body):
    client = Bank(given, httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text=body))))
    with pytest.raises(BankAway):
        client.register(shop.order("n-1", "10.00"))
    client.close()


@pytest.mark.parametrize(("status", "error"), [(500, BankAway), (429, BankAway), (403, BankRefused)])
def test_errors_of_http_are_sorted(given, shop, status, error):
    client = Bank(given, httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(status))))
    with pytest.raises(error):
        client.register(shop.order("n-1", "10.00"))
    client.close()


def test_orders_survive_a_restart_of_the_bank(given, bank, shop):
    placed = bank.register(shop.order("n-1", "10.00"))
    again = Ledger(given.home / "bank.db")
    kept = again.order(order_id=placed.order_id)
    assert kept is not None
    assert kept.number == "n-1"


def test_the_card_is_written_down_nowhere(given, bank, shop):
    pay(bank.register(shop.order("n-1", "10.00")).form_url)
    kept = b"".join(path.read_bytes() for path in given.home.glob("bank.db*"))
    assert b"1111" in kept
    assert b"4111111111111111" not in kept
    assert b"ANNA" not in kept


@pytest.mark.rows("R-65", "R-66", "R-67", "R-70", "R-71")
def test_the_page_shows_number_sum_countdown_and_the_fields(bank, shop):
    url = bank.register(shop.order("2351177", "728.50")).form_url
    page = httpx.get(url)
    for words in ("Номер заказа", "2351177", "Сумма", "728,50", "До окончания сессии осталось", "Номер карты"):
        assert words in page.text
    for words in ("Срок действия карты", "Имя владельца карты", "CVC2 / CVV2 код", "Оплатить"):
        assert words in page.text
    assert re.search(r"0:(20:00|19:5\d)", page.text)
    confirm = httpx.post(url, data=CARD, follow_redirects=True)
    assert "728,50" in confirm.text
    assert "Код из СМС" in confirm.text
    paid = httpx.post(url + "/code", data={"code": code_on(confirm.text)})
    assert paid.status_code == 303
    assert "Оплата выполнена успешно" in httpx.get(url).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"pan": "4111 1111 1111 1112"}, "Проверьте номер карты"),
        ({"pan": "²²²²²²²²²²²²²²²²"}, "Проверьте номер карты"),
        ({"month": "13"}, "Укажите месяц и год"),
        ({"year": "2020"}, "Укажите месяц и год"),
        ({"owner": ""}, "Впишите имя"),
        ({"cvc": "12"}, "Введите три цифры"),
    ],
)
def test_a_mistake_in_the_card_says_what_to_do_and_pays_nothing(bank, shop, changed, words):
    placed = bank.register(shop.order("n-1", "10.00"))
    page = httpx.post(placed.form_url, data=CARD | changed)
    assert page.status_code == 422
    assert words in page.text
    assert "4111" not in re.sub(r"<b>4111 1111 1111 1111</b>", "", page.text)  # the number is not repeated
    assert bank.status(placed.order_id).state is OrderState.REGISTERED


def test_a_wrong_code_pays_nothing(bank, shop):
    placed = bank.register(shop.order("n-1", "10.00"))
    code = code_on(httpx.post(placed.form_url, data=CARD, follow_redirects=True).text)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert httpx.post(placed.form_url + "/code", data={"code": wrong}).status_code == 422
    assert httpx.post(placed.form_url + "/code", data={"code": "²"}).status_code == 422
    assert bank.status(placed.order_id).state is OrderState.CONFIRMING


def test_the_code_page_is_not_a_way_around_the_card(bank, shop):
    placed = bank.register(shop.order("n-1", "10.00"))
    httpx.post(placed.form_url + "/code", data={"code": ""})
    assert bank.status(placed.order_id).state is OrderState.REGISTERED


def test_leaving_without_paying_goes_back_to_the_shop(bank, shop):
    order = shop.order("n-1", "10.00")
    placed = bank.register(order)
    assert httpx.post(placed.form_url, data={"leave": "1"}).headers["location"].startswith(order.fail_url)
    assert bank.status(placed.order_id).state is OrderState.REGISTERED


def test_words_of_the_shop_are_shown_not_run(bank, shop):
    order = shop.order("n-1", "10.00", description="<script>alert(1)</script>")
    assert "<script>alert" not in httpx.get(bank.register(order).form_url).text


@pytest.mark.parametrize("sum_", ["0", "-1.00", "1.005"])
def test_a_sum_that_cannot_be_paid_is_refused_before_the_network(sum_):
    with pytest.raises(ValueError):
        to_kopecks(Decimal(sum_))


def test_luhn_finds_every_single_typo():
    good = "4111111111111111"
    assert luhn(good)
    for place, digit in enumerate(good):
        for other in set("0123456789") - {digit}:
            assert not luhn(good[:place] + other + good[place + 1 :])


class Shop:
    """Hears the call-backs of the bank."""

    def __init__(self) -> None:
        self.calls: list[dict[str, str]] = []
        self.answers: list[int] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802 - named by http.server
                shop.calls.append(dict(parse_qsl(urlsplit(self.path).query)))
                self.send_response(shop.answers.pop(0) if shop.answers else 200)
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def order(
        self, number: str, amount: str, *, description: str = "Технологическое присоединение", seconds: int = 1200
    ):
        urls = (f"{self.base}/back?x=1", f"{self.base}/failed", f"{self.base}/hooks/bank")
        return NewOrder(number, Decimal(amount), description, *urls, session_seconds=seconds)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join(5)
        self.server.server_close()


def pay(url: str) -> str:
    """As a person does it; where the bank sends him."""
    page = httpx.post(url, data=CARD, follow_redirects=True)
    return httpx.post(url + "/code", data={"code": code_on(page.text)}).headers["location"]


def code_on(page: str) -> str:
    found = re.search(r'id="sandbox-code">(\d{6})<', page)
    assert found
    return found[1]


def until(condition, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
