"""Lines of statements find their cases: exact ones by themselves, doubtful ones by hand, each once, whoever imports."""

import threading
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from infra.bank.statement import Document
from infra.database import Database
from models.connection.tables import Application, Stage
from models.payment import queries, returns, statements
from models.payment.ledger_tables import BankLine, BankStatement, Receipt, StatementState
from models.payment.matching import Candidate, Match, invoices_in, match, stems_in
from models.people.tables import PersonKind
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotReady
from tests.models.story import Story
from tests.race.together import together

D = Decimal
OURS = "40702810355000001234"
ONE = Candidate(1, "000123/26", "000123/26-С-1", "4712009314", D("14850.00"), D("99000.00"), True)


# ------------------------------------------------------------------------------------------------ points
@pytest.mark.parametrize(
    ("amount", "inn", "purpose", "exact", "reasons"),
    [
        ("14850.00", "", "Оплата по счёту 000123/26-С-1", True, ("invoice", "part")),
        ("99000.00", "", "счет 000123 / 26 - C - 1 (латинская C)", True, ("invoice", "whole")),
        ("20000.00", "4712009314", "договор 000123/26-Д", False, ("case", "inn")),
        ("14850.00", "", "заявка ТП-000123/26", True, ("case", "part")),
        ("20000.00", "4712009314", "счет 000123/26-С-1", True, ("invoice", "inn")),
        ("14850.00", "7700000000", "счёт 000123/26-С-1", False, ("invoice", "part", "other_inn")),
        ("100000.00", "4712009314", "счёт 000123/26-С-1", False, ("invoice", "inn", "nothing_due")),
        ("14850.00", "4712009314", "за электроэнергию", False, ("inn", "part")),  # no number: somebody has to say so
    ],
)
def test_what_speaks_for_a_case_and_against(
    amount: str, inn: str, purpose: str, exact: bool, reasons: tuple[str, ...]
) -> None:
    found = match(D(amount), inn, purpose, [ONE])
    assert (found.application_id, found.exact, found.reasons) == (1, exact, reasons)


def test_a_closed_case_is_never_credited_by_itself() -> None:
    assert not match(D("14850.00"), "", "счёт 000123/26-С-1", [replace(ONE, is_open=False)]).exact


def test_two_that_fit_equally_are_nobodys() -> None:
    found = match(
        D("14850.00"),
        "",
        "за 000123/26 и 000124/26",
        [ONE, replace(ONE, application_id=2, stem="000124/26", invoice="")],
    )
    assert not found.exact
    assert "several" in found.reasons


@pytest.mark.parametrize("purpose", ["", "за свет", "1000123/26-С-1", "000123/261", "тел. 555-01-23"])
def test_figures_that_only_look_like_a_number_are_not_one(purpose: str) -> None:
    assert (invoices_in(purpose), stems_in(purpose)) == (set(), set())
    assert match(D("14850.00"), "", purpose, [ONE]) == Match(None, 30, ("no_number",))


# ------------------------------------------------------------------------------------------------ import
def paper(number: str, amount: str, purpose: str, **more: Any) -> Document:
    fields: dict[str, Any] = {
        "row": 10 * int(number), "kind": "Платежное поручение", "number": number, "day": date(2026, 11, 2), "amount": D(amount), "payer": "Смирнова А. В.",
        "payer_inn": "", "payer_account": "40817810000000000001", "payee_account": OURS, "purpose": purpose,
        "came_on": date(2026, 11, 2), "left_on": None,
    }  # fmt: skip
    return Document(**fields | more)


def take(
    session: Session, actor: Actor, now: Any, *papers: Document, sha: str = "a", account: str = OURS
) -> statements.Outcome:
    days = (date(2026, 11, 2), date(2026, 11, 2))
    return statements.load(session, "выписка.txt", sha, account, days, papers, actor, now)


@dataclass
class Bank:
    story: Story
    case: Application

    @property
    def billing(self) -> Actor:
        return self.story.staff(Role.BILLING)

    @property
    def invoice(self) -> str:
        found = queries.invoice_of(self.story.session, self.case.id or 0)
        assert found is not None
        return found.number

    def take(self, *papers: Document, sha: str = "a", **more: Any) -> statements.Outcome:
        return take(self.story.session, self.billing, self.story.now, *papers, sha=sha, **more)

    def lines(self) -> list[BankLine]:
        return list(self.story.session.exec(select(BankLine).order_by(BankLine.number)))  # type: ignore[arg-type]

    def unpaid(self) -> list[int]:
        return [i.seq for i in queries.unpaid(self.story.session, self.case.id or 0)]


