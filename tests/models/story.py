"""Takes a case from stage to stage by moves alone, the way the legs do, so that a test begins where it wants to look."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.connection import actions, lapses, moving, queries, rules
from models.connection.tables import Application, Category, Path, Stage
from models.delivery.tables import Letter
from models.document import actions as documents
from models.document.tables import Document, DocumentState
from models.payment import actions as payments
from models.payment import queries as bills
from models.people.tables import PersonKind, User
from models.process import terms
from models.process.actor import SYSTEM, Actor, Role
from models.process.tables import History, Term
from models.process.terms import next_number
from models.signing import queries as envelopes
from models.signing import sign as signing
from tests.house import CONDITIONS, METER, House

MISSING = [{"what": "План устройств", "ground": "п. 10", "how": "приложите файл"}]


class Story:
    """One household and its cases. `kind` of the applicant and `typed` of the form decide the path."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.house = session, House(session, now)

    @property
    def now(self) -> datetime:
        return self.house.now

    def later(self, **delta: float) -> datetime:
        return self.house.later(**delta)

    def staff(self, role: Role) -> Actor:
        return self.house.staff[role]

    def actor(self, case: Application, role: Role) -> Actor:
        if role is Role.SYSTEM:
            return SYSTEM
        return self.house.owner(case) if role is Role.APPLICANT else self.house.staff[role]

    # ------------------------------------------------------------------------------------------------ steps
    def move(self, case: Application, name: str, role: Role = Role.SYSTEM, **more: Any) -> Application:
        actor = self.actor(case, role)
        return moving.move(self.session, moving.lock(self.session, case.id or 0, actor), name, actor, self.now, **more)

    def store(self, case: Application, *kinds: str) -> None:
        """The issuing process made the papers that are ordered."""
        query = select(Document).where(Document.application_id == case.id, Document.state == DocumentState.ORDERED)
        for row in self.session.exec(query).all():
            if not kinds or row.kind in kinds:
                sha = hashlib.sha256(f"{row.id}".encode()).hexdigest()
                documents.stored(
                    self.session, row, self.now, template_version=f"{row.kind}-1", pdf=(sha, sha, 10),
                    docx=(sha, sha, 10), seal=(sha, "АО «ПЭС»"),
                )  # fmt: skip
        self.session.flush()

    def pay(self, case: Application, seqs: list[int] | None = None) -> None:
        order = payments.order_payment(self.session, case.id or 0, self.house.owner(case), self.now, seqs=seqs)
        payments.registered(self.session, order, f"bank-{order.number}", "http://bank.example/pay")
        payments.credit(self.session, order, self.now, self.now)
        self.session.flush()

    def sign(self, case: Application, purpose: str) -> None:
        """The applicant brings the signed paper; the desk keeps its scan."""
        self.session.flush()
        envelope = envelopes.newest(self.session, "connection", case.id or 0, purpose)
        assert envelope is not None
        body = f"{purpose} {case.id} {case.version}".encode()
        scan = documents.attach(
            self.session, case.id or 0, self.house.owner(case), self.now, kind="signed", name="scan.pdf",
            media_type="application/pdf", size=len(body), sha256=hashlib.sha256(body).hexdigest(),
            key=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        self.session.flush()
        (signer,) = [s for s in envelopes.signers(self.session, envelope.id or 0) if s.side == "applicant"]
        signing.on_paper(
            self.session, signer.id or 0, self.staff(Role.OPERATOR), self.now, scan_id=scan.id or 0,
            signed_on=self.now.date(), mark="подписал директор, сверено",
        )  # fmt: skip
        self.session.flush()

    def conclude_signed(self, case: Application) -> Application:
        return actions.conclude_signed(self.session, moving.lock(self.session, case.id or 0, SYSTEM), self.now)

    def register(self, case: Application) -> Application:
        case.number = f"ТП-{next_number(self.session, 'connection', 2026):06d}/26"
        return self.move(case, "register")

    def conclude(self, case: Application) -> Application:
        invoice = bills.invoice_of(self.session, case.id or 0)
        assert invoice is not None
        case.concluded_at = bills.instalments(self.session, invoice.id or 0)[0].paid_at
        case.contract_number = (case.number or "").removeprefix("ТП-") + "-Д"
        return self.move(case, "conclude")

    # ------------------------------------------------------------------------------------------------ places
    def to(self, stage: Stage, user: User | None = None, **typed: Any) -> Application:
        """A case that stands at `stage`, by the shortest way that leads there."""
        if stage == Stage.DRAFT:
            return self.house.draft(user, **typed)
        if stage in SIGNED_ONLY and not typed:
            user, typed = user or self.organisation(), dict(LARGE)
        case = self.house.submitted(user, **typed)
        if case.category == Category.REISSUE and stage == Stage.COMPLETED:
            ways: dict[Stage, list[Any]] = {stage: [*_ENGINE, _design, _reissue]}
        else:
            ways = _SIGNED_WAYS if case.path == Path.ORDINARY else _WAYS
        for step in ways[stage]:
            self.later(minutes=1)
            step(self, case)
        assert case.stage == stage
        return case

    def organisation(self) -> User:
        return self.house.applicant(PersonKind.LEGAL_ENTITY)

    # ------------------------------------------------------------------------------------------------ looks
    def terms(self, case: Application) -> dict[str, Term]:
        self.session.flush()
        return {t.rule: t for t in queries.terms_of(self.session, case.id or 0)}

    def running(self, case: Application) -> set[str]:
        self.session.flush()
        return {t.rule for t in terms.running(self.session, "connection", case.id or 0)}

    def letters(self, case: Application) -> list[str]:
        self.session.flush()
        query = select(Letter.kind).where(Letter.application_id == case.id).order_by(col(Letter.id))
        return list(self.session.exec(query).all())

    def tags(self, case: Application) -> list[str]:
        self.session.flush()
        return [h.tag for h in queries.history(self.session, case.id or 0)]

    def history(self, case: Application) -> list[History]:
        self.session.flush()
        return list(queries.history(self.session, case.id or 0))

    def paper(self, case: Application, kind: str) -> Document:
        self.session.flush()
        query = select(Document).where(Document.application_id == case.id, Document.kind == kind)
        return self.session.exec(query.order_by(col(Document.version).desc())).first()  # type: ignore[return-value]

    def look(self, case: Application) -> None:
        lapses.look(self.session, moving.lock(self.session, case.id or 0, SYSTEM), self.now)
        self.session.flush()

    def wait_for(self, case: Application, rule: str, *, past: timedelta = timedelta(minutes=1)) -> None:
        """Until just after the consequence of a clock is due."""
        self.house.now = self.terms(case)[rule].acts_at + past


def _register(s: Story, case: Application) -> None:
    s.register(case)
    s.store(case, "application")


def _request(s: Story, case: Application) -> None:
    actions.request_info(s.session, case.id or 0, s.staff(Role.OPERATOR), MISSING, s.now)


def _notify(s: Story, case: Application) -> None:
    s.store(case, "missing_info")
    s.move(case, "deliver_notice")


def _accept(s: Story, case: Application) -> None:
    s.move(case, "accept", Role.OPERATOR)


def _design(s: Story, case: Application) -> None:
    values = CONDITIONS | ({"meter_rate": "C8.3.3"} if case.voltage_kv > 1 else {})
    values |= {"meter": METER | {"serial": "00417718"}} if case.category == Category.REISSUE else {}
    actions.save_conditions(s.session, case.id or 0, s.staff(Role.ENGINEER), values, s.now)
    actions.submit_conditions(s.session, case.id or 0, s.staff(Role.ENGINEER), s.now)


def _offer(s: Story, case: Application) -> None:
    actions.approve(s.session, case.id or 0, s.staff(Role.MANAGER), s.now)
    s.store(case)
    s.move(case, "place_offer")


def _refuse(s: Story, case: Application) -> None:
    actions.refuse_offer(s.session, case.id or 0, s.house.owner(case), "Точка присоединения не та", s.now)


def _pay(s: Story, case: Application) -> None:
    s.pay(case)
    s.conclude(case)


def _begin(s: Story, case: Application) -> None:
    s.move(case, "begin_works")


def _work(s: Story, case: Application) -> None:
    if case.grid_works_done_at is None:
        s.move(case, "report_grid_works", Role.ENGINEER)
    actions.report_own_works(s.session, case.id or 0, s.house.owner(case), s.now)


def _inspect(s: Story, case: Application) -> None:
    s.move(case, "begin_inspection")


def _meter(s: Story, case: Application) -> None:
    if case.stage == Stage.INSPECTION:
        values = {"devices": [], "checks": [], "remarks": []}
        actions.inspect(s.session, case.id or 0, s.staff(Role.INSPECTOR), values, True, s.now.date(), s.now)
    else:
        s.move(case, "begin_metering")


def _admit(s: Story, case: Application) -> None:
    actions.admit_meter(s.session, case.id or 0, s.staff(Role.METERING), "00417718", METER, s.now.date(), s.now)
    s.store(case, "meter_act")
    s.move(case, "place_meter_act")


def _energise(s: Story, case: Application) -> None:
    s.move(case, "energise", Role.INSPECTOR)


def _complete(s: Story, case: Application) -> None:
    s.store(case)
    s.move(case, "complete")


def _lapse_info(s: Story, case: Application) -> None:
    s.wait_for(case, "TP-02")
    s.look(case)


def _lapse_payment(s: Story, case: Application) -> None:
    s.wait_for(case, "TP-06X")
    s.look(case)


def _lapse_signing(s: Story, case: Application) -> None:
    s.wait_for(case, "TP-07")
    s.look(case)


# ------------------------------------------------------------------------------------------------ the ordinary path
def _agree(s: Story, case: Application) -> None:
    for row in queries.approvals(s.session, case.id or 0):
        actions.record_answer(s.session, case.id or 0, s.staff(Role.ENGINEER), row.party, True, "", s.now)


def _draft(s: Story, case: Application) -> None:
    _agree(s, case)
    actions.approve(s.session, case.id or 0, s.staff(Role.MANAGER), s.now)
    s.store(case)
    s.move(case, "send_contract")


REMARKS = [
    {"clause": "п. 5", "proposed": "Срок мероприятий — три месяца", "ground": "план строительства"},
    {"clause": "п. 10", "proposed": "Оплата двумя частями", "ground": ""},
]


def _dispute(s: Story, case: Application) -> None:
    actions.raise_remarks(s.session, case.id or 0, s.house.owner(case), REMARKS, s.now)


def _sign(s: Story, case: Application) -> None:
    s.sign(case, "contract")
    s.conclude_signed(case)
    s.store(case)


def _pass(s: Story, case: Application) -> None:
    values = {"devices": [], "checks": [], "remarks": []}
    actions.inspect(s.session, case.id or 0, s.staff(Role.INSPECTOR), values, True, s.now.date(), s.now)
    s.store(case)


def _tu_act(s: Story, case: Application) -> None:
    s.move(case, "place_tu_act")
    s.sign(case, "tu_act")
    s.move(case, "note_tu_act")


def _rtn(s: Story, case: Application) -> None:
    if rules.rtn_kind(case):
        kind, day = rules.rtn_kind(case), s.now.date()
        actions.record_rtn(s.session, case.id or 0, s.staff(Role.INSPECTOR), kind, "Р-17/26", day, s.now)


def _act(s: Story, case: Application) -> None:
    s.store(case)
    s.move(case, "place_act")
    s.sign(case, "connection_act")
    s.move(case, "complete_signed")


def _reissue(s: Story, case: Application) -> None:
    actions.approve(s.session, case.id or 0, s.staff(Role.MANAGER), s.now)
    s.store(case)
    s.move(case, "complete_reissue")


def _simple(name: str, role: Role) -> Any:
    def step(s: Story, case: Application) -> None:
        actions.simple_move(s.session, case.id or 0, name, s.actor(case, role), s.now, "причина названа")

    return step


_CHECK = [_register]
_ENGINE = [*_CHECK, _accept]
_OFFER = [*_ENGINE, _design, _offer]
_EXEC = [*_OFFER, _pay, _begin]


def _ways() -> dict[Stage, list[Any]]:
    def inspected(s: Story, case: Application) -> None:
        if case.voltage_kv > 1:
            _inspect(s, case)

    met = [*_EXEC, _work, inspected, _meter]
    return {
        Stage.SUBMITTED: [],
        Stage.CHECKING: _CHECK,
        Stage.AWAITING_INFO: [*_CHECK, _request, _notify],
        Stage.ENGINEERING: _ENGINE,
        Stage.APPROVAL: [*_ENGINE, _design],
        Stage.OFFER_PLACED: _OFFER,
        Stage.DISAGREEMENT: [*_OFFER, _refuse],
        Stage.CONCLUDED: [*_OFFER, _pay],
        Stage.EXECUTION: _EXEC,
        Stage.INSPECTION: [*_EXEC, _work, _inspect],
        Stage.METERING: met,
        Stage.ENERGISED: [*met, _admit, _energise],
        Stage.COMPLETED: [*met, _admit, _energise, _complete],
        Stage.RETURNED: [*_CHECK, _simple("return", Role.OPERATOR)],
        Stage.REDIRECTED: [*_CHECK, _simple("redirect", Role.OPERATOR)],
        Stage.WITHDRAWN: [*_CHECK, _simple("withdraw", Role.APPLICANT)],
        Stage.ANNULLED_NO_INFO: [*_CHECK, _request, _notify, _lapse_info],
        Stage.ANNULLED_NO_PAYMENT: [*_OFFER, _lapse_payment],
        Stage.TERMINATED: [*_EXEC, _simple("terminate", Role.MANAGER)],
    }


def _signed_ways() -> dict[Stage, list[Any]]:
    sent = [*_ENGINE, _design, _draft]
    execution = [*sent, _sign, _begin]
    inspection = [*execution, _work, _inspect]
    meter = [*inspection, _pass]
    energised = [*meter, _tu_act, _rtn, _admit, _energise]
    return {
        **{stage: way for stage, way in _WAYS.items() if way[: len(_OFFER)] != _OFFER},
        Stage.CONTRACT_SENT: sent,
        Stage.DISAGREEMENT: [*sent, _dispute],
        Stage.CONCLUDED: [*sent, _sign],
        Stage.EXECUTION: execution,
        Stage.INSPECTION: inspection,
        Stage.METERING: meter,
        Stage.ENERGISED: energised,
        Stage.COMPLETED: [*energised, _act],
        Stage.ANNULLED_NOT_SIGNED: [*sent, _lapse_signing],
        Stage.TERMINATED: [*execution, _simple("terminate", Role.MANAGER)],
    }


_WAYS = _ways()
_SIGNED_WAYS = _signed_ways()
SIGNED_ONLY = frozenset({Stage.CONTRACT_SENT, Stage.ANNULLED_NOT_SIGNED})  # stages of the ordinary path alone
LARGE: dict[str, Any] = {"power_kw": "400", "voltage_kv": "10", "files": ("plan", "diagram")}  # LE_150_670
REISSUE: dict[str, Any] = {"reason": "reissue", "reissue_kind": "duplicate", "power_kw": "120", "files": ("earlier",)}
HUGE: dict[str, Any] = LARGE | {"power_kw": "900"}  # GE_670: the System Operator has a say
HIGH: dict[str, Any] = {"voltage_kv": "10"}  # above 0.4 kV: an inspection, an act instead of a notice
