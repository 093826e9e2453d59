"""Returns of money: by two people, no more than is free, the way it came."""

import pytest
from sqlmodel import select

from models.connection.tables import Application, Stage
from models.payment import actions, returns
from models.payment.ledger_tables import Refund, RefundState
from models.process.actor import Role
from models.process.errors import Invalid, NotAllowed
from tests.models.payment.ledger import D, balance, overpaid, transfer
from tests.models.story import Story


# ------------------------------------------------------------------------------------------------ returns
def test_a_return_needs_two_people(story: Story, case: Application) -> None:
    overpaid(story, case)
    billing, manager = story.staff(Role.BILLING), story.staff(Role.MANAGER)
    (row,) = returns.refund(story.session, case.id or 0, D("5000"), "заявление от 02.11.2026", story.now, actor=billing)
    assert row.state == RefundState.PROPOSED
    assert balance(story, case).returned == D("5000.00")  # promised: it is not given twice
    with pytest.raises(NotAllowed):
        returns.approve(story.session, row.id or 0, billing, story.now)
    returns.approve(story.session, row.id or 0, manager, story.now)
    assert row.state == RefundState.TRANSFER
    with pytest.raises(Invalid):
        returns.transferred(story.session, row.id or 0, billing, " ", story.now)
    returns.transferred(story.session, row.id or 0, billing, "№ 118 от 02.11.2026", story.now)
    assert row.state == RefundState.DONE
    assert balance(story, case).overpaid == 0


def test_the_manager_who_asked_does_not_agree_with_himself(story: Story, case: Application) -> None:
    overpaid(story, case)
    manager = story.staff(Role.MANAGER)
    (row,) = returns.refund(story.session, case.id or 0, D("1"), "основание", story.now, actor=manager)
    with pytest.raises(NotAllowed):
        returns.approve(story.session, row.id or 0, manager, story.now)


@pytest.mark.parametrize(
    ("amount", "ground", "field"),
    [("5000.01", "g", "amount"), ("0", "g", "amount"), ("-1", "g", "amount"), ("1", " ", "ground")],
)
def test_more_than_is_free_and_returns_without_a_ground_are_refused(
    story: Story, case: Application, amount: str, ground: str, field: str
) -> None:
    overpaid(story, case)
    with pytest.raises(Invalid) as fault:
        actions.refund(story.session, case.id or 0, D(amount), ground, story.now)
    assert fault.value.field == field
    assert story.session.exec(select(Refund)).all() == []


def test_a_return_after_an_end_goes_the_ways_the_money_came(story: Story) -> None:
    case = story.to(Stage.EXECUTION)  # the first part came by card
    transfer(story, case, "1000.00")
    story.move(case, "terminate", Role.MANAGER, reason="по соглашению")
    rows = actions.refund(story.session, case.id or 0, D("15850"), "расторжение", story.now)
    assert [(r.amount, r.state) for r in rows] == [
        (D("1000.00"), RefundState.TRANSFER),
        (D("14850.00"), RefundState.ORDERED),
    ]
    with pytest.raises(Invalid):
        actions.refund(story.session, case.id or 0, D("0.01"), "расторжение", story.now)


def test_the_banks_refusal_frees_the_money_and_can_be_tried_again(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    story.move(case, "terminate", Role.MANAGER, reason="по соглашению")
    (row,) = actions.refund(story.session, case.id or 0, D("14850"), "расторжение", story.now)
    returns.settled(story.session, row, story.now, refused="Операция отклонена")
    assert (row.state, row.error) == (RefundState.REFUSED, "Операция отклонена")
    assert balance(story, case).returnable == D("14850.00")
    returns.again(story.session, row.id or 0, story.staff(Role.BILLING), story.now)
    returns.settled(story.session, row, story.now)
    returns.settled(story.session, row, story.now, refused="поздний ответ")  # twice is once
    assert (row.state, row.tries) == (RefundState.DONE, 2)
    assert balance(story, case).returnable == 0


@pytest.mark.parametrize(("typed", "sum_"), [("14 850,00", "14850.00"), ("14850 ₽", "14850.00"), ("0,01", "0.01")])
def test_a_sum_is_read_as_people_write_it(typed: str, sum_: str) -> None:
    assert returns.typed_sum(typed) == D(sum_)


@pytest.mark.parametrize(
    "typed", ["", "много", "-1", "0", "1,001", "1e5x", "1e400", "NaN", "٣", "1e3", "1_000", "+5", "1" * 13]
)
def test_what_is_no_sum_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        returns.typed_sum(typed)
