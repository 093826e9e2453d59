"""An account is bound by whoever proves to know it; readings are taken from whoever has bound it, and from nobody else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from models.account import actions, queries, rules
from models.account.tables import Account, AccountBinding, Reading, RegisterKind
from models.people import my_data, retention
from models.people.access_tables import RequestKind
from models.people.actions import LIMITS
from models.people.tables import Audit
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, NotReady, TooMany
from tests.models.account.billing import NUMBER, OTHER, Billing
from tests.models.story import Story

D = Decimal
SURNAME, SUM = "Смирнова", "728,50"


@pytest.fixture
def billing(story: Story) -> Billing:
    return Billing(story)


def charged(billing: Billing, number: str = NUMBER) -> Account:
    """An account with a bill of 728,50."""
    row = billing.account(number)
    billing.load(RegisterKind.CHARGES, {"Лицевой счёт": number})
    return row


def bound(billing: Billing, number: str = NUMBER) -> tuple[Actor, Account]:
    row, anna = charged(billing, number), billing.customer()
    assert actions.bind(billing.session, anna, number, SURNAME, billing.story.now)
    return anna, row


# ------------------------------------------------------------------------------------------------ binding
@pytest.mark.parametrize("proof", [SURNAME, SUM])
def test_the_address_is_shown_to_whoever_proves_and_then_the_account_is_his(billing: Billing, proof: str) -> None:
    row, anna, now = charged(billing), billing.customer(), billing.story.now
    found = actions.found(billing.session, anna, " 1100 2233 4455", proof, now)
    assert found == actions.Found(NUMBER, row.address)
    assert queries.bound(billing.session, anna.person) == [], "looking binds nothing"
    made = actions.bind(billing.session, anna, NUMBER, proof, now)
    assert queries.bound(billing.session, anna.person) == [row]
    assert actions.bind(billing.session, anna, NUMBER, proof, now) is made, "twice is once"


@pytest.mark.parametrize("proof", ["", "Иванова", "728,51", NUMBER])
def test_the_number_alone_tells_nothing(billing: Billing, proof: str) -> None:
    charged(billing)
    anna, now = billing.customer(), billing.story.now
    for number in (NUMBER, OTHER):  # one that is there, one that is not: the same silence
        assert actions.found(billing.session, anna, number, proof, now) is None
        assert actions.bind(billing.session, anna, number, proof, now) is None
    assert billing.session.exec(select(AccountBinding)).all() == []


def test_every_look_is_in_the_audit(billing: Billing) -> None:
    row, anna, now = charged(billing), billing.customer(), billing.story.now
    actions.found(billing.session, anna, NUMBER, "Иванова", now)
    actions.bind(billing.session, anna, NUMBER, SURNAME, now)
    query = select(Audit).where(Audit.user_id == anna.person).order_by(col(Audit.id))
    told = [(a.tag, a.subject_id, a.facts) for a in billing.session.exec(query)]
    tag = "cabinet:account:looked"
    assert told == [
        (tag, row.id, {"fits": False}),
        (tag, row.id, {"fits": True}),
        ("cabinet:account:bound", row.id, {}),
    ]


def test_one_person_cannot_walk_through_numbers(billing: Billing) -> None:
    charged(billing)
    anna, now = billing.customer(), billing.story.now
    limit, minutes = LIMITS["account"]
    for n in range(limit):
        actions.found(billing.session, anna, f"{int(NUMBER) - limit + n}", SURNAME, now)
    with pytest.raises(TooMany):
        actions.bind(billing.session, anna, NUMBER, SURNAME, now)
    assert actions.found(billing.session, anna, NUMBER, SURNAME, now + timedelta(minutes=minutes)) is not None


def test_many_people_cannot_guess_the_surname_of_one_account(billing: Billing) -> None:
    charged(billing)
    limit, now = LIMITS["account-number"][0], billing.story.now
    half = LIMITS["account"][0]
    for _ in range(limit // half):
        guesser = billing.customer()
        for n in range(half):
            actions.found(billing.session, guesser, NUMBER, f"{n + 1},00", now)
    with pytest.raises(TooMany):
        actions.found(billing.session, billing.customer(), NUMBER, SURNAME, now)


def test_an_account_is_unbound_by_himself_and_may_be_bound_again(billing: Billing) -> None:
    anna, row = bound(billing)
    peter, now = billing.customer(), billing.story.now
    with pytest.raises(NotFound):
        actions.unbind(billing.session, peter, row.id or 0, now)
    actions.bind(billing.session, peter, NUMBER, SURNAME, now)
    actions.unbind(billing.session, anna, row.id or 0, now)
    assert queries.bound(billing.session, anna.person) == []
    assert queries.bound(billing.session, peter.person) == [row], "who else has bound it keeps it"
    actions.bind(billing.session, anna, NUMBER, SURNAME, now)
    assert len(billing.session.exec(select(AccountBinding)).all()) == 3


def test_the_database_keeps_one_living_binding(billing: Billing) -> None:
    anna, row = bound(billing)
    told = {"account_id": row.id, "user_id": anna.person, "bound_at": billing.story.now}
    with pytest.raises(IntegrityError, match="account_binding_one"), billing.session.begin_nested():
        billing.session.execute(insert(AccountBinding).values(**told))


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN, Role.MANAGER, Role.ENGINEER])
def test_staff_bind_no_accounts(billing: Billing, role: Role) -> None:
    charged(billing)
    with pytest.raises(NotAllowed):
        actions.bind(billing.session, billing.story.staff(role), NUMBER, SURNAME, billing.story.now)


def test_the_copy_of_ones_data_names_accounts_and_the_removal_takes_them_away(billing: Billing) -> None:
    anna, _row = bound(billing)
    reading = billing.meter(**{"Показание": ""})
    actions.enter(billing.session, anna, reading.id or 0, "12445", billing.story.now)
    copy = my_data.copy_of(billing.session, anna.person)
    assert [(r["number"], r["holder"]) for r in copy["accounts"]] == [(NUMBER, "Смирнова Анна Викторовна")]
    assert [r["value"] for r in copy["readings"]] == [D(12445)]
    my_data.ask(billing.session, RequestKind.DELETE, "Удалите", anna, billing.story.now)
    retention.run(billing.session, "cabinet", billing.story.now + timedelta(days=31))
    assert billing.session.exec(select(AccountBinding)).all() == []


# ------------------------------------------------------------------------------------------------ readings
@pytest.mark.rows("R-74")
def test_the_consumption_is_told_before_anything_is_taken(billing: Billing) -> None:
    anna, _ = bound(billing)
    meter = billing.meter()
    told = actions.check(billing.session, anna, meter.id or 0, "12445", billing.story.now)
    assert (told.previous, told.value, told.consumed, told.rolled) == (D(12345), D(12445), D(100), False)
    assert len(billing.session.exec(select(Reading)).all()) == 1, "without the confirmation nothing is taken"


def test_a_reading_carries_the_day_of_its_input_by_itself(billing: Billing) -> None:
    anna, _ = bound(billing)
    meter, late = billing.meter(), billing.story.now.replace(hour=22)  # the next day already where the account is
    row = actions.enter(billing.session, anna, meter.id or 0, " 12 445 ", late)
    assert (row.day, row.value, row.source, row.user_id) == (date(2026, 11, 3), D(12445), "cabinet", anna.user_id)
    assert row.entered_at == late


def test_a_slip_is_corrected_the_same_day_and_the_first_value_stays_in_the_history(billing: Billing) -> None:
    anna, _ = bound(billing)
    meter, now = billing.meter(), billing.story.now
    actions.enter(billing.session, anna, meter.id or 0, "12945", now)
    row = actions.enter(billing.session, anna, meter.id or 0, "12445", now + timedelta(hours=1))
    assert actions.enter(billing.session, anna, meter.id or 0, "12445", now + timedelta(hours=2)) is row
    query = select(Reading).where(Reading.source == "cabinet").order_by(col(Reading.id))
    assert [(r.value, r.replaced_at is None) for r in billing.session.exec(query)] == [
        (D(12945), False),
        (D(12445), True),
    ]
    with pytest.raises(Invalid, match="less than the previous one, 12445"):
        actions.enter(billing.session, anna, meter.id or 0, "12400", now + timedelta(days=1))


def test_a_counter_that_began_anew_is_asked_about_first(billing: Billing) -> None:
    anna, _ = bound(billing)
    meter, now = billing.meter(**{"Показание": "99980"}), billing.story.now
    told = actions.check(billing.session, anna, meter.id or 0, "15", now)
    assert (told.consumed, told.rolled) == (D(35), True)
    with pytest.raises(rules.TurnedOver, match="35 was consumed"):
        actions.enter(billing.session, anna, meter.id or 0, "15", now)
    assert actions.enter(billing.session, anna, meter.id or 0, "15", now, rolled=told.rolled).value == 15


@pytest.mark.parametrize("told", [{"Дата очередной поверки": "01.11.2026"}, {"Снят": "02.11.2026"}])
def test_a_meter_that_may_not_count_takes_no_reading(billing: Billing, told: dict[str, str]) -> None:
    anna, _ = bound(billing)
    meter = billing.meter()
    billing.meter(**told) if "Снят" not in told else billing.load(RegisterKind.METERS, told)
    with pytest.raises(NotReady):
        actions.enter(billing.session, anna, meter.id or 0, "12445", billing.story.now)


def test_a_meter_of_an_account_of_others_is_not_there(billing: Billing) -> None:
    anna, row = bound(billing)
    meter, peter = billing.meter(), billing.customer()
    for attempt in (actions.check, actions.enter):
        with pytest.raises(NotFound):
            attempt(billing.session, peter, meter.id or 0, "12445", billing.story.now)
    actions.unbind(billing.session, anna, row.id or 0, billing.story.now)
    with pytest.raises(NotFound):
        actions.enter(billing.session, anna, meter.id or 0, "12445", billing.story.now)
    with pytest.raises(NotFound):
        actions.enter(billing.session, anna, 10**9, "12445", billing.story.now)
