"""The process as a line, taken from the table of legal moves: which stages stand on it, which hang above, where it is left."""

from collections.abc import Mapping

from dashboard.parts.drawing import Station, Way
from dashboard.views.desk_words import SHORT
from documents.wording import figure
from infra.wording import _
from models.connection.rules import MOVES, STAGE_NAMES
from models.connection.statistics import Passage, StageCount
from models.connection.tables import CLOSED_STAGES, MAIN_LINE, Stage


def short(stage: Stage) -> str:
    """Its short name at the desk, or the full one."""
    return SHORT.get(stage) or STAGE_NAMES[stage]


_ORDER = {stage: number for number, stage in enumerate(MAIN_LINE)}


def targets(stage: Stage) -> set[Stage]:
    """Stages that a move leads to from here, ways out left aside."""
    found = {Stage(m.target) for m in MOVES.table.values() if stage in m.sources and m.target}
    return found - CLOSED_STAGES


def loops() -> dict[Stage, Stage]:
    """Stage beside the line → its stage on the line: every move from it leads back."""
    found = {}
    for stage in MAIN_LINE:
        ahead = targets(stage)
        if ahead and all(_ORDER[t] < _ORDER[stage] for t in ahead):
            found[stage] = next(s for s in MAIN_LINE if stage in targets(s))
    return found


def on_line() -> list[Stage]:
    """The line from left to right. A draft is not with us yet; a stage that only the system leaves at once is passed through."""
    return [s for s in MAIN_LINE if s not in (Stage.DRAFT, Stage.CONCLUDED) and s not in loops()]


def ways_out(stage: Stage) -> list[Stage]:
    """Ways out that begin at this stage or at the loop above it, in the order of the table."""
    here = {stage} | {loop for loop, host in loops().items() if host == stage}
    found = {Stage(m.target) for m in MOVES.table.values() if m.target in CLOSED_STAGES and here & set(m.sources)}
    return [s for s in Stage if s in found]


def stations(
    counts: Mapping[str, StageCount], passed: Mapping[str, Passage], left: Mapping[tuple[str, str], int], completed: int
) -> list[Station]:
    """For `drawing.process`. A way out that many stages share is drawn only where somebody took it."""
    above = {host: loop for loop, host in loops().items()}
    none = StageCount(0, 0, 0)
    found = []
    for stage in on_line():
        here = {stage} | ({above[stage]} if stage in above else set())
        now, usual = counts.get(stage, none), passed.get(stage)
        exits = []
        for way in ways_out(stage):
            taken = sum(left.get((s, way), 0) for s in here)
            shared = sum(way in ways_out(s) for s in on_line()) > 1
            if taken or not shared:
                exits.append(Way(_(short(way)), taken))
        final = stage == Stage.COMPLETED
        found.append(
            Station(
                id=stage,
                label=_(short(stage)),
                now=completed if final else now.open,
                late=now.late,
                usual=figure(round(usual.median_days, 1)) if usual and not final else "",
                final=final,
                exits=tuple(exits),
                loop=Way(_(short(above[stage])), counts.get(above[stage], none).open) if stage in above else None,
            )
        )
    return found
