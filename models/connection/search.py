"""Search for operators: one field, as typed, by number, name, address, ИНН, cadastral number or phone; and twins of a case.

Reads `connection_search`, one short line a case that the database keeps by itself (migration 0009). Drafts are not in it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.connection.tables import FINAL_STAGES, Application
from models.process import columns
from models.process.actor import Actor, Role
from models.process.words import N_

RECENT = timedelta(days=365)
WORDS = 8  # of what was typed; nobody needs more to find one case


def _some(column: str) -> Index:
    return Index(f"connection_search_{column}", column, postgresql_where=text(f"{column} <> ''"))


class SearchLine(SQLModel, table=True):
    """What a case is found by. Never written by code: a trigger follows the case."""

    __tablename__ = "connection_search"
    __table_args__ = (
        *map(_some, ("address", "cadastre", "inn", "phone")),
        Index("connection_search_words", "words", postgresql_using="gin", postgresql_ops={"words": "gin_trgm_ops"}),
    )

    application_id: int = Field(primary_key=True, foreign_key="connection.id", sa_type=columns.BIG)
    words: str  # plain words between blanks
    address: str  # without the words that people leave out
    cadastre: str
    inn: str
    phone: str  # the last ten digits


# ------------------------------------------------------------------------------------------------ what was typed
_PHONE = re.compile(r"\+?[78]?[\s(-]*(\d{3})[\s)-]*(\d{3})[\s-]*(\d{2})[\s-]*(\d{2})")


def plain(typed: str) -> list[str]:
    """Words as the lines keep them: small letters, е for ё, no punctuation but what numbers are made of. A phone however
    it is written becomes its last ten digits."""
    if phone := _PHONE.fullmatch(typed.strip()):
        return ["".join(phone.groups())]
    return re.sub(r"[^0-9a-zа-я:/-]+", " ", typed.lower().replace("ё", "е")).split()[:WORDS]


def pattern(word: str) -> str:
    """For LIKE: a part of a word from three characters on, a beginning of a word below that."""
    return f"%{word}%" if len(word) > 2 else f"% {word}%"


def find(session: Session, typed: str, limit: int = 50) -> Sequence[Application]:
    """Cases of every branch and stage on which every typed word stands, newest first; nothing for nothing typed."""
    return load(session, matching(session, typed, limit))


def load(session: Session, ids: Sequence[int]) -> Sequence[Application]:
    """These cases, the newest first, as far as the reader's wall shows them."""
    query = select(Application).where(col(Application.id).in_(list(ids)))
    return session.exec(query.order_by(col(Application.id).desc())).all()


def matching(session: Session, typed: str, limit: int = 50) -> Sequence[int]:
    """Keys of the newest cases on which every word stands. PostgreSQL does not use the index of words behind a wall (LIKE is
    not leakproof): a screen asks for the keys before the wall, and loads the cases behind it."""
    words = [word for word in plain(typed) if re.search(r"[0-9a-zа-я]", word)]
    if not words:
        return []
    query = select(SearchLine.application_id)
    for word in words:
        query = query.where(col(SearchLine.words).like(pattern(word)))
    return session.exec(query.order_by(col(SearchLine.application_id).desc()).limit(limit)).all()


# ------------------------------------------------------------------------------------------------ twins
SAME = {
    "address": N_("the same address"),
    "cadastre": N_("the same cadastral number"),
    "person": N_("the same applicant"),
}


@dataclass(frozen=True)
class Twin:
    """Another case, open or of the last year; `same`: keys of SAME."""

    case: Application
    same: tuple[str, ...]

    @property
    def closed(self) -> bool:
        return self.case.stage in FINAL_STAGES


def duplicates(session: Session, case: Application, now: datetime, limit: int = 20) -> list[Twin]:
    """Cases that may be the same request filed again: what agrees most stands first, then the newest.

    The person is the same account, or the same ИНН, or the same phone. Four lookups on indexes."""
    mine = session.get(SearchLine, case.id)
    if mine is None:
        return []
    ids: dict[int, set[str]] = {}
    for column, what in (("address", "address"), ("cadastre", "cadastre"), ("inn", "person"), ("phone", "person")):
        if value := getattr(mine, column):
            kept = getattr(SearchLine, column)
            query = select(SearchLine).where(kept == value, kept != "")
            lines = session.exec(query.order_by(col(SearchLine.application_id).desc()).limit(limit * 2))
            _note(ids, (line.application_id for line in lines), what)
    own = select(Application).where(Application.applicant_id == case.applicant_id)
    _note(ids, (c.id or 0 for c in session.exec(own.order_by(col(Application.id).desc()).limit(limit * 2))), "person")
    ids.pop(case.id or 0, None)
    return _twins(session, ids, now)[:limit]


def _note(ids: dict[int, set[str]], found: Iterable[int], what: str) -> None:
    for case_id in found:
        ids.setdefault(case_id, set()).add(what)


def _twins(session: Session, ids: dict[int, set[str]], now: datetime) -> list[Twin]:
    query = select(Application).where(col(Application.id).in_(list(ids)), col(Application.registered_at).is_not(None))
    found = [
        Twin(c, tuple(what for what in SAME if what in ids[c.id or 0]))
        for c in session.exec(query)
        if c.ended_at is None or c.ended_at > now - RECENT
    ]
    return sorted(found, key=lambda t: (-len(t.same), -(t.case.id or 0)))


# ------------------------------------------------------------------------------------------------ who may read names
_WORKERS = frozenset(
    {Role.OPERATOR, Role.ENGINEER, Role.MANAGER, Role.INSPECTOR, Role.METERING, Role.BILLING, Role.LAWYER}
)


def works_with(actor: Actor, case: Application) -> bool:
    """Whether names and whole addresses of this case belong to somebody's work: those who handle applications, in their own
    branch, or everywhere when they belong to none. Administrators and auditors find the case, with the person masked."""
    return actor.role in _WORKERS and actor.branch_id in (None, case.branch_id)