@pytest.fixture
def bank(story: Story) -> Bank:
    return Bank(story, story.to(Stage.OFFER_PLACED))


@pytest.mark.rows("D-20")
def test_exact_ones_are_credited_doubtful_ones_wait_and_our_own_are_left_out(bank: Bank) -> None:
    made = bank.take(
        paper("1", "14850.00", f"Оплата по счёту {bank.invoice}"),
        paper("2", "500.00", f"доплата {bank.case.number}"),
        paper("3", "700.00", "за свет"),
        paper("4", "900.00", "аренда", payer_account=OURS, payee_account="40702810000000000009"),
    )
    assert (made.credited, made.proposed, made.unmatched, made.outgoing, made.known) == (1, 1, 1, 1, 0)
    assert [r.state for r in bank.lines()] == ["credited", "proposed", "unmatched", "outgoing"]
    assert bank.unpaid() == [2, 3, 4]
    assert [r.number for r in statements.waiting(bank.story.session)] == ["2", "3"]
    assert [r.number for r in statements.waiting(bank.story.session, "за СВЕТ")] == ["3"]
    assert [r.number for r in statements.waiting(bank.story.session, "500,00")] == ["2"]
    assert statements.waiting(bank.story.session, "%") == []


def test_the_same_file_and_the_same_document_in_another_file_change_nothing(bank: Bank) -> None:
    one = paper("1", "14850.00", f"Оплата по счёту {bank.invoice}")
    bank.take(one)
    again = bank.take(one)
    other = bank.take(replace(one, row=99, purpose="иначе"), sha="b")
    assert (again.known, again.credited) == (1, 0)
    assert (other.known, other.credited) == (1, 0)
    assert len(bank.lines()) == 1
    assert queries.balance(bank.story.session, bank.case.id or 0).paid == D("14850.00")


