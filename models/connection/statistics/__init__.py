"""Numbers of the manager's wall and lists that cross cases: a handful of short selects however many cases there are."""

from models.connection.search import find
from models.connection.statistics.ahead import (
    NOT_OURS,
    Penalties,
    Risk,
    Week,
    forecast,
    kept_weekly,
    longest_late,
    penalties,
    risks,
)
from models.connection.statistics.counts import (
    Flow,
    Passage,
    StageCount,
    by_branch,
    by_stage,
    exits,
    flow,
    passages,
)
from models.connection.statistics.lists import Letters, Look, letters, looks, next_terms, with_open_term
from models.connection.statistics.load import Load, load, norms, set_norm
from models.connection.statistics.passing import (
    Cause,
    Kept,
    Person,
    StageTime,
    causes,
    engineers,
    funnel,
    kept_by_branch,
    times,
    ways,
)
from models.connection.statistics.sliced import MONTH, Slice

__all__ = ["MONTH", "NOT_OURS", "Cause", "Flow", "Kept", "Letters", "Load", "Look", "Passage", "Penalties", "Person",
           "Risk", "Slice", "StageCount", "StageTime", "Week", "by_branch", "by_stage", "causes", "engineers", "exits",
           "find", "flow", "forecast", "funnel", "kept_by_branch", "kept_weekly", "letters", "load", "longest_late",
           "looks", "next_terms", "norms", "passages", "penalties", "risks", "set_norm", "times", "ways",
           "with_open_term"]  # fmt: skip
