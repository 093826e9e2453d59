"""Read side of connections: what moves may know, lists for the cabinet and the desk. Plain selects."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, text
from sqlmodel import Session, col, select

from models.connection import rules
from models.connection.contract import OPEN_CHANGES, OverrideState
from models.connection.tables import (
    FINAL_STAGES,
    PROCESS,
    UNDER_CONTRACT,
    Application,
    Approval,
    Category,
    Change,
    Conditions,
    ConditionsState,
    Disagreement,
    Inspection,
    Message,
    Meter,
    Override,
    Stage,
)
from models.document.tables import Document, DocumentState
from models.payment import queries as payments
from models.people.tables import Branch
from models.process.actor import Actor
from models.process.tables import History, Setting, Term, TermRule
from models.process.terms import calendar
from models.signing.tables import Envelope


def org(session: Session) -> Mapping[str, Any]:
    """The utility's settings: utility, bank, supplier, connection, site, seal. Read once a transaction."""
    if "org" not in session.info:
        row = session.get(Setting, "org")
        session.info["org"] = row.value if row else {}
    return session.info["org"]  # type: ignore[no-any-return]


def zone_of(session: Session, case: Application) -> ZoneInfo:
    """Read once a transaction: a branch does not move between time zones."""
    return ZoneInfo(_branch(session, case.branch_id)[1])


def branch_name(session: Session, case: Application) -> str:
    return _branch(session, case.branch_id)[0]


def _branch(session: Session, branch_id: int) -> tuple[str, str]:
    """Its name and time zone."""
    key = ("branch", branch_id)
    if key not in session.info:
        branch = session.get(Branch, branch_id)
        session.info[key] = (branch.name, branch.time_zone) if branch else ("", "Europe/Moscow")
    return session.info[key]  # type: ignore[no-any-return]


def conditions(session: Session, application_id: int) -> Conditions | None:
    """The newest version."""
    query = select(Conditions).where(Conditions.application_id == application_id)
    return session.exec(query.order_by(col(Conditions.version).desc())).first()


def meter(session: Session, application_id: int) -> Meter | None:
    return session.exec(select(Meter).where(Meter.application_id == application_id)).first()


def inspections(session: Session, application_id: int) -> Sequence[Inspection]:
    query = select(Inspection).where(Inspection.application_id == application_id)
    return session.exec(query.order_by(col(Inspection.seq))).all()


def terms_of(session: Session, application_id: int) -> Sequence[Term]:
    query = select(Term).where(Term.process == PROCESS, Term.subject_id == application_id)
    return session.exec(query.order_by(col(Term.starts_at), col(Term.id))).all()


def rules_today(session: Session, day: date) -> dict[str, TermRule]:
    """By name, the editions valid on `day`; read once a transaction, for reading only."""
    if ("rules", day) in session.info:
        return session.info["rules", day]  # type: ignore[no-any-return]
    query = select(TermRule).where(
        TermRule.process == PROCESS,
        TermRule.enabled,
        TermRule.valid_from <= day,
        or_(col(TermRule.valid_to).is_(None), col(TermRule.valid_to) >= day),
    )
    session.info["rules", day] = {r.rule: r for r in session.exec(query)}
    return session.info["rules", day]  # type: ignore[no-any-return]


def approvals(session: Session, application_id: int, version: int | None = None) -> Sequence[Approval]:
    """Parties asked to approve: about one version of the conditions, or about every one."""
    query = select(Approval).where(Approval.application_id == application_id)
    if version is not None:
        query = query.where(Approval.conditions_version == version)
    return session.exec(query.order_by(col(Approval.id))).all()


def disagreements(session: Session, application_id: int, round_: int | None = None) -> Sequence[Disagreement]:
    """The lines of one protocol, of the newest one when not said."""
    mine = select(Disagreement).where(Disagreement.application_id == application_id)
    rows = session.exec(mine.order_by(col(Disagreement.round), col(Disagreement.seq))).all()
    wanted = round_ or max((r.round for r in rows), default=0)
    return [r for r in rows if r.round == wanted]


