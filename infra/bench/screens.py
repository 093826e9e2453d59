"""`feeder bench screens`: server time of what the desk's screens read – queue, card, search, wall – and how it grows with the
number of applications. What is measured, and what not, is told in docs/benchmarks.md."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, col, select

from infra.bench.lab import crowd
from infra.bench.lab.meters import Spread, machine, spread
from infra.bench.lab.scratch import Scratch
from infra.bench.lab.table import as_json, rounded, table
from infra.database import Database
from infra.trouble import Trouble
from infra.wording import N_, _
from models.connection import cards, deadlines, queries, search, statistics, waiting
from models.connection.deadlines import Asked
from models.connection.statistics import Slice
from models.connection.statistics.load import WORK
from models.connection.tables import OPEN_STAGES, Application, Stage
from models.network import queries as network
from models.process.actor import Role

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 7
LIMIT = 300.0  # ms
SEARCH_LIMIT = 100.0
ZONE = ZoneInfo("Europe/Moscow")
Figures = dict[str, Any]
Screen = Callable[[Session, datetime], object]
WIDE = (str(Role.MANAGER), 0, None)  # role, person, branch: who reads all branches
OF_A_BRANCH = {"queue.mine", "card.case", "deadlines.branch", "deadlines.branch_counts", "deadlines.unexplained"}
_ENGINEER = text("""select u.id, u.branch_id from app_user u where u.role = 'ENGINEER' and u.branch_id = (select branch_id from connection
                     where stage = 'EXECUTION' order by id desc limit 1) limit 1""")
TITLES = {
    "queue": N_("Queue"),
    "card": N_("Card"),
    "search": N_("Search"),
    "wall": N_("Wall"),
    "deadlines": N_("Deadlines"),
}


def main(*, json: bool = False, quick: bool = False, only: str = "") -> None:
    """Prints. `only`: names of screens joined by commas. Raises Trouble."""
    wanted = [part for part in only.replace(" ", "").split(",") if part] or list(TITLES)
    if strange := sorted(set(wanted) - set(TITLES)):
        raise Trouble(
            _("There is no part %(name)s. There are: %(known)s") % {"name": strange[0], "known": ", ".join(TITLES)}
        )
    found = measure(SIZES[:1] if quick else SIZES, 2 if quick else ROUNDS, wanted)
    print(as_json(found) if json else told(found))


def measure(sizes: tuple[int, ...], rounds: int, wanted: list[str]) -> Figures:
    """{"bench", "machine", "sizes": {count: {"screen.what": Spread in ms}}, "slow": [names over their limit]}"""
    found: Figures = {"bench": "screens", "machine": machine(), "sizes": {}}
    with Scratch() as lab:
        for size in sizes:
            lab.postgres.createdb(f"crowd_{size}", "feeder")
            db = Database(lab.postgres.url(f"crowd_{size}"), 2)
            try:
                begun = time.perf_counter()
                crowd.fill(db, size)
                figures: Figures = {"filled_s": time.perf_counter() - begun}
                found["sizes"][size] = figures | timed(db, rounds, wanted)
            finally:
                db.close()
            lab.postgres.dropdb(f"crowd_{size}")
    found["slow"] = slow(found["sizes"][sizes[-1]])
    return rounded(found)  # type: ignore[no-any-return]


def timed(db: Database, rounds: int, wanted: list[str]) -> dict[str, Spread]:
    """Each screen's reads, `rounds` times after one that warms up; one transaction each, behind the wall of staff as on the
    desk: an engineer of one branch for his queue, the board of his branch and the card, a manager of all for the rest."""
    now = datetime.now(UTC)
    with db.transaction() as session:
        screens = all_screens(session)
        walled = (str(Role.ENGINEER), *session.execute(_ENGINEER).one())
    figures = {}
    for name, read in screens.items():
        if name.partition(".")[0] not in wanted:
            continue
        taken = []
        for _round in range(rounds + 1):
            with db.reading_as(*(walled if name in OF_A_BRANCH else WIDE)) as session:
                begun = time.perf_counter()
                read(session, now)
                taken.append(time.perf_counter() - begun)
        figures[name] = spread(taken[1:])
    return figures


# ------------------------------------------------------------------------------------------------ what screens read
def all_screens(session: Session) -> dict[str, Screen]:
    """By "screen.what". Cases and words are taken from the middle of the crowd."""
    case = session.exec(
        select(Application).where(Application.stage == Stage.EXECUTION).order_by(col(Application.id).desc())
    ).first()
    assert case is not None, "the crowd has cases in execution"
    cards_ = {"card.case": _card(case.id or 0)}
    return {**_queues(case.branch_id), **cards_, **_searches(case), **_wall(), **_deadlines(case.branch_id)}


def _queues(branch_id: int) -> dict[str, Screen]:
    everything = waiting.Wish(tuple(map(str, OPEN_STAGES)))
    mine = waiting.Wish(tuple(map(str, WORK[Role.ENGINEER])), branch_id)

    def shown(wish: waiting.Wish) -> Screen:
        def read(session: Session, now: datetime) -> None:
            page = waiting.page(session, wish, now, ZONE)
            cards.lines(session, page.cases, now)

        return read

    def deep(session: Session, now: datetime) -> None:
        first = waiting.page(session, everything, now, ZONE, limit=500)
        waiting.page(session, everything, now, ZONE, first.after)

    return {
        "queue.mine": shown(mine),
        "queue.manager": shown(everything),
        "queue.late": shown(waiting.Wish(everything.stages, group="late")),
        "queue.deep": deep,
        "queue.counts": lambda s, now: waiting.counts(s, everything, now, ZONE),
    }


def _card(case_id: int) -> Screen:
    def read(session: Session, now: datetime) -> None:
        case = session.get(Application, case_id)
        assert case is not None
        cards.card(session, case, now)
        queries.known(session, case)
        queries.history(session, case_id)
        queries.messages(session, case_id)
        search.duplicates(session, case, now)
        network.standing(session, case_id)

    return read


def _searches(case: Application) -> dict[str, Screen]:
    person = case.person
    words = {
        "number": case.number or "", "part": (case.number or "")[3:9], "name": str(person["name"]), "family": str(person["name"]).split()[0],
        "inn": str(person["inn"]), "cadastre": case.cadastre, "phone": "8" + str(person["phone"])[2:],
        "address": case.object_address, "street": "Приозёрск парусная 5", "common": "Ленинградская", "nothing": "Тьмутаракань 77",
    }  # fmt: skip

    def reading(typed: str) -> Screen:
        def read(session: Session, now: datetime) -> None:
            wall = session.execute(text("select current_user")).scalar_one()
            session.execute(text("set local role none"))  # keys are asked for before the wall, as on the page
            keys = search.matching(session, typed)
            session.execute(text(f"set local role {wall}"))
            search.load(session, keys)

        return read

    return {f"search.{what}": reading(typed) for what, typed in words.items()}


def _wall() -> dict[str, Screen]:
    def quarter(read: Callable[[Session, Slice], object], days: int = 90) -> Screen:
        return lambda session, now: read(session, Slice.last(days, now))

    def risks(session: Session, now: datetime) -> None:
        statistics.risks(session, now, ZONE, statistics.times(session, Slice.last(90, now)))

    return {
        "wall.stages": lambda s, now: statistics.by_stage(s, now, ZONE),
        "wall.branches": lambda s, now: statistics.by_branch(s, now, ZONE),
        "wall.tiles": lambda s, now: statistics.flow(s, now, ZONE),
        "wall.load": lambda s, now: statistics.load(s),
        "wall.longest": lambda s, now: statistics.longest_late(s, now),
        "wall.times": quarter(statistics.times),
        "wall.times_year": quarter(statistics.times, 365),
        "wall.kept": quarter(statistics.kept_by_branch),
        "wall.engineers": quarter(statistics.engineers),
        "wall.ways": quarter(statistics.ways),
        "wall.funnel": quarter(statistics.funnel),
        "wall.causes": quarter(statistics.causes),
        "wall.weeks": lambda s, now: (statistics.forecast(s, now.date()), statistics.kept_weekly(s, now)),
        "wall.risks": risks,
        "wall.penalties": lambda s, now: statistics.penalties(s, now, ZONE, Decimal("0.25")),
        "wall.process": lambda s, now: (statistics.passages(s, now), statistics.exits(s, now)),
    }


def _deadlines(branch_id: int | None) -> dict[str, Screen]:
    everywhere = Asked()
    mine = Asked(branch_id=branch_id)

    def shown(asked: Asked) -> Screen:
        return lambda session, now: deadlines.page(session, asked, now)

    return {
        "deadlines.all": shown(everywhere),
        "deadlines.branch": shown(mine),
        "deadlines.late": shown(Asked(group="late")),
        "deadlines.counts": lambda s, now: deadlines.counts(s, everywhere, now),
        "deadlines.branch_counts": lambda s, now: deadlines.counts(s, mine, now),
        "deadlines.rules": lambda s, now: deadlines.rules(s),
        "deadlines.unexplained": lambda s, now: deadlines.unexplained(s, branch_id, now),
    }


# ------------------------------------------------------------------------------------------------ telling
def slow(figures: Figures) -> list[str]:
    """Names whose median is above the limit of their screen."""
    spreads = {name: found for name, found in figures.items() if isinstance(found, Spread)}
    return [n for n, f in spreads.items() if f.median >= (SEARCH_LIMIT if n.startswith("search.") else LIMIT)]


def told(found: Figures) -> str:
    """A table: what is read, median milliseconds for each number of applications."""
    sizes = list(found["sizes"])
    names = [name for name, f in found["sizes"][sizes[-1]].items() if isinstance(f, Spread)]
    rows = []
    for name in names:
        screen, _dot, what = name.partition(".")
        cells = [f"{found['sizes'][size][name].median:,.1f}" for size in sizes]
        rows.append([f"{_(TITLES[screen])}: {what}", *cells])
    last = (
        _("Over the limit: %(names)s") % {"names": ", ".join(found["slow"])}
        if found["slow"]
        else _("All within their limits")
    )
    head = [_("ms, median"), *(f"{size:,}" for size in sizes)]
    return f"{table(head, rows)}\n{last}"
