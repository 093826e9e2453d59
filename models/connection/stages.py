"""Stages, paths and categories of a connection, and the groups of stages that rules speak of. Names only, no tables."""

from enum import StrEnum


class Stage(StrEnum):
    """Stages of domain b.3.1; labels in rules.py."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    CHECKING = "CHECKING"
    AWAITING_INFO = "AWAITING_INFO"
    ENGINEERING = "ENGINEERING"
    APPROVAL = "APPROVAL"
    OFFER_PLACED = "OFFER_PLACED"  # path X: accepted by payment
    CONTRACT_SENT = "CONTRACT_SENT"  # ordinary path: accepted by signature
    DISAGREEMENT = "DISAGREEMENT"
    CONCLUDED = "CONCLUDED"
    EXECUTION = "EXECUTION"
    INSPECTION = "INSPECTION"
    METERING = "METERING"
    ENERGISED = "ENERGISED"
    COMPLETED = "COMPLETED"
    RETURNED = "RETURNED"
    REDIRECTED = "REDIRECTED"
    WITHDRAWN = "WITHDRAWN"
    ANNULLED_NO_INFO = "ANNULLED_NO_INFO"
    ANNULLED_NO_PAYMENT = "ANNULLED_NO_PAYMENT"
    ANNULLED_NOT_SIGNED = "ANNULLED_NOT_SIGNED"
    TERMINATED = "TERMINATED"


class Path(StrEnum):
    """Two ways of domain b.1: through the cabinet (Section X of the Rules), and by a signed contract."""

    X = "X"
    ORDINARY = "ordinary"


class Category(StrEnum):
    """Categories of applicants, domain b.2."""

    IND_15 = "IND_15"
    IND_150_MICRO = "IND_150_MICRO"
    MICRO = "MICRO"
    IND_GT_15 = "IND_GT_15"
    LE_150 = "LE_150"
    TEMP = "TEMP"
    LE_150_670 = "LE_150_670"
    GE_670 = "GE_670"
    GEN = "GEN"
    GRID = "GRID"
    REDISTRIBUTE = "REDISTRIBUTE"
    REISSUE = "REISSUE"


CABINET = frozenset({Category.IND_15, Category.IND_150_MICRO, Category.MICRO, Category.LE_150})

MAIN_LINE = tuple(list(Stage)[: list(Stage).index(Stage.COMPLETED) + 1])
ANNULLED = frozenset({Stage.ANNULLED_NO_INFO, Stage.ANNULLED_NO_PAYMENT, Stage.ANNULLED_NOT_SIGNED})
CLOSED_STAGES = frozenset({Stage.RETURNED, Stage.REDIRECTED, Stage.WITHDRAWN, Stage.TERMINATED}) | ANNULLED
FINAL_STAGES = CLOSED_STAGES | {Stage.COMPLETED}
OPEN_STAGES = frozenset(Stage) - FINAL_STAGES - {Stage.DRAFT}
BEFORE_CONTRACT = frozenset(
    {
        Stage.SUBMITTED,
        Stage.CHECKING,
        Stage.AWAITING_INFO,
        Stage.ENGINEERING,
        Stage.APPROVAL,
        Stage.OFFER_PLACED,
        Stage.CONTRACT_SENT,
        Stage.DISAGREEMENT,
    }
)
UNDER_CONTRACT = frozenset({Stage.CONCLUDED, Stage.EXECUTION, Stage.INSPECTION, Stage.METERING, Stage.ENERGISED})


def path_of(category: str | None) -> Path:
    """Source: ПП 861, Section X, п. 103; domain b.1."""
    return Path.X if category in CABINET else Path.ORDINARY
