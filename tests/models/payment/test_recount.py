"""A key rate that is known later than its first day: interest not yet paid is counted anew, what is paid is not asked twice."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from models.connection import late_rates
from models.connection.tables import Application, Stage
from models.delivery.tables import Notice
from models.payment import actions, queries, settling
from models.payment.accrued import accrued
from models.payment.ledger_tables import Interest, KeyRate
from models.payment.tables import Instalment
from models.process.actor import SYSTEM, Role
from models.process.errors import ManyInvalid
from models.process.history import broken
from models.rulebook import actions as book
from models.rulebook.tables import Kind
from tests.models.payment.ledger import D, issue, transfer
from tests.models.story import Story


@pytest.fixture
def parts(story: Story, case: Application) -> list[Instalment]:
    """10 % is paid, 90 000 in four quarters bear 20 % a year; thirty days of it are written."""
    rows = issue(story, case, "PAY-XI", "100000.00", count=4)
    transfer(story, case, "10000.00")
    actions.fix_due(story.session, case.id or 0, "act_or_notice.placed", story.now)
    story.later(days=30)
    assert settling.accrue(story.session, case.id or 0, story.now.date(), story.now) == D("1479.45")
    return rows


def rate(story: Story, percent: str, day: date) -> None:
    story.session.add(KeyRate(percent=D(percent), basis="решение", valid_from=day))
    story.session.flush()


def written(story: Story, part: Instalment) -> list[Interest]:
    return list(queries.interest_rows(story.session, part.invoice_id))


def test_days_after_the_late_rate_are_counted_by_it(story: Story, case: Application, parts: list[Instalment]) -> None:
    first = written(story, parts[0])[0].day_from
    rate(story, "12", first + timedelta(days=10))
    found = settling.recount(story.session, case.id or 0)
    rows = written(story, parts[0])
    assert [(r.percent, r.days, r.amount) for r in rows] == [(D(20), 10, D("493.15")), (D(16), 20, D("789.04"))]
    assert found == (D("1479.45"), D("1282.19"))
    assert parts[1].interest == D("1282.19")
    assert [(r.principal, r.day_to) for r in rows][-1] == (D("90000.00"), story.now.date())
    assert settling.recount(story.session, case.id or 0) is None  # once
    assert not any(a.paid for a in accrued(story.session, parts[0].invoice_id))


def test_a_paid_part_is_never_asked_for_more(story: Story, case: Application, parts: list[Instalment]) -> None:
    transfer(story, case, "23979.45")
    assert parts[1].credited_at is not None
    rate(story, "21", written(story, parts[0])[0].day_from)
    assert settling.recount(story.session, case.id or 0) is None
    assert (parts[1].interest, parts[1].left) == (D("1479.45"), 0)
    (told,) = accrued(story.session, parts[0].invoice_id)
    assert (told.key_percent, told.paid, told.last_known) == (D(16), True, False)


def test_what_was_paid_too_much_goes_to_the_next_part(story: Story, case: Application, parts: list[Instalment]) -> None:
    transfer(story, case, "23979.45")
    rate(story, "6", written(story, parts[0])[0].day_from)
    assert settling.recount(story.session, case.id or 0) == (D("1479.45"), D("739.73"))  # 90 000 × 10 % × 30 / 365
    assert parts[1].credited_at is not None
    assert (parts[1].covered, parts[2].covered) == (D("23239.73"), D("739.72"))


def test_the_case_remembers_and_the_applicant_is_told(story: Story, case: Application, parts: list[Instalment]) -> None:
    """Two people write a rate of a day that has passed; the case of a contract that ended is left alone."""
    s, first = story.session, written(story, parts[0])[0].day_from
    values = {"percent": "6", "basis": "Банк России", "confidence": "confirmed"}
    asked = (Kind.KEY_RATE, "key_rate", values, first, "Ставка внесена с опозданием")
    row = book.propose(s, *asked, story.staff(Role.MANAGER), story.now.date(), story.now)
    book.confirm(s, row.id or 0, story.staff(Role.ADMIN), story.now.date(), story.now)
    last = story.history(case)[-1]
    assert (last.tag, last.changes["interest"]) == ("desk:connection:interest_recounted", ["1479.45", "739.73"])
    assert not broken(story.history(case))
    notice = s.exec(select(Notice).where(Notice.application_id == case.id).order_by(col(Notice.id).desc())).first()
    assert notice is not None
    assert "Было 1479,45\u00a0₽, стало 739,73\u00a0₽" in notice.text
    assert late_rates.came(s, first, SYSTEM, story.now) == []
    rate(story, "7", story.now.date())
    case.stage = Stage.TERMINATED
    s.flush()
    assert late_rates.came(s, first, SYSTEM, story.now) == []


def test_the_points_above_the_key_rate_are_a_dated_row(
    story: Story, case: Application, parts: list[Instalment]
) -> None:
    """ПП 861, п. 104: another number is another edition, its days are counted by it."""
    s, today = story.session, story.now.date()
    values = {"value": "5", "basis": "ПП 861 в новой редакции"}
    asked = (Kind.LIMIT, "instalment_points", values, today + timedelta(days=3), "Правила изменены")
    row = book.propose(s, *asked, story.staff(Role.MANAGER), today, story.now)
    book.confirm(s, row.id or 0, story.staff(Role.ADMIN), today, story.now)
    story.later(days=4)
    settling.accrue(s, case.id or 0, story.now.date(), story.now)
    assert [(r.percent, r.days) for r in written(story, parts[0])] == [(D(20), 30), (D(20), 2), (D(21), 2)]
    assert {(a.key_percent, a.paid) for a in accrued(s, parts[0].invoice_id)} == {(D(16), False)}


def test_other_rules_still_begin_today_or_later(story: Story) -> None:
    day = date(2026, 1, 1)
    with pytest.raises(ManyInvalid):
        book.propose(story.session, Kind.VAT, "vat", {"percent": "20", "basis": "НК"}, day, "x",
                     story.staff(Role.MANAGER), story.now.date(), story.now)  # fmt: skip
