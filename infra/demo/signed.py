"""What people do on the ordinary path: approve with others, dispute, sign, tell Rostekhnadzor, change a running contract."""

from datetime import datetime

from sqlmodel import Session

from infra.demo.filing import attach
from infra.demo.scene import Scene
from infra.demo.words import REMARKS
from models.connection import actions, queries, rules
from models.connection.tables import PROCESS, Application, ApprovalState
from models.process.actor import Role
from models.signing import queries as envelopes
from models.signing import sign as signing
from models.signing.tables import EnvelopeState, PartyState, Side


def _case(session: Session, s: Scene) -> Application:
    found = session.get(Application, s.case_id)
    assert found is not None
    return found


def agree(session: Session, s: Scene, now: datetime) -> None:
    """Letters of the System Operator and the adjacent grid came: the engineer writes their answers down."""
    for row in queries.approvals(session, s.case_id):
        if row.state == ApprovalState.ASKED:
            actions.record_answer(session, s.case_id, s.desk(Role.ENGINEER), row.party, True, "", now)


def dispute(session: Session, s: Scene, now: datetime) -> None:
    actions.raise_remarks(session, s.case_id, s.applicant, [dict(r) for r in REMARKS], now)


def answer_remarks(session: Session, s: Scene, now: datetime) -> None:
    """The first is accepted, the rest are declined with a reason."""
    for row in queries.disagreements(session, s.case_id):
        told = ("accepted", "", "") if row.seq == 1 else ("declined", "", "Срок установлен пунктом 16 Правил")
        actions.answer_remark(session, s.case_id, s.desk(Role.ENGINEER), row.seq, *told, now)


def sign(session: Session, s: Scene, now: datetime) -> None:
    """The applicant brings what waits for his signature; the desk keeps the scan."""
    case = _case(session, s)
    on = now.astimezone(queries.zone_of(session, case)).date()
    for envelope in envelopes.of_case(session, s.case_id):
        if envelope.process != PROCESS or envelope.state != EnvelopeState.OPEN:
            continue
        scan = attach(session, s, "signed", [envelope.title, s.person.head or s.person.name], now)
        for party in envelopes.signers(session, envelope.id or 0):
            if party.side == Side.APPLICANT and party.state == PartyState.WAITING:
                signing.on_paper(
                    session, party.id or 0, s.desk(Role.OPERATOR), now, scan_id=scan, signed_on=on,
                    mark="Подпись поставлена при сотруднике, личность установлена по паспорту",
                )  # fmt: skip


def rtn(session: Session, s: Scene, now: datetime) -> None:
    case = _case(session, s)
    kind, on = rules.rtn_kind(case), now.astimezone(queries.zone_of(session, case)).date()
    number = f"РТН-{s.lot('rtn').randint(100, 999)}/{on:%y}"
    actions.record_rtn(session, s.case_id, s.applicant, kind, number, on, now)


def ask_longer(session: Session, s: Scene, now: datetime) -> None:
    reason = "Строительство объекта переносится, условия нужны на больший срок"
    actions.ask_change(session, s.case_id, s.applicant, "extension", {"years": "3"}, reason, now)
