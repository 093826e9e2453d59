"""Takes a register of the billing in: the same file twice changes nothing, and a line that is wrong is put aside with its
reason while the others are taken. Never deletes what a later file leaves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from models.account import lines
from models.account.file import Row
from models.account.lines import Line
from models.account.tables import SUBJECT, Register, RegisterKind
from models.account.taking import Became, Work, begin, take
from models.people import access
from models.people.access import Right, Subject
from models.people.actions import note
from models.process.actor import Actor
from models.process.errors import Invalid

ONE_LOAD = 7_130_928  # files that overlap take turns
KEPT = 500  # refused lines that the history shows


@dataclass(frozen=True)
class Refused:
    """A line that was put aside: `template` is English source text for gettext, `facts` fill it."""

    line: int
    number: str
    template: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Loaded:
    """What a file did, in lines."""

    lines: int
    made: int
    changed: int
    refused: list[Refused]


def load(
    session: Session, actor: Actor, kind: RegisterKind, rows: Sequence[Row], now: datetime, *, name: str = ""
) -> Loaded:
    """Raises NotAllowed. Every refused line is in the answer and in the history of registers."""
    access.need(actor, Subject.ACCOUNT, Right.CHANGE)
    session.execute(text("select pg_advisory_xact_lock(:one)"), {"one": ONE_LOAD})
    parsed, refused = _parsed(kind, rows)
    work = begin(session, actor, kind, [line for _row, line in parsed], now)
    became = [_one(work, kind, row, line, refused) for row, line in parsed]
    session.flush()
    refused.sort(key=lambda r: r.line)
    told = Loaded(len(rows), became.count(Became.MADE), became.count(Became.CHANGED), refused)
    _kept(session, actor, kind, told, now, name)
    return told


def _parsed(kind: RegisterKind, rows: Sequence[Row]) -> tuple[list[tuple[Row, Line]], list[Refused]]:
    found, refused = [], []
    for row in rows:
        try:
            found.append((row, lines.parse(kind, row.values)))
        except Invalid as error:
            refused.append(_aside(row, error))
    return found, refused


def _aside(row: Row, error: Invalid) -> Refused:
    number = row.values.get(lines.plain(lines.NUMBER.title), "")[:40]
    return Refused(row.line, number, error.template, {name: str(fact) for name, fact in error.facts.items()})


def _one(work: Work, kind: RegisterKind, row: Row, line: Line, refused: list[Refused]) -> Became | None:
    try:
        if first := work.seen.get(line.key):
            raise Invalid("file", "Line %(first)s of this file tells the same already: leave one of them", first=first)
        became = take(work, kind, line)
        work.seen[line.key] = row.line
        return became
    except Invalid as error:
        refused.append(_aside(row, error))
        return None


def _kept(session: Session, actor: Actor, kind: RegisterKind, told: Loaded, now: datetime, name: str) -> None:
    aside = [{"line": r.line, "number": r.number, "template": r.template, "facts": dict(r.facts)} for r in told.refused]
    row = Register(kind=kind, name=name[:200], lines=told.lines, made=told.made, changed=told.changed,
                   refused=aside[:KEPT], refused_count=len(aside), loaded_by=actor.person, loaded_at=now)  # fmt: skip
    session.add(row)
    session.flush()
    note(session, actor, "billing:account:register", now, process=SUBJECT, register=row.id, kind=kind, lines=told.lines,
         made=told.made, changed=told.changed, refused=len(aside))  # fmt: skip
