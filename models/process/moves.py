"""Legal moves: one table per process says who may take a case where, and when. `advance` is the only door."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.process.actor import Actor, Role
from models.process.errors import FeederError, IllegalMove, NotAllowed, NotReady

Need = Callable[[Any, datetime], NotReady | None]  # (what is known of the case, now) → why not, or nothing
Where = Callable[[Any], bool]  # what is known of the case → does this arrow exist for it at all


def everywhere(_: Any) -> bool:
    """Most moves are made in every kind of case."""
    return True


@dataclass(frozen=True)
class Move:
    """One arrow of the process.

    target None keeps the stage (an event). `by` is nobody unless said. `starts` are events that start terms,
    `ends` the terms they fulfil, `drops` those that lose their object, `effects` what leaves through rows."""

    name: str
    title: str
    sources: frozenset[str]
    target: str | None
    by: frozenset[Role] = frozenset()
    needs: tuple[Need, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    reason: bool = False  # a reason must be given
    works_while_suspended: bool = False
    carries: bool = False  # it comes with data: its own verb and form, never a bare click
    where: Where = everywhere  # the kind of case this arrow belongs to

    @property
    def automatic(self) -> bool:
        return self.by == frozenset({Role.SYSTEM})


class Moves:
    """The table of one process, looked up by name."""

    def __init__(self, process: str, moves: Iterable[Move], names: Mapping[str, str] | None = None) -> None:
        """`names`: what a stage is called, for refusals."""
        self.process = process
        self.names = names or {}
        self.table = {move.name: move for move in moves}

    def __getitem__(self, name: str) -> Move:
        return self.table[name]

    def __iter__(self) -> "Iterable[Move]":
        return iter(self.table.values())

    def allow(self, name: str, stage: str, actor: Actor, known: Any, now: datetime, *, suspended: bool = False) -> Move:
        """The move, or IllegalMove, NotAllowed, NotReady: in that order of what a person can do about it."""
        move = self.table[name]
        if error := self.refusal(move, stage, actor, known, now, suspended):
            raise error
        return move

    def refusal(
        self, move: Move, stage: str, actor: Actor, known: Any, now: datetime, suspended: bool = False
    ) -> FeederError | None:
        if actor.role not in move.by:
            return NotAllowed(move=move.title)
        if stage not in move.sources:
            return IllegalMove(move=move.title, stage=self.names.get(stage, stage))
        if not move.where(known):
            return IllegalMove(
                "«%(move)s» does not belong to a case of this kind", move=move.title, stage=self.names.get(stage, stage)
            )
        if suspended and not move.works_while_suspended:
            return NotReady("The terms are suspended: resume the case first")
        return next((why for need in move.needs if (why := need(known, now))), None)

    def open_to(
        self, stage: str, actor: Actor, known: Any, now: datetime, *, suspended: bool = False
    ) -> Sequence[tuple[Move, FeederError | None]]:
        """Moves of this role from this stage, each with what still closes it: fills the panel of buttons."""
        mine = [m for m in self.table.values() if actor.role in m.by and stage in m.sources and m.where(known)]
        return [(m, self.refusal(m, stage, actor, known, now, suspended)) for m in mine]
