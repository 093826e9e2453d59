"""docs/moves.md: the legal moves of a connection as a picture and a table, from the one table in models. Adds no rule."""

import sys
from collections.abc import Collection, Iterator

from infra.bookkeeping.pages import code, codes, notice, page, table
from models.connection.rules import MOVES, STAGE_NAMES
from models.connection.tables import BEFORE_CONTRACT, FINAL_STAGES, OPEN_STAGES, UNDER_CONTRACT, Stage
from models.process.moves import Move

MOST_ARROWS = 3  # a move out of more stages than these stands in the table only
GROUPS: dict[str, Collection[str]] = {
    "every open stage": OPEN_STAGES,
    "every stage before the contract, and DRAFT": BEFORE_CONTRACT | {Stage.DRAFT},
    "every stage under the contract, and COMPLETED": UNDER_CONTRACT | {Stage.COMPLETED},
    "every stage under the contract": UNDER_CONTRACT,
}
_ABOUT = """
The source is `MOVES` in `models/connection/rules.py`. A stage changes by one of these moves and in no other way: the door is
`models/connection/moving.py`, and the database refuses a stage without its history row. What a move needs is a function of
`models/connection/needs.py`; its answer, if it is not ready, is the sentence under the grey button.
"""
_DRAWN = "Moves that keep the stage are not drawn, nor are those that lead out of many stages: {left}."


def main() -> str:
    """The whole page."""
    return page(
        "# Legal moves of a connection",
        notice("moves"),
        _ABOUT,
        "```mermaid\nstateDiagram-v2\n" + "\n".join(f"    {line}" for line in _picture()) + "\n```",
        _DRAWN.format(left=codes(move.name for move in moves() if move.target and len(move.sources) > MOST_ARROWS)),
        table(
            ("move", "from", "to", "who", "needs", "terms", "effects", "notes"),
            (_line(move) for move in moves()),
        ),
        "## Stages",
        table(("stage", "meaning", "kind"), ((code(s), STAGE_NAMES[s], _kind(s)) for s in Stage)),
    )


def moves() -> list[Move]:
    return list(MOVES.table.values())


def _picture() -> Iterator[str]:
    yield f"[*] --> {Stage.DRAFT}"
    for move in moves():
        if move.target and len(move.sources) <= MOST_ARROWS:
            yield from (f"{source} --> {move.target}: {move.name}" for source in _sorted(move.sources))
    yield from (f"{stage} --> [*]" for stage in _sorted(FINAL_STAGES))


def _line(move: Move) -> tuple[str, ...]:
    return (
        f"{code(move.name)} {move.title}",
        _from(move.sources),
        code(move.target) if move.target else "stays",
        ", ".join(sorted(str(role) for role in move.by)) or "nobody",
        codes(need.__name__.removeprefix("_") for need in move.needs),
        _terms(move),
        codes(move.effects),
        ", ".join(
            words
            for words, said in (("with a reason", move.reason), ("also while suspended", move.works_while_suspended))
            if said
        ),
    )


def _terms(move: Move) -> str:
    told = (("begins", move.starts), ("fulfils", move.ends), ("drops", move.drops))
    return "; ".join(f"{verb} {codes(names)}" for verb, names in told if names)


def _from(sources: Collection[str]) -> str:
    return next((words for words, group in GROUPS.items() if set(group) == set(sources)), codes(_sorted(sources)))


def _sorted(stages: Collection[str]) -> list[Stage]:
    return [stage for stage in Stage if stage in stages]


def _kind(stage: Stage) -> str:
    if stage in FINAL_STAGES:
        return "final"
    return "open" if stage in OPEN_STAGES else "draft"


if __name__ == "__main__":
    sys.stdout.write(main())