def protocols(session: Session, application_id: int) -> dict[int, list[Disagreement]]:
    """Every protocol of the case by its number: versions side by side."""
    mine = select(Disagreement).where(Disagreement.application_id == application_id)
    found: dict[int, list[Disagreement]] = {}
    for row in session.exec(mine.order_by(col(Disagreement.round), col(Disagreement.seq))):
        found.setdefault(row.round, []).append(row)
    return found


def changes(session: Session, application_id: int) -> Sequence[Change]:
    """Every change of the contract that was asked for, the oldest first."""
    return session.exec(select(Change).where(Change.application_id == application_id).order_by(col(Change.id))).all()


def change(session: Session, application_id: int) -> Change | None:
    """The one that is open."""
    query = select(Change).where(Change.application_id == application_id, col(Change.state).in_(OPEN_CHANGES))
    return session.exec(query).first()


def override(session: Session, application_id: int) -> Override | None:
    """Another due date that waits for the second person."""
    query = select(Override).where(Override.application_id == application_id, Override.state == OverrideState.PROPOSED)
    return session.exec(query).first()


def late_terms(session: Session, application_id: int) -> list[Term]:
    """Clocks of ours that have lapsed, with no reason written down yet."""
    return [
        t
        for t in terms_of(session, application_id)
        if t.lapsed_at and t.whose == "grid" and not t.late_code and not t.is_right
    ]


def corrections(session: Session, application_id: int) -> list[History]:
    """Versions of the applicant's data after filing: each with what was and what is (D-16)."""
    return [h for h in history(session, application_id) if h.tag.endswith(":corrected")]


def _envelopes(session: Session, application_id: int) -> dict[str, str]:
    """Purpose → state of the newest envelope."""
    query = select(Envelope.purpose, Envelope.stage).where(
        Envelope.process == PROCESS, Envelope.subject_id == application_id
    )
    return dict(session.exec(query.order_by(col(Envelope.id))).all())


def by_payment(session: Session, case: Application) -> bool:
    """This utility concludes such a contract by payment, though it is signed too (law 37)."""
    return rules.Switches.of(org(session)).by_payment and case.category == Category.LE_150_670


def known(session: Session, case: Application, actor: Actor | None = None) -> rules.Known:
    """What moves may look at. A handful of short selects on indexes."""
    session.flush()
    case_id = case.id or 0
    found = conditions(session, case_id)
    papers = dict(
        session.exec(
            select(Document.kind, Document.state)
            .where(Document.application_id == case_id)
            .where(col(Document.state).in_([DocumentState.ORDERED, DocumentState.STORED, DocumentState.PLACED]))
            .order_by(col(Document.version))
        ).all()
    )
    invoice = payments.invoice_of(session, case_id)
    first = payments.instalments(session, invoice.id)[0] if invoice and invoice.id else None
    terms = terms_of(session, case_id)
    on_ordinary, late = rules.ordinary(case), Stage(case.stage) in UNDER_CONTRACT
    changing = change(session, case_id) if late else None
    proposed = override(session, case_id) if case.stage not in (*FINAL_STAGES, Stage.DRAFT) else None
    asked = approvals(session, case_id, found.version) if found and case.stage == Stage.APPROVAL else ()
    protocol = disagreements(session, case_id) if on_ordinary and case.stage == Stage.DISAGREEMENT else ()
    return rules.Known(
        case=case,
        conditions_state=found.state if found else None,
        conditions_author=found.author_id if found else None,
        conditions_complete=bool(
            found and found.state != ConditionsState.APPROVED and not rules.conditions_faults(found.values)
        ),
        papers=papers,
        first_credited=bool(first and first.credited_at),
        first_amount=first.amount if first else None,
        actor_id=actor.user_id if actor else None,
        running=frozenset(t.rule for t in terms if not (t.done_at or t.lapsed_at or t.cancelled_at)),
        lapsed=frozenset(t.rule for t in terms if t.lapsed_at and not t.done_at and not t.cancelled_at),
        late=any(t.lapsed_at and t.whose == "grid" and not t.late_code and not t.is_right for t in terms),
        by_payment=by_payment(session, case),
        approvals={a.party: a.state for a in asked},
        remarks_open=sum(not d.answer for d in protocol),
        envelopes=_envelopes(session, case_id) if on_ordinary or changing else {},
        change_kind=changing.kind if changing else "",
        change_state=changing.state if changing else "",
        override_by=proposed.proposed_by if proposed else None,
        days=_rights(session, case, terms),
    )


