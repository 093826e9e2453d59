"""The one door: lock an appeal, allow the move, change the stage, write history, start and end terms, order letters, wake the leg."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.appeal import calls, clocks, letters
from models.appeal.rules import MOVES, Known
from models.appeal.tables import FINAL_STAGES, PROCESS, Appeal, AppealKind, Stage
from models.people import branches
from models.process import history, terms
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotFound
from models.process.moves import Move
from models.process.work import wake

_DOORS = {Role.APPLICANT: "cabinet", Role.SYSTEM: "engine"}


def lock(session: Session, appeal_id: int, actor: Actor) -> Appeal:
    """Locked until the transaction ends. An author finds only his own: NotFound otherwise; staff of another branch than
    the appeal's raise OtherBranch."""
    query = select(Appeal).where(Appeal.id == appeal_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None or (actor.role == Role.APPLICANT and found.author_id != actor.user_id):
        raise NotFound
    branches.need(session, actor, found.branch_id)
    return found


def lock_by_token(session: Session, token: str) -> Appeal:
    """For whoever has the link of the letter. Raises NotFound."""
    query = select(Appeal).where(Appeal.status_token == token).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def known(session: Session, appeal: Appeal) -> Known:
    return Known(appeal, session.get_one(AppealKind, appeal.kind))


def ready(session: Session, appeal: Appeal, name: str, actor: Actor, now: datetime) -> Move:
    """The move, if it is open now; raises as `move` does. For verbs that write rows before they move."""
    return MOVES.allow(name, appeal.stage, actor, known(session, appeal), now)


def move(
    session: Session,
    appeal: Appeal,
    name: str,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    changes: dict[str, Any] | None = None,
    letter: dict[str, Any] | None = None,
) -> Appeal:
    """Make one legal move of a locked appeal. Raises NotAllowed, IllegalMove, NotReady, Invalid("reason").

    `letter`: what the letter of this move says beside the appeal: `what` and `files`."""
    found = ready(session, appeal, name, actor, now)
    if found.reason and not reason.strip():
        raise Invalid("reason", "Write the reason: the author will read it")
    before = appeal.stage
    if found.target is not None:
        appeal.stage = found.target
    appeal.changed_at = now
    tag = f"{_DOORS.get(actor.role, 'desk')}:{PROCESS}:{name}"
    history.record(session, PROCESS, appeal, tag, actor, now, before=before, changes=changes, reason=reason.strip())
    session.add(appeal)
    session.flush()
    _clocks(session, appeal, found, now)
    _milestones(session, appeal, name, now)
    if appeal.stage in FINAL_STAGES:
        calls.drop(session, appeal, actor, now)
    for effect in found.effects:
        letters.order(session, appeal, effect.partition(":")[2], now, **(letter or {}))
    session.add(appeal)
    session.flush()
    if actor.role != Role.SYSTEM:
        wake(session, PROCESS, appeal.id or 0)
    return appeal


def _clocks(session: Session, appeal: Appeal, made: Move, now: datetime) -> None:
    appeal_id, zone = appeal.id or 0, clocks.zone_of(session, appeal)
    terms.fulfil(session, PROCESS, appeal_id, made.ends, now)
    terms.drop(session, PROCESS, appeal_id, made.drops, now)
    if appeal.stage in FINAL_STAGES and made.target is not None:
        terms.drop_all(session, PROCESS, appeal_id, now)
    if made.target == Stage.ASKED:
        terms.hold(session, PROCESS, appeal_id, ("AP-ANSWER",), now)
    if made.name in ("reply", "go_on"):
        terms.resume(session, PROCESS, appeal_id, now, zone, ("AP-ANSWER",))
    for event in made.starts:
        clocks.start(session, appeal, event, now)
    session.flush()


def _milestones(session: Session, appeal: Appeal, name: str, now: datetime) -> None:
    if name in ("review", "take", "acknowledge", "redirect"):
        appeal.reviewed_at = appeal.reviewed_at or now
    if name == "answer":
        appeal.answered_at, appeal.reopen_until = now, clocks.end_of(session, appeal, "AP-CLOSE")
    if name == "reopen":
        appeal.reopened, appeal.ended_at = appeal.reopened + 1, None
        appeal.answered_at = appeal.reopen_until = appeal.mark = appeal.marked_at = None
        appeal.mark_comment = ""
    if appeal.stage in FINAL_STAGES:
        appeal.ended_at = appeal.ended_at or now
