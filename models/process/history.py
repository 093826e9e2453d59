"""The audit chain: one append-only row per change, each bound to the one before it by a hash."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlmodel import Session

from models.process.actor import Actor
from models.process.tables import History

GENESIS = "0" * 64


class Subject(Protocol):
    """What a case needs to have a history: its counter of changes and the hash of the last one."""

    id: int | None
    stage: str
    version: int
    chain: str


def words(
    previous: str, process: str, subject: int | str, seq: int, tag: str, actor: tuple[str, int | None, str], at: datetime,
    before: str, after: str, changes: dict[str, Any], reason: str, request_id: str,
) -> str:  # fmt: skip
    """What is hashed: every field that says something, and the previous hash. `actor`: role, number, name."""
    told = [
        previous,
        process,
        subject,
        seq,
        tag,
        *actor,
        at.astimezone(UTC).isoformat(),
        before,
        after,
        changes,
        reason,
        request_id,
    ]
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def digest(row: History) -> str:
    """sha256 over the words of a link."""
    actor = (row.actor_role, row.actor_id, row.actor_name)
    told = words(
        row.previous, row.process, row.subject_id, row.seq, row.tag, actor, row.at, row.stage_before, row.stage_after,
        row.changes, row.reason, row.request_id,
    )  # fmt: skip
    return hashlib.sha256(told.encode()).hexdigest()


def plain(changes: dict[str, Any]) -> dict[str, Any]:
    """As the database gives them back: pure JSON. It rewrites 1e+16, so numbers with a point become text."""
    return json.loads(json.dumps(changes, default=str), parse_float=str)  # type: ignore[no-any-return]


def record(
    session: Session,
    process: str,
    subject: Subject,
    tag: str,
    actor: Actor,
    now: datetime,
    *,
    before: str | None = None,
    changes: dict[str, Any] | None = None,
    reason: str = "",
    request_id: str = "",
) -> History:
    """Write the next link. The subject must be locked; `changes` is {field: [old, new]} or facts, pure JSON."""
    subject.version += 1
    row = History(
        process=process,
        subject_id=subject.id or 0,
        seq=subject.version,
        tag=tag,
        actor_role=actor.role,
        actor_id=actor.user_id,
        actor_name=actor.name,
        at=now,
        stage_before=before if before is not None else subject.stage,
        stage_after=subject.stage,
        changes=plain(changes or {}),
        reason=reason,
        request_id=request_id,
        previous=subject.chain,
        hash="",
    )
    row.hash = subject.chain = digest(row)
    session.add(row)
    return row


def broken(rows: Iterable[History], chain: str | None = None) -> list[str]:
    """What is wrong with one subject's chain, in order; empty when it proves. `chain` is the hash its case keeps."""
    faults, previous, seq = [], GENESIS, 0
    for row in rows:
        seq += 1
        where = f"{row.process} {row.subject_id} #{row.seq}"
        if row.seq != seq:
            faults.append(f"{where}: number {seq} was expected")
            seq = row.seq
        if row.previous != previous:
            faults.append(f"{where}: does not follow the row before it")
        if row.hash != digest(row):
            faults.append(f"{where}: was changed after it was written")
        previous = row.hash
    if chain is not None and previous != chain:
        faults.append(f"the last row is not the one the case remembers ({previous[:12]} ≠ {chain[:12]})")
    return faults
