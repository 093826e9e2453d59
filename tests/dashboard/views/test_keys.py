"""«Программный доступ»: a key is shown once, revoked at once; an address is judged before it is kept; every try is seen."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from infra import clock
from models.integration import actions, calls
from models.integration.calls import Outcome
from models.integration.rules import EVENTS, Scope
from models.integration.tables import ApiKey, Call, Webhook
from models.people.rules import actor_of
from models.people.tables import User
from signatures.secrets import hash_password
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401

PASSWORD = "Береговая-14"


@pytest.fixture
def owner(cabinet: Cabinet) -> User:  # noqa: F811
    with cabinet.database.transaction() as db:
        user = db.exec(select(User).where(User.login == "anna")).one()
        user.password_hash = hash_password(PASSWORD)
        return user


def keys(cabinet: Cabinet) -> list[ApiKey]:  # noqa: F811
    return list(cabinet.read(lambda db: db.exec(select(ApiKey)).all()))


def send(page: Any, label: str, **fields: Any) -> Any:
    """Fill a form and send it, in one go: a form's fields count when it is sent."""
    for name, value in fields.items():
        page._field(name.replace("__", "-")).set_value(value)
    next(b for b in page.app.button if b.label == label and b.form_id).click().run()
    page._check()
    return page


def code(page: Any) -> str:
    return " ".join(c.value for c in page.app.code)


def test_a_key_is_made_shown_once_and_revoked(cabinet: Cabinet, owner: User) -> None:  # noqa: F811
    page = cabinet.shows("keys")
    assert "Ключей пока нет" in page.text
    ticked = {"key-scope-notices:read": True}
    send(page, "Создать ключ", key__name="Наша 1С", key__password=PASSWORD, **ticked)
    shown = code(page)
    (row,) = keys(cabinet)
    assert row.prefix in shown
    assert (row.name, row.scopes) == ("Наша 1С", ["notices:read"])
    page.press("keys-saved")
    assert code(page) == ""
    assert "Читать уведомления" in page.text
    assert row.prefix in page.text
    page.decide(f"revoke-{row.id}", "revoke-sure")
    assert keys(cabinet)[0].revoked_at is not None


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(cabinet: Cabinet, owner: User) -> None:  # noqa: F811
    page = cabinet.shows("keys")
    send(page, "Создать ключ", key__name="Наша 1С", key__password=PASSWORD)
    assert "Выберите хотя бы одно право" in page.text
    assert page._field("key-name").value == "Наша 1С"
    send(page, "Создать ключ", key__password="не тот пароль", **{"key-scope-notices:read": True})
    assert "Пароль не подошёл" in page.text
    assert keys(cabinet) == []


def test_an_address_is_added_with_a_secret_of_its_own(cabinet: Cabinet, owner: User) -> None:  # noqa: F811
    page = cabinet.shows("keys")
    send(page, "Добавить адрес", hook__address="не адрес", **{"hook-event-notice.created": True})
    assert "Напишите адрес целиком" in page.text
    send(page, "Добавить адрес", hook__address="http://127.0.0.1:9/hook")
    assert code(page).startswith("whs_")
    (hook,) = cabinet.read(lambda db: db.exec(select(Webhook)).all())
    assert (hook.address, hook.events) == ("http://127.0.0.1:9/hook", ["notice.created"])
    page.press("hook-saved").press(f"hook-try-{hook.id}")
    assert cabinet.read(lambda db: db.exec(select(Call.event)).all()) == ["test"]
    page.press(f"hook-switch-{hook.id}")
    assert not cabinet.read(lambda db: db.get_one(Webhook, hook.id).active)
    assert "Включить" in page.buttons
    page.decide(f"hook-drop-{hook.id}", "hook-drop-sure")
    assert "127.0.0.1" not in page.text


def test_a_private_address_is_refused_in_production(
    cabinet: Cabinet,  # noqa: F811
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from infra import webhook
    from infra.settings import Settings

    strict = Settings(mode="production")
    monkeypatch.setattr(webhook, "settings", lambda: strict)
    monkeypatch.setattr("dashboard.views.keys_calls.settings", lambda: strict)
    page = cabinet.shows("keys")
    ticked = {"hook-event-notice.created": True}
    send(page, "Добавить адрес", hook__address="https://169.254.169.254/latest", **ticked)
    assert "внутреннюю сеть" in page.text
    assert cabinet.read(lambda db: db.exec(select(Webhook)).all()) == []


def test_every_try_is_seen_and_a_lost_call_is_sent_again(cabinet: Cabinet, owner: User) -> None:  # noqa: F811
    now = clock.now()
    with cabinet.database.transaction() as db:
        hook = actions.add_webhook(db, actor_of(owner), "https://example.ru/hook", b"x", list(EVENTS), now)
        actions.try_out(db, hook.id or 0, actor_of(owner), now)
        call = db.exec(select(Call)).one()
        number = calls.begin_try(db, call, calls.owner_of(db, call), now)
        calls.record_try(
            db, call, calls.owner_of(db, call), number or 0, Outcome("retry", 502, "HTTP 502 <script>"), now
        )
        db.execute(text("update webhook_call set next_at = now() + interval '1 hour'"))
        hook_id = hook.id
    page = cabinet.shows("keys")
    assert "HTTP 502 <script>" in page.text, "escaped in the page, plain when read"
    assert "будет повторён" in page.text
    page.press(f"hook-again-{hook_id}")
    call = cabinet.read(lambda db: db.exec(select(Call)).one())
    assert call.next_at <= clock.now()


def test_nobody_sees_another_persons_keys(cabinet: Cabinet, owner: User) -> None:  # noqa: F811
    from datetime import timedelta

    with cabinet.database.transaction() as db:
        actions.make_key(db, actor_of(owner), "Тайная", list(Scope), timedelta(days=1), clock.now())
    assert "Тайная" in cabinet.shows("keys").text
    assert "Тайная" not in cabinet.shows("keys", "stranger").text
