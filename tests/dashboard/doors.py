"""Hands of a visitor for the tests of registration, sign-in and recovery: profiles, forms, letters with codes and links."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from dashboard import utility
from dashboard.public import captcha, forms
from infra import profiles
from infra.database import Database
from infra.settings import settings
from models.delivery.tables import Letter

SNILS, OTHER_SNILS, INN, OGRN = "11223344595", "24568811300", "7707083893", "1027700132195"
GOOD = "Береговая14"
PEOPLE: dict[str, dict[str, str]] = {
    "individual": {"last_name": "Орлова", "first_name": "Вера", "middle_name": "Львовна", "snils": SNILS},
    "legal_entity": {
        "organisation": "ООО «Причал»",
        "inn": INN,
        "ogrn": OGRN,
        "kpp": "471201001",
        "head": "Орлов Пётр Ильич",
    },
    "entrepreneur": {"last_name": "Орлов", "first_name": "Пётр", "inn": "500100732259", "ogrn": "304500116000157"},
}


@contextmanager
def profile(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    """Inside, the installation is of another utility."""
    given = settings().model_copy(update={"profile": name})
    for module in ("infra.profiles", "infra.settings"):
        monkeypatch.setattr(f"{module}.settings", lambda: given)
    profiles.profile.cache_clear()
    utility.forget()
    yield
    profiles.profile.cache_clear()
    utility.forget()


def token(client: TestClient, path: str) -> str:
    client.get(path)
    return client.cookies[forms.cookie_name()]


def card(kind: str = "individual", **more: str) -> dict[str, str]:
    """Everything any profile may ask of this kind; each takes what it asks."""
    common = {"email": "vera@pochta.example", "phone": "+7 922 555-01-23", "password": GOOD, "repeat": GOOD}
    common |= {"name": "Вера", "login": "110022334455", "channel": "email", "city": "Тюмень", "robot": "no"}
    ticks = {f"consent_{w.kind}": "yes" for w in profiles.consents() if w.required}
    return PEOPLE[kind] | common | ticks | more


def register(client: TestClient, kind: str = "individual", **more: str) -> Any:
    """The answer to a filled-in card; the riddle of the profile is solved unless the caller gives an answer."""
    data = card(kind, **more) | {"csrf": token(client, f"/registration/{kind}")}
    how = profiles.cabinet().registration.captcha
    if how in ("picture", "sum") and "captcha" not in more:
        data |= solved(how)
    return client.post(f"/registration/{kind}", data=data)


def solved(kind: str) -> dict[str, str]:
    riddle = captcha.fresh(kind)
    return {"riddle": riddle.token, "captcha": captcha.answer(kind, riddle.token)}


def letters(database: Database, kind: str = "") -> list[Letter]:
    """Ordered ones, the newest last."""
    with database.transaction() as session:
        query = select(Letter).where(col(Letter.key).like("people:%"))
        return list(session.exec((query.where(Letter.kind == kind) if kind else query).order_by(col(Letter.id))))


def link(database: Database, kind: str) -> str:
    return str(letters(database, kind)[-1].data["link"])


def code(database: Database, kind: str) -> str:
    return str(letters(database, kind)[-1].data["what"])


def handle(answer: Any) -> str:
    found = re.search(r"h=([\w-]+)", answer.headers["location"])
    assert found
    return found[1]


def send_code(client: TestClient, path: str, promised: Any, typed: str) -> Any:
    where = promised.headers["location"]
    return client.post(path, data={"csrf": token(client, where), "h": handle(promised), "code": typed})


def another_code(client: TestClient, path: str, promised: Any) -> Any:
    where = promised.headers["location"]
    return client.post(path, data={"csrf": token(client, where), "h": handle(promised)})


def press(client: TestClient, path: str, **data: str) -> Any:
    return client.post(path, data={"csrf": token(client, path)} | data)
