"""The whole story by the flows themselves, carried without Prefect on a real database."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from infra import clock, mail
from infra.database import Database
from infra.engine.inline import drain
from models.connection import actions, queries
from models.connection.tables import Application, Stage
from models.delivery.tables import Letter, LetterState
from models.document import actions as files
from models.document.queries import papers
from models.document.tables import DocumentState
from models.payment import actions as payments
from models.people.tables import PersonKind
from models.process.actor import Role
from models.process.history import broken
from models.process.tables import Term, Work
from models.signing import queries as envelopes
from models.signing import sign as signing
from tests.house import CONDITIONS, METER, House

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Story:
    """Drives a case as people would, and lets the engine carry what is due."""

    def __init__(self, db: Database, session: Session) -> None:
        self.db, self.session, self.now = db, session, START
        self.house = House(session, START)
        session.commit()

    def go(self, **delta: float) -> None:
        """Time passes; alarms come nearer by as much."""
        from models.process.work import shift_alarms

        self.session.commit()
        with self.db.transaction() as session:
            shift_alarms(session, timedelta(**delta))
        self.now += timedelta(**delta)
        self.house.now = self.now
        self.carry()

    def carry(self) -> None:
        self.session.commit()
        with clock.at(self.now):
            drain(self.db)
        self.session.expire_all()

    def filed(self, user: str = "", **typed: str) -> Application:
        who = self.house.applicant(PersonKind.LEGAL_ENTITY) if user == "organisation" else None
        case = self.house.submitted(who, **typed)
        self.carry()
        return case

    def offered(self, **typed: str) -> Application:
        case = self.filed(**typed)
        h, case_id = self.house, case.id or 0
        actions.simple_move(self.session, case_id, "accept", h.staff[Role.OPERATOR], self.now)
        values = CONDITIONS | ({"meter_rate": "C8.3.3"} if typed.get("voltage_kv") == "10" else {})
        actions.save_conditions(self.session, case_id, h.staff[Role.ENGINEER], values, self.now)
        actions.submit_conditions(self.session, case_id, h.staff[Role.ENGINEER], self.now)
        actions.approve(self.session, case_id, h.staff[Role.MANAGER], self.now)
        self.carry()
        return case

    def paid(self, **typed: str) -> Application:
        case = self.offered(**typed)
        order = payments.order_payment(self.session, case.id or 0, self.house.owner(case), self.now)
        payments.credit(self.session, order, self.now, self.now)
        self.carry()
        return case


@pytest.fixture
def story(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
    with Session(database.engine, expire_on_commit=False) as session:
        yield Story(database, session)


def test_a_household_goes_from_an_application_to_voltage(story: Story) -> None:
    case = story.paid()
    assert case.stage == Stage.EXECUTION
    actions.simple_move(story.session, case.id or 0, "report_grid_works", story.house.staff[Role.ENGINEER], story.now)
    story.carry()
    assert case.stage == Stage.METERING
    inspector = story.house.staff[Role.METERING]
    actions.admit_meter(story.session, case.id or 0, inspector, "011873452026", METER, story.now.date(), story.now)
    story.carry()
    actions.simple_move(story.session, case.id or 0, "energise", inspector, story.now)
    story.carry()
    assert case.stage == Stage.COMPLETED
    placed = {p.kind for p in papers(story.session, case.id or 0) if p.state == DocumentState.PLACED}
    assert placed == {"application", "contract", "conditions", "invoice", "guide", "meter_act", "readiness_notice"}
    assert broken(queries.history(story.session, case.id or 0), case.chain) == []
    letters = story.session.exec(select(Letter)).all()
    assert {m.state for m in letters} == {LetterState.SENT}
    assert not story.session.exec(select(Work).where(Work.state == "aside")).all()


def letters(story: Story, case: Application, kind: str) -> list[Letter]:
    return list(story.session.exec(select(Letter).where(Letter.application_id == case.id, Letter.kind == kind)))


def terms_of(story: Story, case: Application, rule: str) -> list[Term]:
    return [t for t in queries.terms_of(story.session, case.id or 0) if t.rule == rule]


def test_missing_information_is_asked_for_delivered_and_supplied(story: Story) -> None:
    case = story.filed()
    missing = [{"what": "Документ о праве на участок", "ground": "п. 10", "how": "Приложите выписку из ЕГРН"}]
    actions.request_info(story.session, case.id or 0, story.house.staff[Role.OPERATOR], missing, story.now)
    story.carry()
    assert case.stage == Stage.AWAITING_INFO
    assert terms_of(story, case, "TP-02")[0].done_at is None
    assert len(letters(story, case, "missing_info")[0].documents) == 1
    actions.supply_info(story.session, case.id or 0, story.house.owner(case), "Выписка отправлена", story.now)
    story.carry()
    assert case.stage == Stage.CHECKING
    assert terms_of(story, case, "TP-02")[0].done_at == story.now


def test_silence_annuls_and_the_notice_follows(story: Story) -> None:
    case = story.filed()
    missing = [{"what": "Документ о праве на участок", "ground": "п. 10", "how": "Приложите выписку"}]
    actions.request_info(story.session, case.id or 0, story.house.staff[Role.OPERATOR], missing, story.now)
    story.carry()
    for _ in range(40):
        story.go(days=1)
    assert case.stage == Stage.ANNULLED_NO_INFO
    assert len(letters(story, case, "annulled")) == 1
    assert len(letters(story, case, "info_due")) == 3
    assert terms_of(story, case, "TP-03")[0].done_at is not None
    lapsed = [h for h in queries.history(story.session, case.id or 0) if h.tag == "engine:term:lapsed"]
    assert [h.changes["rule"] for h in lapsed if h.changes["rule"] == "TP-02"] == ["TP-02"]


def test_an_unpaid_offer_is_annulled_after_the_days_of_grace(story: Story) -> None:
    case = story.offered()
    due = terms_of(story, case, "TP-06X")[0]
    while story.now < due.due_at:
        story.go(hours=12)
    assert case.stage == Stage.OFFER_PLACED  # late, but the bank has its days
    while story.now < due.acts_at:
        story.go(hours=12)
    assert case.stage == Stage.ANNULLED_NO_PAYMENT
    states = {p.kind: p.state for p in papers(story.session, case.id or 0)}
    assert states["invoice"] == states["contract"] == DocumentState.ANNULLED


def test_papers_of_yesterday_are_made_anew_before_they_are_placed(story: Story) -> None:
    case = story.filed()
    h, case_id = story.house, case.id or 0
    actions.simple_move(story.session, case_id, "accept", h.staff[Role.OPERATOR], story.now)
    actions.save_conditions(story.session, case_id, h.staff[Role.ENGINEER], CONDITIONS, story.now)
    actions.submit_conditions(story.session, case_id, h.staff[Role.ENGINEER], story.now)
    actions.approve(story.session, case_id, h.staff[Role.MANAGER], story.now)
    story.session.commit()
    story.now += timedelta(days=1)  # the engine was away over night
    story.carry()
    assert case.stage == Stage.OFFER_PLACED
    invoices = [p for p in papers(story.session, case_id) if p.kind == "invoice"]
    assert [p.state for p in invoices] == [DocumentState.REPLACED, DocumentState.PLACED]
    assert invoices[-1].issued_on == story.now.date()


def test_letters_that_have_gone_fulfil_the_terms_of_telling(story: Story) -> None:
    case = story.paid()
    story.go(seconds=1)
    assert terms_of(story, case, "TP-09X")[0].done_at is not None
    assert {t.done_at is not None for t in terms_of(story, case, "TP-22")} == {True}
    assert [t.whose for t in terms_of(story, case, "TP-05")] == ["supplier"]


def test_an_inspection_act_goes_with_its_letter(story: Story) -> None:
    case = story.paid(voltage_kv="10", power_kw="15", user="organisation")
    h, case_id = story.house, case.id or 0
    actions.simple_move(story.session, case_id, "report_grid_works", h.staff[Role.ENGINEER], story.now)
    actions.report_own_works(story.session, case_id, h.owner(case), story.now)
    story.carry()
    assert case.stage == Stage.INSPECTION
    found = {"remarks": [{"what": "Нет бирок", "ground": "п. 9.3 технических условий", "due": "2026-12-01"}]}
    actions.inspect(story.session, case_id, h.staff[Role.INSPECTOR], found, False, story.now.date(), story.now)
    story.carry()
    assert case.stage == Stage.EXECUTION
    assert len(letters(story, case, "inspection_remarks")[0].documents) == 1


def signed(story: Story, case: Application, purpose: str) -> None:
    """The applicant brings the signed paper, the desk keeps its scan."""
    body = f"{purpose} {case.id}".encode()
    sha = hashlib.sha256(body).hexdigest()
    scan = files.attach(story.session, case.id or 0, story.house.owner(case), story.now, kind="signed", name="scan.pdf",
                        media_type="application/pdf", size=len(body), sha256=sha, key=sha)  # fmt: skip
    story.session.flush()
    envelope = envelopes.newest(story.session, "connection", case.id or 0, purpose)
    assert envelope is not None
    (party,) = [s for s in envelopes.signers(story.session, envelope.id or 0) if s.side == "applicant"]
    signing.on_paper(story.session, party.id or 0, story.house.staff[Role.OPERATOR], story.now, scan_id=scan.id or 0,
                     signed_on=story.now.date(), mark="подписал директор")  # fmt: skip
    story.carry()


def test_a_contract_of_400_kw_is_signed_carried_out_and_closed_by_both(story: Story) -> None:
    user = story.house.applicant(PersonKind.LEGAL_ENTITY)
    case = story.house.submitted(user, power_kw="400", voltage_kv="10", files=("plan", "diagram"))
    story.carry()
    s, h, case_id = story.session, story.house, case.id or 0
    actions.simple_move(s, case_id, "accept", h.staff[Role.OPERATOR], story.now)
    actions.save_conditions(s, case_id, h.staff[Role.ENGINEER], CONDITIONS | {"meter_rate": "C8.3.3"}, story.now)
    actions.submit_conditions(s, case_id, h.staff[Role.ENGINEER], story.now)
    actions.approve(s, case_id, h.staff[Role.MANAGER], story.now)
    story.carry()
    assert case.stage == Stage.CONTRACT_SENT
    signed(story, case, "contract")
    assert case.stage == Stage.EXECUTION
    actions.simple_move(s, case_id, "report_grid_works", h.staff[Role.ENGINEER], story.now)
    actions.report_own_works(s, case_id, h.owner(case), story.now)
    story.carry()
    assert case.stage == Stage.INSPECTION
    values = {"devices": [], "checks": [], "remarks": []}
    actions.inspect(s, case_id, h.staff[Role.INSPECTOR], values, True, story.now.date(), story.now)
    story.carry()
    signed(story, case, "tu_act")
    assert case.tu_act_signed_at is not None
    actions.record_rtn(s, case_id, h.owner(case), "notice", "Р-17/26", story.now.date(), story.now)
    actions.admit_meter(s, case_id, h.staff[Role.METERING], "011873452026", METER, story.now.date(), story.now)
    story.carry()
    actions.simple_move(s, case_id, "energise", h.staff[Role.METERING], story.now)
    story.carry()
    assert case.stage == Stage.ENERGISED
    signed(story, case, "connection_act")
    assert case.stage == Stage.COMPLETED
    placed = {p.kind for p in papers(s, case_id) if p.state == DocumentState.PLACED}
    assert {"contract", "conditions", "invoice", "tu_act", "meter_act", "connection_act"} <= placed
    assert not s.exec(select(Work).where(Work.state == "aside")).all()
