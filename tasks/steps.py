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


def on_case(*stages: Stage) -> Callable[[CaseBody], Step]:
    """A step for cases that stand at one of these stages: locks case and row, looks at the fence, then acts. A move that
    is not ready yet leaves the case as it is: the next wake-up looks again."""
    wanted = frozenset(stages)

    def made(body: CaseBody) -> Step:
        def act(leg: Leg, session: Session, row: Row) -> None:
            now = clock.now()
            case = lock(session, row.subject, SYSTEM)
            work.fence(session, row)
            if case.stage in wanted:
                try:
                    with session.begin_nested():
                        body(session, case, now)
                except NotReady:
                    session.refresh(case)
            leg.notes[row.id] = case.stage

        @functools.wraps(body)
        def step(leg: Leg) -> None:
            rows = [r for r in leg.well() if leg.notes.get(r.id) in wanted]
            leg.each(functools.partial(act, leg), rows)

        return step

    return made


def look(leg: Leg) -> None:
    """The stage of every case of the leg, in one select; steps that do not concern it cost nothing."""
    if not leg.rows:
        return
    with leg.db.transaction(durable=False) as session:
        found = session.execute(
            text("select id, stage from connection where id = any(:ids)"), {"ids": [r.subject for r in leg.rows]}
        )
        stages = {int(r.id): str(r.stage) for r in found}
    for row in leg.rows:
        leg.notes[row.id] = stages.get(row.subject, "")
