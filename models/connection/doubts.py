"""What a lawyer looks at before this program serves real applicants: dated rows that are contested or that nobody has looked
up, and grounds of papers that are no dated rows. Reads, decides nothing; docs/law.md tells the same of the data files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.connection import queries
from models.connection.papers.asked import SOCIAL
from models.payment.ledger_tables import KeyRate
from models.payment.tables import ScheduleRow
from models.process.words import N_
from models.visit.rules import READY_REMARKS

MEMORY = "memory"
BY_MEMORY = N_("nobody has looked the basis up")
NO_LATER = N_("no later rate is known here: days after it take this one")
REMARK = N_("the ground of a ready remark, named from memory")
GROUND = N_("the list of those who pay the social rate, retold: the acts themselves are compared")
ACTS = {  # law 50: п. 17 of the Rules names these acts
    "large": "ПП 861, п. 17; Указ Президента от 23.01.2024 № 63",
    "poor": "ПП 861, п. 17; закон о прожиточном минимуме, порядок региона",
    "veteran": "ПП 861, п. 17; закон о ветеранах, ст. 14–16, 18, 21",
    "disabled": "ПП 861, п. 17; закон о социальной защите инвалидов, ст. 17",
    "radiation": "ПП 861, п. 17; закон о Чернобыльской АЭС, ст. 14; Семипалатинск, «Маяк», подразделения особого риска",
    "other": "ПП 861, п. 17, по приложенному документу",
}


@dataclass(frozen=True)
class Doubt:
    """One thing to ask about. `code`: its row, where it is one; `what` and `basis` as staff read them; `why`: an English
    template or the words of the row itself."""

    code: str
    what: str
    basis: str
    why: str


def doubts(session: Session, today: date) -> list[Doubt]:
    """Terms, schedules of payments, the last key rate, grounds of remarks and of the social rate."""
    return [*_terms(session, today), *_schedules(session, today), *_key_rates(session), *_grounds()]


def _terms(session: Session, today: date) -> Iterator[Doubt]:
    for row in sorted(queries.rules_today(session, today).values(), key=lambda r: r.rule):
        if row.contested or row.confidence == MEMORY:
            yield Doubt(row.rule, row.title, row.basis, row.contested or BY_MEMORY)


def _schedules(session: Session, today: date) -> Iterator[Doubt]:
    doubtful = or_(col(ScheduleRow.contested) != "", col(ScheduleRow.confidence) == MEMORY)
    valid = or_(col(ScheduleRow.valid_to).is_(None), col(ScheduleRow.valid_to) >= today)
    found = select(ScheduleRow).where(ScheduleRow.enabled, doubtful, valid, ScheduleRow.valid_from <= today)
    first: dict[str, ScheduleRow] = {}
    for row in session.exec(found.order_by(col(ScheduleRow.template), col(ScheduleRow.seq))):
        first.setdefault(row.template, row)
    for row in first.values():
        yield Doubt(row.template, "", row.basis, row.contested or BY_MEMORY)


def _key_rates(session: Session) -> Iterator[Doubt]:
    row = session.exec(select(KeyRate).order_by(col(KeyRate.valid_from).desc())).first()
    if row is not None:
        yield Doubt(f"{row.percent.normalize():f} %", "", row.basis, NO_LATER)


def _grounds() -> Iterator[Doubt]:
    for remark in READY_REMARKS:
        yield Doubt("", remark.what, remark.ground, REMARK)
    for code, words in SOCIAL.items():
        yield Doubt("", words, ACTS[code], GROUND)
