"""How a step of a flow is made: a plain function on one locked case, or a task where something outside is called."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

from prefect import Task
from prefect.context import FlowRunContext
from sqlalchemy import text
from sqlmodel import Session

from infra import clock
from infra.engine.leg import Leg
from models.connection.moving import lock
from models.connection.tables import Application, Stage
from models.process import work
from models.process.actor import SYSTEM
from models.process.errors import NotReady
from models.process.work import Row

P = ParamSpec("P")
R = TypeVar("R")
CaseBody = Callable[[Session, Application, datetime], None]
Step = Callable[[Leg], None]


def outside(task: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a task: recorded by Prefect inside a flow run, a plain call when the leg runs without Prefect."""
    return task(*args, **kwargs) if FlowRunContext.get() else task.fn(*args, **kwargs)


def on_case(*stages: Stage, papers: bool = False) -> Callable[[CaseBody], Step]:
    """A step for cases that stand at one of these stages: locks case and row, looks at the fence, then acts. A move that
    is not ready yet leaves the case as it is: the next wake-up looks again. `papers`: only where a made paper waits to be
    placed; one that is made during the leg wakes the case anew."""
    wanted = frozenset(stages)

    def made(body: CaseBody) -> Step:
        def act(leg: Leg, session: Session, row: Row) -> None:
            now = clock.now()
            case = lock(session, row.subject, SYSTEM)
            work.fence(session, row)
            if case.stage in wanted:
                body(session, case, now)
            leg.notes[row.id] = case.stage

        @functools.wraps(body)
        def step(leg: Leg) -> None:
            rows = [r for r in leg.well() if leg.notes.get(r.id) in wanted and (not papers or r.id in leg.papers)]
            leg.each(functools.partial(act, leg), rows, passing=(NotReady,))

        return step

    return made


def look(leg: Leg) -> None:
    """The stage of every case of the leg and whether a made paper waits to be placed, in one select; steps that do not
    concern it cost nothing."""
    if not leg.rows:
        return
    with leg.db.transaction(durable=False) as session:
        found = session.execute(
            text("""select c.id, c.stage, exists (select 1 from document d where d.application_id = c.id
                        and d.stored_at is not null and d.placed_at is null) as papers
                      from connection c where c.id = any(:ids)"""),
            {"ids": [r.subject for r in leg.rows]},
        )
        cases = {int(r.id): r for r in found}
    for row in leg.rows:
        case = cases.get(row.subject)
        leg.notes[row.id] = str(case.stage) if case else ""
        if case and case.papers:
            leg.papers.add(row.id)