def _rights(session: Session, case: Application, clocks: Sequence[Term]) -> dict[str, int]:
    """How many working days each right of the applicant was given, by its own clock: words of refusals name them."""
    zone = zone_of(session, case)
    found = {t.rule: t for t in clocks if t.is_right and t.unit == "wd"}
    days = calendar(session) if found else None
    return {r: days.working_days_left(t.starts_at.astimezone(zone).date(), t.due_on) for r, t in found.items() if days}


# ------------------------------------------------------------------------------------------------ lists
def of_applicant(session: Session, user_id: int) -> Sequence[Application]:
    """His applications, newest first; drafts too."""
    query = select(Application).where(Application.applicant_id == user_id)
    return session.exec(query.order_by(col(Application.id).desc())).all()


def by_number(session: Session, number: str) -> Application | None:
    return session.exec(select(Application).where(Application.number == number.strip())).first()


def by_token(session: Session, token: str) -> Application | None:
    return session.exec(select(Application).where(Application.status_token == token)).first()


def history(session: Session, application_id: int) -> Sequence[History]:
    query = select(History).where(History.process == PROCESS, History.subject_id == application_id)
    return session.exec(query.order_by(col(History.seq))).all()


def messages(session: Session, application_id: int) -> Sequence[Message]:
    query = select(Message).where(Message.application_id == application_id)
    return session.exec(query.order_by(col(Message.id))).all()


def count_by_stage(session: Session, branch_id: int | None = None) -> dict[str, int]:
    query = select(Application.stage, func.count()).group_by(Application.stage)
    if branch_id is not None:
        query = query.where(Application.branch_id == branch_id)
    return dict(session.exec(query).all())


def open_cases(session: Session, branch_id: int | None = None, stages: Sequence[str] = ()) -> Sequence[Application]:
    query = select(Application).where(
        col(Application.stage).in_(stages) if stages else col(Application.stage).not_in([*FINAL_STAGES, Stage.DRAFT])
    )
    if branch_id is not None:
        query = query.where(Application.branch_id == branch_id)
    return session.exec(query.order_by(col(Application.id))).all()


def open_terms(session: Session, case_ids: Sequence[int]) -> dict[int, list[Term]]:
    """Running or lapsed-and-unfulfilled clocks of many cases in one select."""
    found: dict[int, list[Term]] = {i: [] for i in case_ids}
    query = select(Term).where(
        Term.process == PROCESS,
        col(Term.subject_id).in_(list(case_ids)),
        col(Term.done_at).is_(None),
        col(Term.cancelled_at).is_(None),
    )
    for term in session.exec(query.order_by(col(Term.due_at))):
        found[term.subject_id].append(term)
    return found


def stuck(session: Session, limit: int = 200) -> Sequence[int]:
    """Open cases without a work row though a clock runs or the system has to move: the sweeper's catch."""
    query = text("""
        select c.id from connection c
         where not exists (select 1 from work w where w.process = 'connection' and w.subject_id = c.id)
           and (c.stage in ('SUBMITTED', 'CONCLUDED')
                or exists (select 1 from term t where t.process = 'connection' and t.subject_id = c.id
                           and t.done_at is null and t.lapsed_at is null and t.cancelled_at is null
                           and t.paused_at is null))
         order by c.id limit :limit""")
    return [int(r.id) for r in session.execute(query, {"limit": limit})]


def moment(value: datetime) -> datetime:
    """Every time of the database is aware UTC."""
    return value.astimezone(UTC)
