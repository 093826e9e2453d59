"""One application as lines of text, for `feeder case`. Reads only; the desk shows the same and more."""

from collections.abc import Iterator
from datetime import datetime

from infra.clock import zone
from infra.database import database
from infra.wording import N_, _
from models.connection import queries
from models.connection.rules import STAGE_NAMES
from models.connection.tables import Application, Stage
from models.process.errors import NotFound
from models.process.tables import History, Term

_WHOSE = {"applicant": N_("the applicant"), "grid": N_("the grid company"), "supplier": N_("the supplier")}


def lines(number: str) -> Iterator[str]:
    """Raises NotFound."""
    with database().transaction() as session:
        case = queries.by_number(session, number)
        if case is None or case.id is None:
            raise NotFound
        terms = queries.terms_of(session, case.id)
        yield from _head(case, [term for term in terms if _open(term)])
        yield _("Terms:")
        yield from (f"  {_term(term)}" for term in terms)
        yield _("History:")
        yield from (f"  {_change(row)}" for row in queries.history(session, case.id))


def _head(case: Application, waiting: list[Term]) -> Iterator[str]:
    yield f"{case.number} · {case.object_address}"
    yield _("Stage: %(stage)s") % {"stage": _(STAGE_NAMES[Stage(case.stage)])}
    first = min(waiting, key=lambda term: term.due_at, default=None)
    if first is None:
        yield _("Nobody's term is running")
        return
    whose = _(_WHOSE.get(first.whose, first.whose))
    yield _("Turn: %(whose)s, until %(day)s") % {"whose": whose, "day": first.due_on.strftime("%d.%m.%Y")}


def _open(term: Term) -> bool:
    return not (term.done_at or term.lapsed_at or term.cancelled_at)


def _term(term: Term) -> str:
    states = {
        _("kept"): term.done_at,
        _("lapsed"): term.lapsed_at,
        _("cancelled"): term.cancelled_at,
        _("suspended"): term.paused_at,
    }
    state = next((f"{word} {_moment(at)}" for word, at in states.items() if at), _("running"))
    return f"{term.rule:<8} {_moment(term.starts_at)} – {term.due_on:%d.%m.%Y}  {state}  {_(term.title)}"


def _change(row: History) -> str:
    stages = row.stage_after if row.stage_before == row.stage_after else f"{row.stage_before} → {row.stage_after}"
    who = row.actor_name or row.actor_role
    return f"{row.seq:>4} {_moment(row.at)}  {stages}  {row.tag}  {who}  {row.reason}".rstrip()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(zone()):%d.%m.%Y %H:%M}"
