"""Search over every branch and stage: one field, as typed. People who do not work with a case see its person masked."""

from collections.abc import Sequence
from datetime import datetime

from dashboard import menu, parts, session
from dashboard.views.desk_words import DESK
from dashboard.views.queue_rows import short_name
from dashboard.views.wall_filters import typed
from dashboard.views.wall_parts import stage_name
from documents.wording import figure
from infra.wording import N_, _
from models.connection import search
from models.connection.cards import masked_name, settlement
from models.connection.search import SAME, Twin
from models.connection.tables import CLOSED_STAGES, Application, Stage
from models.people import queries as people

ENTRY = menu.Entry("search", N_("Search"), order=15, roles=DESK)
SHOWN = 50


def page() -> None:
    who = session.current()
    parts.show(
        parts.head(
            _("Search"), _("Number, name, address, INN, cadastral number or phone: whatever you know of the case.")
        )
    )
    words = typed(
        "search", "q", _("Find"), _("For example: ТП-000123/26, Смирнова Озёрная 5, 8 922 555-01-23"), width=620
    )
    if not words:
        return None
    with session.keys_only() as db:
        keys = search.matching(db, words, SHOWN + 1)
    with session.reading(who, wide=True) as db:
        found = search.load(db, keys)
        branches = {b.id or 0: b.name for b in people.branches(db)}
    if not found:
        told = _(
            "Check what is typed: every word has to stand in the case. All branches and closed applications were searched."
        )
        return parts.show(parts.empty(_("Nothing was found"), told))
    if len(found) > SHOWN:
        parts.show(parts.p(_("The newest %(shown)s are shown: add a word.") % {"shown": SHOWN}, sub=True))
    return _table(who, found[:SHOWN], branches)


def shape(case: Application) -> str:
    """The chip of a case in a list."""
    if case.stage == Stage.COMPLETED:
        return "done"
    return "closed" if case.stage in CLOSED_STAGES else "work"


def person_and_place(who: session.Who, case: Application) -> tuple[str, str]:
    """(name, address), masked for whoever does not work with the case."""
    if search.works_with(who.actor, case):
        return short_name(case), case.object_address
    return masked_name(str(case.person.get("name", ""))), settlement(case.object_address)


def _table(who: session.Who, found: Sequence[Application], branches: dict[int, str]) -> None:
    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("Stage"), "nw key"), parts.Column(_("Applicant")),
               parts.Column(_("Object")), parts.Column(_("kW"), "n wide"), parts.Column(_("Branch"))]  # fmt: skip
    rows = []
    for c in found:
        name, place = person_and_place(who, c)
        rows.append(
            (
                str(c.id),
                [
                    parts.opener(c.number or _("being registered")),
                    parts.chip(shape(c), stage_name(c.stage)),
                    parts.esc(name),
                    f"{parts.esc(c.object_name)}<small>{parts.esc(place)}</small>",
                    parts.esc(figure(c.power_kw)),
                    parts.esc(branches.get(c.branch_id, "")),
                ],
            )
        )
    if opened := parts.rows(parts.table(columns, rows, _("Applications found")), key="search"):
        menu.go("case", id=opened)


# ------------------------------------------------------------------------------------------------ twins of a case
def twins(who: session.Who, case: Application, now: datetime) -> None:
    """A block for the card: applications that may be the same request. Says so calmly when there are none."""
    with session.reading(who, wide=True) as db:
        found = search.duplicates(db, case, now)
    if not found:
        return parts.show(
            parts.empty(
                _("No similar applications"),
                _("No open or recent application has this address, cadastral number or applicant."),
            )
        )
    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("Stage"), "nw key"), parts.Column(_("What is the same")),
               parts.Column(_("Applicant"))]  # fmt: skip
    opened = parts.rows(parts.table(columns, [_twin(who, t) for t in found], _("Similar applications")), key="twins")
    if opened:
        menu.go("case", id=opened)
    return None


def _twin(who: session.Who, twin: Twin) -> tuple[str, list[str]]:
    c = twin.case
    same = ", ".join(_(SAME[what]) for what in twin.same)
    name, _place = person_and_place(who, c)
    return str(c.id), [
        parts.opener(c.number or ""),
        parts.chip(shape(c), stage_name(c.stage)),
        parts.esc(same),
        parts.esc(name),
    ]