def test_a_statement_of_another_account_is_refused(bank: Bank) -> None:
    with pytest.raises(Invalid):
        bank.take(account="40702810355000009999")
    assert bank.story.session.exec(select(BankStatement)).all() == []


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ENGINEER, Role.APPLICANT, Role.AUDITOR])
def test_only_billing_and_its_manager_handle_statements(bank: Bank, role: Role) -> None:
    actor = bank.story.actor(bank.case, role)
    bank.take(paper("1", "5.00", "за свет"))
    (line,) = bank.lines()
    with pytest.raises(NotAllowed):
        take(bank.story.session, actor, bank.story.now, sha="z")
    for act in (
        lambda: statements.assign(bank.story.session, line.id or 0, bank.case.id or 0, actor, bank.story.now),
        lambda: statements.undo(bank.story.session, line.id or 0, actor, "почему", bank.story.now),
        lambda: statements.send_back(bank.story.session, line.id or 0, actor, "№ 1", bank.story.now),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_line_is_matched_by_hand_undone_and_sent_back(bank: Bank) -> None:
    session, now = bank.story.session, bank.story.now
    bank.take(paper("1", "14850.00", "за свет"))
    (line,) = bank.lines()
    statements.assign(session, line.id or 0, bank.case.id or 0, bank.billing, now)
    assert (line.state, line.reason, bank.unpaid()) == (StatementState.CREDITED, "by_hand", [2, 3, 4])
    with pytest.raises(NotReady):
        statements.assign(session, line.id or 0, bank.case.id or 0, bank.billing, now)
    with pytest.raises(Invalid):
        statements.undo(session, line.id or 0, bank.billing, "  ", now)
    statements.undo(session, line.id or 0, bank.billing, "это другая Смирнова", now)
    assert (line.state, bank.unpaid()) == (StatementState.UNMATCHED, [1, 2, 3, 4])
    assert queries.balance(session, bank.case.id or 0).paid == 0
    with pytest.raises(NotReady):
        statements.undo(session, line.id or 0, bank.billing, "ещё раз", now)
    statements.assign(session, line.id or 0, bank.case.id or 0, bank.billing, now)  # a second live receipt of the line
    statements.undo(session, line.id or 0, bank.billing, "опять не она", now)
    statements.send_back(session, line.id or 0, bank.billing, "№ 118 от 02.11.2026", now)
    assert line.state == StatementState.SENT_BACK
    told = session.execute(text("select tag from audit where tag like 'billing:line:%' order by id")).scalars().all()
    assert told == [f"billing:line:{w}" for w in ("match", "undo", "match", "undo", "send_back")]


def test_money_that_was_returned_is_not_taken_back(bank: Bank) -> None:
    session, now = bank.story.session, bank.story.now
    bank.take(paper("1", "100000.00", "за свет"))
    (line,) = bank.lines()
    statements.assign(session, line.id or 0, bank.case.id or 0, bank.billing, now)
    returns.refund(session, bank.case.id or 0, D("1000"), "переплата", now)
    with pytest.raises(NotReady):
        statements.undo(session, line.id or 0, bank.billing, "чужие", now)


def test_the_payers_inn_proposes_a_case(story: Story) -> None:
    case = story.to(Stage.OFFER_PLACED, story.organisation())
    bank = Bank(story, case)
    part = queries.unpaid(story.session, case.id or 0)[0].amount
    bank.take(paper("1", str(part), "оплата", payer_inn="4712009314"))
    (line,) = bank.lines()
    assert (line.state, line.application_id) == (StatementState.PROPOSED, case.id)
    assert case.person["kind"] == PersonKind.LEGAL_ENTITY


# ------------------------------------------------------------------------------------------------ at the same moment
def purpose_case(one: Document) -> str:
    (stem,) = stems_in(one.purpose)
    return stem


def twice(database: Database, now: Any, load: Any) -> tuple[int, list[BaseException]]:
    """Two people load overlapping files at once: (live receipts, faults)."""
    with database.transaction() as session:
        story = Story(session, now)
        bank = Bank(story, story.to(Stage.OFFER_PLACED))
        papers = [paper(str(n), "14850.00", f"Оплата по счёту {bank.invoice}") for n in range(1, 2)]
        actor = bank.billing

    def job(sha: str) -> Any:
        def run() -> None:
            with database.transaction() as session:
                load(session, actor, now, *papers, sha=sha)

        return run

    faults = together(job("a"), job("b"))
    with database.transaction() as session:
        return len(session.exec(select(Receipt)).all()), faults


def test_the_same_payment_in_two_files_at_once_is_credited_once(database: Database, now: Any) -> None:
    assert twice(database, now, take) == (1, [])


def test_control_without_the_lock_and_the_key_it_is_credited_twice(database: Database, now: Any) -> None:
    with database.transaction() as session:
        session.execute(text("alter table bank_line drop constraint bank_line_key_key"))

    all_have_looked = threading.Barrier(2)

    def naive(session: Session, actor: Actor, now: Any, *papers: Document, sha: str) -> None:
        """Looks, then writes: what everybody does first."""
        known = {row.key for row in session.exec(select(BankLine))}
        all_have_looked.wait(10)
        statement = BankStatement(name="f", sha256=sha, account=OURS, imported_by=actor.person, imported_at=now)
        session.add(statement)
        session.flush()
        for one in papers:
            if one.key not in known:
                line = BankLine(statement_id=statement.id or 0, key=one.key, row=1, number=one.number, day=one.day, amount=one.amount,
                                purpose=one.purpose)  # fmt: skip
                session.add(line)
                session.flush()
                statements._credit(session, line, queries.case_by_number(session, purpose_case(one)) or 0, now)

    live, _faults = twice(database, now, naive)
    assert live == 2


def test_the_database_has_the_last_word_on_a_line(bank: Bank) -> None:
    session, now = bank.story.session, bank.story.now
    bank.take(paper("1", "14850.00", f"Оплата по счёту {bank.invoice}"))
    (line,) = bank.lines()
    copy = Receipt(application_id=bank.case.id or 0, amount=D(1), line_id=line.id, paid_at=now, credited_at=now)

    def force() -> None:
        with session.begin_nested():
            session.add(copy)
            session.flush()

    with pytest.raises(IntegrityError, match="receipt_of_line"):
        force()
