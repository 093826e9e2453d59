"""The business clock of a development home. Forward only; whoever calls has checked that this is development."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from models.people.actions import note
from models.process.actor import Actor
from models.process.errors import Invalid
from models.process.words import N_
from models.process.work import shift_alarms

LONGEST = timedelta(days=2 * 366)


def move_clock(session: Session, actor: Actor, forward: timedelta) -> timedelta:
    """Everybody's `now` runs ahead by so much more, timers come nearer by as much. Gives the whole shift.

    Raises Invalid("forward") for a step back or one longer than two years."""
    if not timedelta() < forward <= LONGEST:
        raise Invalid("forward", N_("The clock goes forward only, two years at a time at most"))
    found = session.execute(
        text("""insert into clock_shift (id, seconds) values (1, :by)
            on conflict (id) do update set seconds = clock_shift.seconds + excluded.seconds
            returning seconds, clock_timestamp() + make_interval(secs => seconds::double precision) as now"""),
        {"by": forward.total_seconds()},
    ).one()
    shift_alarms(session, forward)
    now: datetime = found.now
    note(session, actor, "desk:clock:moved", now, seconds=int(forward.total_seconds()))
    return timedelta(seconds=float(found.seconds))
