"""Webhooks by program: made with a secret told once, tried out, looked at, removed; and what does not fit a shape is told in the
reader's language beside its field."""

from typing import Any

import pytest
from sqlmodel import select

from infra.keys import vault_keys
from models.integration.rules import MOST_WEBHOOKS
from models.integration.tables import Call, Webhook
from signatures.secrets import Vault
from tests.dashboard.api.world import World

ASKED = {"address": "https://example.ru/feeder", "events": ["document.placed", "notice.created"]}


def test_an_address_is_added_tried_out_looked_at_and_removed(world: World) -> None:
    once = {"Idempotency-Key": "webhook-0001"}
    made = world.call("POST", "/webhooks", json=ASKED, headers=once)
    assert made.status_code == 201, made.text
    hook, secret = made.json()["id"], made.json()["secret"]
    again = world.call("POST", "/webhooks", json=ASKED, headers=once)
    assert (again.json()["secret"], again.headers["idempotency-replayed"]) == (secret, "true")
    with world.database.transaction() as db:
        row = db.get_one(Webhook, hook)
        assert Vault(vault_keys()).open(row.secret) == {"secret": secret}
    shown = world.call("GET", "/webhooks").json()["items"]
    assert [(h["address"], h["events"]) for h in shown if h["id"] == hook] == [(ASKED["address"], ASKED["events"])]
    assert all("secret" not in h for h in shown), "it is told once"
    assert world.call("POST", f"/webhooks/{hook}/test").status_code == 204
    (call,) = world.call("GET", f"/webhooks/{hook}/calls").json()["items"]
    assert (call["event"], call["state"]) == ("test", "ordered")
    assert world.call("DELETE", f"/webhooks/{hook}").status_code == 204
    assert hook not in [h["id"] for h in world.call("GET", "/webhooks").json()["items"]]
    for method, path in (("POST", "test"), ("GET", "calls")):
        assert world.call(method, f"/webhooks/{hook}/{path}").status_code == 404
    with world.database.transaction() as db:
        assert len(db.exec(select(Call).where(Call.webhook_id == hook)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"address": "https://10.0.0.1/feeder"}, "/address"), ({"address": "file:///etc/passwd"}, "/address"),
     ({"events": ["application.unheard_of"]}, "/events"), ({"events": []}, "/events")],
)  # fmt: skip
def test_what_leads_nowhere_or_asks_for_nothing_is_refused_beside_its_field(
    world: World, wrong: dict[str, Any], pointer: str
) -> None:
    before = world.call("GET", "/webhooks").json()
    answer = world.call("POST", "/webhooks", json=ASKED | wrong)
    assert (answer.status_code, [e["pointer"] for e in answer.json()["errors"]]) == (422, [pointer]), answer.text
    assert world.call("GET", "/webhooks").json() == before


def test_a_person_has_so_many_addresses_and_no_more(world: World) -> None:
    while len(world.call("GET", "/webhooks").json()["items"]) < MOST_WEBHOOKS:
        assert world.call("POST", "/webhooks", json=ASKED).status_code == 201
    assert world.call("POST", "/webhooks", json=ASKED).json()["errors"][0]["pointer"] == "/address"


@pytest.mark.parametrize(
    ("sent", "pointer", "russian", "english"),
    [
        ({"events": []}, "/address", "Это поле нужно", "This field is needed"),
        (ASKED | {"secret": "мой"}, "/secret", "Такого поля нет", "There is no such field"),
        (ASKED | {"address": 5}, "/address", "Ожидается текст", "A text is expected"),
        (ASKED | {"address": "x" * 501}, "/address", "Не больше 500 знаков", "At most 500 signs"),
        (ASKED | {"events": "test"}, "/events", "Ожидается список", "A list is expected"),
        (ASKED | {"events": ["test\x00"]}, "/events/0", "Знак U+0000 сохранить нельзя", "The sign U+0000 cannot be kept"),
        (ASKED | {"events": ["x"] * 6}, "/events", "В списке много строк: не больше 5",
         "The list has too many entries: at most 5"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_shape_is_told_in_the_readers_language(
    world: World, sent: dict[str, Any], pointer: str, russian: str, english: str
) -> None:
    for language, words in (("ru", russian), ("en-GB,en", english)):
        answer = world.call("POST", "/webhooks", json=sent, headers={"Accept-Language": language})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert answer.json()["errors"] == [{"pointer": pointer, "detail": words}]
        assert answer.headers["content-language"] == language[:2]


@pytest.mark.parametrize(
    ("path", "pointer", "words"),
    [("/notices?limit=1000", "/query/limit", "Не больше 100"), ("/notices?limit=0", "/query/limit", "Не меньше 1"),
     ("/notices?limit=many", "/query/limit", "Ожидается целое число"),
     ("/notices?unread=perhaps", "/query/unread", "Ожидается true или false"),
     ("/applications/x/status", "/path/application_id", "Ожидается целое число"),
     ("/documents/1/file?form=txt", "/query/form", "Ожидается одно из: 'pdf', 'seal'"),
     ("/offices/1/slots?service_id=1&first=tomorrow&last=2027-01-01", "/query/first", "Ожидается день вида 2027-01-11")],
)  # fmt: skip
def test_a_parameter_of_the_address_is_named_too(world: World, path: str, pointer: str, words: str) -> None:
    answer = world.call("GET", path, headers={"Accept-Language": "ru"})
    assert answer.status_code == 422, answer.text
    assert {"pointer": pointer, "detail": words} in answer.json()["errors"]
