"""The register of issued papers: what staff look for, page by page. Reads only; the frozen data of papers are never fetched."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_
from sqlmodel import Session, col, select

from models.connection.tables import Application
from models.document.queries import OWN
from models.document.tables import Document

PAGE = 50
EXPORT_LIMIT = 50_000  # rows of one file


@dataclass(frozen=True)
class Wanted:
    """What to look for; an empty field asks for nothing. Texts are parts of what is looked for, in any letter case."""

    number: str = ""  # of the paper or of its application
    kind: str = ""
    applicant: str = ""
    address: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    branch_id: int | None = None


@dataclass(frozen=True)
class Issued:
    """One line of the register."""

    id: int
    kind: str
    title: str
    number: str
    version: int
    state: str
    issued_on: date
    placed_at: datetime | None
    template_version: str
    has_pdf: bool
    application_id: int
    application: str
    applicant: str
    address: str


@dataclass(frozen=True)
class Page:
    rows: tuple[Issued, ...]
    following: tuple[date, int] | None  # key of the next page; None is the end


def page(session: Session, wanted: Wanted, after: tuple[date, int] | None = None, limit: int = PAGE) -> Page:
    """The newest first; `after` is the key the page before gave."""
    found = [_issued(row) for row in session.execute(_query(wanted, after).limit(limit + 1))]
    rows = tuple(found[:limit])
    return Page(rows, (rows[-1].issued_on, rows[-1].id) if len(found) > limit else None)


def every(session: Session, wanted: Wanted, limit: int = EXPORT_LIMIT) -> Iterator[Issued]:
    """All that fits, for a file."""
    after: tuple[date, int] | None = None
    left = limit
    while left > 0:
        got = page(session, wanted, after, min(1000, left))
        yield from got.rows
        left, after = left - len(got.rows), got.following
        if after is None:
            return


def _query(wanted: Wanted, after: tuple[date, int] | None) -> Select[Any]:
    d, a = Document, Application
    query = select(
        d.id, d.kind, d.title, d.number, d.version, d.state, d.issued_on, d.placed_at, d.template_version,
        col(d.pdf_key).is_not(None).label("has_pdf"), d.application_id, col(a.number).label("application"),
        col(a.person)["name"].astext.label("applicant"), col(a.object_address).label("address"),
    ).join(a, col(a.id) == d.application_id)  # type: ignore[call-overload]  # fmt: skip
    if after:
        query = query.where(or_(col(d.issued_on) < after[0], and_(col(d.issued_on) == after[0], col(d.id) < after[1])))
    for condition in _conditions(wanted):
        query = query.where(condition)
    ordered: Select[Any] = query.order_by(col(d.issued_on).desc(), col(d.id).desc())
    return ordered


def _conditions(wanted: Wanted) -> Iterator[Any]:
    d, a = Document, Application
    yield d.kind != OWN
    if number := wanted.number.strip():
        yield or_(col(d.number).icontains(number, autoescape=True), col(a.number).icontains(number, autoescape=True))
    if applicant := wanted.applicant.strip():
        person = col(a.person)
        names = [person[key].astext.icontains(applicant, autoescape=True) for key in ("name", "full", "inn")]
        yield or_(*names)
    if address := wanted.address.strip():
        yield col(a.object_address).icontains(address, autoescape=True)
    if wanted.kind:
        yield d.kind == wanted.kind
    if wanted.state:
        yield d.state == wanted.state
    if wanted.branch_id:
        yield a.branch_id == wanted.branch_id
    if wanted.since:
        yield col(d.issued_on) >= wanted.since
    if wanted.until:
        yield col(d.issued_on) <= wanted.until


def _issued(row: Any) -> Issued:
    found = Issued(**row._mapping)
    return replace(found, application=found.application or "", applicant=found.applicant or "")
