"""What must be true when the dust has settled: every case where it should be, nothing doubled, nothing lost."""

from collections import Counter, defaultdict

from sqlalchemy import text
from sqlmodel import Session, select

from models.connection.tables import PROCESS, Application, Stage
from models.delivery.tables import Letter
from models.document.tables import Document, DocumentState
from models.process.history import broken
from models.process.tables import History

STORY = [
    "submit", "register", "accept", "submit_conditions", "approve", "place_offer", "conclude", "begin_works",
    "report_grid_works", "begin_metering", "admit_meter", "place_meter_act", "energise", "complete",
]  # fmt: skip
PAPERS = {"application", "contract", "conditions", "invoice", "guide", "meter_act", "readiness_notice"}
LETTERS = {
    "registered", "offer_placed", "contract_concluded", "supplier_copies", "works_done", "meter_admitted", "energised", "completed",
    "supplier_acts",
}  # fmt: skip


def unsettled(session: Session, ids: list[int]) -> int:
    """Cases not yet at the end, plus rows that are due or running now, plus letters and papers under way."""
    query = text("""
        select (select count(*) from connection where id = any(:ids) and stage <> 'COMPLETED')
             + (select count(*) from work where state = 'running' or (state = 'due' and run_at < clock_timestamp()))
             + (select count(*) from letter where state in ('ordered', 'rendered', 'sending', 'retrying'))
             + (select count(*) from document where state = 'ordered')""")
    return int(session.execute(query, {"ids": ids}).scalar_one())


def faults(session: Session, ids: list[int]) -> list[str]:
    """Everything that is not exactly as it should be; empty when all is well."""
    found = [f"case {c.id} stands at {c.stage}" for c in _cases(session, ids) if c.stage != Stage.COMPLETED]
    rows: dict[int, list[History]] = defaultdict(list)
    for row in session.exec(
        select(History).where(History.process == PROCESS).order_by(History.subject_id, History.seq)
    ):  # type: ignore[arg-type]
        rows[row.subject_id].append(row)
    for case in _cases(session, ids):
        mine = rows[case.id or 0]
        found += broken(mine, case.chain)
        moves = [m for h in mine if (m := h.tag.rpartition(":")[2]) in STORY]
        if sorted(moves) != sorted(STORY):
            found.append(f"case {case.id} moved {moves}")
    return found + _papers(session, ids) + _letters(session, ids) + _rest(session)


def _cases(session: Session, ids: list[int]) -> list[Application]:
    return [c for i in ids if (c := session.get(Application, i)) is not None]


def _papers(session: Session, ids: list[int]) -> list[str]:
    made = Counter(
        (d.application_id, d.kind) for d in session.exec(select(Document)) if d.state == DocumentState.PLACED
    )
    wanted = {(i, kind) for i in ids for kind in PAPERS}
    doubled = [f"paper {key} × {n}" for key, n in made.items() if n > 1]
    return doubled + [f"paper {key} is missing" for key in wanted - set(made)]


def _letters(session: Session, ids: list[int]) -> list[str]:
    sent = Counter((m.application_id, m.kind) for m in session.exec(select(Letter)))
    wanted = {(i, kind) for i in ids for kind in LETTERS}
    doubled = [f"letter {key} × {n}" for key, n in sent.items() if n > 1]
    return doubled + [f"letter {key} is missing" for key in wanted - set(sent)]


def _rest(session: Session) -> list[str]:
    query = text("select process, subject_id, error from work where state = 'aside'")
    aside = [f"aside: {r.process} {r.subject_id} {r.error}" for r in session.execute(query)]
    twice = text("select number, count(*) as n from connection where number is not null group by 1 having count(*) > 1")
    unsent = text("select id, kind, state, error from letter where state <> 'sent'")
    return (
        aside
        + [f"number {r.number} was given {r.n} times" for r in session.execute(twice)]
        + [f"letter {r.id} {r.kind} is {r.state}: {r.error}" for r in session.execute(unsent)]
    )
