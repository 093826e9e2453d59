"""What tests of money share: an invoice by a template, money by a line of a statement, the balance of a case."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from sqlmodel import select

from models.connection.tables import Application
from models.payment import actions, queries, settling
from models.payment.ledger_tables import BankLine, BankStatement, Receipt, StatementState
from models.payment.rules import fee
from models.payment.tables import Instalment
from tests.models.payment.test_fee import DAY, company
from tests.models.story import Story

D = Decimal
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def issue(story: Story, case: Application, template: str, total: str = "605831.06", **more: Any) -> list[Instalment]:
    made = replace(
        fee(company(distance_m=450), queries.rates_on(story.session, DAY)), total=D(total), vat=D(total) * 22 / 122
    )
    made = replace(made, vat=made.vat.quantize(D("0.01")))
    day = story.now.date()
    invoice = actions.issue_invoice(
        story.session, case.id or 0, f"n-{template}", made, day, story.now, template=template, first_days=5, **more
    )
    return list(queries.instalments(story.session, invoice.id or 0))


def transfer(story: Story, case: Application, amount: str) -> Receipt:
    """Money by a line of a statement."""
    count = len(story.session.exec(select(BankLine)).all())
    by = case.applicant_id
    statement = BankStatement(name="f", sha256=f"{count}", account="1", imported_by=by, imported_at=story.now)
    story.session.add(statement)
    story.session.flush()
    line = BankLine(statement_id=statement.id or 0, key=f"k{count}{story.now}", row=1, number="1", day=story.now.date(), amount=D(amount),
                    state=StatementState.CREDITED)  # fmt: skip
    story.session.add(line)
    story.session.flush()
    found = Receipt(
        application_id=case.id or 0, amount=D(amount), line_id=line.id, paid_at=story.now, credited_at=story.now
    )
    settling.receive(story.session, found, story.now)
    return found


def balance(story: Story, case: Application) -> queries.Balance:
    found = queries.balance(story.session, case.id or 0)
    assert found.paid - found.returned + found.due == found.billed + found.overpaid
    assert min(found.billed, found.paid, found.returned, found.due, found.overpaid, found.returnable) >= 0
    return found


def overpaid(story: Story, case: Application) -> None:
    """Card payment of everything, then 5 000 ₽ by a transfer."""
    story.pay(case, [1, 2, 3, 4])
    transfer(story, case, "5000.00")
