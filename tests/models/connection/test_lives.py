"""Random legal lives on the real database: whatever people, timers and the system do, what must hold holds after each step."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlmodel import Session, select

from models.connection import actions, moving, queries
from models.connection.moves import TABLE
from models.connection.tables import CLOSED_STAGES, FINAL_STAGES, Category, Stage
from models.document.queries import papers
from models.network.tables import Centre
from models.payment import queries as bills
from models.payment import returns
from models.payment.ledger_tables import RefundState
from models.process.actor import SYSTEM, Role
from models.process.errors import FeederError
from models.process.history import broken
from models.process.tables import Term
from models.signing import queries as envelopes
from tests.conftest import NOW
from tests.house import CONDITIONS, METER
from tests.models.connection.test_money_story import GEN, GRID, SHARE
from tests.models.story import HIGH, HUGE, LARGE, MISSING, REISSUE, REMARKS, Story

KINDS: dict[str, tuple[bool, dict[str, Any]]] = {  # is it an organisation, what it types
    "household": (False, {}),
    "high": (True, HIGH),
    "large": (True, LARGE),
    "huge": (True, HUGE),
    "temporary": (True, {"reason": "temporary", "temporary": "mobile", "temporary_until": "2027-06-01"}),
    "reissue": (True, REISSUE),
    "generation": (True, GEN),
    "shared": (True, SHARE),
    "person": (False, {"power_kw": "40", "files": ("plan",)}),
    "sun": (False, {"power_kw": "12", "generation_kw": "10", "generation_kind": "solar", "files": ("generation",)}),
    "sun_alone": (False, {"power_kw": "0", "prior_kw": "15", "generation_kw": "10", "generation_kind": "solar",
                          "files": ("generation",)}),
    "grid": (True, GRID),
}  # fmt: skip
ALREADY = {"reissue": Stage.CHECKING}  # a life may begin further on, but not this one: it has no contract
SEVERAL = ("TP-22", "PAY-")  # one clock for each paper placed, for each part of an invoice
AFTER_END = {"TP-03", "TP-22"}
ROLES = (Role.APPLICANT, Role.OPERATOR, Role.ENGINEER, Role.MANAGER, Role.INSPECTOR, Role.METERING)
CLICKS = sorted(m.name for m in TABLE if not m.automatic and not m.carries)
STEPS = sorted(m.name for m in TABLE if m.automatic and not m.name.startswith(("annul", "register", "conclude_signed")))


class Life(RuleBasedStateMachine):
    """One case from its filing on; a rule tries something, the table of moves refuses what is not legal."""

    session: Session

    @initialize(
        kind=st.sampled_from(sorted(KINDS)), far=st.sampled_from([Stage.CHECKING, Stage.EXECUTION, Stage.COMPLETED])
    )
    def file(self, kind: str, far: Stage = Stage.CHECKING) -> None:
        """Many lives end early: some are looked at from the contract on, some from their end."""
        organisation, typed = KINDS[kind]
        self.mark = self.session.begin_nested()
        self.session.execute(
            text("update term_rule set enabled = true where rule = 'TP-21RO'")
        )  # the company has promised
        self.session.info.clear()
        self.story = Story(self.session, NOW)
        user = self.story.organisation() if organisation else None
        self.case = self.story.to(ALREADY.get(kind, far), user, **typed)
        self.centre = Centre(name=f"ПС {self.case.id}", voltage="110/10", branch_id=self.case.branch_id,
                             installed_kw=Decimal(1000), changed_at=NOW)  # fmt: skip
        self.session.add(self.centre)
        self.session.flush()
        if self.case.stage == Stage.EXECUTION:
            self.case.centre_id = self.centre.id
            actions.effects.carry(self.session, self.case, "power:reserve", self.story.now)
        self.stage = self.case.stage

    def teardown(self) -> None:
        if hasattr(self, "mark") and self.mark.is_active:
            self.mark.rollback()

    def attempt(self, verb: Any, *args: Any) -> None:
        """Made whole or refused whole, as in a request."""
        try:
            with self.session.begin_nested():
                verb(self.session, *args)
                self.session.flush()
        except FeederError:
            self.session.expire_all()
        self.story.session.flush()
        self.session.refresh(self.case)

    # ------------------------------------------------------------------------------------------------ people
    @rule(name=st.sampled_from(CLICKS), role=st.sampled_from(ROLES))
    def click(self, name: str, role: Role) -> None:
        if name in ("withdraw", "terminate", "return", "redirect") and self.case.version % 3:
            return  # lives that end at once teach little
        actor = (
            self.story.house.second_manager
            if name in ("approve", "confirm_override")
            else self.story.actor(self.case, role)
        )
        self.attempt(actions.simple_move, self.case.id, name, actor, self.story.now, "причина")

    @rule()
    def go_on(self) -> None:
        """What the people of this stage usually do."""
        story, case, now, case_id = self.story, self.case, self.story.now, self.case.id
        values = (
            CONDITIONS | ({"meter_rate": "C8.3.3"} if case.voltage_kv > 1 else {}) | {"centre_id": str(self.centre.id)}
        )
        values |= {"meter": METER | {"serial": "00417718"}}
        engineer, owner = story.staff(Role.ENGINEER), story.house.owner(case)
        self.attempt(actions.simple_move, case_id, "accept", story.staff(Role.OPERATOR), now)
        self.attempt(actions.save_conditions, case_id, engineer, values, now)
        self.attempt(actions.submit_conditions, case_id, engineer, now)
        for row in queries.approvals(self.session, case_id or 0):
            self.attempt(actions.record_answer, case_id, engineer, row.party, True, "", now)
        self.attempt(actions.approve, case_id, story.staff(Role.MANAGER), now)
        for d in queries.disagreements(self.session, case_id or 0):
            self.attempt(actions.answer_remark, case_id, engineer, d.seq, "accepted", "", "", now)
        self.attempt(actions.simple_move, case_id, "report_grid_works", engineer, now)
        self.attempt(actions.report_own_works, case_id, owner, now)
        self.attempt(actions.record_rtn, case_id, owner, "permission", "7", now.date(), now)
        self.attempt(actions.admit_meter, case_id, story.staff(Role.METERING), "00417718", METER, now.date(), now)
        self.attempt(actions.simple_move, case_id, "energise", story.staff(Role.METERING), now)

    @rule(passed=st.booleans())
    def visit(self, passed: bool) -> None:
        values = {"remarks": [] if passed else [{"what": "нет заземления", "ground": "п. 9", "due": "2027-01-20"}]}
        inspector, now = self.story.staff(Role.INSPECTOR), self.story.now
        self.attempt(actions.inspect, self.case.id, inspector, values, passed, now.date(), now)

    @rule(what=st.sampled_from(["info", "supply", "remarks", "extension", "power", "termination"]))
    def ask(self, what: str) -> None:
        owner, now, case_id = self.story.house.owner(self.case), self.story.now, self.case.id
        if what == "info":
            self.attempt(actions.request_info, case_id, self.story.staff(Role.OPERATOR), MISSING, now)
        elif what == "supply":
            self.attempt(actions.supply_info, case_id, owner, "вот", now)
        elif what == "remarks":
            self.attempt(actions.raise_remarks, case_id, owner, REMARKS, now)
        else:
            values = {"years": "5", "power_kw": str(self.case.power_kw - 1), "costs": "0"}
            self.attempt(actions.ask_change, case_id, owner, what, values, "нужно", now)

    @rule(years=st.sampled_from(["", "5", "6"]), less=st.integers(1, 3))
    def anew(self, years: str, less: int) -> None:
        """The manager agrees to a change, or makes its agreement anew: with another text or with the same."""
        manager, now, case_id = self.story.staff(Role.MANAGER), self.story.now, self.case.id
        self.attempt(actions.simple_move, case_id, "accept_change", manager, now)
        self.attempt(lambda session: self.story.store(self.case))
        self.attempt(lambda session: self.story.move(self.case, "offer_change"))
        row = queries.change(self.session, case_id or 0)
        values = {"years": years, "power_kw": str(self.case.power_kw - less), "costs": years} if years and row else {}
        self.attempt(actions.remake_change, case_id, manager, values, f"основание {years}", "ошибка в тексте", now)

    @rule(mended=st.booleans())
    def fault(self, mended: bool) -> None:
        who, name = (Role.OPERATOR, "remove_fault") if mended else (Role.APPLICANT, "report_fault")
        self.attempt(
            actions.simple_move, self.case.id, name, self.story.actor(self.case, who), self.story.now, "нет света"
        )

    @rule()
    def pay(self) -> None:
        self.attempt(lambda session: self.story.pay(self.case))

    @rule(agree=st.booleans())
    def money_back(self, agree: bool) -> None:
        """The applicant asks for what is his; a manager who did not ask decides."""
        owner, now, case_id = self.story.house.owner(self.case), self.story.now, self.case.id or 0
        self.attempt(actions.ask_refund, case_id, owner, {"ground": "лишнее"}, now)
        for row in bills.refunds(self.session, case_id):
            if agree:
                self.attempt(returns.approve, row.id or 0, self.story.house.second_manager, now)
            else:
                self.attempt(returns.decline, row.id or 0, self.story.house.second_manager, "нет", now)
            self.attempt(lambda session, row=row: returns.settled(session, row, self.story.now))

    @rule()
    def sign(self) -> None:
        for envelope in envelopes.of_case(self.session, self.case.id or 0):
            if envelope.state == "OPEN":
                self.attempt(lambda session, purpose=envelope.purpose: self.story.sign(self.case, purpose))

    # ------------------------------------------------------------------------------------------------ system and time
    @rule()
    def leg(self) -> None:
        """The issuing process has made the papers; the system makes every step that is open."""
        self.story.store(self.case)
        for name in STEPS:
            if name == "conclude":
                self.attempt(
                    lambda session: self.story.conclude(self.case) if self.case.stage == Stage.OFFER_PLACED else None
                )
            else:
                self.attempt(
                    lambda session, n=name: moving.move(
                        session, moving.lock(session, self.case.id or 0, SYSTEM), n, SYSTEM, self.story.now
                    )
                )
        if self.case.stage == Stage.CONTRACT_SENT:
            self.attempt(lambda session: self.story.conclude_signed(self.case))

    @rule(days=st.sampled_from([1, 3, 12, 45]))
    def time(self, days: int) -> None:
        self.story.later(days=days)
        self.story.look(self.case)

    # ------------------------------------------------------------------------------------------------ what must hold
    @invariant()
    def all_holds(self) -> None:
        if not hasattr(self, "case"):
            return
        self.session.flush()
        self.history_proves()
        self.clocks_are_consistent()
        self.money_adds_up()
        self.power_is_never_oversold()
        self.agreements_are_one()

    def agreements_are_one(self) -> None:
        """Of the change that is open one version stands; of what was given up none; each signing is of the newest version."""
        found = [d for d in papers(self.session, self.case.id or 0) if d.kind in ("supplement", "termination")]
        standing = {d.id for d in found if d.state in ("ordered", "stored", "placed")}
        rows = queries.changes(self.session, self.case.id or 0)
        assert standing == {r.document_id for r in rows if r.state in ("accepted", "offered", "done")}
        for envelope in envelopes.of_case(self.session, self.case.id or 0):
            if envelope.purpose in ("supplement", "termination") and envelope.state == "OPEN":
                assert {p.document_id for p in envelopes.papers(self.session, envelope.id or 0)} <= standing

    def history_proves(self) -> None:
        rows = self.story.history(self.case)
        assert broken(rows, self.case.chain) == []
        legal = {m.name: m for m in TABLE}
        for before, row in zip(rows, rows[1:], strict=False):
            assert row.stage_before == before.stage_after
            if row.stage_before != row.stage_after:
                made = legal[row.tag.rpartition(":")[2]]
                assert row.stage_before in made.sources
                assert row.stage_after == made.target
        moments = {h.at for h in rows}
        assert {p.ordered_at for p in papers(self.session, self.case.id or 0)} <= moments  # no paper without its event

    def clocks_are_consistent(self) -> None:
        clocks = queries.terms_of(self.session, self.case.id or 0)
        running = [t.rule for t in clocks if not (t.done_at or t.lapsed_at or t.cancelled_at)]
        once = [r for r in running if not r.startswith(SEVERAL)]
        assert len(once) == len(set(once)), once
        if self.case.stage in CLOSED_STAGES:
            assert set(running) <= AFTER_END
        told = [h.changes for h in self.story.history(self.case) if h.tag.startswith("engine:term:")]
        keys = [(c["rule"], c["ref"], c["due_on"]) for c in told if c["rule"] != "TP-22"]
        assert len(keys) <= sum(t.lapsed_at is not None for t in clocks)  # each lapse fires once
        assert all(t.acts_at >= t.due_at - timedelta(seconds=1) for t in clocks)

    def money_adds_up(self) -> None:
        money = bills.balance(self.session, self.case.id or 0)
        assert money.paid - money.returned + money.due == money.billed + money.overpaid
        assert min(money.paid, money.returned, money.due, money.overpaid) >= 0
        assert money.returned <= money.paid
        receipts, refunds = (f(self.session, self.case.id or 0) for f in (bills.receipts, bills.refunds))
        assert sum((r.amount for r in receipts), Decimal(0)) == money.paid
        live = [r for r in refunds if r.state != RefundState.REFUSED and r.state != RefundState.PROPOSED]
        assert sum((r.amount for r in live), Decimal(0)) <= money.returned
        for order in {r.order_id for r in refunds}:
            came = sum((r.amount for r in receipts if r.order_id == order), Decimal(0))
            assert sum((r.amount for r in live if r.order_id == order), Decimal(0)) <= came
        self.parts_make_the_invoice()

    def parts_make_the_invoice(self) -> None:
        """The schedule is the whole fee; what is credited is covered to the last kopeck."""
        invoice = bills.invoice_of(self.session, self.case.id or 0)
        if invoice is None or invoice.id is None:
            return
        parts = bills.instalments(self.session, invoice.id)
        assert sum((p.amount for p in parts), Decimal(0)) == invoice.total
        assert sum((p.vat for p in parts), Decimal(0)) == invoice.vat
        for part in parts:
            assert 0 <= part.covered <= part.whole
            assert part.credited_at is None or part.covered == part.whole

    def power_is_never_oversold(self) -> None:
        self.session.refresh(self.centre)
        assert self.centre.reserved_kw >= 0
        assert self.centre.connected_kw + self.centre.reserved_kw <= self.centre.installed_kw
        if self.case.stage in CLOSED_STAGES:
            assert self.centre.reserved_kw == 0


def test_random_legal_lives(session: Session) -> None:
    Life.session = session
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life,
        settings=settings(max_examples=12, stateful_step_count=11, deadline=None, derandomize=True, print_blob=False,
                          database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)),
    )  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_life_that_goes_straight_on_comes_to_its_end(session: Session, kind: str) -> None:
    """The rules of the walk reach the end: a walk that always stops early would prove nothing."""
    Life.session = session
    life = Life()
    life.file(kind)
    for _ in range(14):
        for step in (life.go_on, life.leg, life.sign, life.pay, lambda: life.visit(True)):
            if life.case.stage not in FINAL_STAGES:
                step()
                life.all_holds()
    assert life.case.stage == Stage.COMPLETED
    assert not session.exec(select(Term).where(Term.subject_id == life.case.id, Term.rule == "TU-EXP",
                                               Term.cancelled_at.is_(None))).all()  # type: ignore[union-attr]  # fmt: skip
    life.teardown()


def test_the_walk_knows_every_category(session: Session) -> None:
    with session.begin_nested() as mark:
        story = Story(session, NOW)
        made = [
            story.house.submitted(story.organisation() if firm else None, **typed) for firm, typed in KINDS.values()
        ]
        assert {case.category for case in made} == set(Category)
        mark.rollback()


@pytest.mark.parametrize("kind", ["household", "large"])
def test_the_walk_makes_agreements_anew_and_tells_of_faults(session: Session, kind: str) -> None:
    """The rules do what they are for, on both paths: a walk whose every step is refused would prove nothing."""
    Life.session = session
    life = Life()
    life.file(kind, Stage.EXECUTION)
    life.ask("extension")
    for step in (life.anew, life.anew):
        step("5", 1)
        life.all_holds()
    life.leg()
    life.sign()
    life.leg()
    life.all_holds()
    assert [c.state for c in queries.changes(session, life.case.id or 0)] == ["done"]
    life.teardown()
    life = Life()
    life.file(kind, Stage.COMPLETED)
    for mended in (False, True):
        life.fault(mended)
        life.all_holds()
    assert [t.rpartition(":")[2] for t in life.story.tags(life.case)][-2:] == ["report_fault", "remove_fault"]
    life.teardown()
