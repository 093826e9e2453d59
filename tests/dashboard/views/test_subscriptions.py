"""What a person wants to be told by e-mail and SMS is chosen on the page and kept to by what is sent; settings of the profile."""

import pytest
from sqlmodel import select

from infra import clock
from models.delivery import actions as delivery
from models.delivery import spread
from models.delivery.tables import Letter
from models.people.tables import User
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401


def choose(cabinet: Cabinet, **ticks: bool) -> None:  # noqa: F811
    shown = cabinet.shows("notices")
    for name, value in ticks.items():
        box = shown.app.checkbox(key=f"wish-{name.replace('_', '-')}")
        box.set_value(value)
    next(b for b in shown.app.button if b.label == "Сохранить").click().run()


def anna(cabinet: Cabinet) -> User:  # noqa: F811
    return cabinet.read(lambda db: db.exec(select(User).where(User.login == "anna")).one())


@pytest.mark.rows("J-006", "R-86")
def test_a_letter_about_a_payment_comes_until_it_is_switched_off(cabinet: Cabinet) -> None:  # noqa: F811
    mine = anna(cabinet).id or 0
    assert cabinet.read(lambda db: spread.letter_goes(db, mine, "payment_received"))
    choose(cabinet, money_email=False)
    assert not cabinet.read(lambda db: spread.letter_goes(db, mine, "payment_received"))
    assert cabinet.read(lambda db: spread.letter_goes(db, mine, "message")), "other news still come"
    assert cabinet.read(lambda db: spread.letter_goes(db, mine, "offer_placed")), "what the law wants told always does"
    choose(cabinet, money_email=True)
    assert cabinet.read(lambda db: spread.letter_goes(db, mine, "payment_received"))


@pytest.mark.rows("J-007")
def test_messages_to_the_phone_come_when_they_are_wanted(cabinet: Cabinet) -> None:  # noqa: F811
    mine = anna(cabinet).id or 0

    def told(key: str) -> list[Letter]:
        with cabinet.writing() as story:
            user = story.session.get_one(User, mine)
            user.phone, user.phone_confirmed_at = "+79225550123", clock.now()
            story.session.add(user)
            delivery.notify(story.session, key, mine, None, "message", "Вам ответили", "Текст", clock.now())
        return cabinet.read(lambda db: db.exec(select(Letter).where(Letter.kind == "notice_sms")).all())

    assert told("first") == []
    choose(cabinet, message_sms=True)
    assert [letter.recipient for letter in told("second")] == ["+79225550123"]


@pytest.mark.rows("R-52")
def test_the_settings_stand_together(cabinet: Cabinet) -> None:  # noqa: F811
    profile = [e.label for e in cabinet.shows("profile").app.expander]
    assert {"Изменить пароль", "Изменить E-mail", "Подтвердить или изменить телефон"} <= set(profile)
    ticks = {box.key for box in cabinet.shows("notices").app.checkbox}
    assert {"wish-money-email", "wish-money-sms", "wish-news-email"} <= ticks
