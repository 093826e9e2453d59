"""A held place becomes a booked visit: the row and the link of its history in one statement, which writes nothing when the hold has gone
meanwhile. Called by `actions.book` alone; what may be booked is asked there."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from models.booking.tables import PROCESS, Booking, Stage
from models.process import history
from models.process.actor import Actor

_WRITE = text("""
    with booked as (
        update booking set stage = 'BOOKED', version = 1, chain = :chain, changed_at = :now, booked_at = :now, name = :name, email = :email,
               phone = :phone, account = :account, address = :address, pin_hash = :pin_hash, token_hash = :token_hash, sealed = :sealed,
               ticket = :ticket, consent_at = :consent_at, remind_by = :remind_by, way = :way
         where id = :id and stage = 'HELD' and version = 0 returning id)
    insert into history (process, subject_id, seq, tag, actor_role, actor_id, actor_name, at, stage_before, stage_after, changes, reason,
                         request_id, previous, hash)
    select :process, id, 1, :tag, :actor_role, :actor_id, :actor_name, :now, 'HELD', 'BOOKED', cast(:changes as jsonb), '', '', :genesis,
           :chain from booked
    returning subject_id""")


def write(
    session: Session,
    booking: Booking,
    fields: dict[str, Any],
    tag: str,
    actor: Actor,
    changes: dict[str, Any],
    now: datetime,
) -> bool:
    """`fields`: the columns of the visitor. False: the hold that was read stands no more, and nothing is written."""
    told, said = history.plain(changes), (actor.role, actor.user_id, actor.name)
    words = history.words(
        history.GENESIS, PROCESS, booking.id or 0, 1, tag, said, now, Stage.HELD, Stage.BOOKED, told, "", ""
    )
    chain = hashlib.sha256(words.encode()).hexdigest()
    who = dict(zip(("actor_role", "actor_id", "actor_name"), said, strict=True))
    facts = (
        fields
        | who
        | {"id": booking.id, "chain": chain, "now": now, "process": PROCESS, "tag": tag, "genesis": history.GENESIS}
    )
    if session.execute(_WRITE, facts | {"changes": json.dumps(told)}).first() is None:
        return False
    own = {"stage": Stage.BOOKED, "version": 1, "chain": chain, "changed_at": now, "booked_at": now}
    for name, value in (fields | own).items():
        set_committed_value(booking, name, value)
    return True
