"""Read side of connections: what moves may know, lists for the cabinet and the desk. Plain selects.

Rows of one case stand in rows.py; who asks about connections asks here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from models.connection import rules
from models.connection.rows import (
    approvals,
    branch_name,
    change,
    changes,
    conditions,
    corrections,
    disagreements,
    history,
    inspections,
    late_terms,
    messages,
    meter,
    org,
    override,
    protocols,
    rules_today,
    terms_of,
    zone_of,
)
from models.connection.tables import (
    FINAL_STAGES,
    PROCESS,
    UNDER_CONTRACT,
    Application,
    Category,
    ConditionsState,
    Stage,
)
from models.document.tables import Document, DocumentState
from models.payment import queries as payments
from models.process.actor import Actor
from models.process.tables import Term
from models.process.terms import calendar
from models.rulebook.limits import limit
from models.signing.tables import Envelope

__all__ = [
    "approvals",
    "branch_name",
    "by_number",
    "by_payment",
    "by_token",
    "change",
    "changes",
    "conditions",
    "corrections",
    "count_by_stage",
    "disagreements",
    "history",
    "inspections",
    "known",
    "late_terms",
    "messages",
    "meter",
    "moment",
    "of_applicant",
    "open_cases",
    "open_terms",
    "org",
    "override",
    "protocols",
    "rules_today",
    "stuck",
    "terms_of",
    "zone_of",
]


def _envelopes(session: Session, application_id: int) -> dict[str, str]:
    """Purpose → state of the newest envelope."""
    query = select(Envelope.purpose, Envelope.stage).where(
        Envelope.process == PROCESS, Envelope.subject_id == application_id
    )
    return dict(session.exec(query.order_by(col(Envelope.id))).all())


def by_payment(session: Session, case: Application) -> bool:
    """This utility concludes such a contract by payment, though it is signed too (law 37)."""
    return rules.Switches.of(org(session)).by_payment and case.category == Category.LE_150_670


def most_years(session: Session, day: date) -> int:
    """For how many years technical conditions are valid at most, by the limit of `day` (п. 24)."""
    return int(limit(session, "conditions_years", day))


def switches(session: Session, day: date) -> rules.Switches:
    """What this utility has decided where sources differ, and the limits of `day` that a form is checked by."""
    return replace(rules.Switches.of(org(session)), mobile_months=int(limit(session, "temporary_months", day)))


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
            found
            and found.state != ConditionsState.APPROVED
            and not (
                rules.conditions_faults(found.values, most_years(session, found.saved_at.date()))
                or rules.points_faults(case, found.values)
            )
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
