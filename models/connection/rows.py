"""What hangs on one case, row by row, and what is read once a transaction. Plain selects; lists of cases are in queries.py."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.connection.contract import OPEN_CHANGES, OverrideState
from models.connection.tables import (
    PROCESS,
    Application,
    Approval,
    Change,
    Conditions,
    Disagreement,
    Inspection,
    Message,
    Meter,
    Override,
)
from models.people.tables import Branch
from models.process.tables import History, Setting, Term, TermRule


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


def history(session: Session, application_id: int) -> Sequence[History]:
    query = select(History).where(History.process == PROCESS, History.subject_id == application_id)
    return session.exec(query.order_by(col(History.seq))).all()


def messages(session: Session, application_id: int) -> Sequence[Message]:
    query = select(Message).where(Message.application_id == application_id)
    return session.exec(query.order_by(col(Message.id))).all()
